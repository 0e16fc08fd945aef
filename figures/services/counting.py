"""Who is in a figure: accounts, each once, from rows that are there anyway."""

from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from typing import Any

from accounts.access import used_from
from chat.access import authors_between, senders_of_files
from figures.models import Mark
from figures.rules import DAY, Counted, Metric
from media.access import contributors_between
from prifora.kernel.gates import restricted_people
from prifora.kernel.terms import end_of
from stations.access import users_alive_between

Who = Callable[[date, datetime, datetime], set[Any]]
"""By their ids, or where no id is known by their marks."""


def count_accounts(counted: Counted, first: date) -> int:
    """Return how many accounts are in the figure of the period that begins on `first`, before any noise.

    It must not leave the transaction it is asked in. Whose data may only be stored is left out.
    """
    since, until = end_of(first - DAY), end_of(counted.last_of(first))
    return len(_WHO[counted.metric](first, since, until) - restricted_people())


def _used(first: date, _since: datetime, until: datetime) -> set[Any]:
    return used_from(first, until)


def _had_station_on(_first: date, since: datetime, until: datetime) -> set[Any]:
    return users_alive_between(since, until)


def _wrote(_first: date, since: datetime, until: datetime) -> set[Any]:
    return authors_between(since, until)


def _shared(_first: date, since: datetime, until: datetime) -> set[Any]:
    return contributors_between(since, until) | senders_of_files(since, until)


def _told(metric: Metric, first: date, _since: datetime, _until: datetime) -> set[bytes]:
    marks = Mark.objects.filter(metric=metric, day=first).values_list("digest", flat=True)
    return {bytes(digest) for digest in marks}


_WHO: dict[Metric, Who] = {
    Metric.PEOPLE: _used,
    Metric.STATIONS: _had_station_on,
    Metric.MESSAGES: _wrote,
    Metric.PICTURES: _shared,
    Metric.WEEK_PEOPLE: _used,
    Metric.WEEK_STATIONS: _had_station_on,
    Metric.READ_ALOUD: partial(_told, Metric.READ_ALOUD),
    Metric.SLIDESHOW: partial(_told, Metric.SLIDESHOW),
}
"""A set has everybody once: that is why one account changes a figure by one at most."""
