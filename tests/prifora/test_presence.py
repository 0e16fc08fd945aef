"""Pushing that somebody said something, from outside: a real server, a real socket, a push service beside it."""

import asyncio
import time
from datetime import timedelta

import pytest
from django.db import OperationalError

from notices.models import PushTarget
from prifora import presence
from prifora.kernel import clock
from prifora.presence import AGAIN_LOOKS, LOOK_SECONDS, Presence
from realtime.hub import Hub
from tests.notices.pushing import PushedBrowser, push_service, subscribed
from tests.realtime.line import http, line, sealed
from tests.server import Server

PUSHED_WITHIN_SECONDS = 60
"""A look at the sockets, what settles, a look at the messages; and this machine may be busy."""

NOT_PUSHED_SECONDS = 45
LONG_AGO = clock.now() - timedelta(days=1)


def fails(*_):
    raise OperationalError("away")


@pytest.fixture
def service():
    """The push service: address, what it received, its answers."""
    with push_service() as found:
        yield found


@pytest.fixture
def pushing(tmp_path):
    """A server whose operator has turned pushing on."""
    server = Server(tmp_path)
    server.env["PUSH_CONTACT"] = "help@prifora.invalid"
    server.begin_with("empty", lambda: server.manage("migrate", "-v0"))
    server.start()
    yield server
    server.stop()


async def pushed(service, count):
    """Whether so many pushes came in time."""
    ends = time.monotonic() + PUSHED_WITHIN_SECONDS
    while len(service[1]) < count and time.monotonic() < ends:  # noqa: ASYNC110  it has no event for this
        await asyncio.sleep(0.2)
    return len(service[1]) == count


@pytest.mark.server
@pytest.mark.long
class TestPresence:
    async def test_a_device_is_pushed_to_once_while_it_is_away_and_never_while_it_is_here(
        self, pushing, service
    ):
        (home,) = pushing.call("tests.realtime.stage:households", count=1)
        alice, bob, talk, browser = home["alice"], home["bob"], home["talk"], PushedBrowser()
        pushing.call("tests.notices.pushing:subscribe", someone=alice, origin=service[0], keys=browser.keys())

        def say():
            message = sealed(talk, archived=True)
            body = {name: message[name] for name in ("ident", "epoch", "body", "archive")}
            answer = http(pushing, bob, "POST", f"/api/v1/conversations/{talk['id']}/messages", body)
            assert answer.status_code in (200, 201), answer.text
            return answer.json()["seq"]

        async with line(pushing, alice, {talk["id"]: talk["seq"]}) as here:
            await asyncio.sleep(LOOK_SECONDS + 1)
            seq = say()
            await here.hear("log", seq=seq)
            await here.say({"t": "got", "c": talk["id"], "seq": seq})
            await asyncio.sleep(NOT_PUSHED_SECONDS)
            assert not service[1]
        await asyncio.sleep(LOOK_SECONDS + 1)
        say()
        assert await pushed(service, 1)
        ((path, _headers, body),) = service[1]
        assert (path, browser.read(body)) == ("/secret-path", b"news")
        say()
        await asyncio.sleep(NOT_PUSHED_SECONDS)
        assert len(service[1]) == 1


@pytest.mark.django_db(transaction=True)
class TestLook:
    @pytest.fixture
    def looking(self, alice, settings):
        """Alice's device is pushed to; nobody is connected, and nobody looks by himself."""
        settings.PUSH_CONTACT = "help@prifora.invalid"
        subscribed(alice, PushedBrowser(), ["https://push.example"], at=LONG_AGO)
        return Presence(Hub(None))

    def is_here(self):
        return PushTarget.objects.filter(here_until__gt=clock.now()).exists()

    async def test_says_who_came_and_who_left(self, alice, looking):
        assert not await asyncio.to_thread(self.is_here)
        looking.hub.by_device[alice.device_id] = None
        await looking.look()
        assert await asyncio.to_thread(self.is_here)
        del looking.hub.by_device[alice.device_id]
        await looking.look()
        assert not await asyncio.to_thread(self.is_here)

    async def test_says_now_and_then_who_is_still_here(self, alice, looking):
        looking.hub.by_device[alice.device_id] = None
        await looking.look()
        await PushTarget.objects.aupdate(here_until=LONG_AGO)
        for _ in range(AGAIN_LOOKS):
            await looking.look()
        assert await asyncio.to_thread(self.is_here)

    async def test_says_again_what_the_database_did_not_take(self, alice, looking, monkeypatch):
        looking.hub.by_device[alice.device_id] = None
        with monkeypatch.context() as away:
            away.setattr(presence, "_note", fails)
            await looking.look()
        assert not looking.here
        await looking.look()
        assert await asyncio.to_thread(self.is_here)

    async def test_says_that_nobody_is_here_when_the_process_stops(self, alice, looking):
        looking.hub.by_device[alice.device_id] = None
        looking.start()
        await looking.look()
        await looking.stop()
        assert not await asyncio.to_thread(self.is_here)

    async def test_does_nothing_where_nobody_is_pushed_to(self, looking, settings):
        settings.PUSH_CONTACT = ""
        looking.start()
        assert looking.looking is None
        await looking.stop()
