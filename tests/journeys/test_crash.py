"""The power goes out in mid-chat, again and again: what was acknowledged is there, once, in order."""

import asyncio
import random
import sqlite3

import pytest
from websockets.exceptions import WebSocketException

from tests.realtime.line import line, sealed

pytestmark = [pytest.mark.server, pytest.mark.long]

KILLS = 3
AT_ONCE = 6


class Sender:
    """A device that talks on and on, sends again what it has no answer to, and keeps what it hears."""

    def __init__(self, server, someone, talk):
        self.server, self.someone, self.talk = server, someone, talk
        self.written, self.acked, self.log = [], {}, [talk["seq"]]
        self.is_done = False

    async def run(self) -> None:
        while not self.is_done or self.open():
            try:
                async with line(self.server, self.someone, {self.talk["id"]: self.log[-1]}) as one:
                    await self.talk_on(one)
            except (WebSocketException, OSError, TimeoutError):
                await asyncio.sleep(0.05)

    async def talk_on(self, one) -> None:
        self.keep(one)
        for message in self.open():
            await one.say(message)
        while not self.is_done or self.open():
            while len(self.open()) < AT_ONCE and not self.is_done:
                self.written.append(sealed(self.talk, archived=True))
                await one.say(self.written[-1])
            answer = await one.answer(self.open()[0]["ident"])
            self.keep(one)
            assert answer["t"] == "ack", answer
            self.acked[answer["ident"]] = answer["seq"]

    def open(self) -> list[dict]:
        return [message for message in self.written[-AT_ONCE:] if message["ident"] not in self.acked]

    def keep(self, one) -> None:
        """Store what was heard: every line is the next one."""
        for seq in one.log_of(self.talk):
            assert seq == self.log[-1] + 1
            self.log.append(seq)
        one.heard.clear()
        one.unread = [frame for frame in one.unread if frame["t"] in ("ack", "nack")]


async def pulled_out_and_in_again(server, senders) -> None:
    """Kill the server at a moment nobody chose, with messages under way, and start it on the same data."""
    had = sum(len(one.acked) for one in senders)
    while sum(len(one.acked) for one in senders) < had + 20:  # noqa: ASYNC110  there is no event for this
        await asyncio.sleep(0.01)
    await asyncio.sleep(random.random() / 2)
    server.kill()
    await asyncio.to_thread(server.start)


async def test_nothing_acknowledged_is_lost_or_doubled(server):
    [home] = server.call("tests.realtime.stage:households", count=1)
    talk = home["talk"]
    senders = [Sender(server, home[name], talk) for name in ("alice", "bob", "carla")]
    running = [asyncio.get_running_loop().create_task(one.run()) for one in senders]
    for _ in range(KILLS):
        await pulled_out_and_in_again(server, senders)
    for one in senders:
        one.is_done = True
    await asyncio.wait_for(asyncio.gather(*running), 60)

    logged = await asyncio.to_thread(server.call, "tests.realtime.stage:logged", talk=talk["id"])
    seqs, by_ident = [seq for seq, _ident in logged], {ident: seq for seq, ident in logged}
    assert seqs == list(range(1, len(logged) + 1)), "no number twice, none left out"
    assert len(by_ident) == len(logged), "no message twice"
    for one in senders:
        assert len(one.acked) == len(one.written) >= AT_ONCE
        assert one.acked.items() <= by_ident.items()
        order = [by_ident[message["ident"]] for message in one.written]
        assert order == sorted(order), "in the order of writing"
        assert one.log == seqs[: len(one.log)], "heard without gaps, across every fall"
    if server.env["DATABASE_URL"].startswith("sqlite"):
        with sqlite3.connect(server.folder / "prifora.sqlite3") as database:
            assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert not database.execute("PRAGMA foreign_key_check").fetchall()
