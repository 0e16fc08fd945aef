"""Who is connected to this process, and what they still have to hear.

Everything runs on the one event loop of the process. Frames of a conversation leave in the order of its
log and without gaps: what this process commits goes out as it is, what another did is read once, and the
same text goes to everyone who follows. A socket that is behind or has no room reads on at its own pace.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import Any
from uuid import UUID

import structlog

from prifora.wire import framed
from realtime.frames import encode
from realtime.sockets import PLACE_CHANGED, REPLACED, ROOM_BYTES, Socket

PAGE_LINES, PAGE_LINES_MIN, PAGE_LINES_MAX = 128, 16, 500
EARLY_SECONDS, EARLY_LINES_MAX = 0.05, 64
"""How long lines wait for those before them, which another process is about to tell; and how many."""

ReadLog = Callable[[UUID, int, int], Awaitable[list[tuple[int, str]]]]

log = structlog.get_logger(__name__)


class Run:
    """The lines right after a number, as far as none is missing, and the frames that carry them."""

    def __init__(self, known: dict[int, str], after: int) -> None:
        self.lines: list[tuple[int, str]] = []
        while (text := known.get(after + len(self.lines) + 1)) is not None:
            self.lines.append((after + len(self.lines) + 1, text))
        self.newest = after + len(self.lines)
        self.frames = framed(text for _seq, text in self.lines)


class Hub:
    """The sockets of this process by account, device and conversation."""

    def __init__(self, read_log: ReadLog) -> None:
        """Take `read_log(conversation, after, limit)`: the next lines as (number, encoded frame).

        It may be more than `limit` when lines ended: a frame says so, with the number of the last of them.
        """
        self.read_log = read_log
        self.by_account: dict[UUID, set[Socket]] = defaultdict(set)
        self.by_device: dict[UUID, Socket] = {}
        self.followers: dict[UUID, set[Socket]] = defaultdict(set)
        self.advanced: dict[UUID, int] = {}
        self.pumping: set[UUID] = set()
        self.early: dict[UUID, dict[int, str]] = {}
        self.waiting: dict[UUID, asyncio.TimerHandle] = {}
        self.tasks: set[asyncio.Task[None]] = set()

    def add(self, socket: Socket) -> None:
        """Take a socket in; an older one of the same device goes."""
        older = self.by_device.get(socket.device_id)
        if older is not None:
            self.remove(older)
            older.end(REPLACED)
        self.by_device[socket.device_id] = socket
        self.by_account[socket.account_id].add(socket)

    def remove(self, socket: Socket) -> None:
        """Forget a socket."""
        if self.by_device.get(socket.device_id) is socket:
            del self.by_device[socket.device_id]
        self.by_account[socket.account_id].discard(socket)
        if not self.by_account[socket.account_id]:
            del self.by_account[socket.account_id]
        for conversation_id in list(socket.cursors):
            self.unfollow(socket, conversation_id)

    def sockets(self) -> list[Socket]:
        """Return every socket of this process."""
        return list(self.by_device.values())

    def follow(self, socket: Socket, conversation_id: UUID, after: int) -> None:
        """Let a socket hear a conversation from `after` on; the caller checked that it may."""
        if socket.is_closed:
            return
        socket.cursors[conversation_id] = after
        self.followers[conversation_id].add(socket)

    def unfollow(self, socket: Socket, conversation_id: UUID) -> None:
        """Let a socket hear a conversation no more, from this moment."""
        socket.cursors.pop(conversation_id, None)
        self.followers[conversation_id].discard(socket)
        if not self.followers[conversation_id]:
            del self.followers[conversation_id]
            self.advanced.pop(conversation_id, None)

    def shut_out(self, account_id: UUID, conversation_id: UUID) -> None:
        """Stop a conversation for every device of an account at once, and have them connect anew."""
        for socket in list(self.by_account.get(account_id, ())):
            self.unfollow(socket, conversation_id)
            socket.end(PLACE_CHANGED)

    def tell(self, people: Iterable[UUID], frame: dict[str, Any], *, even_if_closing: bool = False) -> None:
        """Send one frame to every connected device of these people.

        `even_if_closing`: it still leaves when the socket is closed before its turn came.
        """
        text = encode(frame)
        for account_id in people:
            for socket in list(self.by_account.get(account_id, ())):
                socket.push(text, even_if_closing=even_if_closing)

    def tell_followers(self, conversation_id: UUID, frame: dict[str, Any]) -> None:
        """Send one frame to every device that follows a conversation."""
        text = encode(frame)
        for socket in list(self.followers.get(conversation_id, ())):
            socket.push(text)

    def log_advanced(self, conversation_id: UUID, seq: int) -> None:
        """Have everyone who follows hear what is new; called on the loop after each commit."""
        if conversation_id in self.followers:
            self.advanced[conversation_id] = max(seq, self.advanced.get(conversation_id, 0))
            self._pump_soon(conversation_id)

    def hand_out(self, conversation_id: UUID, lines: list[tuple[int, str]]) -> None:
        """Hand lines that were just committed, here or in another process, to everyone right before them.

        Where one before them is missing they wait a moment for it. Who cannot take them (no room, catching
        up) reads on from the log, and so does everybody after that moment.
        """
        followers = self.followers.get(conversation_id)
        if not followers:
            return
        known = self.early.pop(conversation_id, {}) | dict(lines)
        newest = max(known)
        self.advanced[conversation_id] = max(newest, self.advanced.get(conversation_id, 0))
        runs: dict[int, Run] = {}
        is_all, lowest = True, newest
        for socket in list(followers):
            at = socket.cursors[conversation_id]
            if not socket.is_ready or conversation_id in socket.catching_up:
                is_all = False
            elif at < newest:
                run = runs[at] if at in runs else runs.setdefault(at, Run(known, at))
                is_all &= self._hand_run(socket, conversation_id, at, run)
                lowest = min(lowest, run.newest)
        if lowest < newest:
            self._keep_early(conversation_id, {seq: text for seq, text in known.items() if seq > lowest})
        if not is_all:
            self._pump_soon(conversation_id)

    async def greet(self, socket: Socket, cursors: dict[UUID, int]) -> None:
        """Let a socket that said hello hear what it missed, in order, then `ready`, then everything new."""
        for conversation_id, after in cursors.items():
            self.follow(socket, conversation_id, after)
        for conversation_id in sorted(cursors, key=str):
            await self.catch_up(socket, conversation_id)
        socket.is_ready = True
        socket.push('{"t":"ready"}')
        for conversation_id in list(socket.cursors):
            self._pump_soon(conversation_id)

    async def catch_up(self, socket: Socket, conversation_id: UUID) -> None:
        """Bring one socket from its cursor to the end of the log, a page at a time, as fast as it reads."""
        socket.catching_up.add(conversation_id)
        try:
            limit = PAGE_LINES
            while limit and not socket.is_closed and conversation_id in socket.cursors:
                limit = await self._next_page(socket, conversation_id, limit)
                await socket.room()
        finally:
            socket.catching_up.discard(conversation_id)
            self._pump_soon(conversation_id)

    def catch_up_soon(self, socket: Socket, conversation_id: UUID) -> None:
        """Start `catch_up` unless it is under way."""
        if conversation_id not in socket.catching_up:
            socket.catching_up.add(conversation_id)
            self.spawn(self.catch_up(socket, conversation_id))

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run `work` beside everything else; when it fails the next sweep makes good for it."""
        task = asyncio.get_running_loop().create_task(_guarded(work))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _next_page(self, socket: Socket, conversation_id: UUID, limit: int) -> int:
        """Hand over one page and return how long the next may be; 0 at the end of the log."""
        after = socket.cursors[conversation_id]
        lines = await self.read_log(conversation_id, after, limit)
        if self._hand(socket, conversation_id, after, lines):
            return min(2 * limit, PAGE_LINES_MAX) if len(lines) >= limit else 0
        return max(limit // 2, PAGE_LINES_MIN)

    def _hand_run(self, socket: Socket, conversation_id: UUID, after: int, run: "Run") -> bool:
        """Hand a socket what follows its cursor; False when it has no room."""
        if len(run.frames) <= ROOM_BYTES and socket.take(run.frames):
            socket.cursors[conversation_id] = run.newest
            return True
        return self._hand(socket, conversation_id, after, run.lines)

    def _keep_early(self, conversation_id: UUID, lines: dict[int, str]) -> None:
        """Keep lines until those before them are here, for a moment; too many are read from the log."""
        if len(lines) > EARLY_LINES_MAX:
            self._pump_soon(conversation_id)
            return
        self.early[conversation_id] = lines
        if conversation_id not in self.waiting:
            loop = asyncio.get_running_loop()
            self.waiting[conversation_id] = loop.call_later(EARLY_SECONDS, self._end_waiting, conversation_id)

    def _end_waiting(self, conversation_id: UUID) -> None:
        self.early.pop(conversation_id, None)
        self.waiting.pop(conversation_id, None)
        self._pump_soon(conversation_id)

    def _pump_soon(self, conversation_id: UUID) -> None:
        if conversation_id not in self.pumping and self._behind(conversation_id):
            self.pumping.add(conversation_id)
            self.spawn(self._pump(conversation_id))

    async def _pump(self, conversation_id: UUID) -> None:
        try:
            while behind := self._behind(conversation_id):
                lowest = min(one.cursors[conversation_id] for one in behind)
                lines = await self.read_log(conversation_id, lowest, PAGE_LINES)
                if not lines:
                    return
                for socket in behind:
                    if not self._hand(socket, conversation_id, lowest, lines):
                        self.catch_up_soon(socket, conversation_id)
        finally:
            self.pumping.discard(conversation_id)

    def _behind(self, conversation_id: UUID) -> list[Socket]:
        """Return the sockets to serve together; those that catch up alone come back when they have."""
        target = self.advanced.get(conversation_id, 0)
        return [
            one
            for one in self.followers.get(conversation_id, ())
            if one.is_ready
            and conversation_id not in one.catching_up
            and one.cursors[conversation_id] < target
        ]

    def _hand(self, socket: Socket, conversation_id: UUID, after: int, lines: list[tuple[int, str]]) -> bool:
        """Queue what the socket has not heard of `lines`, read from `after` on; False when it has no room.

        Its cursor may have moved while the lines were read. Further on: it gets the rest. Back, before
        `after`: nothing of these lines, or it would have a gap.
        """
        at = socket.cursors.get(conversation_id)
        if at is None or at < after:
            return True
        for seq, text in lines:
            if seq > at:
                if not socket.has_room:
                    return False
                socket.cursors[conversation_id] = seq
                socket.push(text)
        return True


async def _guarded(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except Exception as problem:  # noqa: BLE001  the database may be away; the sweep looks again
        log.warning("serving_failed", problem=type(problem).__name__)
