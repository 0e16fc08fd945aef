"""Group commit: everything that arrives while a commit is under way goes into the next one.

One thread per process takes what is queued, writes it in one transaction, and only then lets the
acknowledgements go.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import structlog
from django.db import InterfaceError, OperationalError, connection

from chat.services import Outcome, Pending, append_messages
from prifora.kernel import clock
from prifora.kernel.errors import Conflict
from realtime.frames import encode

BATCH_MAX = 500
QUEUE_MAX = 5000
STOP_SECONDS = 10

log = structlog.get_logger(__name__)

Answer = Callable[[Outcome | None], None]
Item = tuple[Pending, Answer]
Lines = dict[UUID, list[tuple[int, str]]]
"""By conversation: numbers and encoded frames, in order and without gaps."""
Told = Callable[[Lines, list[dict[str, Any]]], None]


class Writer:
    """The one thread that writes messages; started and stopped with the process.

    After each commit `told` hears on the loop, once, which lines are new and what was published with them.
    """

    def __init__(self, told: Told = lambda _lines, _hints: None) -> None:
        self.told = told
        self.waiting: deque[Item] = deque()
        self.bell = threading.Event()
        self.thread: threading.Thread | None = None
        self.hints: list[dict[str, Any]] = []
        self.is_stopped = False

    def start(self) -> None:
        """Start writing, for the loop this runs on."""
        if self.thread is None and not self.is_stopped:
            self.loop = asyncio.get_running_loop()
            self.thread = threading.Thread(target=self._run, name="message-writer", daemon=True)
            self.thread.start()

    def stop(self) -> None:
        """Write what is queued, then stop for good; waits at most STOP_SECONDS."""
        self.is_stopped = True
        if self.thread is not None:
            self.bell.set()
            self.thread.join(STOP_SECONDS)
            self.thread = None

    async def put(self, message: Pending) -> Outcome | None:
        """Return what became of a message after the commit; None when it could not be tried (send again)."""
        done: asyncio.Future[Outcome | None] = asyncio.get_running_loop().create_future()

        def answer(outcome: Outcome | None) -> None:
            if not done.done():
                done.set_result(outcome)

        self.offer(message, answer)
        return await done

    def offer(self, message: Pending, answer: Answer) -> None:
        """Queue a message; `answer` hears on the loop what became of it, as `put` returns it."""
        if self.is_stopped or len(self.waiting) >= QUEUE_MAX:
            answer(None)
            return
        self.start()
        self.waiting.append((message, answer))
        if not self.bell.is_set():
            self.bell.set()

    def keep(self, hint: dict[str, Any]) -> bool:
        """Keep a hint for `told` when it is published by what is being written; False when it is not."""
        is_mine = self.thread is not None and threading.get_ident() == self.thread.ident
        if is_mine:
            self.hints.append(hint)
        return is_mine

    def _run(self) -> None:
        try:
            is_last = False
            while not is_last:
                self.bell.wait()
                self.bell.clear()
                is_last = self.is_stopped
                while self.waiting:
                    count = min(len(self.waiting), BATCH_MAX)
                    self._write([self.waiting.popleft() for _ in range(count)])
        finally:
            connection.close()

    def _write(self, batch: list[Item]) -> None:
        outcomes = _append([message for message, _answer in batch])
        lines: Lines = {}
        for (message, _answer), outcome in zip(batch, outcomes, strict=True):
            if outcome is not None and outcome.line is not None:
                lines.setdefault(message.conversation_id, []).append((outcome.seq, encode(outcome.line)))
        hints, self.hints = self.hints, []
        self.loop.call_soon_threadsafe(self._tell, batch, outcomes, lines, hints)

    def _tell(
        self,
        batch: list[Item],
        outcomes: Sequence[Outcome | None],
        lines: Lines,
        hints: list[dict[str, Any]],
    ) -> None:
        """Answer everybody, then tell; each by itself, so that what fails stops nobody else."""
        for (_message, answer), outcome in zip(batch, outcomes, strict=True):
            self.loop.call_soon(answer, outcome)
        self.loop.call_soon(self.told, lines, hints)


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
