"""An authority asks for what we hold about somebody."""

from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from prifora.kernel.models import Row
from prifora.kernel.policy import Basis, Category, Erase, Held, Kept, Policy, Purpose, Seen

CASES_KEPT = timedelta(days=5 * 365)
"""Five years: as long as what was handed out may be argued about in court."""


class State(models.TextChoices):
    """How far a request is; one step after the other, none is left out."""

    RECEIVED = "received"
    VERIFIED = "verified"
    SCOPED = "scoped"
    APPROVED = "approved"
    DELIVERED = "delivered"
    REFUSED = "refused"


class Ground(models.TextChoices):
    """Why anything may be handed out: because a law orders it. There is no other reason."""

    ORDER = "production_order"
    COURT = "court_order"
    EMERGENCY = "emergency"


class Case(Row):
    """One request by an authority about one account. What it says is sealed; what came of it is not.

    `gag_until`: a law (in `sealed`) forbids to tell the person until the end of that day. The two `eyes` are
    keyed digests of who approved. No foreign key: the row outlives the account's, without its number.
    """

    account_ref = models.UUIDField(null=True, default=None)
    ground = models.CharField(max_length=20, choices=Ground.choices)
    state = models.CharField(max_length=12, choices=State.choices, default=State.RECEIVED)
    due_at = models.DateTimeField()
    sealed = models.BinaryField()
    scope = models.JSONField(default=list)
    gag_until = models.DateField(null=True, default=None)
    first_eyes = models.BinaryField(max_length=32, null=True, default=None)
    second_eyes = models.BinaryField(max_length=32, null=True, default=None)
    ended_at = models.DateTimeField(null=True, default=None)
    package_hash = models.BinaryField(max_length=32, null=True, default=None)
    receipt_told_at = models.DateTimeField(null=True, default=None)
    end_told_at = models.DateTimeField(null=True, default=None)

    policy = Policy(
        subject="",
        keep=CASES_KEPT,
        fields={
            "account_ref": Held(Category.INDEX, Purpose.PROOF, basis=Basis.LEGAL, export=False),
            "sealed": Held(
                Category.BEHAVIOUR, Purpose.PROOF, Seen.SEALED, Basis.LEGAL, Erase.DELETE, export=False
            ),
            **dict.fromkeys(
                (
                    "ground",
                    "state",
                    "due_at",
                    "scope",
                    "gag_until",
                    "first_eyes",
                    "second_eyes",
                    "ended_at",
                    "package_hash",
                    "receipt_told_at",
                    "end_told_at",
                ),
                Held(Category.SYSTEM, Purpose.PROOF, basis=Basis.LEGAL, on_erase=Erase.KEEP, export=False),
            ),
        },
        kept=Kept(
            _("That an authority asked for something, when, and what came of it. Not about whom."),
            "GDPR art. 5(2)",
            keep=CASES_KEPT,
        ),
    )

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(ground__in=Ground.values), name="case_has_a_lawful_ground"),
            models.CheckConstraint(condition=~Q(second_eyes=F("first_eyes")), name="case_has_four_eyes"),
            models.CheckConstraint(
                condition=~Q(state__in=(State.APPROVED, State.DELIVERED))
                | Q(first_eyes__isnull=False, second_eyes__isnull=False),
                name="case_is_approved_twice",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.DELIVERED) | Q(package_hash__isnull=False), name="case_has_its_hash"
            ),
        )
        indexes = (models.Index(fields=["account_ref"], name="cases_about_person"),)
