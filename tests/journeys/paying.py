"""What happens to plans outside the browser: a shop that sells codes, and days that go by; run by `server.call`."""

from datetime import timedelta

from contacts.models import Family
from plans import services
from plans.models import Plan, Stretch
from prifora.kernel import clock
from prifora.kernel.terms import day_of


def buy(*, kind: str = "home", days: int = 365, station: bool = True) -> str:
    """Return a code as the shop would show it."""
    return services.issue(kind, days, station, now=clock.now())


def end(*, days: int, kind: str = "trial") -> str:
    """Let every family have a plan of `kind` that ended so many days ago (negative: ends then); return its last day."""
    until = day_of(clock.now()) - timedelta(days=days)
    for family in Family.objects.all():
        plan = services.begin_plan(family_id=family.pk, now=clock.now())
        plan.stretches.all().delete()
        Stretch.objects.create(plan=plan, place=0, kind=kind, station=kind != "family", months=0, days=30)
    Plan.objects.update(anchor_on=until - timedelta(days=30), paid_until=until, credit_days=0, told="")
    return until.isoformat()


def take_back(*, code: str) -> bool:
    """Take a code back, as the shop does with an order that is given back."""
    return services.void(code, now=clock.now())
