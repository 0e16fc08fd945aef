"""What people ask about their data, what was said about it, and whose data are only stored."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from prifora.kernel.models import Row
from prifora.kernel.policy import Basis, Category, Erase, Held, Policy, Purpose, Role, Seen, running
from privacy.rights import Cause, Reason, Right, Way

REQUEST_KEPT = timedelta(days=730)
"""Two years after it was dealt with: long enough to show what was asked and answered, and when."""

_ASKED = Held(Category.BEHAVIOUR, Purpose.PROOF, basis=Basis.LEGAL, staff=(Role.PRIVACY,))
_WHEN = Held(Category.TIMING, Purpose.PROOF, basis=Basis.LEGAL, staff=(Role.PRIVACY,))


class Request(Row):
    """A person asks something about their data, or complains; `created_at` is when it came.

    Open while `closed_at` is null. `due_on` is the last day for the answer, `acknowledge_on` (complaints
    only) the last one for saying that somebody read it. `reminded` counts reminders to staff; `late_at` and
    `unheard_at` are when it was noticed that a day had passed.
    """

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=16, choices=[(one.value, one.value) for one in Right])
    how = models.CharField(max_length=8, choices=[(one.value, one.value) for one in Way])
    due_on = models.DateField()
    extended_at = models.DateTimeField(null=True)
    acknowledge_on = models.DateField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    reminded = models.PositiveSmallIntegerField(default=0)
    late_at = models.DateTimeField(null=True)
    unheard_at = models.DateTimeField(null=True)
    outcome = models.CharField(
        max_length=10,
        default="",
        blank=True,
        choices=[(one, one) for one in ("answered", "refused", "withdrawn")],
    )
    refusal = models.CharField(
        max_length=16, default="", blank=True, choices=[(one.value, one.value) for one in Reason]
    )
    closed_at = models.DateTimeField(null=True)

    policy = Policy(
        subject="account",
        keep=REQUEST_KEPT,
        clock="closed_at",
        fields={
            "account": Held(
                Category.INDEX, Purpose.PROOF, basis=Basis.LEGAL, export=False, staff=(Role.PRIVACY,)
            ),
            **dict.fromkeys(("kind", "how", "outcome", "refusal"), _ASKED),
            **dict.fromkeys(
                ("due_on", "extended_at", "acknowledge_on", "acknowledged_at", "closed_at"), _WHEN
            ),
            **dict.fromkeys(("reminded", "late_at", "unheard_at"), running(staff=(Role.PRIVACY,))),
        },
    )

    class Meta:
        ordering = (F("closed_at").asc(nulls_first=True), "due_on", "id")
        indexes = (
            models.Index(fields=["account", "-created_at"], name="requests_of_person"),
            models.Index(fields=["due_on"], name="requests_open", condition=Q(closed_at=None)),
        )

    def __str__(self) -> str:
        """Return what staff see in their list: what, by when, and whether it presses; nothing about whom."""
        marks = [
            self.outcome or f"answer by {self.due_on}",
            "LATE" if self.late_at else "",
            "NOT ACKNOWLEDGED IN TIME" if self.unheard_at and not self.acknowledged_at else "",
            f"reminder {self.reminded}" if self.reminded and not self.closed_at else "",
        ]
        return " · ".join([self.kind, *filter(None, marks)])


class RequestLine(Row):
    """Something that was said about a request, sealed under the key of the person it is about."""

    request = models.ForeignKey(Request, models.CASCADE, related_name="lines")
    n = models.PositiveSmallIntegerField()
    by = models.CharField(max_length=8, choices=[(one, one) for one in ("person", "staff", "agent")])
    sealed = models.BinaryField()

    policy = Policy(
        subject="request__account",
        keep=None,
        fields={
            "request": Held(Category.INDEX, Purpose.PROOF, basis=Basis.LEGAL, export=False),
            "n": running(),
            "by": Held(Category.BEHAVIOUR, Purpose.PROOF, basis=Basis.LEGAL),
            "sealed": Held(
                Category.BEHAVIOUR,
                Purpose.PROOF,
                Seen.SEALED,
                basis=Basis.LEGAL,
                on_erase=Erase.SHRED,
                staff=(Role.PRIVACY,),
            ),
        },
    )

    class Meta:
        ordering = ("n",)
        constraints = (models.UniqueConstraint(fields=["request", "n"], name="lines_in_order"),)


class Restriction(Row):
    """Somebody wants their data only stored (GDPR art. 18). `ends_at`: they were told that it ends then."""

    account = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    cause = models.CharField(max_length=16, choices=[(one.value, one.value) for one in Cause])
    ends_at = models.DateTimeField(null=True)

    policy = Policy(
        subject="account",
        keep=None,
        fields={
            "account": Held(
                Category.INDEX, Purpose.PROOF, basis=Basis.LEGAL, export=False, staff=(Role.PRIVACY,)
            ),
            "cause": Held(Category.SETTING, Purpose.PROOF, basis=Basis.LEGAL, staff=(Role.PRIVACY,)),
            "ends_at": _WHEN,
        },
    )
