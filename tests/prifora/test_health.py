import asyncio
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from prifora import health
from prifora.health import Probe

PATIENCE = timedelta(seconds=0.3)


class Stuck:
    """A question that gets no answer until it is let go."""

    def __init__(self):
        self.times, self.let_go = 0, threading.Event()

    def __call__(self):
        self.times += 1
        self.let_go.wait()
        return True


@pytest.fixture
def stuck():
    one = Stuck()
    yield one
    one.let_go.set()


@pytest.fixture(autouse=True)
def _impatient(monkeypatch):
    monkeypatch.setattr(health, "PATIENCE", PATIENCE)


def by():
    return time.monotonic() + PATIENCE.total_seconds()


class TestProbe:
    def test_says_what_the_answer_is(self):
        for answer in (True, False):
            assert Probe(lambda answer=answer: answer).begin().said_yes(by()) is answer

    @pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
    def test_says_no_when_asking_breaks(self):
        def breaks():
            raise RuntimeError

        assert not Probe(breaks).begin().said_yes(by())

    def test_asks_once_however_many_want_to_know_and_says_no_to_all_of_them_in_time(self, stuck):
        probe, begun = Probe(stuck), time.monotonic()
        with ThreadPoolExecutor(20) as many:
            said = list(many.map(lambda _one: probe.begin().said_yes(by()), range(20)))
        assert (any(said), stuck.times) == (False, 1)
        assert time.monotonic() - begun < 10 * PATIENCE.total_seconds()

    def test_says_yes_again_when_what_was_stuck_goes_on(self, stuck):
        probe = Probe(stuck)
        assert not probe.begin().said_yes(by())
        stuck.let_go.set()
        for _again in range(2):
            assert probe.begin().said_yes(time.monotonic() + 20)


class TestFindOut:
    def test_waits_for_both_at_the_same_time(self, stuck, monkeypatch):
        monkeypatch.setattr(health, "DATABASE", Probe(stuck))
        monkeypatch.setattr(health, "SHARED", Probe(stuck))
        begun = time.monotonic()
        status, body = health.find_out()
        assert (status, body) == (503, {"status": "degraded", "database": "away", "cache": "away"})
        assert PATIENCE.total_seconds() <= time.monotonic() - begun < 10 * PATIENCE.total_seconds()

    def test_does_not_hold_one_against_the_other(self, stuck, monkeypatch):
        monkeypatch.setattr(health, "DATABASE", Probe(lambda: True))
        monkeypatch.setattr(health, "SHARED", Probe(stuck))
        assert health.find_out() == (200, {"status": "degraded", "database": "ok", "cache": "away"})


async def nothing(*_more):
    raise AssertionError


class TestHealthFirst:
    def ask(self, path="/health", method="GET"):
        said = []

        async def send(message):
            said.append(message)

        async def other(_scope, _receive, send):
            await send("the application")

        scope = {"type": "http", "path": path, "method": method}
        asyncio.run(health.HealthFirst(other)(scope, nothing, send))
        return said

    @pytest.mark.parametrize(("database", "status"), [(True, 200), (False, 503)])
    def test_answers_before_the_application_does(self, monkeypatch, database, status):
        monkeypatch.setattr(health, "DATABASE", Probe(lambda: database))
        monkeypatch.setattr(health, "SHARED", Probe(lambda: True))
        head, body = self.ask()
        assert head["status"] == status
        assert (b"cache-control", b"no-store") in head["headers"]
        assert (b"retry-after" in dict(head["headers"])) is not database
        assert json.loads(body["body"])["database"] == ("ok" if database else "away")

    def test_waits_for_what_is_stuck_no_longer_than_that(self, stuck, monkeypatch):
        monkeypatch.setattr(health, "DATABASE", Probe(stuck))
        monkeypatch.setattr(health, "SHARED", Probe(lambda: True))
        assert self.ask()[0]["status"] == 503

    def test_says_nothing_more_to_who_asks_for_the_head(self, monkeypatch):
        monkeypatch.setattr(health, "DATABASE", Probe(lambda: True))
        monkeypatch.setattr(health, "SHARED", Probe(lambda: True))
        assert self.ask(method="HEAD")[1]["body"] == b""

    @pytest.mark.parametrize(("path", "method"), [("/health", "POST"), ("/healthy", "GET"), ("/", "GET")])
    def test_leaves_everything_else_to_the_application(self, path, method):
        assert self.ask(path, method) == ["the application"]
