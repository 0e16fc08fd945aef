"""Time, processor and transactions of one piece of work on the database."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType

import psutil
from django.db import connection
from django.db.transaction import Atomic


@dataclass
class Spent:
    """What a piece of work took, in seconds; `longest` is that of its longest transaction."""

    seconds: float
    cpu: float
    longest: float


def spent(work: Callable[[], object]) -> Spent:
    """Do some work and return what it took."""
    with _transactions() as lasted:
        begun, cpu = time.monotonic(), _cpu()
        work()
        return Spent(time.monotonic() - begun, _cpu() - cpu, max(lasted, default=0.0))


def _cpu() -> float:
    """Return the processor time so far, of this process and of the one of PostgreSQL that serves it."""
    if connection.vendor != "postgresql":
        return time.process_time()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
    used = psutil.Process(backend).cpu_times() if psutil.pid_exists(backend) else None
    return time.process_time() + (used.user + used.system if used else 0.0)


@contextmanager
def _transactions() -> Iterator[list[float]]:
    """Note how long each outermost transaction of this process lasts."""
    enter, leave = Atomic.__enter__, Atomic.__exit__
    lasted: list[float] = []
    begun: list[float] = []

    def entered(atomic: Atomic) -> None:
        begun.append(time.monotonic())
        enter(atomic)

    def left(
        atomic: Atomic,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        leave(atomic, kind, problem, trace)
        since = begun.pop()
        if not begun:
            lasted.append(time.monotonic() - since)

    Atomic.__enter__, Atomic.__exit__ = entered, left  # type: ignore[method-assign]
    try:
        yield lasted
    finally:
        Atomic.__enter__, Atomic.__exit__ = enter, leave  # type: ignore[method-assign]
