"""Rules about coming back, without a database."""

from datetime import timedelta

import pytest

from prifora.kernel import clock
from recovery import rules

NOW = clock.now()
DAY = timedelta(days=1)


class TestMayChoose:
    @pytest.mark.parametrize(("shares", "threshold"), [(2, 2), (3, 2)])
    def test_any_two_of_two_or_three_after_a_wait(self, shares, threshold):
        for hours in (24, 72, 168):
            assert rules.may_choose(shares=shares, threshold=threshold, wait_hours=hours, by_station=False)

    @pytest.mark.parametrize(
        ("shares", "threshold"), [(0, 0), (1, 1), (1, 2), (2, 1), (3, 1), (3, 3), (4, 2)]
    )
    def test_nothing_else_for_a_person(self, shares, threshold):
        assert not rules.may_choose(shares=shares, threshold=threshold, wait_hours=24, by_station=False)

    def test_no_haste_but_at_a_home_station(self):
        assert not rules.may_choose(shares=3, threshold=2, wait_hours=0, by_station=False)
        assert rules.may_choose(shares=3, threshold=2, wait_hours=0, by_station=True)

    def test_one_relative_at_a_home_station_only(self):
        assert rules.may_choose(shares=1, threshold=1, wait_hours=0, by_station=True)
        assert not rules.may_choose(shares=2, threshold=1, wait_hours=0, by_station=True)


def state(**changes):
    facts = {
        "outcome": "",
        "approvals": 2,
        "needed": 2,
        "wait_until": NOW,
        "ends_at": NOW + DAY,
        "now": NOW,
        **changes,
    }
    return rules.state_of(**facts)


class TestStateOf:
    def test_is_ready_with_enough_approvals_when_the_wait_is_over(self):
        assert state() == "ready"
        assert state(approvals=3) == "ready"
        assert state(approvals=1) == "waiting"
        assert state(wait_until=NOW + timedelta(seconds=1)) == "waiting"

    def test_stays_ready_while_it_is_used(self):
        assert state(outcome="used", approvals=0) == "ready"
        assert state(outcome="used", ends_at=NOW) == "ended"

    def test_is_over_after_a_veto_an_end_or_its_time(self):
        assert state(outcome="vetoed") == "vetoed"
        assert state(outcome="vetoed", ends_at=NOW - DAY) == "vetoed"
        assert state(outcome="ended") == "ended"
        assert state(ends_at=NOW) == "ended"


def test_every_wait_leaves_a_week_to_come_back():
    assert timedelta(hours=max(rules.WAIT_HOURS)) + timedelta(days=7) <= rules.LASTS
