"""What is logged says where and what kind, and never who, which address or what was in it."""

import errno
import io
import json
import logging

import pytest
import structlog
from django.test import Client
from django.urls import path
from structlog.testing import capture_logs

from prifora.logs import Lines, WithoutContent, configure

CANARY = "canary-4711"


def broken(request):
    raise RuntimeError(f"{request.body!r} {CANARY}")


urlpatterns = [path(f"api/v1/{CANARY}", broken), path("plain", broken)]


@pytest.fixture
def lines():
    """What this process writes to its log, line by line."""
    written = io.StringIO()
    ours = [one for one in logging.getLogger().handlers if isinstance(one.formatter, WithoutContent)]
    assert len(ours) == 1
    before = ours[0].setStream(written)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    ours[0].setStream(before)


@pytest.mark.urls(__name__)
class TestARequestThatFails:
    @pytest.mark.obligation("PIM-19", "PIM-03", partial=True)
    def test_leaves_its_kind_and_place_and_nothing_of_itself(self, lines):
        http = Client(raise_request_exception=False)
        body = json.dumps({"name": CANARY})
        http.post(f"/api/v1/{CANARY}?q={CANARY}", body, content_type="application/json")
        (line,) = lines()
        assert (line["level"], line["problem"]) == ("error", "RuntimeError")
        assert line["trace"][-1].startswith("tests/prifora/test_logs.py:")
        assert line["trace"][-1].endswith(" broken")
        assert CANARY not in json.dumps(line)

    def test_is_one_line_however_long_the_way(self, lines):
        Client(raise_request_exception=False).get("/plain")
        assert len(lines()) == 1

    def test_another_host_is_not_repeated(self, lines):
        Client(raise_request_exception=False).get("/plain", headers={"Host": f"{CANARY}.example"})
        assert CANARY not in json.dumps(lines())
        assert [line["problem"] for line in lines()] == ["DisallowedHost"]

    def test_what_is_merely_refused_is_not_logged(self, lines):
        Client().get(f"/api/v1/{CANARY}-not-there")
        assert lines() == []


class TestWithoutContent:
    def test_drops_what_a_library_says(self, lines):
        logging.getLogger("some.library").warning("hello %s", CANARY)
        logging.getLogger("some.library").error(f"hello {CANARY}")  # noqa: G004
        said = lines()
        assert [line["level"] for line in said] == ["warning", "error"]
        assert all(line["where"].startswith("test_logs:") for line in said)
        assert CANARY not in json.dumps(said)

    def test_drops_what_the_database_says_of_a_row(self, lines):
        try:
            raise ValueError(f"Key (phone)=({CANARY}) already exists")
        except ValueError:
            logging.getLogger("some.library").exception("it failed")
        assert lines()[0]["problem"] == "ValueError"
        assert CANARY not in json.dumps(lines())

    def test_keeps_the_servers_own_words_about_its_ports(self, lines):
        logging.getLogger("uvicorn.error").error("[Errno 98] address already in use")
        assert lines()[0]["event"] == "[Errno 98] address already in use"

    def test_drops_a_problem_that_the_server_caught(self, lines):
        try:
            raise RuntimeError(CANARY)
        except RuntimeError as problem:
            logging.getLogger("uvicorn.error").error("Exception in ASGI application", exc_info=problem)
        assert "event" not in lines()[0]
        assert CANARY not in json.dumps(lines())


class TestLines:
    def test_prints_what_it_is_told(self):
        written = io.StringIO()
        Lines(written).warning("line")
        assert written.getvalue() == "line\n"

    @pytest.mark.parametrize("level", ["debug", "info", "warning", "error", "critical", "exception"])
    def test_lets_the_work_go_on_when_the_disk_is_full(self, level):
        class Full(io.StringIO):
            def flush(self):
                raise OSError(errno.ENOSPC, "no room")

        getattr(Lines(Full()), level)("line")

    def test_is_what_every_logger_of_ours_is(self):
        assert isinstance(structlog.get_logger("realtime.writer").bind()._logger, Lines)


class TestConfigure:
    def test_holds_for_loggers_that_were_used_before(self):
        used = structlog.get_logger("used")
        with capture_logs() as first:
            used.warning("one")
        configure()
        with capture_logs() as second:
            used.warning("two")
        assert [one["event"] for one in first + second] == ["one", "two"]

    def test_takes_over_from_the_server_that_runs_us(self):
        server = logging.getLogger("uvicorn.error")
        server.handlers, server.propagate = [logging.StreamHandler(io.StringIO())], False
        before = logging.getLogger().handlers[:]
        try:
            configure()
            assert server.handlers == []
            assert server.propagate
        finally:
            logging.getLogger().handlers[:] = before
