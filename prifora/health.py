"""Whether what the server stands on answers: found out within PATIENCE, in whatever way it is away."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta

from django.db import connection

from prifora.kernel.cache import is_shared_and_away

PATIENCE = timedelta(seconds=2)
"""How long an answer may take. What is stopped refuses at once; what is stuck or behind a full pool waits."""


class Probe:
    """One question that is asked at most once at a time, in a thread of its own that may get stuck.

    Who asks while it is being asked gets the same answer, so that nobody can ask too often.
    """

    def __init__(self, question: Callable[[], bool]) -> None:
        self.question, self.lock = question, threading.Lock()
        self.asking: _Asking | None = None

    def begin(self) -> "_Asking":
        """Ask, unless that is being done."""
        with self.lock:
            if self.asking is None or self.asking.done.is_set():
                self.asking = _Asking()
                threading.Thread(target=self._ask, args=(self.asking,), name="probe", daemon=True).start()
            return self.asking

    def _ask(self, asking: "_Asking") -> None:
        try:
            asking.is_yes = self.question()
        finally:
            asking.done.set()


class _Asking:
    """One time that it is asked."""

    def __init__(self) -> None:
        self.done, self.is_yes = threading.Event(), False

    def said_yes(self, by: float) -> bool:
        """Return whether yes is said by that moment of the monotonic clock."""
        return self.done.wait(max(0, by - time.monotonic())) and self.is_yes


def look() -> tuple[bool, bool]:
    """Return whether the database answers, and whether the cache between processes does, or there is none."""
    by = time.monotonic() + PATIENCE.total_seconds()
    database, shared = DATABASE.begin(), SHARED.begin()
    return database.said_yes(by), shared.said_yes(by)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception:  # noqa: BLE001  any failure means the same to a load balancer
        return False
    finally:
        connection.close()
    return True


DATABASE = Probe(_database_answers)
SHARED = Probe(lambda: not is_shared_and_away())
