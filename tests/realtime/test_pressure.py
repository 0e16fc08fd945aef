"""Devices that do not read, talk too fast, go away in mid-sentence, and a database that is away for a moment."""

import os
import socket as sockets_of_the_system
import threading
from uuid import UUID

import pytest
from django.db import OperationalError

from prifora import wire
from realtime import consumers, services, sockets, writer
from realtime.sockets import QUEUE_BYTES_MAX, ROOM_BYTES
from tests.realtime import stage
from tests.realtime.line import PATIENCE_SECONDS, Line, line, opened, sealed, until

pytestmark = pytest.mark.long
FRAME_BYTES = 88_000
TCP_CLOSED = 7
"""As Linux counts states of a connection."""


def socket_of(inside, someone):
    return inside.hub.by_device.get(UUID(someone["device_id"]))


def narrow(inside):
    """A connection whose own buffers hold little, so that the server notices soon that nobody reads."""
    raw = sockets_of_the_system.socket()
    raw.setsockopt(sockets_of_the_system.SOL_SOCKET, sockets_of_the_system.SO_RCVBUF, 8192)
    raw.connect(("127.0.0.1", int(inside.origin.rsplit(":", 1)[1])))
    raw.setblocking(False)
    return raw


def state_of(raw):
    """The state of a connection as the system knows it, whatever was read of it."""
    system = sockets_of_the_system
    return raw.getsockopt(system.IPPROTO_TCP, system.TCP_INFO, 1)[0]


class TestADeviceThatDoesNotRead:
    async def test_is_closed_while_others_go_on_and_resumes_without_loss(
        self, inside, household, monkeypatch
    ):
        monkeypatch.setattr(sockets, "STUCK_SECONDS", 1)
        talk, held = household["talk"], []
        async with (
            opened(inside, household["alice"], sock=narrow(inside), max_queue=1) as deaf,
            line(inside, household["bob"], {talk["id"]: 1}) as bob,
            line(inside, household["carla"], {talk["id"]: 1}) as carla,
        ):
            alice = await Line(deaf).hello({talk["id"]: 1})
            known = socket_of(inside, household["alice"])
            for number in range(100):
                answer = await bob.send(sealed(talk, os.urandom(64_000)))
                assert answer["t"] == "ack"
                await carla.hear("log", seq=number + 2)
                held.append(known.waiting_bytes)
            assert max(held) < ROOM_BYTES + FRAME_BYTES < QUEUE_BYTES_MAX
            assert len(known.queue) < 20
            await until(lambda: known.is_closed)
            await until(lambda: socket_of(inside, household["alice"]) is None)
            assert await alice.code() == 4408
            assert carla.log_of(talk) == list(range(2, 102))
        missed = len(alice.log_of(talk)) + 1
        assert alice.log_of(talk) == list(range(2, missed + 1))
        async with line(inside, household["alice"], {talk["id"]: missed}) as alice:
            assert alice.log_of(talk) == list(range(missed + 1, 102))

    async def test_is_hung_up_on_even_if_it_never_reads_that_it_was_closed(
        self, inside, household, monkeypatch
    ):
        monkeypatch.setattr(sockets, "STUCK_SECONDS", 1)
        monkeypatch.setattr(wire, "LET_GO_SECONDS", 1)
        talk, raw = household["talk"], narrow(inside)
        async with (
            opened(inside, household["alice"], sock=raw, max_queue=1) as deaf,
            line(inside, household["bob"], {talk["id"]: 1}) as bob,
        ):
            await Line(deaf).hello({talk["id"]: 1})
            deaf.transport.pause_reading()
            for _ in range(100):
                await bob.send(sealed(talk, os.urandom(64_000)))
            await until(lambda: state_of(raw) == TCP_CLOSED)


