"""The message path of this process: hub, writer and bridge, and what reaches them from everywhere else."""

import asyncio
import contextlib
from collections.abc import Iterable
from typing import Any
from uuid import UUID

import structlog
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import close_old_connections

from accounts.access import device_of_session, live_sessions
from chat import access as chat
from chat.events import Delivered, LogAdvanced
from chat.services import acknowledge_many
from realtime.bridge import Bridge, publish_alone
from realtime.frames import encode
from realtime.hub import Hub
from realtime.receipts import Receipts
from realtime.sockets import PLACE_CHANGED, RESTART, SIGN_IN_AGAIN, TOO_SLOW, Socket
from realtime.writer import Lines, Writer

SWEEP_SECONDS = 3
LINES = "log.lines"
LINES_SIZE_MAX = 256 * 1024
"""How many characters of lines go to the other processes at once; of a longer run they hear the number."""

LAST_WORDS = {"station.wipe", "station.unpaired"}
"""What a device hears even when its session ended with it."""

SHUTS_OUT = {"account.signed_out", "account.closed", "account.device", "family.left", "station.unpaired"}
"""After these somebody may not be connected any more."""

log = structlog.get_logger(__name__)


class Path:
    """Everything of the message path that lives in this process; made when the process starts."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.hub = Hub(read_log)
        self.writer = Writer(self.told)
        self.receipts = Receipts(in_thread(note))
        self.bridge = Bridge(settings.REDIS_URL, self.take) if settings.REDIS_URL else None
        self.sweeper: asyncio.Task[None] | None = None
        self.look = asyncio.Event()

    def start(self) -> None:
        """Start writing, listening and sweeping."""
        self.writer.start()
        if self.bridge:
            self.bridge.start()
        self.sweeper = self.loop.create_task(self._sweep_always())

    async def stop(self) -> None:
        """Write what is queued, then close every socket so that it comes back later."""
        await asyncio.to_thread(self.writer.stop)
        await self.receipts.stop()
        for socket in self.hub.sockets():
            socket.end(RESTART)
        if self.bridge:
            self.bridge.stop()
        if self.sweeper:
            self.sweeper.cancel()

    def spread(self, hint: dict[str, Any]) -> None:
        """Take a hint of this process: to its own sockets, and to the other processes."""
        self.take(hint)
        self._to_others(hint)

    def told(self, lines: Lines, hints: list[dict[str, Any]]) -> None:
        """Take what was just committed: its lines go out as they are, without being read again."""
        for conversation_id, some in lines.items():
            self.hub.hand_out(conversation_id, some)
        told = self._lines_to_others(lines)
        for hint in hints:
            is_line = hint["name"] == LogAdvanced.name
            if not is_line:
                self.take(hint)
            if not is_line or hint["body"]["conversation_id"] not in told:
                self._to_others(hint)

    def take(self, hint: dict[str, Any]) -> None:
        """Act on a hint: a log grew, something changed, somebody is out."""
        name, body, people = hint["name"], hint["body"], [UUID(one) for one in hint["people"]]
        if name == LINES:
            for key, some in body.items():
                self.hub.hand_out(UUID(key), [(int(seq), str(text)) for seq, text in some])
        elif name == LogAdvanced.name:
            self.hub.log_advanced(UUID(body["conversation_id"]), int(body["seq"]))
        elif name == Delivered.name:
            frame = {"t": "got", "c": body["conversation_id"], "at": body["at"]}
            self.hub.tell_followers(UUID(body["conversation_id"]), frame)
        else:
            frame = {"t": "event", "name": name, "body": body}
            self.hub.tell(people, frame, even_if_closing=name in LAST_WORDS)
            self._shut_out(name, body, people)

    async def sweep(self) -> None:
        """Close whoever may not be connected any more, and find logs that grew without a hint."""
        sockets = self.hub.sockets()
        if not sockets:
            return
        followed = {(key, one.account_id) for one in sockets for key in one.cursors}
        live, held, seqs = await in_thread(_state)({one.session_key for one in sockets}, followed)
        lost = followed - held
        for socket in sockets:
            self._check(socket, is_live=socket.session_key in live, lost=lost)
        for conversation_id, seq in seqs.items():
            self.hub.log_advanced(conversation_id, seq)

    def _check(self, socket: Socket, *, is_live: bool, lost: set[tuple[UUID, UUID]]) -> None:
        gone = [key for key in socket.cursors if (key, socket.account_id) in lost]
        for conversation_id in gone:
            self.hub.unfollow(socket, conversation_id)
        if not is_live:
            socket.end(SIGN_IN_AGAIN)
        elif gone:
            socket.end(PLACE_CHANGED)
        elif socket.is_stuck:
            socket.end(TOO_SLOW)

    def _lines_to_others(self, lines: Lines) -> set[str]:
        """Bring new lines to the other processes; return of which conversations.

        Not those whose lines are too long for one hint, and none when too much waits.
        """
        told: set[str] = set()
        if not self.bridge:
            return told
        for some in _parted(lines):
            if not self.bridge.is_behind:
                self._to_others({"name": LINES, "body": some, "people": []})
                told |= some.keys()
        return told

    def _to_others(self, hint: dict[str, Any]) -> None:
        if self.bridge:
            self.bridge.publish(hint)

    def _shut_out(self, name: str, body: dict[str, Any], people: list[UUID]) -> None:
        if name == "conversation.left":
            for account_id in people:
                self.hub.shut_out(account_id, UUID(body["conversation_id"]))
        elif name in SHUTS_OUT:
            self.look.set()

    async def _sweep_always(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.look.wait(), SWEEP_SECONDS)
            self.look.clear()
            try:
                await self.sweep()
            except Exception as problem:  # noqa: BLE001  the database may be away; look again later
                log.warning("sweep_failed", problem=type(problem).__name__)


def _parted(lines: Lines) -> Iterable[dict[str, list[tuple[int, str]]]]:
    """Return lines by conversation, in parts of at most LINES_SIZE_MAX; what is longer alone is left out."""
    part: dict[str, list[tuple[int, str]]] = {}
    room = LINES_SIZE_MAX
    for conversation_id, some in lines.items():
        size = sum(len(text) for _seq, text in some)
        if size > LINES_SIZE_MAX:
            continue
        if size > room:
            yield part
            part, room = {}, LINES_SIZE_MAX
        part[str(conversation_id)] = some
        room -= size
    if part:
        yield part


_path: Path | None = None


def path() -> Path:
    """Return this process's message path, starting it at first use."""
    global _path
    if _path is None or _path.loop is not asyncio.get_running_loop():
        _path = Path()
        _path.start()
    return _path


