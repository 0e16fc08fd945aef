"""What all figures together may tell, when each is made, and how exact it is."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest

from figures.rules import BUDGET, COUNTED, SETTLES, Metric, Overspent, due_at, margin, refuse_overspent, spent
from tests.figures.people import MONDAY, at

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
PEOPLE, STATIONS, WEEK = COUNTED[Metric.PEOPLE], COUNTED[Metric.STATIONS], COUNTED[Metric.WEEK_STATIONS]


class TestTheBudget:
    def test_is_not_overspent_by_all_figures_of_a_day_together(self):
        assert BUDGET == 1
        assert spent(COUNTED.values()) <= BUDGET
        assert set(COUNTED) == set(Metric)

    @pytest.mark.parametrize("epsilon", [Fraction(1), Fraction(1, 2), Fraction(0), Fraction(-1)])
    def test_refuses_more_and_refuses_nothing_at_all(self, epsilon):
        other = {**COUNTED, Metric.PEOPLE: replace(PEOPLE, epsilon=epsilon)}
        with pytest.raises(Overspent):
            refuse_overspent(other)

    def test_may_be_used_up(self):
        rest = BUDGET - spent(one for one in COUNTED.values() if one is not PEOPLE)
        refuse_overspent({**COUNTED, Metric.PEOPLE: replace(PEOPLE, epsilon=rest)})
        with pytest.raises(Overspent):
            refuse_overspent({**COUNTED, Metric.PEOPLE: replace(PEOPLE, epsilon=rest + Fraction(1, 10**12))})


class TestDueAt:
    def test_is_a_day_once_it_is_over_and_settled(self):
        midnight = at(MONDAY + DAY, 0)
        assert MONDAY not in due_at(STATIONS, midnight + SETTLES - timedelta(seconds=1))
        assert due_at(STATIONS, midnight + SETTLES)[0] == MONDAY

    def test_goes_back_as_far_as_rows_tell(self):
        due = due_at(STATIONS, at(MONDAY, 12))
        assert due == [MONDAY - n * DAY for n in range(1, 7)]
        assert due_at(PEOPLE, at(MONDAY, 1)) == [MONDAY - DAY]
        assert due_at(PEOPLE, at(MONDAY, 3)) == []

    def test_is_a_week_from_monday_to_sunday(self):
        assert due_at(WEEK, at(MONDAY, 1)) == [MONDAY - 7 * DAY]
        assert due_at(WEEK, at(MONDAY + 5 * DAY, 1)) == [MONDAY - 7 * DAY]
        assert due_at(WEEK, at(MONDAY + 6 * DAY, 12)) == []

    @pytest.mark.parametrize("change", [date(2026, 3, 29), date(2026, 10, 25)])
    def test_knows_days_of_23_and_of_25_hours(self, change):
        assert due_at(PEOPLE, at(change + DAY, 0) + HOUR) == [change]
        assert due_at(STATIONS, at(change + DAY, 0) - HOUR)[0] == change - DAY


class TestMargin:
    def test_is_where_one_in_twenty_is_further_away(self):
        assert margin(Fraction(1, 8)) == 24
        assert margin(Fraction(1)) == 3
