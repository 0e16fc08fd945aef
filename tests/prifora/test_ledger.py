"""The list of erasures: added to and nothing else, chained, and without anything about anybody."""

import os
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from prifora.kernel import clock, ledger
from prifora.kernel.ids import new_id
from prifora.kernel.ledger import BEGIN, Broken, PostgresLedger, SqliteLedger

ENGINE = os.environ.get("DATABASE_URL", "sqlite://")
STORES = ["sqlite", *(["postgres"] if ENGINE.startswith("postgres") else [])]


@pytest.fixture
def database():
    """A PostgreSQL database of its own, which is dropped again."""
    import psycopg

    name = f"prifora_{os.urandom(6).hex()}"
    with psycopg.connect(ENGINE, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
    yield ENGINE.rsplit("/", 1)[0] + f"/{name}"
    with psycopg.connect(ENGINE, autocommit=True) as admin:
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=STORES)
def book(request, tmp_path):
    if request.param == "sqlite":
        return SqliteLedger(tmp_path / "deep" / "keys.sqlite3")
    return PostgresLedger(request.getfixturevalue("database"))


class TestEveryLedger:
    def test_begins_empty_and_chains_what_is_added(self, book):
        assert book.lines() == []
        one, other = book.add(b"a" * 32, "then", "{}"), book.add(b"b" * 32, "later", "{}")
        assert (one.n, one.previous, other.n, other.previous) == (1, BEGIN, 2, one.hash)
        assert book.lines() == [one, other]
        ledger.check(book.lines())

    def test_has_one_line_for_each_person(self, book):
        one = book.add(b"a" * 32, "then", "{}")
        assert book.add(b"a" * 32, "later", "{1}") == one
        assert book.lines() == [one]

    def test_takes_back_a_line_it_lost(self, book, tmp_path):
        lines = [book.add(bytes([n]) * 32, "then", "{}") for n in (1, 2)]
        other = SqliteLedger(tmp_path / "other")
        for line in [*lines, *lines]:
            other.put(line)
        assert other.lines() == lines

    def test_agrees_with_itself_when_many_add_at_once(self, book):
        with ThreadPoolExecutor(8) as threads:
            list(threads.map(lambda n: book.add(bytes([n]) * 32, "then", "{}"), range(24)))
        assert [line.n for line in book.lines()] == list(range(1, 25))
        ledger.check(book.lines())


class TestCheck:
    @pytest.fixture
    def lines(self, tmp_path):
        book = SqliteLedger(tmp_path / "keys.sqlite3")
        return [book.add(bytes([n]) * 32, "then", "{}") for n in (1, 2, 3)]

    def test_is_content_with_what_was_written(self, lines):
        ledger.check(lines)
        ledger.check([])

    @pytest.mark.parametrize("change", [{"person": b"x" * 32}, {"at": "now"}, {"counts": "{2}"}, {"n": 5}])
    def test_sees_a_changed_line(self, lines, change):
        with pytest.raises(Broken):
            ledger.check([lines[0], replace(lines[1], **change), lines[2]])

    def test_sees_a_line_that_is_gone_and_two_that_changed_places(self, lines):
        for wrong in ([lines[0], lines[2]], [lines[1], lines[2]], [lines[1], lines[0], lines[2]]):
            with pytest.raises(Broken):
                ledger.check(wrong)


class TestSqliteLedger:
    @pytest.mark.parametrize("statement", ["UPDATE erasure SET at = ''", "DELETE FROM erasure"])
    def test_cannot_be_changed(self, tmp_path, statement):
        book = SqliteLedger(tmp_path / "keys.sqlite3")
        book.add(b"a" * 32, "then", "{}")
        with sqlite3.connect(tmp_path / "keys.sqlite3") as database, pytest.raises(sqlite3.IntegrityError):
            database.execute(statement)


class TestWriteDown:
    def test_knows_a_person_only_by_the_servers_secret(self, settings):
        person = new_id()
        here = ledger.digest_of(person)
        assert here == ledger.digest_of(person)
        settings.SEAL_KEY = os.urandom(32)
        assert ledger.digest_of(person) != here

    def test_is_on_the_disk_and_says_nothing_about_anybody(self):
        person = new_id()
        line = ledger.write_down(
            account_id=person, now=clock.now(), counts={"rows": {"t": 1}, "withdrawn": False}
        )
        assert line in ledger.ledger().lines()
        assert person.hex not in repr(line)
        assert str(person) not in repr(line)
