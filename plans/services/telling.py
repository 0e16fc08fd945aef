"""Telling families of their plan before it ends and when it did."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from contacts.access import leaders_of, people_in_family
from notices.services import tell
from plans import access, letters, rules
from plans.events import PlanChanged
from plans.models import Plan
from plans.rules import Stage
from prifora.kernel.events import publish
from prifora.kernel.terms import day_of

PART = 500


def tell_due(*, now: datetime) -> int:
    """Tell the families that are due what they should know of their plan; return how many letters went out.

    Each stage is told once for each end. Who looks after a family hears of all; when it becomes read-only,
    everybody in it does, since it then stops for everybody.
    """
    if not settings.PLANS_USED:
        return 0
    today = day_of(now)
    rows = access.due_to_tell(today).order_by("pk").values_list("pk", "paid_until", "told")
    due = [pk for pk, paid_until, told in rows.iterator(chunk_size=PART) if told != _name(paid_until, today)]
    return sum(_tell(pk, now) for pk in due)


@transaction.atomic
def _tell(pk: UUID, now: datetime) -> int:
    """Tell one family what is due, and note so; of a short term less is due than of a long one."""
    plan, today = Plan.objects.select_for_update().filter(pk=pk).first(), day_of(now)
    if plan is None or plan.told == _name(plan.paid_until, today):
        return 0
    plan.told = _name(plan.paid_until, today)
    plan.save(update_fields=["told"])
    stage = rules.stage_on(today, paid_until=plan.paid_until, lasted=_lasted(plan))
    if not stage:
        return 0
    if not stage.startswith(Stage.SOON):
        publish(PlanChanged(family_id=plan.family_id), to=people_in_family(plan.family_id))
    return tell(
        account_ids=_whom(plan.family_id, stage),
        kind=letters.kind_of(stage),
        facts=_facts(plan.paid_until),
        once=f"plan {plan.pk.hex} {plan.told}",
        now=now,
    )


def _name(paid_until: date, today: date) -> str:
    """Return what is noted of a plan once everything was told that is due by a day."""
    return f"{paid_until} {rules.stage_on(today, paid_until=paid_until, lasted=timedelta.max)}"


def _whom(family_id: UUID, stage: str) -> Iterable[UUID]:
    return people_in_family(family_id) if stage == Stage.READ_ONLY else leaders_of(family_id)


def _facts(paid_until: date) -> dict[str, str]:
    return {"ended_on": paid_until.isoformat(), "until_on": (paid_until + rules.GRACE).isoformat()}


def _lasted(plan: Plan) -> timedelta:
    """Return how long the last term of a plan is."""
    spans = [piece.span for piece in access.pieces_of(plan)]
    return spans[-1].ends_on - spans[-1].begins_on if spans else timedelta()
