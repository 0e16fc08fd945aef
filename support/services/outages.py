"""An outage, recorded once: plans and subscriptions get days for it, and do not know each other."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from plans import services as plans
from prifora.kernel.terms import day_of
from shop import services as shop


@transaction.atomic
def record_outage(
    *, began_at: datetime, ended_at: datetime, days: int, reason: str, staff_id: UUID, now: datetime
) -> int:
    """Give every family's plan, and every subscription, that was there `days` more; both, or neither. Return
    how many plans got them.

    Families and customers are told by tasks. Raises ValueError as `plans.services.add_credit` does, and
    OutageKnown when it was recorded before.
    """
    credit = plans.add_credit(
        days=days, reason=reason, began_at=began_at, ended_at=ended_at, given_by=staff_id, now=now
    )
    shop.note_outage(days=days, began_on=day_of(began_at), ended_on=day_of(ended_at), now=now)
    return credit.plans
