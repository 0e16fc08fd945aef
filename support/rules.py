"""How long things may take and last, and how the ledger of looks is chained. No Django."""

import json
from datetime import date, datetime, timedelta

from prifora.kernel.crypto import digest
from prifora.kernel.terms import day_of, end_of

MINUTES_MAX = 60
"""For how long at most a member of staff sees rows of a person after a colleague said yes."""

ORDER_DAYS = 10
"""Regulation (EU) 2023/1543 art. 10: data is handed over within ten days after the order came."""

EMERGENCY = timedelta(hours=8)
"""The same, art. 10(4): in an emergency case within eight hours."""

AUTHORITY_CLOCK = timedelta(hours=72)
"""GDPR art. 33(1): from knowing of a breach to telling the supervisory authority."""

TELECOM_CLOCK = timedelta(hours=24)
"""Regulation (EU) 611/2013 art. 2(2): the same for a provider of electronic communications services."""

BEGIN = bytes(32)
"""What the first line of the ledger follows on."""


def due_at(received_at: datetime, *, is_emergency: bool) -> datetime:
    """Return by when an authority gets its answer: hours are absolute, days are whole local days."""
    if is_emergency:
        return received_at + EMERGENCY
    return end_of(day_of(received_at) + timedelta(days=ORDER_DAYS))


def is_gagged(until: date | None, now: datetime) -> bool:
    """Return whether the person may not be told yet: until the local day `until` is over."""
    return until is not None and now < end_of(until)


def entry_of(*, n: int, at: str, what: str, person: bytes, facts: str) -> bytes:
    """Return the digest (32 bytes) of what a line says; `facts` hold a random id, so it tells nothing."""
    said = [n, at, what, person.hex(), facts]
    return digest(b"prifora/1 look " + json.dumps(said, ensure_ascii=True, separators=(",", ":")).encode())


def hash_of(previous: bytes, entry: bytes) -> bytes:
    """Return the head of the ledger after `entry` (32 bytes); clients compute the same (core/ledger.ts)."""
    return digest(b"prifora/1 looks" + previous + entry)
