"""Identifiers that say nothing about when a thing was made."""

import uuid
from functools import lru_cache

NUMBER_BITS = 40
IDS_KEPT = 8192
TEXT_MAX = 36


def new_id() -> uuid.UUID:
    """Return a random identifier (UUID version 4, RFC 9562: no clock, machine or counter in it)."""
    return uuid.uuid4()


def id_of_text(text: str) -> uuid.UUID:
    """Return the identifier a text is, with or without hyphens; raises ValueError when it is none.

    The same few are read again and again, and reading one takes longer than finding it here. Python would
    take any number of hyphens: nothing is kept that is longer than an identifier.
    """
    if len(text) > TEXT_MAX:
        raise ValueError("too long")
    return _read(text)


@lru_cache(IDS_KEPT)
def _read(text: str) -> uuid.UUID:
    return uuid.UUID(text)


def id_of_number(whole: uuid.UUID, number: int) -> uuid.UUID:
    """Return the identifier of part `number` of `whole`: both, and nothing else.

    UUID version 8 (RFC 9562 section 5.8). Parts of one whole lie side by side in an index, where random
    identifiers have every one of many rows written somewhere else. For rows that hold both anyway; `whole`
    is a random one, of which 82 bits stay.
    """
    kept = whole.int >> NUMBER_BITS << NUMBER_BITS
    return uuid.UUID(int=(kept & ~(0xF << 76) | 8 << 76) + number)