class TestADeviceThatTalksTooFast:
    async def test_is_slowed_down_and_loses_nothing(self, inside, household, monkeypatch):
        waits = []

        class Counted(consumers.Bucket):
            async def take(self):
                await super().take()
                waits.append(self.left < 0)

        monkeypatch.setattr(consumers, "Bucket", Counted)
        monkeypatch.setattr(consumers, "FRAMES_AT_ONCE", 20)
        monkeypatch.setattr(consumers, "FRAMES_PER_SECOND", 200)
        async with line(inside, household["alice"]) as alice:
            messages = [sealed(household["talk"]) for _ in range(150)]
            for message in messages:
                await alice.say(message)
            seqs = [(await alice.answer(one["ident"]))["seq"] for one in messages]
        assert seqs == list(range(2, 152))
        assert sum(waits) > 50

    async def test_may_not_have_more_than_so_many_messages_waiting(self, inside, household, monkeypatch):
        under_way, gate, real = [], threading.Event(), writer.append_messages

        def held(messages, *, now):
            under_way.append(len(messages))
            gate.wait(PATIENCE_SECONDS)
            return real(messages, now=now)

        monkeypatch.setattr(writer, "append_messages", held)
        monkeypatch.setattr(consumers, "SENDS_WAITING_MAX", 30)
        queue = inside.path.writer.waiting
        async with line(inside, household["alice"]) as alice, line(inside, household["bob"]) as bob:
            messages = [sealed(household["talk"]) for _ in range(100)]
            for message in messages:
                await alice.say(message)
            await until(lambda: sum(under_way) + len(queue) >= 30)
            for _ in range(20):
                await bob.pong()
            assert sum(under_way) + len(queue) == 30
            gate.set()
            assert {(await alice.answer(one["ident"]))["t"] for one in messages} == {"ack"}


class TestADeviceThatSaysNothing:
    async def test_is_closed_when_no_hello_comes(self, inside, household, monkeypatch):
        monkeypatch.setattr(consumers, "HELLO_SECONDS", 0.2)
        async with line(inside, household["bob"]) as bob, opened(inside, household["alice"]) as silent:
            assert await Line(silent).code() == 4400
            await bob.pong()


class TestADeviceThatGoesAway:
    async def test_in_mid_sentence_hurts_nobody_and_leaves_nothing(self, inside, household):
        talk = household["talk"]
        async with line(inside, household["bob"], {talk["id"]: 1}) as bob:
            for number in range(10):
                async with line(inside, household["alice"], {talk["id"]: 1}) as alice:
                    await alice.say(sealed(talk))
                    await alice.say(sealed(talk))
                    alice.socket.transport.abort()
                await bob.send(sealed(talk))
                await until(lambda: socket_of(inside, household["alice"]) is None)
                assert len(inside.hub.followers[UUID(talk["id"])]) == 1, number
            last = (await bob.send(sealed(talk)))["seq"]
            if last not in bob.log_of(talk):
                await bob.hear("log", seq=last)
            assert bob.log_of(talk) == list(range(2, last + 1))
        await until(lambda: not inside.hub.sockets() and not inside.hub.tasks)

    async def test_before_an_answer_came_finds_its_message_sent(self, inside, household):
        talk, message = household["talk"], sealed(household["talk"])
        async with line(inside, household["alice"]) as alice:
            await alice.say(message)
            alice.socket.transport.abort()
        async with line(inside, household["alice"]) as alice:
            again = await alice.send(message)
        logged = await services.in_thread(stage.logged)(talk["id"])
        assert [one for one in logged if one[1] == message["ident"]] == [(again["seq"], message["ident"])]


class TestADatabaseThatIsAway:
    async def test_at_hello_has_the_device_come_back(self, inside, household, monkeypatch):
        def away(_account_id):
            raise OperationalError

        with monkeypatch.context() as broken:
            broken.setattr(services.chat, "conversations_of", away)
            async with opened(inside, household["alice"]) as socket:
                alice = Line(socket)
                await alice.say({"t": "hello", "cursors": {household["talk"]["id"]: 0}})
                assert await alice.code() == 1012
        async with line(inside, household["alice"], {household["talk"]["id"]: 0}) as alice:
            assert alice.log_of(household["talk"]) == [1]

    async def test_at_a_send_says_busy_and_the_same_message_goes_through_later(
        self, inside, household, monkeypatch
    ):
        def away(_messages, *, now):
            raise OperationalError

        message = sealed(household["talk"])
        async with line(inside, household["alice"]) as alice:
            with monkeypatch.context() as broken:
                broken.setattr(writer, "append_messages", away)
                assert (await alice.send(message))["code"] == "busy"
            assert (await alice.send(message))["t"] == "ack"
