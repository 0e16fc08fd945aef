"""The one socket: a device signs in with its session, says how far it is, and hears everything after."""

import asyncio
import contextlib
from collections.abc import Awaitable
from functools import partial
from typing import Any

from channels.consumer import get_handler_name
from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.http import parse_cookie

from chat.services import Archived, Outcome, Pending
from prifora.wire import write_of
from realtime import frames, services
from realtime.buckets import Bucket
from realtime.sockets import RESTART, SIGN_IN_AGAIN, Socket

MALFORMED, FRAME_TOO_LARGE = 4400, 4413
HELLO_SECONDS = 10
FRAMES_PER_SECOND, FRAMES_AT_ONCE = 50, 500
SENDS_WAITING_MAX = 200


class Gateway(AsyncWebsocketConsumer):
    """One connected device. Everything it may say is in realtime.frames."""

    socket: Socket | None = None
    is_greeted = False
    waiting = 0
    """How many messages of this device are being written."""
    answered: asyncio.Event | None = None
    """While the most that may are: rung when one has its answer."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Take what the server hands over, until the device is gone.

        Channels' own makes a task for each event, to hear a channel layer besides; there is none here.
        """
        self.scope, self.base_send = scope, send
        with contextlib.suppress(StopConsumer):
            while True:
                await self.dispatch(await receive())

    async def dispatch(self, message: Any) -> None:
        """Take one event; unlike Channels' own, without a thread for each, and a frame without a detour."""
        if message["type"] == "websocket.receive":
            await self.receive(message.get("text"))
        else:
            await getattr(self, get_handler_name(message))(message)

    async def connect(self) -> None:
        """Accept a device with a good session from our own pages; refuse everybody else."""
        if header(self.scope, b"origin") not in settings.ORIGINS:
            await self.close()
            return
        session_key = session_cookie(self.scope)
        who = await services.whose(session_key)
        await self.accept()
        if who is None:
            await self.close(SIGN_IN_AGAIN)
            return
        account_id, device_id = who
        self.bucket = Bucket(rate=FRAMES_PER_SECOND, size=FRAMES_AT_ONCE)
        self.path = services.path()
        self.socket = Socket(account_id, device_id, session_key, self._say, self._close, write_of(self.scope))
        self.path.hub.add(self.socket)
        self.patience = asyncio.get_running_loop().call_later(HELLO_SECONDS, self.socket.end, MALFORMED)

    async def disconnect(self, _code: int) -> None:
        """Forget the device."""
        if self.socket:
            self.patience.cancel()
            self.path.hub.remove(self.socket)
            self.socket.forget()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Take one frame; anything unexpected closes the socket."""
        if self.socket is None or self.socket.is_closed:
            return
        if text_data is None or len(text_data) > frames.FRAME_MAX_BYTES:
            self.socket.end(MALFORMED if text_data is None else FRAME_TOO_LARGE)
            return
        await self.bucket.take()
        try:
            frame = frames.read(text_data)
        except frames.Malformed:
            self.socket.end(MALFORMED)
            return
        if isinstance(frame, frames.Hello) == self.is_greeted:
            self.socket.end(MALFORMED)
            return
        await self._act(self.socket, frame)

    async def _act(self, socket: Socket, frame: frames.Frame) -> None:
        spawn = self.path.hub.spawn
        if isinstance(frame, frames.Send):
            await self._room()
            self._send(socket, frame)
        elif isinstance(frame, frames.Hello):
            self.is_greeted = True
            self.patience.cancel()
            spawn(self._or_come_back(self._greet(socket, frame)))
        elif isinstance(frame, frames.Got):
            self._note_got(socket, frame)
        elif isinstance(frame, frames.Follow):
            spawn(self._or_come_back(self._follow(socket, frame)))
        else:
            socket.push('{"t":"pong"}')

    async def _room(self) -> None:
        """Read nothing more while this device has as many messages on their way as it may."""
        while self.waiting >= SENDS_WAITING_MAX:
            self.answered = asyncio.Event()
            await self.answered.wait()
        self.waiting += 1

    async def _or_come_back(self, work: Awaitable[None]) -> None:
        """Do what the device relies on; when it cannot be done now, have the device connect anew."""
        try:
            await work
        except Exception:
            if self.socket:
                self.socket.end(RESTART)
            raise

    async def _greet(self, socket: Socket, frame: frames.Hello) -> None:
        mine = await services.conversations_among(socket.account_id, frame.cursors)
        await self.path.hub.greet(socket, {key: frame.cursors[key] for key in mine})

    async def _follow(self, socket: Socket, frame: frames.Follow) -> None:
        if await services.conversations_among(socket.account_id, [frame.conversation_id]):
            self.path.hub.follow(socket, frame.conversation_id, frame.after)
            self.path.hub.catch_up_soon(socket, frame.conversation_id)

    def _note_got(self, socket: Socket, frame: frames.Got) -> None:
        """Note what is stored; more than this device was handed it cannot have."""
        if frame.seq <= socket.cursors.get(frame.conversation_id, -1):
            self.path.receipts.note(frame.conversation_id, socket.account_id, frame.seq)

    def _send(self, socket: Socket, frame: frames.Send) -> None:
        archive = Archived(*frame.archive) if frame.archive else None
        message = Pending(
            conversation_id=frame.conversation_id,
            sender_id=socket.account_id,
            device_id=socket.device_id,
            epoch=frame.epoch,
            ident=frame.ident,
            body=frame.body,
            archive=archive,
            lasts=frame.lasts,
        )
        self.path.writer.offer(message, partial(self._answer, socket, message))

    def _answer(self, socket: Socket, message: Pending, outcome: Outcome | None) -> None:
        self.waiting -= 1
        if self.answered:
            self.answered.set()
        answer: dict[str, Any] = {"c": str(message.conversation_id), "ident": frames.to_base64(message.ident)}
        if outcome is None:
            answer |= {"t": "nack", "code": "busy"}
        elif outcome.refusal is not None:
            answer |= {"t": "nack", "code": outcome.refusal.code, **outcome.refusal.extra}
        else:
            answer |= {"t": "ack", "seq": outcome.seq}
        socket.push(frames.encode(answer))

    def _say(self, text: str) -> Awaitable[None]:
        """Send a text; what Channels does besides for each costs as much as sending it."""
        return self.base_send({"type": "websocket.send", "text": text})

    async def _close(self, code: int) -> None:
        if self.socket:
            self.path.hub.remove(self.socket)
        await self.close(code)


def header(scope: dict[str, Any], name: bytes) -> str:
    """Return a request header, or an empty text."""
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


def session_cookie(scope: dict[str, Any]) -> str:
    """Return the session key a browser sent."""
    return parse_cookie(header(scope, b"cookie")).get(settings.SESSION_COOKIE_NAME, "")
