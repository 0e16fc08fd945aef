"""The socket from outside: a real server, real cookies, real frames."""

import asyncio
import json
import os
from contextlib import suppress

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.cast import b64, unb64
from tests.mls.wire import vec
from tests.realtime.line import Line, http, line, opened, sealed

pytestmark = pytest.mark.server

FRAME_MAX = 192 * 1024


@pytest.fixture(scope="module")
def outsiders(server):
    return server.call("tests.realtime.stage:stranger")


class TestConnect:
    @pytest.mark.parametrize(
        "origin", [None, "null", "", "https://evil.example", "{ours}.evil.example", "{ours}0", "https{bare}"]
    )
    async def test_refuses_every_origin_but_ours(self, server, common, origin):
        foreign = origin and origin.format(ours=server.origin, bare=server.origin.removeprefix("http"))
        with pytest.raises(InvalidStatus) as refused:
            async with opened(server, common["alice"], origin=foreign):
                pass
        assert refused.value.response.status_code == 403

    @pytest.mark.parametrize("path", ["/ws/v2", "/ws", "/", "/ws/v1/x"])
    async def test_refuses_every_other_path(self, server, common, path):
        with pytest.raises(InvalidStatus) as refused:
            async with opened(server, common["alice"], path=path):
                pass
        assert refused.value.response.status_code == 403

    @pytest.mark.parametrize("cookie", [None, "session=", "session=nobody", "other={good}", "session={id}"])
    async def test_without_a_good_session_says_sign_in_again(self, server, common, cookie):
        filled = cookie and cookie.format(good=common["alice"]["cookie"], id=common["alice"]["id"])
        async with opened(server, cookie=filled) as socket:
            one = Line(socket)
            assert await one.code() == 4401
            assert not one.heard

    async def test_a_session_without_device_says_sign_in_again(self, server, outsiders):
        async with opened(server, outsiders["no_device"]) as socket:
            assert await Line(socket).code() == 4401

    @pytest.mark.parametrize("other", ["a,b=1", "{}", '{"x": 1}=2', "a=b=c", ";;", "é=1", "[x]=y", 'a\\b="q'])
    async def test_a_strange_cookie_beside_ours_changes_nothing(self, server, common, other):
        async with opened(server, cookie=f"{other}; session={common['alice']['cookie']}") as socket:
            await Line(socket).hello()


class TestHello:
    async def test_resumes_where_the_device_was_in_order_and_without_gaps(self, server, home):
        talk = home["talk"]
        async with line(server, home["bob"], {talk["id"]: 1}) as bob:
            for _ in range(30):
                await bob.send(sealed(talk))
        for cursor in (0, 17, 31):
            async with line(server, home["alice"], {talk["id"]: cursor}) as alice:
                assert alice.log_of(talk) == list(range(cursor + 1, 32))
                assert alice.heard[-1] == {"t": "ready"}

    async def test_lines_are_what_was_sent(self, server, home):
        message = sealed(home["talk"])
        async with line(server, home["bob"]) as bob:
            seq = (await bob.send(message))["seq"]
        async with line(server, home["alice"], {home["talk"]["id"]: seq - 1}) as alice:
            frame = alice.heard[0]
        assert frame.pop("at")
        assert frame == {
            "t": "log",
            "c": home["talk"]["id"],
            "seq": seq,
            "kind": "message",
            "epoch": home["talk"]["epoch"],
            "account": home["bob"]["id"],
            "device": home["bob"]["device_id"],
            "ident": message["ident"],
            "body": message["body"],
            "until": None,
        }

    async def test_sends_nothing_of_a_conversation_that_was_not_named(self, server, home):
        async with (
            line(server, home["alice"], {home["talk"]["id"]: 1}) as alice,
            line(server, home["bob"]) as bob,
        ):
            await bob.send(sealed(home["direct"]))
            seq = (await bob.send(sealed(home["talk"])))["seq"]
            await alice.hear("log", seq=seq)
            assert alice.log_of(home["direct"]) == []
            assert bob.log_of(home["talk"]) == []

    async def test_naming_somebody_elses_conversation_gives_nothing(self, server, home, outsiders):
        ids = {home["talk"]["id"]: 0, home["direct"]["id"]: 0}
        async with (
            line(server, outsiders["charlie"], ids) as charlie,
            line(server, home["carla"], ids) as carla,
            line(server, home["alice"]) as alice,
        ):
            await charlie.say({"t": "follow", "c": home["talk"]["id"], "after": 0})
            for _ in range(3):
                await alice.send(sealed(home["talk"]))
                await alice.send(sealed(home["direct"]))
            await carla.hear("log", seq=4)
            await charlie.pong()
            assert charlie.heard == [{"t": "ready"}, {"t": "pong"}]
            assert carla.log_of(home["direct"]) == []

    @pytest.mark.parametrize("early", ["send", "got", "follow", "ping"])
    async def test_comes_first(self, server, home, early):
        talk = home["talk"]["id"]
        frames = {
            "send": sealed(home["talk"]),
            "got": {"t": "got", "c": talk, "seq": 1},
            "follow": {"t": "follow", "c": talk, "after": 0},
            "ping": {"t": "ping"},
        }
        async with opened(server, home["alice"]) as socket:
            one = Line(socket)
            await one.say(frames[early])
            assert await one.code() == 4400
            assert not one.heard

    async def test_comes_once(self, server, home):
        async with line(server, home["alice"]) as one:
            await one.say({"t": "hello", "cursors": {}})
            assert await one.code() == 4400

    async def test_reads_a_backlog_of_any_size(self, server, home):
        """More than may wait for a device at once, in one conversation: it comes as fast as it is read."""
        sizes = [64_000] * 150 + [300] * 1500
        server.call("tests.realtime.stage:long_log", talk=home["talk"]["id"], sizes=sizes)
        async with line(server, home["alice"], {home["talk"]["id"]: 1}) as alice:
            assert alice.log_of(home["talk"]) == list(range(2, len(sizes) + 2))


