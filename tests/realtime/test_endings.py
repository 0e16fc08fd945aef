"""What ends in a log: lines after a time, messages taken back, messages that disappear. From outside, on a real server."""

import asyncio
from datetime import datetime, timedelta

import pytest

from tests.realtime.line import Line, http, line, opened, sealed

pytestmark = [pytest.mark.server, pytest.mark.check]


class TestADeviceThatWasAwayForLong:
    """Lines end after a time; who comes back later hears where the log begins now, before any of it."""

    async def test_hears_of_the_gap_before_the_lines(self, server, home):
        talk = home["talk"]
        async with line(server, home["bob"]) as bob:
            for _ in range(9):
                await bob.send(sealed(talk))
        server.call("tests.realtime.stage:lines_ended", talk=talk["id"], upto=6)
        async with line(server, home["alice"], {talk["id"]: 2}) as alice:
            assert alice.heard[0] == {"t": "gap", "c": talk["id"], "first": 7}
            assert alice.log_of(talk) == [7, 8, 9, 10]
            assert alice.heard[-1] == {"t": "ready"}
        for cursor in (6, 8):
            async with line(server, home["alice"], {talk["id"]: cursor}) as alice:
                assert alice.log_of(talk) == list(range(cursor + 1, 11))
                assert not [one for one in alice.heard if one["t"] == "gap"]

    async def test_hears_of_it_when_no_line_is_left_and_goes_on_from_there(self, server, home):
        talk = home["talk"]
        async with line(server, home["bob"]) as bob:
            for _ in range(3):
                await bob.send(sealed(talk))
            server.call("tests.realtime.stage:lines_ended", talk=talk["id"], upto=4)
            async with line(server, home["alice"], {talk["id"]: 1}) as alice:
                assert alice.heard == [{"t": "gap", "c": talk["id"], "first": 5}, {"t": "ready"}]
                await bob.send(sealed(talk))
                await alice.hear("log", seq=5)
                assert len([one for one in alice.heard if one["t"] == "gap"]) == 1

    async def test_hears_of_it_when_it_follows(self, server, home):
        talk = home["talk"]
        async with line(server, home["bob"]) as bob:
            await bob.send(sealed(talk))
            await bob.send(sealed(talk))
        server.call("tests.realtime.stage:lines_ended", talk=talk["id"], upto=2)
        async with line(server, home["alice"]) as alice:
            await alice.say({"t": "follow", "c": talk["id"], "after": 0})
            await alice.hear("log", seq=3)
            kinds = [one["t"] for one in alice.heard if one["t"] in ("gap", "log")]
            assert kinds == ["gap", "log"]

    async def test_gets_a_long_log_after_the_gap_whole(self, server, home):
        talk = home["talk"]
        server.call("tests.realtime.stage:long_log", talk=talk["id"], sizes=[200] * 1200)
        server.call("tests.realtime.stage:lines_ended", talk=talk["id"], upto=101)
        async with line(server, home["alice"], {talk["id"]: 1}) as alice:
            assert alice.heard[0] == {"t": "gap", "c": talk["id"], "first": 102}
            assert alice.log_of(talk) == list(range(102, 1202))


class TestAMessageTakenBack:
    async def test_while_a_device_catches_up_leaves_no_gap_and_no_disorder(self, server, home):
        talk, count = home["talk"], 150
        async with line(server, home["bob"]) as bob:
            sent = [sealed(talk, archived=True) for _ in range(count)]
            seqs = [(await bob.send(one))["seq"] for one in sent]
        server.call("tests.realtime.stage:long_log", talk=talk["id"], sizes=[8_000] * 400)
        gone = seqs[::10]

        def take_back():
            path = f"/api/v1/conversations/{talk['id']}/entries/"
            return [http(server, home["bob"], "DELETE", f"{path}{seq}").status_code for seq in gone]

        async with opened(server, home["alice"]) as socket:
            alice = Line(socket)
            _ready, answers = await asyncio.gather(alice.hello({talk["id"]: 1}), asyncio.to_thread(take_back))
            assert set(answers) == {204}
            for seq in gone:
                await alice.hear(
                    "event", name="message.gone", body={"conversation_id": talk["id"], "seq": str(seq)}
                )
        assert alice.log_of(talk) == list(range(2, 402 + count))
        lines = {one["seq"]: one for one in alice.heard if one["t"] == "log"}
        for seq, message in zip(seqs, sent, strict=True):
            assert lines[seq]["ident"] == message["ident"]
            assert lines[seq]["body"] == message["body"] or (seq in gone and lines[seq]["body"] == "")
        async with line(server, home["carla"], {talk["id"]: 1}) as carla:
            later = {one["seq"]: one["body"] for one in carla.heard if one["t"] == "log"}
        assert [seq for seq in seqs if later[seq] == ""] == gone


class TestAMessageThatDisappears:
    async def test_says_until_when_and_is_empty_after(self, server, home):
        talk, message = home["talk"], sealed(home["talk"], ttl=3600)
        async with line(server, home["alice"], {talk["id"]: 1}) as alice:
            assert (await alice.send(message))["t"] == "ack"
            heard = await alice.hear("log", seq=2)
        assert heard["body"] == message["body"]
        lasts = datetime.fromisoformat(heard["until"]) - datetime.fromisoformat(heard["at"])
        assert lasts == timedelta(hours=1)
        assert server.call("tests.realtime.stage:expired", talk=talk["id"]) == 1
        async with line(server, home["bob"], {talk["id"]: 1}) as bob:
            later = bob.heard[0]
        assert (later["seq"], later["ident"], later["body"]) == (2, message["ident"], "")

    async def test_is_refused_with_an_archive_record(self, server, home):
        async with line(server, home["alice"], {home["talk"]["id"]: 1}) as alice:
            answer = await alice.send(sealed(home["talk"], ttl=3600, archived=True))
            assert (answer["t"], answer["code"]) == ("nack", "not_sealed")
            await alice.pong()
            assert alice.log_of(home["talk"]) == []
