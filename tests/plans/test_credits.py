"""Days for everybody when something did not work."""

import pytest

from notices.models import Notice
from plans import services
from plans.models import Credit, Plan
from plans.refusals import OutageKnown
from plans.rules import Phase
from tests import cast
from tests.plans.conftest import BEGAN, at, days_later

pytestmark = pytest.mark.django_db


@pytest.fixture
def credit(alice):
    """credit(days, on=BEGAN, hour=11) records an outage that ended in that hour."""
    return lambda days, on=BEGAN, hour=11: services.add_credit(
        days=days,
        reason="No messages on Sunday.",
        began_at=at(on, 1),
        ended_at=at(on, hour),
        given_by=alice.pk,
        now=at(on),
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
        credit(3, hour=10)
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
            "began_at",
            "ended_at",
            "told_to",
            "told_at",
        }

    def test_is_given_once_for_an_outage(self, plan, credit, state):
        credit(3)
        with pytest.raises(OutageKnown):
            credit(3)
        assert (state(BEGAN).paid_until, Credit.objects.count()) == (days_later(33), 1)

    def test_is_for_plans_that_were_there_when_it_ended(self, plan, credit, charlie, alice):
        later = cast.family_of(charlie)
        Plan.objects.filter(family=later).delete()
        services.begin_plan(family_id=later.pk, now=at(days_later(2)))
        given = services.add_credit(
            days=1,
            reason="No messages on Sunday.",
            began_at=at(BEGAN, 1),
            ended_at=at(BEGAN, 11),
            given_by=alice.pk,
            now=at(days_later(3)),
        )
        assert given.plans == 1
        assert services.state_of(later.pk, now=at(days_later(3))).paid_until == days_later(32)

    def test_is_of_an_outage_that_lasted(self, plan, credit):
        with pytest.raises(ValueError, match="lasted some time"):
            credit(1, hour=1)

    @pytest.mark.parametrize("days", [0, -1])
    def test_is_of_at_least_a_day(self, plan, credit, days):
        with pytest.raises(ValueError, match="at least a day"):
            credit(days)


class TestCreditsGiven:
    def test_are_newest_first(self, plan, credit):
        credit(1)
        credit(2, on=days_later(1))
        assert [one.days for one in services.credits_given()] == [2, 1]


class TestTellCredits:
    def test_tells_who_looks_after_a_family_once(self, plan, credit, alice, bob):
        credit(3)
        for _again in range(3):
            services.tell_credits(now=at(BEGAN))
        notice = Notice.objects.get(kind="plan.credited")
        assert notice.account_id == alice.pk
        assert Credit.objects.get().told_at == at(BEGAN)
        assert notice.facts == {"days": 3, "ended_on": days_later(33).isoformat()}

    def test_tells_nobody_whose_plan_got_nothing_this_time(self, plan, credit):
        credit(3)
        services.tell_credits(now=at(BEGAN))
        credit(2, on=days_later(70))
        services.tell_credits(now=at(days_later(70)))
        assert [one.facts["days"] for one in Notice.objects.filter(kind="plan.credited")] == [3]

    def test_goes_on_where_it_was_stopped(self, plan, credit, alice, charlie, monkeypatch):
        monkeypatch.setattr("plans.services.credits.TOLD_AT_ONCE", 1)
        other = cast.family_of(charlie)
        Plan.objects.filter(family=other).update(anchor_on=BEGAN, paid_until=days_later(30))
        credit(3)
        assert [services.tell_credits(now=at(BEGAN)) for _ in range(4)] == [1, 1, 0, 0]
        told = Notice.objects.filter(kind="plan.credited").values_list("account_id", flat=True)
        assert set(told) == {alice.pk, charlie.pk}

    def test_tells_nobody_who_got_nothing(self, plan, credit, charlie):
        credit(3)
        other = cast.family_of(charlie)
        Plan.objects.filter(family=other).update(anchor_on=BEGAN)
        services.tell_credits(now=at(BEGAN))
        assert not Notice.objects.filter(account_id=charlie.pk, kind="plan.credited").exists()
