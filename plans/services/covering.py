"""What the plans of families cover on a day."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.conf import settings

from plans import rules
from plans.access import state_on
from plans.models import Plan
from plans.refusals import PlanEnded, PlanReadOnly, StationNotCovered
from plans.rules import Phase
from prifora.kernel.errors import Refused
from prifora.kernel.terms import day_of


def lapsed(family_ids: Iterable[UUID], permission: str, *, now: datetime) -> dict[UUID, Refused]:
    """Return, of these families, those whose plan does not cover what `permission` names, and why not.

    A family whose plan is still to be begun is covered. One query, and none where nothing can be refused.
    """
    if not settings.PLANS_USED or permission in rules.ALWAYS:
        return {}
    today = day_of(now)
    plans = Plan.objects.filter(family_id__in=set(family_ids))
    found = {plan.family_id: _why_not(plan, permission, today) for plan in plans}
    return {family_id: why for family_id, why in found.items() if why is not None}


def _why_not(plan: Plan, permission: str, today: date) -> Refused | None:
    phase = rules.phase_on(today, paid_until=plan.paid_until)
    if phase is Phase.READ_ONLY:
        return PlanReadOnly()
    if permission in rules.STATIONS and not state_on(today, plan).station:
        return StationNotCovered()
    return PlanEnded() if phase is Phase.GRACE and permission in rules.UPLOADS else None
