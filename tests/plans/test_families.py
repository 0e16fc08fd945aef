"""What a family has of its plan: the trial, entering codes, changing plans."""

import threading
from datetime import date
from uuid import uuid4

import pytest
from django.db import connection

from plans import services
from plans.models import Code, Plan, Stretch
from plans.refusals import CodeEntered, CodeMistyped, CodeUnknown, TooManyCodes
from plans.rules import Phase, new_code
from plans.services.families import STRETCHES_MAX
from tests import cast
from tests.plans.conftest import BEGAN, at, days_later

pytestmark = pytest.mark.django_db


class TestBeginPlan:
    def test_lets_a_family_try_everything(self, plan, state):
        assert state(BEGAN).phase is Phase.ACTIVE
        assert (state(BEGAN).kind, state(BEGAN).station) == ("trial", True)
        assert state(BEGAN).paid_until == date(2026, 12, 30)
        assert state(BEGAN).grace_until == date(2027, 1, 29)

    def test_begins_once(self, family, plan):
        services.begin_plan(family_id=family.pk, now=at(days_later(400)))
        assert Plan.objects.get().paid_until == date(2026, 12, 30)
        assert Stretch.objects.count() == 1

    def test_without_a_trial_begins_the_grace_tomorrow(self, family, used, plan, state):
        used.PLAN_TRIAL_DAYS = 0
        Plan.objects.all().delete()
        services.begin_plan(family_id=family.pk, now=at(BEGAN))
        assert [state(days_later(days)).phase for days in (0, 1, 31)] == [
            Phase.ACTIVE,
            Phase.GRACE,
            Phase.READ_ONLY,
        ]


class TestBeginMissing:
    def test_begins_those_of_families_that_were_there_before(self, family, used):
        used.PLANS_USED = False
        others = [cast.family_of(cast.person(name)) for name in ("eve", "frank")]
        used.PLANS_USED = True
        Plan.objects.all().delete()
        assert services.begin_missing(now=at(BEGAN)) == 3
        assert services.begin_missing(now=at(BEGAN)) == 0
        assert {one.family_id for one in Plan.objects.all()} == {family.pk, *(one.pk for one in others)}

    def test_does_nothing_where_plans_are_not_used(self, family, used):
        used.PLANS_USED = False
        Plan.objects.all().delete()
        assert services.begin_missing(now=at(BEGAN)) == 0
        assert not Plan.objects.exists()


class TestRedeem:
    def test_follows_on_what_the_family_has(self, paid, state):
        paid(365)
        assert state(BEGAN).paid_until == date(2027, 12, 30)
        paid(365)
        assert state(BEGAN).paid_until == date(2028, 12, 30)

    def test_comes_back_to_the_end_of_the_month(self, paid, state):
        first = date(2027, 1, 31)
        Plan.objects.update(anchor_on=first, paid_until=first)
        Stretch.objects.all().delete()
        found = []
        for _ in range(3):
            paid(months=1, on=first)
            found.append(state(first).paid_until)
        assert found == [date(2027, 2, 28), date(2027, 3, 31), date(2027, 4, 30)]

    def test_comes_back_to_the_29th_of_february(self, paid, state):
        first = date(2028, 2, 29)
        Plan.objects.update(anchor_on=first, paid_until=first)
        Stretch.objects.all().delete()
        for _ in range(4):
            paid(365, on=first)
        assert state(first).paid_until == date(2032, 2, 29)

    def test_in_the_grace_counts_from_the_last_day_paid_for(self, paid, state):
        paid(months=1, on=days_later(50))
        assert state(days_later(50)).paid_until == date(2027, 1, 30)
        assert state(days_later(50)).phase is Phase.ACTIVE

    def test_after_the_grace_counts_from_today(self, paid, state):
        paid(months=1, on=days_later(100))
        assert state(days_later(100)).paid_until == date(2027, 4, 10)
        assert [one.kind for one in state(days_later(100)).pieces] == ["home"]

    def test_works_once(self, family, paid):
        code = paid(365)
        with pytest.raises(CodeEntered):
            services.redeem(family_id=family.pk, code=code, now=at(BEGAN))
        assert not Code.objects.exists()

    def test_in_another_family_says_no_more_than_of_a_wrong_one(self, paid, charlie):
        code = paid(365)
        other = cast.family_of(charlie)
        for tried in (code, new_code()):
            with pytest.raises(CodeUnknown):
                services.redeem(family_id=other.pk, code=tried, now=at(BEGAN))

    def test_of_a_code_taken_back_says_no_more_than_of_a_wrong_one(self, family, plan):
        code = services.issue("home", 365, True, now=at(BEGAN))
        services.void(code, now=at(BEGAN))
        with pytest.raises(CodeUnknown):
            services.redeem(family_id=family.pk, code=code, now=at(BEGAN))

    def test_sees_a_slip_of_the_pen(self, family, plan):
        code = services.issue("home", 365, True, now=at(BEGAN))
        slip = code[:-1] + ("B" if code[-1] != "B" else "C")
        with pytest.raises(CodeMistyped):
            services.redeem(family_id=family.pk, code=slip, now=at(BEGAN))

    def test_keeps_of_the_code_its_day_only(self, paid):
        paid(365)
        [row] = Stretch.objects.exclude(digest=None)
        assert row.created_at.astimezone().minute == 0
        assert row.created_at.second == row.created_at.microsecond == 0

    def test_begins_a_plan_where_there_is_none_yet(self, family, state):
        Plan.objects.all().delete()
        code = services.issue("home", 365, True, now=at(BEGAN))
        services.redeem(family_id=family.pk, code=code, now=at(BEGAN))
        assert state(BEGAN).paid_until == date(2027, 12, 30)

    def test_has_room_for_so_many(self, family, paid):
        for _ in range(STRETCHES_MAX - 1):
            paid(months=1)
        code = services.issue("home", 365, True, now=at(BEGAN))
        with pytest.raises(TooManyCodes):
            services.redeem(family_id=family.pk, code=code, now=at(BEGAN))
        assert Code.objects.count() == 1, "it can still be entered later"

    def test_tells_everybody_in_the_family(self, family, plan, told, alice, bob):
        code = services.issue("home", 365, True, now=at(BEGAN))
        heard = told(lambda: services.redeem(family_id=family.pk, code=code, now=at(BEGAN)))
        assert heard == [("plan.changed", {"family_id": str(family.pk)}, {alice.pk, bob.pk})]


