"""Taking what is due, so that nobody else does the same for as long as whoever took it lives."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import connection
from django.db.models import QuerySet

from prifora.kernel import clock

LEASE = timedelta(seconds=15)
"""How long something stays taken by itself: after a kill -9, somebody else does it then."""

RENEWED_AFTER = LEASE / 4
AGAIN_AFTER = timedelta(minutes=5)
"""When what could not be delivered is tried again."""

log = structlog.get_logger(__name__)


class Claim:
    """One row that was taken, `until` when. While it is entered it stays so, however long that takes."""

    def __init__(self, row: QuerySet[Any], field: str, until: datetime) -> None:
        self.row, self.field, self.until = row, field, until
        self.over = threading.Event()

    def __enter__(self) -> "Claim":
        self.thread = threading.Thread(target=self._stay, name="claim", daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_problem: object) -> None:
        self.over.set()
        self.thread.join()

    def _stay(self) -> None:
        while not self.over.wait(RENEWED_AFTER.total_seconds()):
            try:
                self._renew()
            except Exception as failure:  # noqa: BLE001  the database may be away
                log.warning("claim_not_renewed", kind=type(failure).__name__)
            finally:
                connection.close()

    def _renew(self) -> None:
        """Take it for longer, unless it is due at another moment by now: something new is to be done."""
        until = max(self.until, clock.now() + LEASE)
        if self.row.filter(**{self.field: self.until}).update(**{self.field: until}):
            self.until = until


def claim(
    rows: QuerySet[Any], pk: UUID, now: datetime, field: str = "due_at", **changes: Any
) -> Claim | None:
    """Take one of `rows` when it is due; return nothing when it is not, or somebody has it.

    Whoever works through a list comes to its end long after `now`, and takes it from that moment on.
    """
    until = max(now, clock.now()) + LEASE
    if not rows.filter(pk=pk, **{f"{field}__lte": now}).update(**{field: until}, **changes):
        return None
    return Claim(rows.model._default_manager.filter(pk=pk), field, until)


def deliver(
    rows: QuerySet[Any],
    pk: UUID,
    now: datetime,
    send: Callable[[Any], object],
    *,
    what: str,
    gone: type[Exception],
    field: str = "due_at",
) -> bool:
    """Send what one of `rows` is for, unless somebody else does; return whether it went.

    It is due no more once it went, or `send` raises `gone`; when it fails otherwise, after AGAIN_AFTER.
    """
    claimed, mine = claim(rows, pk, now, field), rows.filter(pk=pk)
    row = mine.first()
    if claimed is None or row is None:
        return False
    try:
        with claimed:
            send(row)
    except gone:
        mine.update(**{field: None})
        return False
    except Exception as failure:  # noqa: BLE001  mail gateways fail in ways of their own
        log.warning("not_delivered", what=what, kind=type(failure).__name__)
        mine.update(**{field: now + AGAIN_AFTER})
        return False
    mine.update(**{field: None})
    return True
