"""Days and terms as laws count them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from prifora.kernel.terms import (
    day_of,
    end_of,
    is_working_day,
    months_after,
    working_days_after,
    working_days_between,
)


class TestDayOf:
    @pytest.mark.parametrize(
        ("moment", "day"),
        [
            (datetime(2026, 12, 31, 22, 59, tzinfo=UTC), date(2026, 12, 31)),
            (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), date(2027, 1, 1)),
            (datetime(2027, 6, 30, 22, 0, tzinfo=UTC), date(2027, 7, 1)),
        ],
    )
    def test_is_the_day_on_the_wall(self, moment, day):
        assert day_of(moment) == day


class TestEndOf:
    @pytest.mark.parametrize(
        ("day", "hours"), [(date(2027, 3, 28), 23), (date(2027, 10, 31), 25), (date(2027, 5, 5), 24)]
    )
    def test_knows_days_that_are_shorter_and_longer(self, day, hours):
        begin = end_of(day - timedelta(days=1)).astimezone(UTC)
        assert end_of(day).astimezone(UTC) - begin == timedelta(hours=hours)


class TestMonthsAfter:
    @pytest.mark.parametrize(
        ("day", "months", "after"),
        [
            (date(2027, 1, 31), 1, date(2027, 2, 28)),
            (date(2028, 1, 31), 1, date(2028, 2, 29)),
            (date(2028, 2, 29), 12, date(2029, 2, 28)),
            (date(2027, 11, 30), 3, date(2028, 2, 29)),
            (date(2027, 3, 31), -1, date(2027, 2, 28)),
        ],
    )
    def test_ends_in_the_right_month(self, day, months, after):
        assert months_after(day, months) == after


class TestWorkingDays:
    @pytest.mark.parametrize(
        "day",
        [
            date(2026, 11, 28),  # a Saturday
            date(2026, 11, 29),  # a Sunday
            date(2026, 4, 27),  # King's Day, in the Netherlands
            date(2026, 7, 14),  # in France
            date(2026, 7, 21),  # in Belgium
            date(2027, 5, 6),  # Ascension
        ],
    )
    def test_are_no_days_on_which_some_are_free(self, day):
        assert not is_working_day(day)

    def test_are_counted_from_the_next_day_on(self):
        assert working_days_after(date(2026, 11, 27), 1) == date(2026, 11, 30)
        assert working_days_after(date(2026, 11, 30), 30) == date(2027, 1, 13)

    @pytest.mark.parametrize("number", range(1, 80))
    def test_between_are_one_fewer_than_after(self, number):
        first = date(2026, 12, 20)
        assert working_days_between(first, working_days_after(first, number)) == number - 1
