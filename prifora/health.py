"""Whether what the server stands on answers: found out within PATIENCE, in whatever way it is away."""

import asyncio
import json
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import connection

from prifora.kernel.cache import is_shared_and_away

PATIENCE = timedelta(seconds=2)
"""How long an answer may take. What is stopped refuses at once; what is stuck or behind a full pool waits."""

LOOKS_EVERY = timedelta(milliseconds=20)
OK, AWAY = 200, 503
RETRY_AFTER_SECONDS = 5
HEADERS = {
    "Content-Type": "application/json",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}


class HealthFirst:
    """Wraps the HTTP application: `GET /health` waits behind no other request, and for no thread of theirs.

    A server whose every thread waits for the database could say so only after them. Any `Host` is answered.
    """

    def __init__(self, application: Any) -> None:
        self.application = application

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or scope["path"] != "/health" or scope["method"] not in ("GET", "HEAD"):
            await self.application(scope, receive, send)
            return
        status, body = await _find_out_meanwhile()
        head = {**HEADERS, **({"Retry-After": str(RETRY_AFTER_SECONDS)} if status != OK else {})}
        headers = [(name.lower().encode(), value.encode()) for name, value in head.items()]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        text = b"" if scope["method"] == "HEAD" else json.dumps(body).encode()
        await send({"type": "http.response.body", "body": text})


def find_out() -> tuple[int, dict[str, str]]:
    """Return the status and the body of the answer: 503 while the database does not answer.

    Without the cache between processes everything still works, only more slowly across them.
    """
    by, database, shared = _by(), DATABASE.begin(), SHARED.begin()
    return _said(database=database.said_yes(by), shared=shared.said_yes(by))


async def _find_out_meanwhile() -> tuple[int, dict[str, str]]:
    """Find out without a thread that waits."""
    by, database, shared = _by(), DATABASE.begin(), SHARED.begin()
    while time.monotonic() < by and not (database.is_over and shared.is_over):  # noqa: ASYNC110  threads do that
        await asyncio.sleep(LOOKS_EVERY.total_seconds())
    return _said(database=database.said_yes(0), shared=shared.said_yes(0))


def _by() -> float:
    return time.monotonic() + PATIENCE.total_seconds()


def _said(*, database: bool, shared: bool) -> tuple[int, dict[str, str]]:
    body = {
        "status": "ok" if database and shared else "degraded",
        "database": "ok" if database else "away",
        "cache": "ok" if shared else "away",
    }
    return (OK if database else AWAY), body


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
            if self.asking is None or self.asking.is_over:
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

    @property
    def is_over(self) -> bool:
        return self.done.is_set()

    def said_yes(self, by: float) -> bool:
        """Return whether yes is said by that moment of the monotonic clock."""
        return self.done.wait(max(0, by - time.monotonic())) and self.is_yes


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
