"""Group commit: everything that arrives while a commit is under way goes into the next one.

One thread per process takes what is queued, writes it in one transaction, and only then lets the
acknowledgements go.
"""

import asyncio
import queue
import threading
from collections.abc import Callable, Sequence

import structlog
from django.db import InterfaceError, OperationalError, connection

from chat.services import Outcome, Pending, append_messages
from prifora.kernel import clock
from prifora.kernel.errors import Conflict

BATCH_MAX = 500
QUEUE_MAX = 5000
STOP_SECONDS = 10

log = structlog.get_logger(__name__)

Item = tuple[Pending, Callable[[Outcome | None], None]]


class Writer:
    """The one thread that writes messages; started and stopped with the process."""

    def __init__(self) -> None:
        self.waiting: queue.Queue[Item | None] = queue.Queue(QUEUE_MAX)
        self.thread: threading.Thread | None = None
        self.is_stopped = False

    def start(self) -> None:
        """Start writing."""
        if self.thread is None and not self.is_stopped:
            self.thread = threading.Thread(target=self._run, name="message-writer", daemon=True)
            self.thread.start()

    def stop(self) -> None:
        """Write what is queued, then stop for good; waits at most STOP_SECONDS."""
        self.is_stopped = True
        if self.thread is not None:
            self.waiting.put(None)
            self.thread.join(STOP_SECONDS)
            self.thread = None

    async def put(self, message: Pending) -> Outcome | None:
        """Return what became of a message after the commit; None when it could not be tried (send again)."""
        if self.is_stopped:
            return None
        self.start()
        loop = asyncio.get_running_loop()
        done: asyncio.Future[Outcome | None] = loop.create_future()

        def finish(outcome: Outcome | None) -> None:
            if not done.done():
                done.set_result(outcome)

        def answer(outcome: Outcome | None) -> None:
            loop.call_soon_threadsafe(finish, outcome)

        try:
            self.waiting.put_nowait((message, answer))
        except queue.Full:
            return None
        return await done

    def _run(self) -> None:
        try:
            while (first := self.waiting.get()) is not None:
                batch = [first]
                while len(batch) < BATCH_MAX and not self.waiting.empty():
                    more = self.waiting.get()
                    if more is None:
                        self.waiting.put(None)
                        break
                    batch.append(more)
                self._write(batch)
        finally:
            connection.close()

    def _write(self, batch: list[Item]) -> None:
        outcomes = _append([message for message, _answer in batch])
        for (_message, answer), outcome in zip(batch, outcomes, strict=True):
            answer(outcome)


def _append(messages: Sequence[Pending]) -> Sequence[Outcome | None]:
    """Write a batch: None for each when the database is away, Conflict for one that it does not take."""
    try:
        return append_messages(messages, now=clock.now())
    except (OperationalError, InterfaceError) as problem:
        log.warning("write_failed", count=len(messages), problem=type(problem).__name__)
        connection.close()
        return [None] * len(messages)
    except Exception as problem:  # noqa: BLE001  whatever one sender made must not stop the others
        if len(messages) > 1:
            return [outcome for one in messages for outcome in _append([one])]
        log.warning("message_refused", problem=type(problem).__name__)
        return [Outcome(refusal=Conflict())]
