"""Who is in a figure: accounts, each once, from rows that are there anyway."""

from collections.abc import Callable
from datetime import date, datetime
from uuid import UUID

from accounts.access import used_from
from chat.access import authors_between, senders_of_files
from figures.rules import DAY, Counted, Metric
from media.access import contributors_between
from prifora.kernel.gates import restricted_people
from prifora.kernel.terms import end_of
from stations.access import users_alive_between

Who = Callable[[date, datetime, datetime], set[UUID]]


def count_accounts(counted: Counted, first: date) -> int:
    """Return how many accounts are in the figure of the period that begins on `first`, before any noise.

    It must not leave the transaction it is asked in. Whose data may only be stored is left out.
    """
    since, until = end_of(first - DAY), end_of(counted.last_of(first))
    return len(_WHO[counted.metric](first, since, until) - restricted_people())


def _used(first: date, _since: datetime, until: datetime) -> set[UUID]:
    return used_from(first, until)


def _had_station_on(_first: date, since: datetime, until: datetime) -> set[UUID]:
    return users_alive_between(since, until)


def _wrote(_first: date, since: datetime, until: datetime) -> set[UUID]:
    return authors_between(since, until)


def _shared(_first: date, since: datetime, until: datetime) -> set[UUID]:
    return contributors_between(since, until) | senders_of_files(since, until)


_WHO: dict[Metric, Who] = {
    Metric.PEOPLE: _used,
    Metric.STATIONS: _had_station_on,
    Metric.MESSAGES: _wrote,
    Metric.PICTURES: _shared,
    Metric.WEEK_PEOPLE: _used,
    Metric.WEEK_STATIONS: _had_station_on,
}
"""A set has everybody once: that is why one account changes a figure by one at most."""