class TestFollow:
    async def test_brings_what_was_said_and_what_is_said_after(self, server, home):
        talk = home["talk"]
        async with line(server, home["alice"]) as alice, line(server, home["bob"]) as bob:
            await bob.send(sealed(talk))
            await bob.send(sealed(talk))
            await alice.say({"t": "follow", "c": talk["id"], "after": 1})
            await alice.hear("log", seq=3)
            await bob.send(sealed(talk))
            await alice.hear("log", seq=4)
            assert alice.log_of(talk) == [2, 3, 4]


class TestGot:
    async def test_is_told_to_everybody_who_follows(self, server, home):
        talk = home["talk"]
        async with (
            line(server, home["alice"], {talk["id"]: 1}) as alice,
            line(server, home["bob"], {talk["id"]: 1}) as bob,
            line(server, home["carla"]) as carla,
        ):
            seq = (await alice.send(sealed(talk)))["seq"]
            await bob.hear("log", seq=seq)
            await bob.say({"t": "got", "c": talk["id"], "seq": seq})
            told = {"c": talk["id"], "at": {home["bob"]["id"]: seq}}
            await alice.hear("got", **told)
            await bob.hear("got", **told)
            await carla.pong()
            assert not [one for one in carla.heard if one["t"] == "got"]
        bob_at = server.call("tests.realtime.stage:delivered", talk=talk["id"], account_id=home["bob"]["id"])
        assert bob_at == seq

    async def test_never_goes_back_nor_beyond_the_log(self, server, home):
        talk = home["talk"]
        async with line(server, home["alice"], {talk["id"]: 0}) as alice:
            for _ in range(4):
                last = (await alice.send(sealed(talk)))["seq"]
            for seq in (last, 1, last + 1, 2**53, last - 1):
                await alice.say({"t": "got", "c": talk["id"], "seq": seq})
                await alice.pong()
            me = home["alice"]["id"]
            await alice.hear("got", at={me: last})
            await alice.say({"t": "got", "c": talk["id"], "seq": 1})
            last = (await alice.send(sealed(talk)))["seq"]
            await alice.hear("log", seq=last)
            await alice.say({"t": "got", "c": talk["id"], "seq": last})
            await alice.hear("got", at={me: last})
            assert [one["at"][me] for one in alice.heard if one["t"] == "got"] == [last - 1, last]

    async def test_of_a_conversation_one_does_not_follow_is_nothing(self, server, home, outsiders):
        talk = home["talk"]
        async with line(server, home["alice"], {talk["id"]: 0}) as alice:
            async with line(server, outsiders["charlie"], {talk["id"]: 0}) as charlie:
                await charlie.say({"t": "got", "c": talk["id"], "seq": 1})
                await charlie.pong()
            await alice.pong()
            assert not [one for one in alice.heard if one["t"] == "got"]


