"""Plans are used here, and days are said: the family began on the first of these."""

from datetime import UTC, date, datetime, timedelta

import pytest

from plans import services
from plans.models import Plan

BEGAN = date(2026, 11, 30)


def at(day, hour=12):
    """The moment of a day at which things happen here."""
    return datetime(day.year, day.month, day.day, hour, 34, 56, tzinfo=UTC)


def days_later(number, since=BEGAN):
    return since + timedelta(days=number)


@pytest.fixture(autouse=True)
def used(settings):
    """This server asks families for plans; a new one may try everything for 30 days."""
    settings.PLANS_USED = True
    settings.PLAN_TRIAL_DAYS = 30
    return settings


@pytest.fixture
def plan(family):
    """The plan of Alice's family, begun on BEGAN."""
    Plan.objects.filter(family=family).delete()
    return services.begin_plan(family_id=family.pk, now=at(BEGAN))


@pytest.fixture
def paid(family, plan):
    """paid(days, kind="home", on=BEGAN) buys a code, enters it on a day, and returns it."""

    def enter(days=0, *, months=0, kind="home", station=True, on=BEGAN, at_once=False):
        code = services.issue(kind, days, station, months=months, now=at(on))
        services.redeem(family_id=family.pk, code=code, at_once=at_once, now=at(on))
        return code

    return enter


@pytest.fixture
def state(family):
    """state(day) is how the plan of Alice's family stands on a day."""
    return lambda day: services.state_of(family.pk, now=at(day))