class TestChangeOfPlan:
    def test_begins_today_and_loses_nothing_of_the_rest(self, paid, state):
        paid(365, kind="family", station=False, on=BEGAN)
        until = state(BEGAN).paid_until
        day = days_later(130)
        assert (state(day).kind, state(day).station) == ("family", False)
        paid(months=1, kind="home", on=day, at_once=True)
        assert (state(day).kind, state(day).station) == ("family", False), "today was paid for already"
        after = state(days_later(131))
        assert (after.kind, after.station) == ("home", True)
        assert [one.kind for one in after.pieces] == ["home", "family"]
        assert (after.paid_until - until).days == (date(2027, 5, 9) - day).days
        assert state(date(2027, 5, 10)).kind == "family"

    def test_the_same_day_twice(self, paid, state):
        paid(months=1, kind="family", at_once=True)
        paid(months=1, kind="home", at_once=True)
        assert [one.kind for one in state(days_later(1)).pieces] == ["home", "family", "trial"]
        assert state(BEGAN).paid_until == date(2027, 3, 1)

    def test_taken_back_gives_the_rest_its_place_again(self, paid, state):
        paid(365, kind="family", station=False)
        day = days_later(130)
        changed = paid(months=1, kind="home", on=day, at_once=True)
        assert services.void(changed, now=at(days_later(135)))
        after = state(days_later(136))
        assert after.kind == "family"
        assert after.paid_until == date(2028, 1, 4), "the five days that the other plan ran come after it"

    def test_in_the_grace_goes_on_as_any_code(self, paid, state):
        paid(months=1, on=days_later(50), at_once=True)
        assert state(days_later(50)).paid_until == date(2027, 1, 30)


@pytest.mark.django_db(transaction=True)
def test_of_two_families_one_gets_a_code(alice, charlie):
    families = [cast.family_of(alice), cast.family_of(charlie)]
    code = services.issue("home", 365, True, now=at(BEGAN))
    together, outcomes = threading.Barrier(2), []

    def enter(family):
        together.wait(10)
        try:
            services.redeem(family_id=family.pk, code=code, now=at(BEGAN))
            outcomes.append("in")
        except CodeUnknown:
            outcomes.append("unknown")
        finally:
            connection.close()

    threads = [threading.Thread(target=enter, args=[family]) for family in families]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes) == ["in", "unknown"]


def test_a_family_that_ends_takes_its_plan_along(family, plan, paid):
    paid(365)
    family.delete()
    assert not Plan.objects.exists()
    assert not Stretch.objects.exists()


def test_nobody_knows_a_family_by_an_unknown_id(used):
    assert services.state_of(uuid4(), now=at(BEGAN)).paid_until is None
