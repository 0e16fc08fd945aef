"""Somebody asks for another person: by what they may, and what they were written about it."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q

from prifora.kernel.models import Row
from prifora.kernel.policy import Basis, Category, Erase, Held, Policy, Purpose, Role, Seen, running
from privacy.models.requests import Request
from privacy.rights import Agent, Proof

_SHOWN = Held(Category.BEHAVIOUR, Purpose.PROOF, basis=Basis.LEGAL, staff=(Role.PRIVACY,))
_WHEN = Held(Category.TIMING, Purpose.PROOF, basis=Basis.LEGAL, staff=(Role.PRIVACY,))


class Mandate(Row):
    """By what somebody asks for a person. Nothing is answered, handed out or erased before it was checked.

    `sealed`: who asks, and where the answer can go. What was seen of the proof is noted: its kind, its day,
    what it covers (`scope`, rights) and until when, who of us saw it, and the fingerprint of a file. No copy
    is kept (docs/decisions/0043-who-asks-for-another-shows-it.md). `revoked_at`: the person took it back.
    """

    request = models.OneToOneField(Request, models.CASCADE, related_name="mandate")
    agent = models.CharField(max_length=8, choices=[(one.value, one.value) for one in Agent])
    sealed = models.BinaryField()
    proof = models.CharField(
        max_length=8, default="", blank=True, choices=[(one.value, one.value) for one in Proof]
    )
    proof_on = models.DateField(null=True)
    scope = models.JSONField(default=list)
    ends_on = models.DateField(null=True)
    fingerprint = models.CharField(max_length=64, default="", blank=True)
    checked_at = models.DateTimeField(null=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)

    policy = Policy(
        subject="request__account",
        keep=None,
        fields={
            "request": Held(Category.INDEX, Purpose.PROOF, basis=Basis.LEGAL, export=False),
            **dict.fromkeys(("agent", "proof", "scope", "fingerprint"), _SHOWN),
            **dict.fromkeys(("proof_on", "ends_on", "checked_at", "revoked_at"), _WHEN),
            "checked_by": Held(
                Category.STAFF, Purpose.PROOF, basis=Basis.LEGAL, on_erase=Erase.BLANK, export=False
            ),
            "sealed": Held(
                Category.NAME,
                Purpose.PROOF,
                Seen.SEALED,
                basis=Basis.LEGAL,
                on_erase=Erase.SHRED,
                staff=(Role.PRIVACY,),
            ),
        },
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(checked_at=None) | Q(proof_on__isnull=False) & ~Q(proof=""),
                name="mandate_checked_on_a_proof",
            ),
        )

    def is_checked(self) -> bool:
        """Return whether a proof was seen, and the person has not taken it back since."""
        seen, back = self.checked_at, self.revoked_at
        return seen is not None and (back is None or back < seen)

    def has_ended(self, today: date) -> bool:
        """Return whether its last day is over."""
        return self.ends_on is not None and self.ends_on < today


class AgentLetter(Row):
    """A mail to who asks for a person. `due_at`: to be sent from then on, empty once it went.

    `facts` are days and codes; words of ours lie `sealed` under the key of the person it is about.
    """

    mandate = models.ForeignKey(Mandate, models.CASCADE, related_name="letters")
    kind = models.CharField(max_length=40)
    facts = models.JSONField(default=dict)
    sealed = models.BinaryField(default=b"")
    due_at = models.DateTimeField(null=True)

    policy = Policy(
        subject="mandate__request__account",
        keep=None,
        fields={
            "mandate": Held(Category.INDEX, Purpose.PROOF, basis=Basis.LEGAL, export=False),
            "kind": _SHOWN,
            "facts": _SHOWN,
            "sealed": Held(
                Category.BEHAVIOUR, Purpose.PROOF, Seen.SEALED, basis=Basis.LEGAL, on_erase=Erase.SHRED
            ),
            "due_at": running(),
        },
    )

    class Meta:
        ordering = ("created_at", "id")
        indexes = (
            models.Index(fields=["due_at"], name="agent_letters_due", condition=Q(due_at__isnull=False)),
        )
