"""A device's socket as a test holds it, and the sealed messages it sends."""

import asyncio
import hashlib
import json
import os
from contextlib import asynccontextmanager
from uuid import UUID

import httpx
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from prifora.kernel.ids import new_id
from tests.cast import b64
from tests.mls.group import Group
from tests.mls.tree import Tree

PATIENCE_SECONDS = 20
"""How long a test waits for what must come before it calls it missing."""

CSRF = "x" * 32


class Line:
    """One open socket. What was heard and not asked for yet waits in `unread`."""

    def __init__(self, socket):
        self.socket, self.unread, self.heard = socket, [], []

    async def say(self, frame) -> None:
        await self.socket.send(frame if isinstance(frame, str | bytes) else json.dumps(frame))

    async def hear(self, t, **parts) -> dict:
        """Return the next frame of this kind with these parts; others stay for later."""
        wanted = {"t": t, **parts}
        for frame in self.unread:
            if wanted.items() <= frame.items():
                self.unread.remove(frame)
                return frame
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                frame = json.loads(await self.socket.recv())
                self.heard.append(frame)
                if wanted.items() <= frame.items():
                    return frame
                self.unread.append(frame)

    async def hello(self, cursors=None) -> "Line":
        """Say how far this device is, and hear everything missed until `ready`."""
        await self.say({"t": "hello", "cursors": cursors or {}})
        await self.hear("ready")
        return self

    async def send(self, message: dict) -> dict:
        """Send a message and return the answer to it, ack or nack."""
        await self.say(message)
        return await self.answer(message["ident"])

    async def answer(self, ident: str) -> dict:
        while True:
            for frame in self.unread:
                if frame["t"] in ("ack", "nack") and frame["ident"] == ident:
                    self.unread.remove(frame)
                    return frame
            async with asyncio.timeout(PATIENCE_SECONDS):
                frame = json.loads(await self.socket.recv())
            self.heard.append(frame)
            self.unread.append(frame)

    async def pong(self) -> None:
        """Ask for a sign of life: everything the server said before it has been heard then."""
        await self.say({"t": "ping"})
        await self.hear("pong")

    async def code(self) -> int:
        """Read on until the server closes, and return the code."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while True:
                    self.heard.append(json.loads(await self.socket.recv()))
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else 1006

    def log_of(self, talk) -> list[int]:
        """The numbers heard of a conversation's log, in the order they came."""
        return [one["seq"] for one in self.heard if one["t"] == "log" and one["c"] == talk["id"]]


def opened(server, someone=None, *, origin=..., cookie=None, path="/ws/v1", **options):
    """Return the connection to make, for a person's cookie and our own origin unless said otherwise."""
    value = cookie if cookie is not None else f"session={someone['cookie']}" if someone else None
    return connect(
        server.origin.replace("http", "ws", 1) + path,
        origin=server.origin if origin is ... else origin,
        additional_headers={"Cookie": value} if value else {},
        max_size=None,
        open_timeout=PATIENCE_SECONDS,
        proxy=None,
        **options,
    )


@asynccontextmanager
async def line(server, someone, cursors=None, **options):
    """A line that is ready."""
    async with opened(server, someone, **options) as socket:
        yield await Line(socket).hello(cursors)


def sealed(talk, content=None, *, epoch=None, archived=False, **other) -> dict:
    """The frame that sends one sealed message."""
    number = talk["epoch"] if epoch is None else epoch
    body = Group(UUID(talk["id"]), Tree(), epoch=number).body(content)
    archive = {"id": str(new_id()), "record": b64(os.urandom(200)), "signature": b64(os.urandom(64))}
    return {
        "t": "send",
        "c": talk["id"],
        "ident": b64(hashlib.sha256(body).digest()),
        "epoch": number,
        "body": b64(body),
        "archive": archive if archived else None,
        **other,
    }


def http(server, someone, method, path, body=None):
    """One request as the app makes it."""
    headers = {"X-CSRFToken": CSRF, "Origin": server.origin}
    headers["Cookie"] = f"session={someone['cookie']}; csrftoken={CSRF}"
    with httpx.Client(base_url=server.origin, headers=headers, trust_env=False, timeout=30) as client:
        return client.request(method, path, json=body)


async def until(true):
    """Wait for what has no event."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not true():  # noqa: ASYNC110  what is awaited has no event
            await asyncio.sleep(0.01)
