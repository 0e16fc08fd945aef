"""Between processes: what one commits, the others hear of. Redis or Valkey carries hints, never truth.

A hint that is lost loses nothing: every process also looks every few seconds whether a log it serves has
grown (see realtime.services). A hint that none of our processes wrote is not taken: each carries a seal
(HMAC-SHA256) of a key that Redis has not.
"""

import asyncio
import os
from collections.abc import Callable
from functools import cache
from typing import Any

import orjson
import structlog
from django.conf import settings

from prifora.kernel import crypto

CHANNEL = "prifora.hints"
RETRY_SECONDS = 1
SEND_SECONDS = 5
SEAL_BYTES = 32
NAME_BYTES = 8
ALONE_SECONDS = 1
WAITING_MAX, BEHIND = 10_000, 100

log = structlog.get_logger(__name__)

Work = Callable[[], Any]


class Bridge:
    """Sends this process's hints to the others and hands theirs to `receive`."""

    def __init__(self, url: str, receive: Callable[[dict[str, Any]], None]) -> None:
        self.url, self.receive = url, receive
        self.name = os.urandom(NAME_BYTES)
        self.outgoing: asyncio.Queue[bytes] = asyncio.Queue(WAITING_MAX)
        self.tasks: list[asyncio.Task[None]] = []
        self.is_down = self.is_stopped = False

    def start(self) -> None:
        """Start both directions; each starts again by itself when Redis comes back."""
        loop = asyncio.get_running_loop()
        self.tasks = [loop.create_task(self._always(work)) for work in (self._send, self._listen)]

    def stop(self) -> None:
        """Stop both directions, also when the client of Redis keeps a cancelling to itself."""
        self.is_stopped = True
        for task in self.tasks:
            task.cancel()

    def publish(self, hint: dict[str, Any]) -> None:
        """Queue a hint; when the queue is full it is dropped, the others find out by looking."""
        try:
            self.outgoing.put_nowait(sealed(hint, self.name))
        except asyncio.QueueFull:
            return

    @property
    def is_behind(self) -> bool:
        """Whether so much waits already that only short hints should follow."""
        return self.is_down or self.outgoing.qsize() >= BEHIND

    async def _always(self, work: Work) -> None:
        while not self.is_stopped:
            try:
                await work()
            except Exception as problem:  # noqa: BLE001  Redis may die at any time
                self._note_down(problem)
                await asyncio.sleep(RETRY_SECONDS)

    async def _send(self) -> None:
        from redis import asyncio as redis_async

        async with redis_async.from_url(self.url, socket_timeout=SEND_SECONDS) as client:
            while not self.is_stopped:
                await client.publish(CHANNEL, await self.outgoing.get())

    async def _listen(self) -> None:
        from redis import asyncio as redis_async

        async with (
            redis_async.from_url(self.url, socket_timeout=None, socket_keepalive=True) as client,
            client.pubsub(ignore_subscribe_messages=True) as channel,
        ):
            await channel.subscribe(CHANNEL)
            async for message in channel.listen():
                self.is_down = False
                self._take(message["data"])
                if self.is_stopped:
                    return

    def _take(self, text: bytes) -> None:
        if text.startswith(self.name, SEAL_BYTES):  # everybody hears everything, also what they said
            return
        try:
            self.receive(opened(text))
        except (ValueError, KeyError, TypeError, AttributeError) as wrong:
            log.warning("hint_unreadable", problem=type(wrong).__name__)

    def _note_down(self, problem: Exception) -> None:
        if not self.is_down:
            log.warning("bridge_down", problem=type(problem).__name__)
        self.is_down = True


def sealed(hint: dict[str, Any], name: bytes) -> bytes:
    """Return a hint as it goes to Redis: its seal, the name of who says it (8 bytes), its JSON."""
    said = name + orjson.dumps(hint)
    return crypto.mac(_key(), said) + said


def opened(message: bytes) -> dict[str, Any]:
    """Return the hint of a message; ValueError when none of our processes wrote it."""
    seal, said = message[:SEAL_BYTES], message[SEAL_BYTES:]
    if not crypto.same(seal, crypto.mac(_key(), said)):
        raise ValueError("not ours")
    return dict(orjson.loads(said[NAME_BYTES:]))


@cache
def _key() -> bytes:
    return crypto.derive(settings.SEAL_KEY, "hints between processes")


def publish_alone(url: str, hint: dict[str, Any]) -> None:
    """Send a hint from a process without sockets (a worker, a command); gives up after ALONE_SECONDS."""
    import redis

    try:
        with redis.from_url(
            url, socket_timeout=ALONE_SECONDS, socket_connect_timeout=ALONE_SECONDS, retry=None
        ) as client:
            client.publish(CHANNEL, sealed(hint, os.urandom(NAME_BYTES)))
    except redis.RedisError as problem:
        log.warning("hint_lost", problem=type(problem).__name__)
