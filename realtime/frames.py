"""What may be said on the socket: every frame a device can send, checked strictly before anything else."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from chat.access import LIVES
from prifora.kernel.fields import from_base64, to_base64
from prifora.kernel.ids import id_of_text

FRAME_MAX_BYTES = 192 * 1024
CURSORS_MAX = 2000
SEQ_MAX = 2**53
IDENT_BYTES = 32
SIGNATURE_BYTES = 64


class Malformed(Exception):
    """The frame is not one of ours."""


@dataclass(frozen=True, slots=True)
class Hello:
    """The first frame: how far each conversation is stored."""

    cursors: dict[UUID, int]


@dataclass(frozen=True, slots=True)
class Follow:
    """Start receiving a conversation after a number."""

    conversation_id: UUID
    after: int


@dataclass(frozen=True, slots=True)
class Got:
    """Stored durably up to a number."""

    conversation_id: UUID
    seq: int


class Send(NamedTuple):
    """A sealed message; one that disappears after `lasts` has no archive record."""

    conversation_id: UUID
    ident: bytes
    epoch: int
    body: bytes
    archive: tuple[UUID, bytes, bytes] | None
    lasts: timedelta | None


@dataclass(frozen=True, slots=True)
class Ping:
    """A sign of life."""


Frame = Hello | Follow | Got | Send | Ping


def read(text: str) -> Frame:
    """Return the frame in `text`; raises Malformed for anything else, whatever it is."""
    try:
        frame = orjson.loads(text)
        return _READERS[frame["t"]](frame)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as wrong:
        raise Malformed from wrong


def encode(frame: dict[str, Any]) -> str:
    """Return a frame as the text that goes to every device alike."""
    return orjson.dumps(frame).decode()


def _hello(frame: dict[str, Any]) -> Hello:
    cursors = frame["cursors"]
    if len(cursors) > CURSORS_MAX:
        raise Malformed
    return Hello({UUID(key): _seq(value) for key, value in cursors.items()})


def _follow(frame: dict[str, Any]) -> Follow:
    return Follow(UUID(frame["c"]), _seq(frame["after"]))


def _got(frame: dict[str, Any]) -> Got:
    return Got(id_of_text(frame["c"]), _seq(frame["seq"]))


def _send(frame: dict[str, Any]) -> Send:
    given = frame.get("archive")
    archive = (
        (UUID(given["id"]), from_base64(given["record"]), from_base64(given["signature"]))
        if given is not None
        else None
    )
    ident = from_base64(frame["ident"])
    if len(ident) != IDENT_BYTES or (archive and len(archive[2]) != SIGNATURE_BYTES):
        raise Malformed
    body, lasts = from_base64(frame["body"]), _life(frame.get("ttl"))
    return Send(id_of_text(frame["c"]), ident, _seq(frame["epoch"]), body, archive, lasts)


def _ping(_frame: dict[str, Any]) -> Ping:
    return Ping()


_READERS: dict[str, Callable[[dict[str, Any]], Frame]] = {
    "hello": _hello,
    "follow": _follow,
    "got": _got,
    "send": _send,
    "ping": _ping,
}


def _life(value: object) -> timedelta | None:
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or value not in LIVES:
        raise Malformed
    return timedelta(seconds=value)


def _seq(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= SEQ_MAX:
        raise Malformed
    return value


__all__ = ["Follow", "Frame", "Got", "Hello", "Malformed", "Ping", "Send", "encode", "read", "to_base64"]
