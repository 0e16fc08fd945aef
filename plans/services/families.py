"""What a family has of its plan: how it begins, and how a code makes it longer."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from contacts.access import families_without, hold_family
from plans import rules
from plans.access import State, state_on
from plans.models import Code, Plan, Stretch
from plans.refusals import CodeEntered, CodeMistyped, CodeUnknown, TooManyCodes
from plans.services.codes import digest_of, midnight
from plans.services.stretches import held, put_last, put_now
from prifora.kernel.terms import day_of

STRETCHES_MAX = 24
BEGUN_AT_ONCE = 500


@transaction.atomic
def begin_plan(*, family_id: UUID, now: datetime) -> Plan:
    """Let a family try everything for settings.PLAN_TRIAL_DAYS from today on; it has a plan then.

    A family that has a plan keeps it as it is.
    """
    today = day_of(now)
    trial = timedelta(days=settings.PLAN_TRIAL_DAYS)
    plan, is_new = Plan.objects.get_or_create(
        family_id=family_id, defaults={"anchor_on": today, "paid_until": today + trial}
    )
    if is_new and trial:
        Stretch.objects.create(
            plan=plan,
            place=0,
            kind=rules.TRIAL,
            station=True,
            months=0,
            days=trial.days,
            created_at=midnight(today),
        )
    return plan


def begin_missing(*, now: datetime) -> int:
    """Begin the plans of families that have none: made before this server used plans. Return how many."""
    if not settings.PLANS_USED:
        return 0
    without = families_without(Plan.objects.values("family_id"), at_most=BEGUN_AT_ONCE)
    for family_id in without:
        begin_plan(family_id=family_id, now=now)
    return len(without)


@transaction.atomic
def redeem(*, family_id: UUID, code: str, at_once: bool = False, now: datetime) -> State:
    """Make a family's plan longer by what a code stands for; the code is worth nothing after that.

    It follows on what the family has, so a code can be entered ahead, and in the grace it counts from the
    last day paid for. When the grace is over, too, it counts from today. `at_once`: it begins today, and what
    is left of the rest comes after it: a change of plan by which nothing is lost.

    Raises CodeMistyped, CodeEntered, CodeUnknown, TooManyCodes.
    """
    letters = rules.read_code(code)
    if letters is None:
        raise CodeMistyped
    digest, today = digest_of(letters), day_of(now)
    hold_family(family_id)
    plan = held(family_id) or begin_plan(family_id=family_id, now=now)
    if plan.stretches.filter(digest=digest).exists():
        raise CodeEntered
    if plan.stretches.count() >= STRETCHES_MAX:
        raise TooManyCodes
    bought = _take(digest) or _take(digest)  # once more: it may just have been written anew (mix_codes)
    if bought is None:
        raise CodeUnknown
    stretch = Stretch(
        kind=bought.kind,
        station=bought.station,
        months=bought.months,
        days=bought.days,
        digest=digest,
        created_at=midnight(today),
    )
    (put_now if at_once else put_last)(plan, stretch, today=today)
    return state_on(today, plan)


def _take(digest: bytes) -> Code | None:
    """Return a code that nobody entered yet, which is gone now; None when somebody else was first."""
    found = Code.objects.filter(digest=digest).first()
    return found if found and Code.objects.filter(pk=found.pk).delete()[0] else None
