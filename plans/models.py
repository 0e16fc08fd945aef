"""Codes that stand for something paid, and what families have of it. Nothing here knows of an order."""

from datetime import timedelta

from django.conf import settings
from django.db import models

from plans.rules import KIND_MAX
from prifora.kernel.models import Row
from prifora.kernel.policy import Category, Erase, Held, Policy, Purpose, running

CODE_KEPT = timedelta(days=5 * 365)
"""For so long somebody who bought a code may wait before they enter it."""

DIGEST_KEPT = timedelta(days=90)
"""For so long a code that was entered can be found again: fourteen days to withdraw, and room for the return.

After that nobody who holds the code, or the mail it came in, can tell which family entered it.
"""

REASON_MAX = 200


class Code(Row):
    """A code that nobody entered yet. `created_at` is the midnight of its day: it was paid at no moment.

    Only its keyed digest is here, and nothing says for whom or from what it is.
    """

    digest = models.BinaryField(max_length=16, unique=True)
    kind = models.CharField(max_length=KIND_MAX)
    station = models.BooleanField()
    months = models.PositiveSmallIntegerField()
    days = models.PositiveSmallIntegerField()

    policy = Policy(
        subject="",
        keep=CODE_KEPT,
        fields={
            "digest": Held(Category.CREDENTIAL, Purpose.ACCOUNT, on_erase=Erase.KEEP, export=False),
            "kind": running(),
            "station": running(),
            "months": running(),
            "days": running(),
        },
    )


class Plan(Row):
    """What a family may do, and until when. `anchor_on` is the day before the first of its stretches.

    `paid_until` is where those and `credit_days` end, written down so that it can be looked up. `told` says
    of which end, and how far, the family was told.
    """

    family = models.OneToOneField("contacts.Family", models.CASCADE, related_name="+")
    anchor_on = models.DateField()
    credit_days = models.PositiveSmallIntegerField(default=0)
    paid_until = models.DateField(db_index=True)
    told = models.CharField(max_length=24, default="")

    policy = Policy(
        subject="",
        keep=None,
        fields={
            "family": Held(Category.INDEX, Purpose.ACCOUNT, on_erase=Erase.KEEP, export=False),
            "anchor_on": running(),
            "credit_days": running(),
            "paid_until": running(),
            "told": running(),
        },
    )


class Stretch(Row):
    """One term of a plan; they follow on each other by `place`. `digest` is of the code it came from.

    `created_at` is the midnight of the day on which the code was entered.
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="stretches")
    place = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=KIND_MAX)
    station = models.BooleanField()
    months = models.PositiveSmallIntegerField()
    days = models.PositiveSmallIntegerField()
    digest = models.BinaryField(max_length=16, null=True)

    policy = Policy(
        subject="",
        keep=None,
        fields={
            "plan": Held(Category.INDEX, Purpose.ACCOUNT, on_erase=Erase.KEEP, export=False),
            "place": running(),
            "kind": running(),
            "station": running(),
            "months": running(),
            "days": running(),
            "digest": Held(
                Category.CREDENTIAL,
                Purpose.ACCOUNT,
                on_erase=Erase.KEEP,
                export=False,
                keep=DIGEST_KEPT,
            ),
        },
    )

    class Meta:
        constraints = (models.UniqueConstraint(fields=["plan", "place"], name="one_after_the_other"),)
        indexes = (models.Index(fields=["digest"], name="stretches_of_code"),)


class Credit(Row):
    """Days that everybody got because something did not work, from when to when; by whom of us, and why.

    An outage is here once. Families are told one after the other, by the number of their plan: those up to
    `told_to` were, and all of them once there is a `told_at`.
    """

    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    days = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=REASON_MAX)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    plans = models.PositiveIntegerField()
    told_to = models.UUIDField(null=True, default=None)
    told_at = models.DateTimeField(null=True, default=None)

    policy = Policy(
        subject="",
        keep=None,
        fields={
            "days": running(),
            "reason": running(),
            "given_by": Held(Category.STAFF, Purpose.SECURITY, on_erase=Erase.BLANK, export=False),
            "plans": running(),
            **dict.fromkeys(("began_at", "ended_at", "told_to", "told_at"), running()),
        },
    )

    class Meta:
        constraints = (models.UniqueConstraint(fields=["began_at", "ended_at"], name="outage_credited_once"),)
