"""Who has stored what is gathered for a moment, and lost neither by the database nor by the end of the process."""

import asyncio

from django.db import OperationalError

from realtime import receipts, services
from tests.realtime import stage
from tests.realtime.line import line, sealed, until


class TestReceipts:
    async def test_with_the_database_away_close_nothing_and_are_noted_later(
        self, inside, household, monkeypatch
    ):
        talk, alice_at, asked = household["talk"], household["alice"]["id"], []

        def away(stored):
            asked.append(stored)
            raise OperationalError

        monkeypatch.setattr(receipts, "AGAIN_SECONDS", 0.01)
        async with line(inside, household["alice"], {talk["id"]: 0}) as alice:
            await alice.send(sealed(talk))
            await alice.hear("log", seq=1)
            with monkeypatch.context() as broken:
                broken.setattr(services, "acknowledge_many", away)
                await alice.say({"t": "got", "c": talk["id"], "seq": 1})
                await alice.pong()
                await until(lambda: len(asked) > 1)
            await alice.hear("got", at={alice_at: 1})

    async def test_are_written_together_and_only_the_newest_of_each_counts(
        self, inside, household, monkeypatch
    ):
        talk, written, real = household["talk"], [], services.acknowledge_many

        def seen(stored):
            written.append(stored)
            real(stored)

        monkeypatch.setattr(services, "acknowledge_many", seen)
        async with (
            line(inside, household["alice"], {talk["id"]: 0}) as alice,
            line(inside, household["bob"], {talk["id"]: 0}) as bob,
        ):
            for _ in range(60):
                await alice.say(sealed(talk))
            for one in (alice, bob):
                await one.hear("log", seq=60)
            monkeypatch.setattr(receipts, "GATHER_SECONDS", 3600)
            for seq in range(1, 61):
                await alice.say({"t": "got", "c": talk["id"], "seq": seq})
                await bob.say({"t": "got", "c": talk["id"], "seq": seq})
            for one in (alice, bob):
                await one.pong()
            assert not written
            await inside.path.receipts.stop()
            at = {household[name]["id"]: 60 for name in ("alice", "bob")}
            await alice.hear("got", at=at)
            await bob.hear("got", at=at)
        assert [list(one.values()) for one in written] == [[60, 60]]

    async def test_are_written_before_the_process_ends(self, inside, household, monkeypatch):
        talk = household["talk"]
        monkeypatch.setattr(receipts, "GATHER_SECONDS", 3600)
        async with line(inside, household["alice"], {talk["id"]: 0}) as alice:
            await alice.send(sealed(talk))
            await alice.hear("log", seq=1)
            await alice.say({"t": "got", "c": talk["id"], "seq": 1})
            await alice.pong()
            await services.stop_path()
        alice_at = await asyncio.to_thread(stage.delivered, talk["id"], household["alice"]["id"])
        assert alice_at == 1
