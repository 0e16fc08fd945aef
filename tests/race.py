"""Things that happen at the same moment, each in a thread with a database connection of its own."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any

from django.db import connection, transaction


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Start all acts together; return their results in order. An act that raises makes this raise."""
    start = threading.Barrier(len(acts), timeout=20)

    def run(act: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            start.wait()
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        running = [threads.submit(run, act) for act in acts]
        return [one.result(timeout=60) for one in running]


def before_it_is_stored(first: Callable[[], Any], second: Callable[[], Any]) -> Any:
    """Do `first` in a transaction, start `second` in a thread before the commit; return its result.

    The moment that `second` gets is for code that does not wait to go wrong in; code that waits for
    `first` answers after the commit, however long that takes.
    """

    def run() -> Any:
        try:
            return second()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as thread:
        with transaction.atomic():
            first()
            running = thread.submit(run)
            wait([running], timeout=2)
        return running.result(timeout=60)
