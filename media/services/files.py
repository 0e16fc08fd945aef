"""Sealed files: they come in, are kept under a random name, and go out. Nobody here can read what is in them.

Bytes come and go in pieces, so memory does not grow with a file. They are in the store before a row that
names them is committed, and go after the row has: what a crash leaves over is named by nothing, and swept.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Protocol
from uuid import UUID

from django.db import transaction
from rest_framework.exceptions import ParseError

from media.access import named_elsewhere, named_here
from media.clients import CHUNK_BYTES, Pieces, folder, older, store
from prifora.kernel.errors import NotSealed, TooLarge
from prifora.kernel.ids import new_id
from prifora.kernel.problems import Unavailable

ARRIVING = ("files", "arriving")
STRAY_AFTER = timedelta(hours=2)
"""Bytes that no row names after this long never get one: their request was cut or undone."""

SWEPT_AT_ONCE = 500


class Stream(Protocol):
    """Something that is read in pieces."""

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes; none at the end."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """A file that came in whole, and the name it is going to have in the store."""

    path: Path
    size: int
    name: UUID = field(default_factory=new_id)

    def drop(self) -> None:
        """Leave nothing of it outside the store."""
        self.path.unlink(missing_ok=True)


def receive_sealed(stream: Stream, *, begins_with: bytes, at_most: int, promised: int) -> Arrived:
    """Write what `stream` brings to the disk, a piece at a time; nothing stays when it is refused.

    Raises TooLarge, NotSealed when it begins otherwise, ParseError when it ends before `promised` bytes.
    """
    arrived = folder(*ARRIVING) / new_id().hex
    try:
        with os.fdopen(os.open(arrived, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            size = _copy(stream, file, begins_with, at_most)
            file.flush()
            os.fsync(file.fileno())
        if size < promised:
            raise ParseError
    except BaseException:
        arrived.unlink(missing_ok=True)
        raise
    return Arrived(arrived, size)


def keep_sealed(arrived: Arrived) -> None:
    """Keep a file that has arrived under its name. May take long, so call it outside a transaction."""
    store().put(arrived.name, arrived.path)
    arrived.drop()


def is_same(one: UUID, other: UUID) -> bool:
    """Return whether two kept files are the same, byte for byte; raises Absent."""
    if store().size(one) != store().size(other):
        return False
    return all(mine == yours for mine, yours in zip(_whole(one), _whole(other), strict=True))


def read_sealed(name: UUID, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
    """Return the bytes of a kept file from `start` up to and without `end`, in pieces; raises Absent.

    Each piece is read when it is asked for.
    """
    return _in_thread(store().open(name, start, end))


def remove_sealed(names: Iterable[UUID]) -> None:
    """Delete kept files; one that is gone already is no trouble."""
    store().remove(names)


def remove_after_commit(names: list[UUID]) -> None:
    """Delete kept files when the rows that named them are gone for good.

    Nothing else that follows the commit waits for a store that is away: what it keeps, the sweep finds.
    """

    def remove() -> (
        None
    ):  # a name of its own: Django's log of what failed asks for one, and a partial has none
        remove_sealed(names)

    transaction.on_commit(remove, robust=True)


def undo_keeping(names: Iterable[UUID]) -> None:
    """Delete kept files that no row came to name; what a store that is away keeps, the sweep finds."""
    with suppress(Unavailable):
        remove_sealed(names)


def remove_strays(*, now: datetime) -> int:
    """Delete bytes older than STRAY_AFTER that no row names; return how many files that were."""
    before = now - STRAY_AFTER
    cut = [path for path in folder(*ARRIVING).iterdir() if older(path, before)]
    for path in cut:
        path.unlink(missing_ok=True)
    gone, kept = len(cut), store().names(before)
    while some := set(islice(kept, SWEPT_AT_ONCE)):
        strays = some - named_here(some) - named_elsewhere(some)
        remove_sealed(strays)
        gone += len(strays)
    return gone


def _copy(stream: Stream, file: BinaryIO, begins_with: bytes, at_most: int) -> int:
    size = 0
    while piece := stream.read(CHUNK_BYTES):
        if size == 0 and not piece.startswith(begins_with):
            raise NotSealed
        size += len(piece)
        if size > at_most:
            raise TooLarge
        file.write(piece)
    if size == 0:
        raise NotSealed
    return size


def _whole(name: UUID) -> Iterator[bytes]:
    """Yield the bytes of a kept file one piece after the other, each of CHUNK_BYTES but the last."""
    pending = b""
    for piece in store().open(name):
        pending += piece
        while len(pending) >= CHUNK_BYTES:
            yield pending[:CHUNK_BYTES]
            pending = pending[CHUNK_BYTES:]
    yield pending


async def _in_thread(pieces: Pieces) -> AsyncIterator[bytes]:
    def read() -> asyncio.Task[bytes]:
        return asyncio.create_task(asyncio.to_thread(next, pieces, b""))

    coming = read()
    try:
        while piece := await coming:
            coming = read()
            yield piece
    finally:
        with suppress(
            ValueError
        ):  # whoever listened went away while a piece was being read: it ends by itself
            pieces.close()
