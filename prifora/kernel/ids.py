"""Identifiers that say nothing about when or in which order a thing was made."""

import uuid


def new_id() -> uuid.UUID:
    """Return a random identifier (UUID version 4, RFC 9562: no clock, machine or counter in it)."""
    return uuid.uuid4()
