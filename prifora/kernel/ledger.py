"""The list of erasures: which opaque digests were erased when, each line chained to the one before.

It lies beside the key store, so never in the data backup, and holds nothing about anybody: whoever has the
server's secret and an id can ask whether that id was erased, and nobody can read an id from it. A copy is in
the database; comparing the two shows that a backup was put back.
"""

import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings

from prifora.kernel import crypto

BEGIN = bytes(32)
"""What the first line names as the one before it."""

ONE_AT_A_TIME = 0x65726173
"""The lock on PostgreSQL under which the list is opened: two must not make it, or add to it, at once."""

_READ = "SELECT n, person, at, counts, previous, hash FROM erasure ORDER BY n"
_CREATE = (
    "CREATE TABLE IF NOT EXISTS erasure"
    " (n BIGINT PRIMARY KEY, person {blob} NOT NULL UNIQUE, at TEXT NOT NULL,"
    " counts TEXT NOT NULL, previous {blob} NOT NULL, hash {blob} NOT NULL)"
)
_REFUSE = (
    "CREATE TRIGGER IF NOT EXISTS erasure_{what} BEFORE {what} ON erasure"
    " BEGIN SELECT RAISE(ABORT, 'the list of erasures is only added to'); END"
)


class Broken(Exception):
    """The list of erasures was changed, or another one was put in its place."""


@dataclass(frozen=True, slots=True)
class Line:
    """One erasure: number from 1, digest of the person, moment (ISO 8601), rows by table, chain."""

    n: int
    person: bytes
    at: str
    counts: str
    previous: bytes
    hash: bytes


class Ledger(Protocol):
    """The narrow interface of a list of erasures."""

    def lines(self) -> list[Line]: ...
    def add(self, person: bytes, at: str, counts: str) -> Line: ...
    def put(self, line: Line) -> None: ...


class SqliteLedger:
    """In the file of the key store. Lines can be neither changed nor deleted."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def lines(self) -> list[Line]:
        with closing(self._open()) as database:
            return [_line(row) for row in database.execute(_READ)]

    def add(self, person: bytes, at: str, counts: str) -> Line:
        with closing(self._open()) as database:
            database.execute("BEGIN IMMEDIATE")
            rows = [_line(row) for row in database.execute(_READ)]
            line = _next(rows, person, at, counts)
            if line not in rows:
                database.execute("INSERT INTO erasure VALUES (?, ?, ?, ?, ?, ?)", _row(line))
            database.execute("COMMIT")
            return line

    def put(self, line: Line) -> None:
        with closing(self._open()) as database:
            database.execute("INSERT OR IGNORE INTO erasure VALUES (?, ?, ?, ?, ?, ?)", _row(line))

    def _open(self) -> sqlite3.Connection:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        database = sqlite3.connect(self.path, isolation_level=None, timeout=20)
        database.execute("PRAGMA synchronous=FULL")
        database.execute(_CREATE.format(blob="BLOB"))
        for what in ("UPDATE", "DELETE"):
            database.execute(_REFUSE.format(what=what))
        return database


class PostgresLedger:
    """In the database of the key store."""

    def __init__(self, url: str) -> None:
        self.url = url

    def lines(self) -> list[Line]:
        with self._open() as database:
            return [_line(row) for row in database.execute(_READ)]

    def add(self, person: bytes, at: str, counts: str) -> Line:
        with self._open() as database:
            rows = [_line(row) for row in database.execute(_READ)]
            line = _next(rows, person, at, counts)
            if line not in rows:
                database.execute("INSERT INTO erasure VALUES (%s, %s, %s, %s, %s, %s)", _row(line))
            return line

    def put(self, line: Line) -> None:
        with self._open() as database:
            database.execute(
                "INSERT INTO erasure VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING", _row(line)
            )

    def _open(self) -> Any:
        import psycopg

        database = psycopg.connect(self.url)
        database.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
        database.execute(_CREATE.format(blob="BYTEA"))
        return database


def ledger() -> Ledger:
    """Return the list of erasures that lies beside the configured key store."""
    url = settings.KEYS_URL
    return PostgresLedger(url) if url.startswith("postgres") else SqliteLedger(Path(url))


def digest_of(account_id: UUID) -> bytes:
    """Return what stands for a person in the list (32 bytes); without the server's secret it says nothing."""
    return crypto.mac(crypto.derive(settings.SEAL_KEY, "erasures"), account_id.bytes)


def write_down(*, account_id: UUID, now: datetime, counts: dict[str, Any]) -> Line:
    """Add a line about a person, or return the one there is. It is on the disk when this returns.

    `counts` says how many rows go, ready for JSON; nothing about anybody.
    """
    return ledger().add(digest_of(account_id), now.isoformat(), json.dumps(counts, sort_keys=True))


def check(lines: Iterable[Line]) -> None:
    """Raise Broken unless every line follows on the one before."""
    previous, n = BEGIN, 1
    for line in lines:
        if (line.n, line.previous) != (n, previous) or line.hash != _hash(line):
            raise Broken
        previous, n = line.hash, n + 1


def _next(rows: list[Line], person: bytes, at: str, counts: str) -> Line:
    """Return the line of a person: the one there is, or one that follows on the last."""
    known = next((row for row in rows if row.person == person), None)
    if known is not None:
        return known
    previous = rows[-1].hash if rows else BEGIN
    line = Line(len(rows) + 1, person, at, counts, previous, b"")
    return Line(line.n, person, at, counts, previous, _hash(line))


def _hash(line: Line) -> bytes:
    said = [str(line.n), line.person.hex(), line.at, line.counts, line.previous.hex()]
    return crypto.digest(b"prifora/1 erasure " + json.dumps(said).encode())


def _line(row: Any) -> Line:
    n, person, at, counts, previous, hashed = row
    return Line(n, bytes(person), at, counts, bytes(previous), bytes(hashed))


def _row(line: Line) -> tuple[Any, ...]:
    return (line.n, line.person, line.at, line.counts, line.previous, line.hash)
