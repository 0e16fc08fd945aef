"""Hints between processes, with Redis there, gone and back; and what two servers make of it."""

import asyncio

import pytest
from redis import asyncio as redis
from structlog.testing import capture_logs

from realtime import bridge as module
from realtime.bridge import CHANNEL, Bridge, publish_alone
from tests.realtime.line import line, sealed
from tests.realtime.small_redis import SmallRedis
from tests.server import free_port

PATIENCE_SECONDS = 20


async def until(true):
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not true():  # noqa: ASYNC110  what is awaited has no event
            await asyncio.sleep(0.01)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch):
    monkeypatch.setattr(module, "RETRY_SECONDS", 0.05)


@pytest.fixture
async def small_redis():
    server = SmallRedis()
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def pair(small_redis):
    """Two bridges that are listening, and what each heard."""
    heard = [], []
    bridges = [Bridge(small_redis.url, one.append) for one in heard]
    for one in bridges:
        one.start()
    await until(lambda: len(small_redis.subscribers) == 2)
    yield bridges, heard
    for one in bridges:
        one.stop()
        await asyncio.wait(one.tasks)


def numbers(heard):
    return [hint["number"] for hint in heard]


class TestBridge:
    async def test_brings_every_hint_to_every_other_process_in_order(self, pair):
        (one, other), heard = pair
        for number in range(200):
            one.publish({"number": number})
        await until(lambda: len(heard[1]) == 200)
        other.publish({"number": -1})
        await until(lambda: heard[0])
        assert numbers(heard[1]) == list(range(200))
        assert numbers(heard[0]) == [-1]

    async def test_goes_on_when_redis_comes_back(self, pair, small_redis):
        (one, _other), heard = pair
        await small_redis.stop()
        one.publish({"number": 1})
        await until(lambda: one.is_down)
        await small_redis.start()
        await until(lambda: len(small_redis.subscribers) == 2)
        one.publish({"number": 2})
        await until(lambda: numbers(heard[1])[-1:] == [2])

    async def test_hears_on_after_something_unreadable(self, pair, small_redis):
        (one, other), heard = pair
        other.receive = lambda hint: heard[1].append({"number": hint["number"]})
        async with redis.from_url(small_redis.url) as client:
            for text in (
                "",
                "nothing we know",
                "[]",
                "null",
                '{"other": 1}',
                "\udcff".encode("utf8", "replace"),
            ):
                await client.publish(CHANNEL, text)
        one.publish({"number": 3})
        await until(lambda: {"number": 3} in heard[1])
        assert heard[1] == [{"number": 3}]
        assert len(small_redis.subscribers) == 2

    async def test_takes_nothing_that_no_process_of_ours_wrote(self, pair, small_redis):
        """Who gets into Redis can neither make up a hint nor change one."""
        (one, _other), heard = pair
        real = module.sealed({"number": 1}, b"somebody")
        forged = [b'{"number":9}', bytes(40) + b'{"number":9}', real.replace(b"1}", b"9}")]
        forged.append(real.replace(b"somebody", b"nobody.."))
        assert real.endswith(b'somebody{"number":1}')
        async with redis.from_url(small_redis.url) as client:
            for message in (*forged, real):
                await client.publish(CHANNEL, message)
        one.publish({"number": 3})
        await until(lambda: numbers(heard[1])[-1:] == [3] and heard[0])
        assert numbers(heard[1]) == [1, 3]
        assert numbers(heard[0]) == [1]

    async def test_is_behind_when_much_waits_or_redis_is_away(self, pair):
        (one, _other), _heard = pair
        assert not one.is_behind
        for number in range(module.BEHIND):
            one.publish({"number": number})
        assert one.is_behind
        await until(lambda: not one.is_behind)
        one.is_down = True
        assert one.is_behind

    async def test_never_holds_anybody_up_while_redis_is_away(self, monkeypatch):
        monkeypatch.setattr(module, "WAITING_MAX", 50)
        lonely = Bridge(f"redis://127.0.0.1:{free_port()}", lambda _hint: None)
        with capture_logs() as logs:
            lonely.start()
            for number in range(500):
                lonely.publish({"number": number})
            await until(lambda: lonely.is_down)
            await asyncio.sleep(0.3)
            lonely.stop()
            await asyncio.wait(lonely.tasks)
        assert lonely.outgoing.qsize() <= 50
        assert [one["event"] for one in logs] == ["bridge_down"], "said once, not every second"


class TestPublishAlone:
    async def test_reaches_the_processes_with_sockets(self, pair, small_redis):
        _bridges, heard = pair
        await asyncio.to_thread(publish_alone, small_redis.url, {"number": 5})
        await until(lambda: numbers(heard[0]) == numbers(heard[1]) == [5])

    async def test_gives_up_when_redis_is_away(self):
        with capture_logs() as logs:
            await asyncio.to_thread(publish_alone, f"redis://127.0.0.1:{free_port()}", {"number": 5})
        assert [one["event"] for one in logs] == ["hint_lost"]


async def chatter(lines, talk, count):
    """Everybody sends in turn, each over a server of their own; returns the numbers that were given."""
    seqs = []
    for number in range(count):
        answer = await lines[number % len(lines)].send(sealed(talk))
        assert answer["t"] == "ack", answer
        seqs.append(answer["seq"])
    return seqs


@pytest.mark.server
@pytest.mark.long
class TestTwoServers:
    async def test_on_one_database_bring_everything_to_everybody_in_order(self, server, home):
        """With Redis by hints, without it (SQLite, two processes on one file) by looking."""
        other, talk = server.sibling(), home["talk"]
        other.start()
        try:
            async with (
                line(server, home["alice"], {talk["id"]: 1}) as alice,
                line(other, home["bob"], {talk["id"]: 1}) as bob,
                line(other, home["carla"], {talk["id"]: 1}) as carla,
            ):
                rounds = await asyncio.gather(*(chatter([one], talk, 20) for one in (alice, bob, carla)))
                last = max(seq for seqs in rounds for seq in seqs)
                for one in (alice, bob, carla):
                    await one.hear("log", seq=last)
                    assert one.log_of(talk) == list(range(2, 62))
                assert sorted(seq for seqs in rounds for seq in seqs) == list(range(2, 62))
                assert all(seqs == sorted(seqs) for seqs in rounds)
        finally:
            other.stop()

    async def test_without_redis_everything_still_arrives(self, server, home):
        dead = f"redis://127.0.0.1:{free_port()}"
        talk, pair = home["talk"], [server.sibling(redis_url=dead) for _ in range(2)]
        for one in pair:
            one.start()
        try:
            async with (
                line(pair[0], home["alice"], {talk["id"]: 1}) as alice,
                line(pair[1], home["bob"], {talk["id"]: 1}) as bob,
            ):
                seqs = await chatter([alice, bob], talk, 10)
                assert seqs == list(range(2, 12))
                for one in (alice, bob):
                    await one.hear("log", seq=11)
                    assert one.log_of(talk) == seqs
        finally:
            for one in pair:
                one.stop()
