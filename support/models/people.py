"""Who works here in which role, what was opened for whom by a second person, and the record of every look."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from prifora.kernel.models import Row
from prifora.kernel.policy import Basis, Category, Erase, Held, Policy, Purpose, Role, running
from support.rules import MINUTES_MAX

REASON_MAX = 200
LOOKS_KEPT = timedelta(days=730)
"""Two years: long enough for the person to ask, and for a supervisor to check."""


def _of_staff(*, staff: tuple[Role, ...] = (Role.PRIVACY,)) -> Held:
    return Held(
        Category.STAFF, Purpose.PROOF, basis=Basis.LEGAL, on_erase=Erase.BLANK, export=False, staff=staff
    )


def _told(category: Category) -> Held:
    return Held(category, Purpose.PROOF, basis=Basis.LEGAL, staff=(Role.PRIVACY,))


def _colleague(**more: Any) -> Any:
    """A column that names a member of staff; empty once their account is erased."""
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", **more)


class StaffMember(Row):
    """An account that may enter the admin site, in one role."""

    account = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    role = models.CharField(max_length=16, choices=[(role.value, role.value) for role in Role])

    policy = Policy(
        subject="account",
        keep=None,
        fields={
            "account": Held(Category.STAFF, Purpose.SECURITY, staff=(Role.SYSTEM, Role.PRIVACY)),
            "role": Held(Category.STAFF, Purpose.SECURITY, staff=(Role.SYSTEM, Role.PRIVACY)),
        },
    )


class Grant(Row):
    """Some tables of one person, opened for one member of staff by another, for `minutes` from `approved_at`.

    Asked first, opened by somebody else (the database refuses the same account), and ended at any time.
    """

    asked_by = _colleague()
    role = models.CharField(max_length=16)
    subject = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    tables = models.JSONField(default=list)
    reason = models.CharField(max_length=REASON_MAX)
    minutes = models.PositiveSmallIntegerField()
    approved_by = _colleague(default=None)
    approved_at = models.DateTimeField(null=True, default=None)
    ended_at = models.DateTimeField(null=True, default=None)

    policy = Policy(
        subject="subject",
        keep=LOOKS_KEPT,
        fields={
            "asked_by": _of_staff(),
            "role": _told(Category.STAFF),
            "subject": _told(Category.RELATION),
            "tables": _told(Category.SYSTEM),
            "reason": _told(Category.BEHAVIOUR),
            "minutes": _told(Category.TIMING),
            "approved_by": _of_staff(),
            "approved_at": _told(Category.TIMING),
            "ended_at": _told(Category.TIMING),
        },
    )

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(approved_by=F("asked_by")), name="grant_has_four_eyes"),
            models.CheckConstraint(condition=Q(minutes__range=(1, MINUTES_MAX)), name="grant_is_short"),
        )
        indexes = (models.Index(fields=["subject", "asked_by"], name="grants_for_person"),)

    def is_open(self, now: datetime) -> bool:
        """Return whether it opens anything at `now`."""
        if self.approved_at is None or (self.ended_at is not None and self.ended_at <= now):
            return False
        return self.approved_at <= now < self.approved_at + timedelta(minutes=self.minutes)


class StaffLook(Row):
    """One look by staff at one person's data: who, at whom, at what, and why. Never changed, only ended.

    `n` is its line in the ledger of looks; looks from before there was one have none. The database refuses
    every change but that `staff` is emptied.
    """

    staff = _colleague()
    role = models.CharField(max_length=16)
    subject = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    table = models.CharField(max_length=64)
    reason = models.CharField(max_length=REASON_MAX)
    n = models.PositiveBigIntegerField(null=True, default=None, unique=True)

    policy = Policy(
        subject="subject",
        keep=LOOKS_KEPT,
        fields={
            "staff": _of_staff(),
            "role": _told(Category.STAFF),
            "subject": _told(Category.RELATION),
            "table": _told(Category.SYSTEM),
            "reason": _told(Category.BEHAVIOUR),
            "n": running(),
        },
    )

    class Meta:
        indexes = (models.Index(fields=["subject", "-created_at"], name="looks_of_person"),)
