"""Identifiers that say nothing about when a thing was made."""

import uuid

NUMBER_BITS = 40


def new_id() -> uuid.UUID:
    """Return a random identifier (UUID version 4, RFC 9562: no clock, machine or counter in it)."""
    return uuid.uuid4()


def id_of_number(whole: uuid.UUID, number: int) -> uuid.UUID:
    """Return the identifier of part `number` of `whole`: both, and nothing else.

    UUID version 8 (RFC 9562 section 5.8). Parts of one whole lie side by side in an index, where random
    identifiers have every one of many rows written somewhere else. For rows that hold both anyway; `whole`
    is a random one, of which 82 bits stay.
    """
    kept = whole.int >> NUMBER_BITS << NUMBER_BITS
    return uuid.UUID(int=(kept & ~(0xF << 76) | 8 << 76) + number)