async def stop_path() -> None:
    """Stop the message path, if it was started."""
    global _path
    stopping, _path = _path, None
    if stopping is not None:
        await stopping.stop()


def carry(name: str, body: dict[str, Any], people: list[UUID]) -> None:
    """Bring an event from wherever it was published to the loop of this process. Never fails."""
    hint = {"name": name, "body": body, "people": [str(one) for one in people]}
    if _path is not None and not _path.loop.is_closed():
        if not _path.writer.keep(hint):
            _path.loop.call_soon_threadsafe(_path.spread, hint)
    elif settings.REDIS_URL:
        publish_alone(settings.REDIS_URL, hint)


async def whose(session_key: str) -> tuple[UUID, UUID] | None:
    """Return the account and device a cookie's session speaks for, or None."""
    return await in_thread(device_of_session)(session_key)


async def conversations_among(account_id: UUID, wanted: Iterable[UUID]) -> set[UUID]:
    """Return those of the `wanted` conversations that an account belongs to now."""
    return set(wanted) & set(await in_thread(chat.conversations_of)(account_id))


async def read_log(conversation_id: UUID, after: int, limit: int) -> list[tuple[int, str]]:
    """Return the next lines of a log as (number, encoded frame): at most `limit`, and where some ended.

    Lines end after a time. Where some are missing, a frame `gap` with the number of the first line that is
    there stands in their place; its own number is that of the last one missing.
    """
    rows, last = await in_thread(_next_lines)(conversation_id, after, limit)
    lines, at = [], after
    for row in rows:
        if row["seq"] > at + 1:
            lines.append(_gap(conversation_id, row["seq"]))
        lines.append((row["seq"], encode(row)))
        at = row["seq"]
    return lines if rows or last <= after else [_gap(conversation_id, last + 1)]


def note(stored: dict[tuple[UUID, UUID], int]) -> None:
    """Note who has stored what; see chat.services.acknowledge_many."""
    acknowledge_many(stored)


def in_thread(work: Any) -> Any:
    """Return `work` as a coroutine function that runs it in a thread and gives its connection back after."""

    def run(*args: Any) -> Any:
        close_old_connections()
        try:
            return work(*args)
        finally:
            close_old_connections()

    return sync_to_async(run, thread_sensitive=False)


def _next_lines(conversation_id: UUID, after: int, limit: int) -> tuple[list[dict[str, Any]], int]:
    """Return the next lines of a log, and when there are none how long it is.

    The lines are read once more after the length: what was written in between is no line that ended.
    """
    rows = chat.log_after(conversation_id, after, limit)
    if rows:
        return rows, 0
    last = chat.last_seqs([conversation_id]).get(conversation_id, 0)
    return (chat.log_after(conversation_id, after, limit) if last > after else []), last


def _gap(conversation_id: UUID, first: int) -> tuple[int, str]:
    return first - 1, encode({"t": "gap", "c": str(conversation_id), "first": first})


def _state(
    session_keys: set[str], followed: set[tuple[UUID, UUID]]
) -> tuple[set[str], set[tuple[UUID, UUID]], dict[UUID, int]]:
    return (
        live_sessions(session_keys),
        chat.still_in(followed),
        chat.last_seqs({key for key, _one in followed}),
    )


__all__ = ["Path", "Socket", "carry", "conversations_among", "in_thread", "path", "stop_path", "whose"]
