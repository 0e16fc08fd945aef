"""Answers that are made piece by piece while they go out."""

from collections.abc import AsyncIterator, Generator

from asgiref.sync import sync_to_async
from django.db import connections


async def piece_by_piece(pieces: Generator[bytes, None, None]) -> AsyncIterator[bytes]:
    """Yield the pieces of a generator that asks the database, each made when the one before has gone out.

    It must hold no cursor between two pieces: connections are given back, so that who reads slowly keeps none
    from others.
    """

    def following() -> bytes:
        try:
            return next(pieces, b"")
        finally:
            _give_back()

    try:
        while piece := await sync_to_async(following)():
            yield piece
    finally:
        pieces.close()


def _give_back() -> None:
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()