class TestSend:
    async def test_is_acknowledged_with_its_number_and_reaches_everybody(self, server, home):
        talk = home["talk"]
        async with (
            line(server, home["alice"], {talk["id"]: 1}) as alice,
            line(server, home["bob"], {talk["id"]: 1}) as bob,
        ):
            message = sealed(talk, archived=True)
            answer = await alice.send(message)
            assert answer == {"t": "ack", "c": talk["id"], "ident": message["ident"], "seq": 2}
            for one in (alice, bob):
                assert (await one.hear("log", seq=2))["body"] == message["body"]
        assert [2, message["ident"]] in server.call("tests.realtime.stage:logged", talk=talk["id"])

    async def test_again_gets_the_same_number_and_stands_in_the_log_once(self, server, home):
        talk, message = home["talk"], sealed(home["talk"], archived=True)
        async with line(server, home["alice"]) as alice:
            first = await alice.send(message)
            assert await alice.send(message) == first
        async with line(server, home["alice"]) as alice:
            await alice.send(sealed(talk))
            assert await alice.send(message) == first
        idents = [ident for _seq, ident in server.call("tests.realtime.stage:logged", talk=talk["id"])]
        assert idents.count(message["ident"]) == 1

    async def test_of_another_epoch_is_stale_and_hears_which_one_is_now(self, server, home):
        async with line(server, home["alice"]) as alice:
            for epoch in (0, home["talk"]["epoch"] + 1):
                answer = await alice.send(sealed(home["talk"], epoch=epoch))
                assert (answer["t"], answer["code"]) == ("nack", "stale_epoch")
                assert answer["epoch"] == home["talk"]["epoch"]

    async def test_waits_until_a_removal_is_carried_out(self, server, home):
        server.call(
            "tests.realtime.stage:removal_asked",
            talk=home["talk"]["id"],
            device_id=home["carla"]["device_id"],
        )
        async with line(server, home["alice"]) as alice:
            answer = await alice.send(sealed(home["talk"]))
            assert (answer["t"], answer["code"]) == ("nack", "pending_removal")
            assert (await alice.send(sealed(home["direct"])))["t"] == "ack"

    async def test_to_a_strange_conversation_is_as_to_none(self, server, home, outsiders):
        async with line(server, outsiders["charlie"]) as charlie:
            nowhere = {"id": outsiders["charlie"]["id"], "epoch": 0}
            strange = await charlie.send(sealed(home["talk"]))
            missing = await charlie.send(sealed(nowhere))
            different = ("c", "ident")
            assert [strange.pop(one) for one in different] != [missing.pop(one) for one in different]
            assert strange == missing == {"t": "nack", "code": "absent"}

    async def test_of_what_is_not_sealed_is_refused(self, server, home):
        talk, good = home["talk"], sealed(home["talk"])
        wrong = {
            "plain text": {"body": b64(b"hello everybody")},
            "nothing": {"body": ""},
            "another group": {"body": sealed(home["direct"])["body"]},
            "another ident": {"ident": b64(os.urandom(32))},
            "another epoch": {"epoch": talk["epoch"] + 1},
            "cut short": {"body": b64(unb64(good["body"])[:-1])},
            "something after": {"body": b64(b"".join([b"\x00\x01\x00\x02", vec(b"x")]))},
        }
        async with line(server, home["alice"], {talk["id"]: 1}) as alice:
            for why, changes in wrong.items():
                answer = await alice.send({**good, **changes})
                assert (answer["t"], answer["code"]) == ("nack", "not_sealed"), why
            await alice.pong()
            assert alice.log_of(talk) == []
            assert (await alice.send(good))["t"] == "ack"

    async def test_of_the_largest_message_fits_and_of_a_larger_one_is_refused(self, server, home):
        largest = 64 * 1024
        record = {"id": home["bob"]["id"], "record": b64(os.urandom(largest)), "signature": b64(bytes(64))}
        overhead = len(sealed(home["talk"], b"x" * 20_000)["body"]) * 3 // 4 - 20_000
        async with line(server, home["alice"]) as alice:
            fits = sealed(home["talk"], os.urandom(largest - overhead), archive=record)
            assert FRAME_MAX > len(json.dumps(fits)) > 170_000
            assert (await alice.send(fits))["t"] == "ack"
            answer = await alice.send(sealed(home["talk"], os.urandom(largest)))
            assert (answer["t"], answer["code"]) == ("nack", "message_too_large")

    async def test_with_a_record_that_is_there_already_hurts_nobody(self, server, home):
        talk = home["talk"]
        async with line(server, home["alice"]) as alice, line(server, home["bob"]) as bob:
            first = sealed(talk, archived=True)
            assert (await alice.send(first))["t"] == "ack"
            copies = [sealed(talk, archive=first["archive"]) for _ in range(10)]
            good = [sealed(talk) for _ in range(20)]
            for number, message in enumerate(good):
                await bob.say(message)
                if number % 2:
                    await alice.say(copies[number // 2])
            assert {(await bob.answer(one["ident"]))["t"] for one in good} == {"ack"}
            assert {(await alice.answer(one["ident"]))["t"] for one in copies} == {"nack"}

    async def test_keeps_one_order_for_everybody_and_each_senders_own(self, server, home):
        talk, names, count = home["talk"], ("alice", "bob", "carla"), 40

        async def talkative(one):
            messages = [sealed(talk) for _ in range(count)]
            for message in messages:
                await one.say(message)
            return [(await one.answer(message["ident"]))["seq"] for message in messages]

        async with (
            line(server, home["alice"], {talk["id"]: 1}) as alice,
            line(server, home["bob"], {talk["id"]: 1}) as bob,
            line(server, home["carla"], {talk["id"]: 1}) as carla,
        ):
            lines = (alice, bob, carla)
            given = await asyncio.gather(*(talkative(one) for one in lines))
            last = 1 + count * len(names)
            for one in lines:
                if last not in one.log_of(talk):
                    await one.hear("log", seq=last)
                assert one.log_of(talk) == list(range(2, last + 1))
            assert all(seqs == sorted(seqs) for seqs in given)


class TestDevices:
    async def test_a_second_socket_of_a_device_replaces_the_first(self, server, home):
        talk = home["talk"]
        async with (
            line(server, home["alice"], {talk["id"]: 1}) as first,
            line(server, home["alice"], {talk["id"]: 1}) as second,
        ):
            assert await first.code() == 4409
            assert (await second.send(sealed(talk)))["t"] == "ack"
            await second.hear("log", seq=2)

    async def test_two_devices_of_one_person_both_hear_everything(self, server, home):
        dana = server.call(
            "tests.realtime.stage:second_device", account_id=home["alice"]["id"], family=home["family"]
        )
        async with line(server, dana["one"]) as one, line(server, dana["other"]) as other:
            path = f"/api/v1/families/{home['family']}/favourites/{home['alice']['id']}"
            assert http(server, dana["one"], "PUT", path).status_code == 204
            for heard in (one, other):
                await heard.hear("event", name="family.changed", body={"family_id": home["family"]})


MALFORMED = {
    "nothing": "",
    "not JSON": "hello",
    "a list": "[]",
    "a number": "1",
    "null": "null",
    "no kind": "{}",
    "unknown kind": '{"t":"shout"}',
    "kind of another type": '{"t":{}}',
    "one of the server's own": '{"t":"log","c":"x","seq":1}',
    "nested deep": "[" * 90_000,
    "nested deep objects": '{"t":' * 30_000,
    "a number too long": '{"t":"got","c":"0f0e0d0c-0b0a-4908-8706-050403020100","seq":' + "9" * 9000 + "}",
    "cursors of a wrong type": '{"t":"hello","cursors":[1]}',
    "no text": "\x00\x01\x02",
    "half a character": '{"t":"\\ud83d"}',
    "binary": b"\x00\xff\x00",
    "binary frame of text": b'{"t":"ping"}',
}


class TestReceive:
    @pytest.mark.parametrize("what", MALFORMED)
    @pytest.mark.parametrize("greeted", [False, True], ids=["at once", "later"])
    async def test_anything_malformed_closes_this_socket_only(self, server, common, what, greeted):
        async with line(server, common["bob"]) as bob, opened(server, common["alice"]) as socket:
            one = Line(socket)
            if greeted:
                await one.hello()
            await one.say(MALFORMED[what])
            assert await one.code() == 4400
            await bob.pong()

    async def test_a_frame_over_the_limit_closes_the_socket(self, server, common):
        async with line(server, common["alice"]) as alice:
            await alice.say('{"t":"ping","x":"' + "x" * (FRAME_MAX - 100) + '"}')
            await alice.hear("pong")
            await alice.say('{"t":"ping","x":"' + "x" * FRAME_MAX + '"}')
            assert await alice.code() == 4413

    async def test_a_frame_far_over_the_limit_is_not_even_read(self, server, common):
        async with line(server, common["alice"]) as alice, line(server, common["bob"]) as bob:
            with suppress(ConnectionClosed):
                await alice.say('{"t":"ping","x":"' + "x" * 2_000_000 + '"}')
            assert await alice.code() in (1009, 1006)  # who is still sending may not hear why
            await bob.pong()

    def test_the_server_shows_no_trace_of_any_of_it(self, server, common):
        """Runs last: whatever the tests above did, nothing failed inside."""
        assert httpx.get(f"{server.origin}/health", trust_env=False).status_code == 200
        said = (server.folder / "server.log").read_text()
        assert "Traceback" not in said
        assert "never retrieved" not in said
        assert "pending" not in said.replace("pending_removal", "")
