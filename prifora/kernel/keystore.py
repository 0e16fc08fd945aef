"""Where the data keys of people lie: apart from the database, so that destroying one is final.

One row per person: id and the key wrapped by the key-encryption key. SQLite file by default, another
PostgreSQL database when KEYS_URL says so. This store is never part of the data backup.
"""

import json
import sqlite3
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings

from prifora.kernel import crypto

CACHE_SECONDS = 5
"""How long a process may go on using a key that another one destroyed."""

_CREATE = "CREATE TABLE IF NOT EXISTS person_key (person TEXT PRIMARY KEY, wrapped {blob} NOT NULL)"


class Erased(Exception):
    """The person's key is destroyed: what was sealed under it is unreadable for ever."""


class Keys(Protocol):
    """The narrow interface of a key store."""

    def read(self, person: str) -> bytes | None: ...
    def read_all(self, people: list[str]) -> dict[str, bytes]: ...
    def add(self, person: str, wrapped: bytes) -> None: ...
    def destroy(self, person: str) -> None: ...
    def people(self) -> list[str]: ...


class SqliteKeys:
    """Keys in one SQLite file; deleted rows are overwritten (secure_delete).

    All threads share one connection: each request has a thread of its own, and would open and leave one.
    """

    def __init__(self, path: Path) -> None:
        self.path, self.lock = path, threading.Lock()
        self.connection: sqlite3.Connection | None = None

    def read(self, person: str) -> bytes | None:
        rows = self._run("SELECT wrapped FROM person_key WHERE person = ?", person)
        return bytes(rows[0][0]) if rows else None

    def read_all(self, people: list[str]) -> dict[str, bytes]:
        statement = "SELECT person, wrapped FROM person_key WHERE person IN (SELECT value FROM json_each(?))"
        return {person: bytes(wrapped) for person, wrapped in self._run(statement, json.dumps(people))}

    def add(self, person: str, wrapped: bytes) -> None:
        self._run("INSERT OR IGNORE INTO person_key VALUES (?, ?)", person, wrapped)

    def destroy(self, person: str) -> None:
        self._run("DELETE FROM person_key WHERE person = ?", person)

    def people(self) -> list[str]:
        return [row[0] for row in self._run("SELECT person FROM person_key")]

    def _run(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        with self.lock:
            self.connection = self.connection or self._opened()
            return self.connection.execute(statement, values).fetchall()

    def _opened(self) -> sqlite3.Connection:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self.path, isolation_level=None, timeout=20, check_same_thread=False)
        connection.execute("PRAGMA journal_mode=DELETE")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA secure_delete=ON")
        connection.execute(_CREATE.format(blob="BLOB"))
        return connection


class PostgresKeys:
    """Keys in a PostgreSQL database of their own."""

    def __init__(self, url: str) -> None:
        from psycopg_pool import ConnectionPool

        self.pool = ConnectionPool(url, min_size=1, max_size=4, open=True, kwargs={"autocommit": True})
        with self.pool.connection() as connection:
            connection.execute(_CREATE.format(blob="BYTEA"))

    def read(self, person: str) -> bytes | None:
        with self.pool.connection() as connection:
            row = connection.execute("SELECT wrapped FROM person_key WHERE person = %s", [person]).fetchone()
        return bytes(row[0]) if row else None

    def read_all(self, people: list[str]) -> dict[str, bytes]:
        with self.pool.connection() as connection:
            rows = connection.execute(
                "SELECT person, wrapped FROM person_key WHERE person = ANY(%s)", [people]
            ).fetchall()
        return {person: bytes(wrapped) for person, wrapped in rows}

    def add(self, person: str, wrapped: bytes) -> None:
        with self.pool.connection() as connection:
            connection.execute(
                "INSERT INTO person_key VALUES (%s, %s) ON CONFLICT DO NOTHING", [person, wrapped]
            )

    def destroy(self, person: str) -> None:
        with self.pool.connection() as connection:
            connection.execute("DELETE FROM person_key WHERE person = %s", [person])

    def people(self) -> list[str]:
        with self.pool.connection() as connection:
            return [row[0] for row in connection.execute("SELECT person FROM person_key").fetchall()]


_store: Keys | None = None
_cache: dict[str, tuple[float, bytes]] = {}


def key_of(person: UUID) -> bytes:
    """Return the data key of `person` (32 bytes), making it at first use.

    The key is stored before anything sealed under it can be committed. Raises Erased after `destroy`
    only through `existing_key_of`; a new key for an erased id would open nothing old.
    """
    try:
        return existing_key_of(person)
    except Erased:
        wrapped = crypto.seal(_wrapping_key(), crypto.random_bytes(crypto.KEY_BYTES), str(person))
        store().add(str(person), wrapped)
        return existing_key_of(person)


def existing_key_of(person: UUID) -> bytes:
    """Return the data key of `person`; raises Erased when there is none."""
    name = str(person)
    if _is_fresh(name):
        return _cache[name][1]
    wrapped = store().read(name)
    if wrapped is None:
        _cache.pop(name, None)
        raise Erased
    return _keep(name, wrapped)


def fetch(people: Iterable[UUID]) -> None:
    """Read the data keys of several people at once, for who is about to open something of each."""
    wanted = [name for name in map(str, people) if not _is_fresh(name)]
    for name, wrapped in (store().read_all(wanted) if wanted else {}).items():
        _keep(name, wrapped)


def destroy_key(person: UUID) -> None:
    """Destroy the data key of `person`. Other processes stop using it within CACHE_SECONDS."""
    store().destroy(str(person))
    _cache.pop(str(person), None)


def store() -> Keys:
    """Return the configured key store."""
    global _store
    if _store is None:
        url = settings.KEYS_URL
        _store = PostgresKeys(url) if url.startswith("postgres") else SqliteKeys(Path(url))
    return _store


def _is_fresh(name: str) -> bool:
    kept = _cache.get(name)
    return kept is not None and time.monotonic() - kept[0] < CACHE_SECONDS


def _keep(name: str, wrapped: bytes) -> bytes:
    key = crypto.unseal(_wrapping_key(), wrapped, name)
    _cache[name] = (time.monotonic(), key)
    return key


def _wrapping_key() -> bytes:
    return crypto.derive(settings.SEAL_KEY, "wrap person keys")
