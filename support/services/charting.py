"""The figures as a member of staff sees them: the last weeks, every day and week, with what is not known."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from figures.access import COUNTED, Counted, figures_since, margin
from prifora.kernel.terms import day_of

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

SHOWN = 28
"""How many days or weeks are shown."""

HIGH, WIDE = 96, 20
"""The height of the highest bar, and the width each has with its gap, in the units of the picture."""


class State(StrEnum):
    """What is known of a period."""

    KNOWN = "known"
    FEW = "few"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Bar:
    """One period: its first and last day, what is known of it, and where its bar is in the picture."""

    first: date
    last: date
    state: State
    value: int | None
    x: int
    height: int

    @property
    def y(self) -> int:
        """Return where the bar begins, from above."""
        return HIGH - self.height


@dataclass(frozen=True, slots=True)
class Chart:
    """One metric: what is counted, how exact it is, and its periods, the oldest first."""

    name: str
    what: "StrPromise"
    is_weekly: bool
    margin: int
    highest: int
    bars: tuple[Bar, ...]

    @property
    def width(self) -> int:
        """Return how wide the picture is."""
        return WIDE * len(self.bars)

    @property
    def latest_first(self) -> tuple[Bar, ...]:
        """Return the periods as the table has them."""
        return self.bars[::-1]


def draw_charts(*, now: datetime) -> list[Chart]:
    """Return every metric with its last SHOWN periods that are over at `now`."""
    return [_chart(counted, day_of(now)) for counted in COUNTED.values()]


def _chart(counted: Counted, today: date) -> Chart:
    firsts = [counted.first_of(today) - n * counted.every for n in range(SHOWN, 0, -1)]
    found = figures_since(counted.metric, firsts[0])
    highest = max((value or 0 for value in found.values()), default=0)
    bars = tuple(_bar(counted, first, n * WIDE, found, highest) for n, first in enumerate(firsts))
    return Chart(counted.metric, counted.what, counted.is_weekly, margin(counted.epsilon), highest, bars)


def _bar(counted: Counted, first: date, x: int, found: dict[date, int | None], highest: int) -> Bar:
    value = found.get(first)
    state = State.UNKNOWN if first not in found else State.FEW if value is None else State.KNOWN
    height = max(1, value * HIGH // highest) if value else 0
    return Bar(first, counted.last_of(first), state, value, x, height)
