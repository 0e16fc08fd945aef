"""What is counted, over which period, and how much all figures together may tell about one person.

A figure is a number of accounts, so one account more or less changes it by one at most. With noise of epsilon
e, whoever sees it learns whether somebody is in it with odds of at most exp(e) (differential privacy).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from math import exp
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from prifora.kernel.terms import day_of, end_of

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

BUDGET = Fraction(1)
"""The most that all figures of one day together may tell about one person (epsilon)."""

SHOWN_FROM = 20
"""A result under this is "fewer than 20", and its number is not even stored."""

SETTLES = timedelta(minutes=5)
"""So long after its end a period is counted: what was under way at midnight is stored by then."""

DAY, WEEK = timedelta(days=1), timedelta(days=7)


class Overspent(ValueError):
    """Our bug: all figures together would tell more about one person than BUDGET."""


class Metric(StrEnum):
    """What is counted."""

    PEOPLE = "people"
    STATIONS = "stations"
    MESSAGES = "messages"
    PICTURES = "pictures"
    WEEK_PEOPLE = "week_people"
    WEEK_STATIONS = "week_stations"
    READ_ALOUD = "read_aloud"
    SLIDESHOW = "slideshow"


TOLD = (Metric.READ_ALOUD, Metric.SLIDESHOW)
"""What only the app knows. It tells, and is listened to, only for people who agreed to it."""


@dataclass(frozen=True, slots=True)
class Counted:
    """One metric: how often, what it uses of the budget, and for how long afterwards rows still tell it."""

    metric: Metric
    what: "StrPromise"
    every: timedelta
    epsilon: Fraction
    late: timedelta

    @property
    def is_weekly(self) -> bool:
        """Return whether it is counted for each week, and not for each day."""
        return self.every == WEEK

    def first_of(self, day: date) -> date:
        """Return the first day of the period that `day` is in; weeks begin on Monday."""
        return day - timedelta(days=day.weekday()) if self.is_weekly else day

    def last_of(self, first: date) -> date:
        """Return the last day of the period that begins on `first`."""
        return first + self.every - DAY


_PART = Fraction(1, 8)

_USE_TOLD = timedelta(hours=2)
"""An account says when it was used last: who comes again the next day is soon no more in the day before."""

_ROWS_TOLD = timedelta(days=6)
"""Signs of life of Home Stations stay for two weeks, so for the whole of a week that ended so long ago."""

COUNTED: dict[Metric, Counted] = {
    one.metric: one
    for one in (
        Counted(
            Metric.PEOPLE,
            _("People who used PRIFORA, or whose Home Station was on"),
            DAY,
            _PART,
            _USE_TOLD,
        ),
        Counted(Metric.STATIONS, _("People whose Home Station was on"), DAY, _PART, _ROWS_TOLD),
        Counted(Metric.MESSAGES, _("People who wrote a message"), DAY, _PART, _ROWS_TOLD),
        Counted(Metric.PICTURES, _("People who shared a photo, film or file"), DAY, _PART, _ROWS_TOLD),
        Counted(
            Metric.WEEK_PEOPLE,
            _("People who used PRIFORA, or whose Home Station was on, at least once in the week"),
            WEEK,
            _PART,
            _USE_TOLD,
        ),
        Counted(
            Metric.WEEK_STATIONS,
            _("People whose Home Station was on at least once in the week"),
            WEEK,
            _PART,
            _ROWS_TOLD,
        ),
        Counted(
            Metric.READ_ALOUD,
            _("People who had something read aloud, of those who agreed to be counted in this"),
            DAY,
            _PART,
            _ROWS_TOLD,
        ),
        Counted(
            Metric.SLIDESHOW,
            _("People who watched a slideshow, of those who agreed to be counted in this"),
            DAY,
            _PART,
            _ROWS_TOLD,
        ),
    )
}
"""Every figure there is. A day is in one week: what a week uses of the budget counts on each of its days."""


def spent(counted: Iterable[Counted]) -> Fraction:
    """Return the most that figures of one day tell about one person, those of its week included."""
    return sum((one.epsilon for one in counted), Fraction(0))


def refuse_overspent(counted: dict[Metric, Counted]) -> None:
    """Raise Overspent unless all of these together stay within BUDGET and each uses something of it."""
    if any(one.epsilon <= 0 for one in counted.values()) or spent(counted.values()) > BUDGET:
        raise Overspent


def due_at(counted: Counted, now: datetime) -> list[date]:
    """Return the first days of the periods that are over at `now` and that rows still tell, newest first."""
    first, due = counted.first_of(day_of(now - SETTLES)) - counted.every, []
    while now - end_of(counted.last_of(first)) <= counted.late:
        due.append(first)
        first -= counted.every
    return due


def margin(epsilon: Fraction) -> int:
    """Return within how much of what was counted a figure is, nineteen times out of twenty.

    The noise is discrete Laplace: with a = exp(-epsilon), it is further away than n with probability
    2 a^(n+1) / (1 + a).
    """
    ratio = exp(-float(epsilon))
    furthest = 1
    while 2 * ratio ** (furthest + 1) / (1 + ratio) > 1 / 20:
        furthest += 1
    return furthest
