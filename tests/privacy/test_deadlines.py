"""The legal clock, through years: month ends, 29 February, days of 23 and 25 hours."""

from datetime import UTC, date, datetime, timedelta

import pytest

from prifora.kernel.terms import ZONE, day_of, is_working_day, months_after
from privacy.deadlines import acknowledge_by, answer_by, days_left, may_extend, reminders_by

EVERY_DAY = [date(2027, 1, 1) + timedelta(days=n) for n in range(2 * 366)]


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


class TestAnswerBy:
    @pytest.mark.parametrize(
        ("filed", "due"),
        [
            ("2027-01-15T12:00", date(2027, 2, 15)),
            ("2027-01-31T12:00", date(2027, 2, 28)),
            ("2028-01-31T12:00", date(2028, 2, 29)),
            ("2028-01-29T12:00", date(2028, 2, 29)),
            ("2028-02-29T12:00", date(2028, 3, 29)),
            ("2027-02-28T12:00", date(2027, 3, 28)),
            ("2027-10-31T00:30", date(2027, 11, 30)),
            ("2027-12-31T23:59", date(2028, 1, 31)),
        ],
    )
    def test_is_the_same_day_a_month_later_or_that_month_s_last(self, filed, due):
        assert answer_by(at(filed)) == due

    @pytest.mark.parametrize(
        ("filed", "due"),
        [
            (datetime(2027, 3, 27, 22, 59, tzinfo=UTC), date(2027, 4, 27)),
            (datetime(2027, 3, 27, 23, 1, tzinfo=UTC), date(2027, 4, 28)),
            (datetime(2027, 10, 30, 21, 59, tzinfo=UTC), date(2027, 11, 30)),
            (datetime(2027, 10, 30, 22, 1, tzinfo=UTC), date(2027, 11, 30)),
        ],
    )
    def test_begins_on_the_day_on_the_wall_also_where_the_clock_changes(self, filed, due):
        assert answer_by(filed) == due

    def test_is_never_more_than_a_month_after(self):
        for day in EVERY_DAY:
            filed = datetime.combine(day, datetime.max.time(), tzinfo=ZONE)
            due = answer_by(filed)
            assert 28 <= (due - day).days <= 31
            assert due.month == day.month % 12 + 1

    @pytest.mark.parametrize(("months", "due"), [(1, date(2027, 3, 31)), (2, date(2027, 4, 30))])
    def test_counts_more_months_from_the_beginning(self, months, due):
        assert answer_by(at("2027-01-31T12:00"), more_months=months) == due


class TestMayExtend:
    def test_holds_until_the_first_month_is_over(self):
        filed = at("2027-01-31T12:00")
        assert may_extend(filed, at("2027-02-28T23:59"))
        assert not may_extend(filed, at("2027-03-01T00:00"))


class TestAcknowledgeBy:
    def test_counts_ten_working_days_of_every_country(self):
        assert acknowledge_by(at("2027-03-01T12:00")) == date(2027, 3, 15)
        assert acknowledge_by(at("2027-03-19T12:00")) > date(2027, 4, 2)  # Easter lies between

    def test_ends_on_a_working_day(self):
        for day in EVERY_DAY:
            assert is_working_day(acknowledge_by(datetime.combine(day, datetime.min.time(), tzinfo=ZONE)))


class TestRemindersBy:
    def test_come_on_days_20_and_27(self):
        for day in EVERY_DAY:
            filed = datetime.combine(day, datetime.max.time(), tzinfo=ZONE)
            made = [reminders_by(filed, answer_by(filed), day + timedelta(days=n)) for n in range(32)]
            assert made == [0] * 20 + [1] * 7 + [2] * 5

    def test_come_before_the_end_when_more_time_was_taken(self):
        filed = at("2027-01-31T12:00")
        due = answer_by(filed, more_months=2)
        days = [reminders_by(filed, due, due - timedelta(days=n)) for n in (11, 10, 4, 3, 0)]
        assert days == [0, 1, 1, 2, 2]


class TestDaysLeft:
    def test_counts_down_and_below_nothing(self):
        due = months_after(day_of(at("2027-01-31T12:00")), 1)
        assert [days_left(due, due + timedelta(days=n)) for n in (-2, 0, 3)] == [2, 0, -3]
