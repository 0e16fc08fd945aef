"""Days for everybody when something did not work."""

import pytest

from plans import services
from plans.models import Credit, Plan
from plans.rules import Phase
from tests import cast
from tests.plans.conftest import BEGAN, at, days_later

pytestmark = pytest.mark.django_db


@pytest.fixture
def credit(alice):
    return lambda days, on=BEGAN: services.add_credit(
        days=days, reason="No messages on Sunday.", given_by=alice.pk, now=at(on)
    )


class TestAddCredit:
    def test_makes_every_plan_that_runs_longer(self, plan, credit, state, charlie):
        other = cast.family_of(charlie)
        Plan.objects.filter(family=other).update(anchor_on=BEGAN, paid_until=BEGAN)
        assert credit(3).plans == 2
        assert state(BEGAN).paid_until == days_later(33)
        assert services.state_of(other.pk, now=at(BEGAN)).paid_until == days_later(3)

    def test_brings_back_a_plan_from_its_grace(self, plan, credit, state):
        credit(3, on=days_later(31))
        assert state(days_later(31)).phase is Phase.ACTIVE

    def test_does_not_bring_back_what_is_read_only(self, plan, credit, state):
        assert credit(3, on=days_later(61)).plans == 0
        assert state(days_later(61)).phase is Phase.READ_ONLY

    def test_adds_up_and_stays_when_a_code_is_entered(self, paid, credit, state):
        credit(2)
        credit(3)
        before = state(BEGAN).paid_until
        paid(30)
        assert (state(BEGAN).paid_until - before).days == 30

    def test_says_by_whom_and_why_and_nothing_of_families(self, plan, credit, alice):
        credit(3)
        row = Credit.objects.get()
        assert (row.given_by_id, row.reason, row.plans) == (alice.pk, "No messages on Sunday.", 1)
        assert {field.name for field in Credit._meta.get_fields()} == {
            "id",
            "created_at",
            "days",
            "reason",
            "given_by",
            "plans",
        }

    @pytest.mark.parametrize("days", [0, -1])
    def test_is_of_at_least_a_day(self, plan, credit, days):
        with pytest.raises(ValueError, match="at least a day"):
            credit(days)


class TestCreditsGiven:
    def test_are_newest_first(self, plan, credit):
        credit(1)
        credit(2, on=days_later(1))
        assert [one.days for one in services.credits_given()] == [2, 1]
