"""Tables change beside people who use them: nobody waits for long, and what could not be done is done later."""

import threading
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.commands import migrate as django_migrate
from django.db import OperationalError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import AddIndex, CreateModel

from prifora.kernel.upgrading import AddIndexMeanwhile, is_in_use, waiting_briefly
from tests.architecture.test_rules import APPS

on_postgres = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite has one process, away meanwhile"
)
BEFORE, LAST = ("chat", "0003"), ("chat", "0004")
NAME = "lines_by_age"
FIRST_RELEASE = {
    ("accounts", "0003_when_an_account_was_used"),
    ("chat", "0002_disappearing_and_files"),
}
"""Made before anybody had anything in these tables."""


def has_index():
    with connection.cursor() as cursor:
        return NAME in connection.introspection.get_constraints(cursor, "chat_entry")


def setting():
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        return cursor.fetchone()[0]


@transaction.atomic
def lock():
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE chat_entry IN ACCESS EXCLUSIVE MODE")


def migrate(*target):
    call_command("migrate", *target, verbosity=0)


class Holder:
    """Somebody who reads a table in a transaction of their own, from another thread."""

    def __init__(self, mode):
        self.mode, self.has, self.enough = mode, threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self._hold)

    def _hold(self):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"LOCK TABLE chat_entry IN {self.mode} MODE")
                self.has.set()
                self.enough.wait(60)
        finally:
            connection.close()

    def __enter__(self):
        self.thread.start()
        assert self.has.wait(60)
        return self

    def __exit__(self, *_problem):
        self.enough.set()
        self.thread.join()


@pytest.mark.django_db(transaction=True)
class TestAddIndexMeanwhile:
    def test_makes_it_and_takes_it_away(self):
        migrate(*BEFORE)
        assert not has_index()
        migrate(*LAST)
        assert has_index()

    @on_postgres
    def test_makes_anew_what_was_left_by_a_run_that_broke_off(self):
        migrate(*BEFORE)
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE INDEX {NAME} ON chat_entry (seq)")
            cursor.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = %s::regclass", [NAME])
        migrate(*LAST)
        with connection.cursor() as cursor:
            cursor.execute("SELECT indisvalid FROM pg_index WHERE indexrelid = %s::regclass", [NAME])
            assert cursor.fetchone() == (True,)

    @on_postgres
    def test_lets_others_write_meanwhile_and_waits_for_what_they_began_before(self):
        migrate(*BEFORE)
        with Holder("ROW EXCLUSIVE") as writer:
            threading.Timer(2, writer.enough.set).start()
            migrate(*LAST)
        assert has_index()


@pytest.mark.django_db(transaction=True)
@on_postgres
class TestWaitingBriefly:
    def test_gives_up_a_table_that_is_in_use(self):
        with Holder("ACCESS SHARE"), waiting_briefly(connection), pytest.raises(OperationalError) as gave_up:
            lock()
        assert is_in_use(gave_up.value)

    def test_leaves_the_connection_as_it_was(self):
        before = setting()
        with waiting_briefly(connection):
            assert setting() == "500ms"
        assert setting() == before

    def test_takes_no_other_problem_for_it(self):
        assert not is_in_use(OperationalError("the connection is lost"))


@pytest.mark.django_db(transaction=True)
@on_postgres
class TestMigrate:
    def test_leaves_a_table_that_is_in_use_alone_and_tries_again(self, monkeypatch):
        """What a migration would do to the table stands in for one: none of ours locks it any more."""
        said, done = StringIO(), []
        monkeypatch.setattr(django_migrate.Command, "handle", lambda *_of, **_how: done.append(lock()))
        with Holder("ACCESS SHARE") as reader:
            threading.Timer(2, reader.enough.set).start()
            call_command("migrate", stdout=said)
        assert "Trying again" in said.getvalue()
        assert len(done) == 1

    def test_breaks_off_for_any_other_reason(self, monkeypatch):
        def fails(*_of, **_how):
            raise OperationalError("the connection is lost")

        monkeypatch.setattr(django_migrate.Command, "handle", fails)
        with pytest.raises(OperationalError):
            call_command("migrate")


def test_an_index_on_a_table_that_there_was_before_is_made_meanwhile():
    wrong = []
    for key, one in MigrationLoader(None).disk_migrations.items():
        made = {act.name.lower() for act in one.operations if isinstance(act, CreateModel)}
        late = [
            act for act in one.operations if isinstance(act, AddIndex) and act.model_name_lower not in made
        ]
        if key[0] in APPS and key not in FIRST_RELEASE and late:
            is_meanwhile = all(isinstance(act, AddIndexMeanwhile) for act in late)
            wrong += [] if is_meanwhile and not one.atomic else [key]
    assert not wrong
