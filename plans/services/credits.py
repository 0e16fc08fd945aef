"""Days for everybody, when something did not work."""

from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import F

from plans.models import Credit, Plan
from plans.rules import GRACE
from prifora.kernel.terms import day_of

log = structlog.get_logger(__name__)


@transaction.atomic
def add_credit(*, days: int, reason: str, given_by: UUID, now: datetime) -> Credit:
    """Make every plan that runs, or is in its grace, longer by `days`; nothing else about it changes.

    `reason` is what happened, in a sentence without anybody in it. Raises ValueError for no days.
    """
    if days < 1:
        raise ValueError("a credit is of at least a day")
    running = Plan.objects.select_for_update().filter(paid_until__gte=day_of(now) - GRACE)
    plans = running.update(
        credit_days=F("credit_days") + days, paid_until=F("paid_until") + timedelta(days=days), told=""
    )
    log.info("credited", days=days, count=plans)
    return Credit.objects.create(days=days, reason=reason, given_by_id=given_by, plans=plans, created_at=now)


def credits_given() -> list[Credit]:
    """Return what everybody was credited with, newest first."""
    return list(Credit.objects.order_by("-created_at")[:200])
