"""Deleting many rows a piece at a time: nobody waits long for them, and memory does not grow with them."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections, transaction
from django.db.models import QuerySet

GOAL_SECONDS = 0.25
"""How long one transaction should last: a person who writes meanwhile does not notice it."""

AT_FIRST, AT_LEAST, AT_MOST = 500, 50, 5_000
"""Rows in one transaction: with which one begins, and whatever the machine."""


class Pace:
    """How many rows go in one transaction: as many as this machine does in GOAL_SECONDS just now.

    A disk that others keep busy makes it fewer at once, a quick one twice as many each time. `fixed`: always
    so many.
    """

    def __init__(self, fixed: int | None = None) -> None:
        self.rows, self._is_fixed = fixed or AT_FIRST, fixed is not None

    @contextmanager
    def timed(self) -> Iterator[int]:
        """Yield how many rows may go now; how long that took, with its commit, decides about the next."""
        begun = time.monotonic()
        yield self.rows
        self.took(time.monotonic() - begun)

    def took(self, seconds: float) -> None:
        """Judge by a full piece."""
        if not self._is_fixed:
            wanted = int(self.rows * GOAL_SECONDS / max(seconds, GOAL_SECONDS / 2))
            self.rows = min(AT_MOST, max(AT_LEAST, wanted))


@transaction.atomic
def delete_some(rows: QuerySet[Any], *, at_once: int) -> tuple[int, bool]:
    """Delete at most `at_once` of `rows`; return how many went, and whether more may be left.

    What goes along is counted too.
    """
    gone, by_table = rows.model._base_manager.filter(pk__in=rows.values("pk")[:at_once]).delete()
    return gone, by_table.get(rows.model._meta.label, 0) >= at_once


def delete_in_batches(rows: QuerySet[Any], *, at_once: int | None = None) -> int:
    """Delete all of `rows`, each batch in a transaction of its own; return how many went.

    `at_once`: always so many, in place of as many as go quickly.
    """
    pace, gone, more = Pace(at_once), 0, True
    while more:
        with pace.timed() as number:
            some, more = delete_some(rows, at_once=number)
        gone += some
        if more and connections[rows.db].vendor == "postgresql":
            # each new look from the beginning would pass everything that just went: it goes by key instead
            return gone + _delete_by_key(rows, pace)
    return gone


def update_in_batches(rows: QuerySet[Any], **values: Any) -> int:
    """Give all of `rows` these values, each batch in a transaction of its own; return how many there were.

    With the values they must be none of `rows` any more.
    """
    pace, changed, more = Pace(), 0, True
    while more:
        with pace.timed() as number, transaction.atomic():
            some = rows.model._base_manager.filter(pk__in=rows.values("pk")[:number]).update(**values)
        changed, more = changed + some, some >= number
    return changed


def _delete_by_key(rows: QuerySet[Any], pace: Pace) -> int:
    """Delete `rows` in the order of their keys."""
    rest, gone, more = rows, 0, True
    while more:
        with pace.timed() as number:
            last = list(rest.order_by("pk").values_list("pk", flat=True)[number - 1 : number])
            more = bool(last)
            gone += (rest.filter(pk__lte=last[0]) if last else rest).delete()[0]
        rest = rows.filter(pk__gt=last[0]) if last else rest
    return gone
