"""What was written to SQLite's log is put away while the server runs, long before SQLite itself would."""

import sqlite3
import struct
import time
from contextlib import closing

import pytest

from prifora.checkpoints import Checkpoints
from tests.server import running

pytestmark = [pytest.mark.server, pytest.mark.long]
PATIENCE_SECONDS = 30
PAGE_BYTES = 4096
PAGES, PUT_AWAY = 16, 96
"""Where the index of the log says how many pages it holds, and how many of them are in the database too.

https://www.sqlite.org/walformat.html sections 2.1 and 2.2
"""


@pytest.fixture
def server(tmp_path, monkeypatch):
    """A server on SQLite, whatever the other tests run on."""
    monkeypatch.setenv("DATABASE_URL", "sqlite://")
    with running(tmp_path) as started:
        yield started


@pytest.fixture
def other(server):
    """A connection of somebody else, who never puts anything away and stays until the end."""
    [file] = server.folder.rglob("prifora.sqlite3")
    with closing(sqlite3.connect(file, isolation_level=None, timeout=PATIENCE_SECONDS)) as one:
        one.execute("PRAGMA wal_autocheckpoint=0")
        one.execute("CREATE TABLE written (what BLOB)")
        yield one


def log_of(server):
    """How many pages the log has, and how many were put away."""
    [file] = server.folder.rglob("prifora.sqlite3-shm")
    index = file.read_bytes()
    return tuple(struct.unpack_from("=I", index, at)[0] for at in (PAGES, PUT_AWAY))


def is_put_away(server, other, pages):
    """Write so many pages; whether all of the log was put away soon after."""
    other.execute("INSERT INTO written VALUES (zeroblob(?))", [pages * PAGE_BYTES])
    until = time.monotonic() + PATIENCE_SECONDS
    while len(set(log_of(server))) > 1 and time.monotonic() < until:
        time.sleep(0.05)
    there, put_away = log_of(server)
    return there == put_away > pages // 2


class TestAServer:
    def test_puts_away_what_was_written_also_after_the_log_was_emptied(self, server, other):
        assert is_put_away(server, other, 200)
        assert is_put_away(server, other, 300)
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        assert is_put_away(server, other, 100)


class TestAnotherDatabase:
    def test_has_none(self, monkeypatch):
        monkeypatch.setattr("prifora.checkpoints.connection.vendor", "postgresql", raising=False)
        one = Checkpoints()
        one.start()
        one.stop()
        assert not one.thread.is_alive()
