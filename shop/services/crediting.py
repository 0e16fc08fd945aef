"""Days for every subscription, when PRIFORA did not work: the next term begins later, and costs the same.

The plans of families get the same days by themselves (plans.services.add_credit): neither hears of the other.
No money goes anywhere, so the books have nothing to note.
"""

from datetime import date, datetime, time, timedelta
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Exists, F, OuterRef

from prifora.kernel.terms import ZONE, day_of
from shop.models import ChargeState, Outage, OutageCredit, Subscription, SubscriptionState
from shop.services.posting import post

AT_ONCE = 200

log = structlog.get_logger(__name__)


@transaction.atomic
def note_outage(*, days: int, began_on: date, ended_on: date, now: datetime) -> Outage:
    """Note that every subscription that ran in these days gets `days`; `credit_outages` carries it out."""
    midnight = datetime.combine(day_of(now), time.min, tzinfo=ZONE)
    return Outage.objects.create(days=days, began_on=began_on, ended_on=ended_on, created_at=midnight)


def credit_outages(*, now: datetime) -> int:
    """Give some subscriptions the days that outages owe them; return how many got some.

    Each in a transaction of its own, with its letter. Safe to be stopped anywhere, and to run twice.
    """
    return sum(_credit_some(outage, now) for outage in Outage.objects.filter(done_at=None))


def _credit_some(outage: Outage, now: datetime) -> int:
    has_got = OutageCredit.objects.filter(outage=outage, subscription=OuterRef("pk"))
    ran = Subscription.objects.exclude(state=SubscriptionState.ENDED).filter(started_on__lte=outage.ended_on)
    waiting = list(ran.exclude(Exists(has_got)).order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    if not waiting:
        Outage.objects.filter(pk=outage.pk).update(done_at=now)
        log.info("credited", days=outage.days, count=outage.credits.count())
    return sum(_credit(outage, subscription_id, now) for subscription_id in waiting)


@transaction.atomic
def _credit(outage: Outage, subscription_id: UUID, now: datetime) -> bool:
    """Let a subscription go on longer, and the term that is due begin later; tell its customer."""
    rows = Subscription.objects.select_for_update(of=("self",)).select_related("order")
    subscription = rows.get(pk=subscription_id)
    row, is_new = OutageCredit.objects.get_or_create(
        outage=outage, subscription=subscription, defaults={"created_at": now}
    )
    if not is_new:
        return False
    more = timedelta(days=outage.days)
    subscription.credit_days += outage.days
    subscription.paid_until += more
    subscription.save(update_fields=["credit_days", "paid_until"])
    subscription.charges.filter(state=ChargeState.DUE).update(
        first_day=F("first_day") + more, last_day=F("last_day") + more, try_on=F("try_on") + more
    )
    facts: dict[str, str | int] = {
        "days": outage.days,
        "began_on": outage.began_on.isoformat(),
        "ended_on": outage.ended_on.isoformat(),
        "ends_on": subscription.paid_until.isoformat(),
    }
    return post(order=subscription.order, kind="outage", once=f"outage {row.pk}", facts=facts, now=now)
