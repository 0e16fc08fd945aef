"""Keys of people: kept apart, made once, and gone for good when they are destroyed."""

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest
from django.conf import settings

from prifora.kernel import crypto, keystore, sealing
from prifora.kernel.ids import new_id
from prifora.kernel.keystore import PostgresKeys, SqliteKeys
from tests.server import ROOT

ENGINE = os.environ.get("DATABASE_URL", "sqlite://")
STORES = ["sqlite", *(["postgres"] if ENGINE.startswith("postgres") else [])]
"""PostgreSQL is tried where the tests run on it."""

OTHER_PROCESS = """
import sys, time, uuid, django
django.setup()
from prifora.kernel import keystore, sealing
person, sealed = uuid.UUID(sys.argv[1]), bytes.fromhex(sys.argv[2])
read = lambda: sealing.open_bytes(sealed, person=person, place="t.c").decode()
print(read(), flush=True)
sys.stdin.readline()
print(read(), flush=True)
clock, time.monotonic = time.monotonic, lambda: clock() + keystore.CACHE_SECONDS
try:
    print(read())
except keystore.Erased:
    print("erased")
"""


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
def store(request, tmp_path):
    if request.param == "sqlite":
        yield SqliteKeys(tmp_path / "deep" / "keys.sqlite3")
        return
    made = PostgresKeys(request.getfixturevalue("database"))
    yield made
    made.pool.close()


class TestEveryStore:
    def test_keeps_what_was_added_and_nothing_else(self, store):
        assert store.read("a") is None
        store.add("a", b"one")
        assert store.read("a") == b"one"
        assert store.read("b") is None

    def test_keeps_the_first_of_two(self, store):
        store.add("a", b"one")
        store.add("a", b"two")
        assert store.read("a") == b"one"

    def test_forgets_what_was_destroyed_and_only_that(self, store):
        store.add("a", b"one")
        store.add("b", b"two")
        store.destroy("a")
        store.destroy("a")
        assert (store.read("a"), store.read("b")) == (None, b"two")
        assert store.people() == ["b"]

    def test_reads_several_at_once_and_leaves_out_what_is_not_there(self, store):
        store.add("a", b"one")
        store.add("b", b"two")
        store.add("c", b"three")
        assert store.read_all(["a", "c", "nobody"]) == {"a": b"one", "c": b"three"}

    def test_agrees_with_itself_when_many_ask_at_once(self, store):
        def first_use(number):
            store.add("a", b"key %d" % number)
            return store.read("a")

        with ThreadPoolExecutor(8) as threads:
            assert len(set(threads.map(first_use, range(32)))) == 1


class TestSqliteKeys:
    def test_leaves_nothing_of_a_destroyed_key_on_the_disk(self, tmp_path):
        store, wrapped = SqliteKeys(tmp_path / "keys.sqlite3"), os.urandom(61)
        store.add("a", wrapped)
        assert wrapped in (tmp_path / "keys.sqlite3").read_bytes()
        store.destroy("a")
        assert not [file for file in tmp_path.iterdir() if wrapped in file.read_bytes()]


class TestFetch:
    def test_spares_each_of_several_people_a_reading_of_their_own(self, monkeypatch):
        people = [new_id(), new_id()]
        keys = [keystore.key_of(one) for one in people]
        keystore._cache.clear()
        keystore.fetch([*people, new_id()])
        monkeypatch.setattr(keystore.store(), "read", None)
        assert [keystore.existing_key_of(one) for one in people] == keys

    def test_brings_nothing_back_that_was_destroyed(self):
        person = new_id()
        keystore.key_of(person)
        keystore.destroy_key(person)
        keystore.fetch([person])
        with pytest.raises(keystore.Erased):
            keystore.existing_key_of(person)


class TestKeyOf:
    def test_is_made_once_even_by_many_at_once(self):
        person = new_id()
        with ThreadPoolExecutor(8) as threads:
            assert len(set(threads.map(keystore.key_of, [person] * 16))) == 1

    def test_is_each_persons_own(self):
        assert keystore.key_of(new_id()) != keystore.key_of(new_id())

    def test_does_not_open_under_another_persons_name(self):
        one, other = str(new_id()), new_id()
        keystore.key_of(other)
        keystore.store().add(one, keystore.store().read(str(other)))
        with pytest.raises(crypto.Unreadable):
            keystore.existing_key_of(type(other)(one))

    def test_does_not_open_without_the_servers_own_secret(self, settings):
        person = new_id()
        keystore.key_of(person)
        keystore._cache.clear()
        settings.SEAL_KEY = os.urandom(32)
        with pytest.raises(crypto.Unreadable):
            keystore.existing_key_of(person)

    def test_is_another_one_after_it_was_destroyed(self):
        person = new_id()
        before = keystore.key_of(person)
        keystore.destroy_key(person)
        with pytest.raises(keystore.Erased):
            keystore.existing_key_of(person)
        assert keystore.key_of(person) != before


class TestDestroyKey:
    def test_reaches_other_processes_within_the_time_they_may_remember(self):
        person = new_id()
        sealed = sealing.seal_bytes(b"readable", person=person, place="t.c")
        other = subprocess.Popen(
            [sys.executable, "-c", OTHER_PROCESS, str(person), sealed.hex()],
            cwd=ROOT,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "prifora.settings", "KEYS_URL": settings.KEYS_URL},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert other.stdout.readline() == "readable\n"
        keystore.destroy_key(person)
        said, _nothing = other.communicate("destroyed\n", timeout=60)
        assert said.splitlines() == ["readable", "erased"]
        assert keystore.CACHE_SECONDS <= 5


def test_a_file_is_opened_once_however_many_threads_read_it(tmp_path):
    file, person = tmp_path / "keys.sqlite3", str(new_id())
    keys, found = SqliteKeys(file), []
    keys.add(person, b"wrapped")
    together = threading.Barrier(8)

    def read():
        together.wait()
        found.append(keys.read(person))
        together.wait()
        together.wait()

    threads = [threading.Thread(target=read) for _ in range(7)]
    for one in threads:
        one.start()
    together.wait()
    together.wait()
    opened = [path for path, *_rest in psutil.Process().open_files() if path == str(file)]
    together.wait()
    for one in threads:
        one.join()
    assert found == [b"wrapped"] * 7
    assert len(opened) == 1
