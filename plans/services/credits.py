"""Days for everybody, when something did not work."""

from datetime import date, datetime, timedelta
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import F

from contacts.access import leaders_of
from notices.services import tell
from plans.letters import CREDITED
from plans.models import Credit, Plan
from plans.refusals import OutageKnown
from plans.rules import GRACE
from prifora.kernel.terms import day_of

TOLD_AT_ONCE = 200

log = structlog.get_logger(__name__)


@transaction.atomic
def add_credit(
    *, days: int, reason: str, began_at: datetime, ended_at: datetime, given_by: UUID, now: datetime
) -> Credit:
    """Make every plan that was there by the end of an outage, and runs or is in its grace, longer by `days`.

    `reason` is what happened, in a sentence without anybody in it. Raises ValueError for no days, and for an
    outage that did not last; OutageKnown when it was recorded before.
    """
    if days < 1 or ended_at <= began_at:
        raise ValueError("an outage lasted some time, and a credit is of at least a day")
    told = {"days": days, "reason": reason, "given_by_id": given_by, "plans": 0, "created_at": now}
    credit, is_new = Credit.objects.get_or_create(began_at=began_at, ended_at=ended_at, defaults=told)
    if not is_new:
        raise OutageKnown
    there = Plan.objects.filter(anchor_on__lte=day_of(ended_at), paid_until__gte=_running_from(now))
    credit.plans = there.update(
        credit_days=F("credit_days") + days, paid_until=F("paid_until") + timedelta(days=days), told=""
    )
    credit.save(update_fields=["plans"])
    log.info("credited", days=days, count=credit.plans)
    return credit


def _running_from(moment: datetime) -> date:
    """Return until when a plan is paid at least that runs, or is in its grace, at `moment`."""
    return day_of(moment) - GRACE


def credits_given() -> list[Credit]:
    """Return what everybody was credited with, newest first."""
    return list(Credit.objects.order_by("-created_at")[:200])


def tell_credits(*, now: datetime) -> int:
    """Tell who looks after a family of the days it got, some families at a time; return how many were told.

    Safe to be stopped anywhere: it goes on where it was, and nobody is told twice.
    """
    waiting = Credit.objects.filter(told_at=None, ended_at__isnull=False)
    return sum(_tell_some(pk, now) for pk in waiting.values_list("pk", flat=True))


@transaction.atomic
def _tell_some(credit_id: UUID, now: datetime) -> int:
    credit = Credit.objects.select_for_update().get(pk=credit_id)
    if credit.told_at is not None or credit.ended_at is None:
        return 0
    longer = _running_from(credit.created_at) + timedelta(days=credit.days)
    got = Plan.objects.filter(
        anchor_on__lte=day_of(credit.ended_at), credit_days__gte=credit.days, paid_until__gte=longer
    )
    after = got.filter(pk__gt=credit.told_to) if credit.told_to else got
    some = list(after.order_by("pk")[:TOLD_AT_ONCE])
    for plan in some:
        facts: dict[str, str | int] = {"days": credit.days, "ended_on": plan.paid_until.isoformat()}
        once = f"credit {credit.pk.hex} {plan.pk.hex}"
        who = leaders_of(plan.family_id)
        tell(account_ids=who, kind=CREDITED.kind, facts=facts, once=once, now=now)
    if some:
        credit.told_to = some[-1].pk
    else:
        credit.told_at = now
    credit.save(update_fields=["told_to", "told_at"])
    return len(some)
