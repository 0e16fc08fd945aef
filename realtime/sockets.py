"""One connected device as the server sees it: what waits to be sent, and how it is closed."""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from uuid import UUID

from prifora.wire import Write, framed

QUEUE_FRAMES_MAX = 2000
QUEUE_BYTES_MAX = 4 * 1024 * 1024
ROOM_FRAMES, ROOM_BYTES = 500, 1024 * 1024
"""Over this the log waits in the database; only what cannot be read again later is queued beyond."""

SIGN_IN_AGAIN, PLACE_CHANGED, TOO_SLOW, REPLACED, RESTART = 4401, 4403, 4408, 4409, 1012
STUCK_SECONDS = 15
LAST_WORDS_SECONDS = 1


@dataclass(eq=False, slots=True)
class Socket:
    """One connected device: its queue of texts to send, and how far it has heard each conversation."""

    account_id: UUID
    device_id: UUID
    session_key: str
    send: Callable[[str], Awaitable[None]]
    close: Callable[[int], Awaitable[None]]
    write: Write = lambda _frames: False
    cursors: dict[UUID, int] = field(default_factory=dict)
    catching_up: set[UUID] = field(default_factory=set)
    queue: deque[str] | tuple[()] = ()
    last_words: list[str] = field(default_factory=list)
    waiting_bytes: int = 0
    sending_since: float | None = None
    is_ready: bool = False
    is_closed: bool = False
    sender: asyncio.Task[None] | None = None
    closer: asyncio.Task[None] | None = None
    drained: asyncio.Event | None = None

    @property
    def has_room(self) -> bool:
        """Whether more of a log may be queued."""
        return len(self.queue) < ROOM_FRAMES and self.waiting_bytes < ROOM_BYTES

    @property
    def is_stuck(self) -> bool:
        """Whether the device has not taken a single frame for STUCK_SECONDS."""
        return self.sending_since is not None and time.monotonic() - self.sending_since > STUCK_SECONDS

    async def room(self) -> None:
        """Wait until more of a log may be queued, or the socket is closed."""
        if not self.has_room and not self.is_closed:
            self.drained = self.drained or asyncio.Event()
            await self.drained.wait()

    def push(self, text: str, *, even_if_closing: bool = False) -> None:
        """Send a text or queue it; a device that does not read is closed and resumes later by its cursors."""
        if self.is_closed or (not even_if_closing and self.take(framed([text]))):
            return
        if len(self.queue) >= QUEUE_FRAMES_MAX or self.waiting_bytes + len(text) > QUEUE_BYTES_MAX:
            self.end(TOO_SLOW)
            return
        if even_if_closing:
            self.last_words.append(text)
        self.waiting_bytes += len(text)
        self.queue = self.queue or deque()
        self.queue.append(text)
        self.sender = self.sender or asyncio.get_running_loop().create_task(self._send_queued())

    def take(self, frames: bytes) -> bool:
        """Send whole frames now; False, and nothing sent, when something waits or the device must read."""
        is_free = not self.queue and self.sending_since is None and not self.is_closed
        return is_free and self.write(frames)

    def end(self, code: int) -> None:
        """Close with `code`; nothing queued leaves any more, but for last words."""
        if not self.is_closed:
            self.forget()
            self.closer = asyncio.get_running_loop().create_task(self._finish(code))

    def forget(self) -> None:
        """Stop sending: the other side is gone, or about to be closed."""
        self.is_closed = True
        self.queue = deque(self.last_words)
        self._tell_drained()

    async def _send_queued(self) -> None:
        """Send until nothing waits; a device that takes everything at once has no task and no queue."""
        while self.queue:
            text = self.queue.popleft()
            self.sending_since = time.monotonic()
            try:
                await self.send(text)
            except Exception:  # noqa: BLE001  the other side is gone; that is nobody else's trouble
                self.forget()
                break
            self._note_sent(text)
        self.queue, self.sender = (), None

    def _tell_drained(self) -> None:
        drained, self.drained = self.drained, None
        if drained:
            drained.set()

    def _note_sent(self, text: str) -> None:
        self.sending_since = None
        self.waiting_bytes -= len(text)
        if text in self.last_words:
            self.last_words.remove(text)
        if self.drained and len(self.queue) < ROOM_FRAMES // 2 and self.waiting_bytes < ROOM_BYTES // 2:
            self._tell_drained()

    async def _finish(self, code: int) -> None:
        if sender := self.sender:
            await asyncio.wait({sender}, timeout=LAST_WORDS_SECONDS)
            sender.cancel()
        try:
            await self.close(code)
        except Exception:  # noqa: BLE001  the other side is gone already
            return
