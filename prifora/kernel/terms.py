"""Days and terms as laws count them: in local days, calendar months and working days.

Months follow Regulation (EEC) 1182/71 art. 3(2)(c): a month after 31 January is the last day of February. A
working day is none of Saturday, Sunday, or a public holiday of a country in which we serve people.
"""

from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta
from django.utils import timezone

ZONE = ZoneInfo("Europe/Amsterdam")
"""Where days begin and end; Brussels and Paris have the same clock."""

COUNTRIES = ("NL", "BE", "FR")
SATURDAY = 5


def day_of(moment: datetime) -> date:
    """Return the local day of an aware moment."""
    return moment.astimezone(ZONE).date()


def today() -> date:
    """Return the local day it is now; only what has no `now` to pass on asks, such as a column's default."""
    return day_of(timezone.now())


def end_of(day: date) -> datetime:
    """Return the moment a local day is over: the first one of the next, summer time or not."""
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), tzinfo=ZONE)


def months_after(day: date, months: int) -> date:
    """Return the same day some calendar months later (earlier when negative), or that month's last day."""
    return day + relativedelta(months=months)


def is_working_day(day: date) -> bool:
    """Return whether people work on this day in every country of COUNTRIES."""
    return day.weekday() < SATURDAY and not any(day in _holidays(country, day.year) for country in COUNTRIES)


def working_days_after(day: date, number: int) -> date:
    """Return the working day `number` (1 or more) working days after `day`, which does not count itself."""
    left = number
    while left:
        day += timedelta(days=1)
        left -= is_working_day(day)
    return day


def working_days_between(first: date, last: date) -> int:
    """Return how many working days lie after `first` and before `last`; neither of them counts."""
    between = (first + timedelta(days=n) for n in range(1, (last - first).days))
    return sum(is_working_day(day) for day in between)


@cache
def _holidays(country: str, year: int) -> frozenset[date]:
    """Return a country's public holidays in one year, Sundays aside."""
    import holidays

    return frozenset(holidays.country_holidays(country, years=year))
