"""Who may stay connected, what reaches whom, and how the message path stops."""

import asyncio
import json
from uuid import UUID

import pytest
from django.db import OperationalError
from websockets.exceptions import ConnectionClosed

from accounts.models import Session
from chat.events import LogAdvanced
from chat.models import Entry, Membership
from prifora.kernel.ids import new_id
from realtime import services
from tests.cast import b64
from tests.realtime import stage
from tests.realtime.line import Line, http, line, opened, sealed

API = "/api/v1"


@pytest.mark.server
class TestSomebodyWhoIsOut:
    """Whatever ends somebody's right to hear ends it for sockets that are open, from outside and at once."""

    async def test_after_signing_out(self, server, home):
        async with line(server, home["alice"]) as alice, line(server, home["bob"]) as bob:
            http(server, home["alice"], "DELETE", "/_allauth/browser/v1/auth/session")
            assert await alice.code() == 4401
            await bob.pong()
        async with opened(server, home["alice"]) as socket:
            assert await Line(socket).code() == 4401

    async def test_after_the_session_was_ended_from_another_device(self, server, home):
        dana = dana_of(server, home)
        async with line(server, dana["one"]) as one, line(server, dana["other"]) as other:
            listed = http(server, dana["one"], "GET", f"{API}/me/sessions").json()["items"]
            there = next(row for row in listed if not row["this"])
            answer = http(server, dana["one"], "DELETE", f"{API}/me/sessions/{there['id']}")
            assert answer.status_code == 204
            assert await other.code() == 4401
            await one.pong()

    async def test_after_the_device_was_revoked(self, server, home):
        dana = dana_of(server, home)
        async with line(server, dana["one"]) as one, line(server, dana["other"]) as other:
            path = f"{API}/me/devices/{dana['other']['device_id']}/revoke"
            answer = http(server, dana["one"], "POST", path, dana["end_of_other"])
            assert answer.status_code == 204, answer.text
            assert await other.code() == 4401
            await one.pong()

    async def test_after_the_password_was_changed_elsewhere(self, server):
        owner = server.call("tests.realtime.stage:password_owner")
        async with line(server, owner["there"]) as there, line(server, owner["here"]) as here:
            body = {
                "current_password": owner["password"],
                "password": b64(b"n" * 32),
                "kdf_salt": b64(b"s" * 16),
                "vault": owner["vault"],
            }
            answer = http(server, owner["here"], "POST", f"{API}/me/password", body)
            assert answer.status_code == 204, answer.text
            assert await there.code() == 4401
            await here.pong()
        async with opened(server, owner["there"]) as socket:
            assert await Line(socket).code() == 4401

    async def test_after_the_account_was_closed(self, server, home):
        """By another process, as a worker or a command would: nobody told this server."""
        talk = home["talk"]["id"]
        async with line(server, home["carla"], {talk: 1}) as carla, line(server, home["bob"]) as bob:
            await asyncio.to_thread(
                server.call, "tests.realtime.stage:closed", account_id=home["carla"]["id"]
            )
            assert await carla.code() == 4401
            await bob.pong()

    async def test_after_leaving_the_family(self, server, home):
        """What is said right after does not reach them, however fast it is said."""
        talk = home["talk"]
        async with (
            line(server, home["carla"], {talk["id"]: 1}) as carla,
            line(server, home["alice"], {talk["id"]: 1}) as alice,
        ):
            path = f"{API}/families/{home['family']}/people/{home['carla']['id']}"
            assert http(server, home["alice"], "DELETE", path).status_code == 204
            assert (await alice.send(sealed(talk)))["code"] == "pending_removal"
            assert await carla.code() == 4403
            await alice.hear("log", kind="proposal")
            assert carla.log_of(talk) == []
        async with line(server, home["carla"], {talk["id"]: 0}) as carla:
            assert carla.log_of(talk) == []
            assert (await carla.send(sealed(talk)))["code"] == "absent"

    async def test_after_leaving_one_conversation(self, server, home):
        talk = home["talk"]
        async with (
            line(server, home["bob"], {talk["id"]: 1, home["direct"]["id"]: 1}) as bob,
            line(server, home["alice"], {home["direct"]["id"]: 1}) as alice,
        ):
            path = f"{API}/conversations/{talk['id']}/members/{home['bob']['id']}"
            assert http(server, home["alice"], "DELETE", path).status_code == 204
            assert await bob.code() == 4403
            async with line(server, home["bob"], {talk["id"]: 0, home["direct"]["id"]: 1}) as again:
                seq = (await alice.send(sealed(home["direct"])))["seq"]
                await again.hear("log", seq=seq)
                assert again.log_of(talk) == []

    async def test_after_a_block_neither_writes_to_the_other_any_more(self, server, home):
        direct, talk = home["direct"], home["talk"]
        cursors = {direct["id"]: 1, talk["id"]: 1}
        async with line(server, home["alice"], cursors) as alice, line(server, home["bob"], cursors) as bob:
            assert (await bob.send(sealed(direct)))["t"] == "ack"
            await alice.hear("log", c=direct["id"], seq=2)
            assert http(server, home["alice"], "PUT", f"{API}/blocks/{home['bob']['id']}").status_code == 204
            for one in (alice, bob):
                assert (await one.send(sealed(direct)))["code"] == "absent"
            seq = (await bob.send(sealed(talk)))["seq"]
            await alice.hear("log", c=talk["id"], seq=seq)
            assert alice.log_of(direct) == [2]
            assert not [one for one in bob.heard if one["t"] == "event"], "who is blocked is not told"


@pytest.mark.server
@pytest.mark.check
class TestAHomeStation:
    async def test_hears_that_it_is_unpaired_before_it_is_closed(self, server):
        home = server.call("tests.realtime.stage:paired_station")
        async with line(server, home["tablet"]) as tablet, line(server, home["admin"]) as admin:
            path = f"{API}/families/{home['family']}/stations/{home['station']}"
            assert http(server, home["admin"], "DELETE", path).status_code == 204
            assert await tablet.code() == 4401
            told = [one["name"] for one in tablet.heard if one["t"] == "event"]
            assert "station.unpaired" in told
            await admin.hear("event", name="station.changed", body={"station_id": home["station"]})

    async def test_hears_that_it_must_forget_everything_and_stays(self, server):
        home = server.call("tests.realtime.stage:paired_station")
        async with line(server, home["tablet"]) as tablet:
            path = f"{API}/families/{home['family']}/stations/{home['station']}/wipe"
            assert http(server, home["admin"], "POST", path).status_code == 204
            await tablet.hear("event", name="station.wipe", body={"station_id": home["station"]})
            await tablet.pong()


@pytest.mark.server
@pytest.mark.check
class TestSomebodyOfAnotherFamily:
    async def test_hears_nothing_of_anything_that_happens(self, server, home, supply):
        charlie_at = supply()["alice"]
        talk, family = home["talk"], home["family"]
        async with (
            line(server, charlie_at, {talk["id"]: 0, home["direct"]["id"]: 0}) as charlie,
            line(server, home["alice"], {talk["id"]: 1}) as alice,
            line(server, home["bob"], {talk["id"]: 1}) as bob,
        ):
            seq = (await alice.send(sealed(talk)))["seq"]
            await bob.say({"t": "got", "c": talk["id"], "seq": seq})
            await alice.hear("got", at={home["bob"]["id"]: seq})
            people = f"{API}/families/{family}/people/{home['carla']['id']}"
            assert http(server, home["alice"], "PATCH", people, {"is_admin": True}).is_success
            for one in (alice, bob):
                await one.hear("event", name="family.changed", body={"family_id": family})
            members = f"{API}/conversations/{talk['id']}/members/{home['carla']['id']}"
            assert http(server, home["alice"], "DELETE", members).status_code == 204
            await bob.hear("event", name="conversation.changed")
            await charlie.pong()
            assert charlie.heard == [{"t": "ready"}, {"t": "pong"}]


@pytest.mark.server
@pytest.mark.long
class TestStopping:
    async def test_has_everybody_come_back_and_loses_nothing_acknowledged(self, server, home):
        """Also while one device does not read at all: it must not hold the server up."""
        talk, other, acked = home["talk"], server.sibling(), {}
        server.call("tests.realtime.stage:long_log", talk=home["direct"]["id"], sizes=[60_000] * 200)
        other.start()

        async def chatter(one):
            try:
                while True:
                    message = sealed(talk)
                    acked[message["ident"]] = (await one.send(message))["seq"]
            except ConnectionClosed as closed:
                return closed.rcvd.code

        try:
            async with (
                opened(other, home["carla"]) as nobody,
                opened(other, home["bob"], max_queue=1) as deaf,
                line(other, home["alice"]) as alice,
            ):
                await Line(deaf).say({"t": "hello", "cursors": {home["direct"]["id"]: 1}})
                talking = asyncio.get_running_loop().create_task(chatter(alice))
                while len(acked) < 20:  # noqa: ASYNC110  there is no event for this
                    await asyncio.sleep(0.01)
                await asyncio.to_thread(other.stop)
                assert await talking == 1012
                assert await Line(nobody).code() == 1012
        finally:
            other.stop()
        logged = {ident: seq for seq, ident in server.call("tests.realtime.stage:logged", talk=talk["id"])}
        assert len(acked) >= 20
        assert acked.items() <= logged.items()


@pytest.fixture
def no_sweep(monkeypatch):
    monkeypatch.setattr(services, "SWEEP_SECONDS", 3600)


@pytest.fixture
def no_hints(monkeypatch):
    monkeypatch.setattr(services.Path, "take", lambda _path, _hint: None)
    monkeypatch.setattr(services, "SWEEP_SECONDS", 0.2)


class TestSweep:
    async def test_is_not_needed_for_what_this_process_commits(self, no_sweep, inside, household):
        talk = household["talk"]
        async with (
            line(inside, household["alice"], {talk["id"]: 1}) as alice,
            line(inside, household["bob"], {talk["id"]: 1}) as bob,
        ):
            seq = (await bob.send(sealed(talk)))["seq"]
            await alice.hear("log", seq=seq)
            await alice.say({"t": "got", "c": talk["id"], "seq": seq})
            await bob.hear("got", at={household["alice"]["id"]: seq})

    async def test_finds_what_grew_without_a_hint(self, no_hints, inside, household):
        talk = household["talk"]
        async with (
            line(inside, household["alice"], {talk["id"]: 1}) as alice,
            line(inside, household["bob"], {talk["id"]: 1}) as bob,
        ):
            for _ in range(5):
                last = (await bob.send(sealed(talk)))["seq"]
            for one in (alice, bob):
                await one.hear("log", seq=last)
                assert one.log_of(talk) == [2, 3, 4, 5, 6]

    async def test_closes_who_is_out_without_a_hint(self, no_hints, inside, household):
        async with (
            line(inside, household["alice"]) as alice,
            line(inside, household["bob"], {household["talk"]["id"]: 1}) as bob,
            line(inside, household["carla"]) as carla,
        ):
            await services.in_thread(Session.objects.filter(account_id=household["alice"]["id"]).delete)()
            assert await alice.code() == 4401
            await services.in_thread(Membership.objects.filter(member_id=household["bob"]["id"]).delete)()
            assert await bob.code() == 4403
            await carla.pong()

    async def test_does_not_judge_what_began_while_it_looked(self, no_sweep, inside, household, monkeypatch):
        """The answer of the database is about the moment it was asked."""
        talk, gate, looking = UUID(household["talk"]["id"]), asyncio.Event(), asyncio.Event()
        real = services.in_thread

        def slow(work):
            async def run(*arguments):
                found = await real(work)(*arguments)
                looking.set()
                await gate.wait()
                return found

            return run if work is services._state else real(work)

        async with line(inside, household["alice"]) as alice:
            monkeypatch.setattr(services, "in_thread", slow)
            sweeping = asyncio.get_running_loop().create_task(inside.path.sweep())
            await looking.wait()
            await alice.say({"t": "follow", "c": str(talk), "after": 0})
            await alice.hear("log", seq=1)
            gate.set()
            await sweeping
            await alice.pong()

    async def test_goes_on_after_the_database_was_away(self, inside, household, monkeypatch):
        monkeypatch.setattr(services, "SWEEP_SECONDS", 0.05)
        asked, real = [], services.live_sessions

        def away(keys):
            asked.append(keys)
            if len(asked) < 3:
                raise OperationalError
            return real(keys)

        monkeypatch.setattr(services, "live_sessions", away)
        async with line(inside, household["alice"]) as alice:
            inside.path.look.set()
            async with asyncio.timeout(20):
                while len(asked) < 4:  # noqa: ASYNC110  there is no event for this
                    await asyncio.sleep(0.01)
            await alice.pong()


class TestCarry:
    async def test_reaches_the_loop_from_any_thread(self, inside, household):
        async with line(inside, household["alice"]) as alice:
            body, people = {"family_id": str(new_id())}, [UUID(household["alice"]["id"])]
            await asyncio.to_thread(services.carry, "family.changed", body, people)
            await alice.hear("event", name="family.changed", body=body)

    def test_of_a_process_without_sockets_goes_to_redis(self, settings, monkeypatch):
        sent = []
        monkeypatch.setattr(services, "publish_alone", lambda url, hint: sent.append((url, hint)))
        person = new_id()
        settings.REDIS_URL = ""
        services.carry("family.changed", {}, [person])
        assert sent == []
        settings.REDIS_URL = "redis://somewhere"
        services.carry("family.changed", {"family_id": "1"}, [person])
        hint = {"name": "family.changed", "body": {"family_id": "1"}, "people": [str(person)]}
        assert sent == [("redis://somewhere", hint)]

    def test_after_the_loop_is_gone_fails_nobody(self, monkeypatch):
        async def begin():
            return services.Path()

        monkeypatch.setattr(services, "_path", asyncio.run(begin()))
        services.carry("family.changed", {}, [new_id()])


class TestPath:
    async def test_is_one_for_the_process_and_stops_for_good(self, transactional_db):
        path = services.path()
        assert services.path() is path
        await services.stop_path()
        await services.stop_path()
        assert path.writer.is_stopped
        assert services._path is None


class Outgoing:
    """A bridge that only notes what should go to the other processes."""

    def __init__(self, *, is_behind=False):
        self.hints, self.is_behind = [], is_behind

    def publish(self, hint):
        self.hints.append(hint)

    def stop(self):
        """Nothing runs."""


class TestLinesToOthers:
    """Another process hears the lines as they are sent to devices, or only how far the log is."""

    async def test_are_the_frames_of_this_process(self, no_sweep, inside, household):
        talk, inside.path.bridge = household["talk"], Outgoing()
        async with line(inside, household["alice"], {talk["id"]: 1}) as alice:
            seq = (await alice.send(sealed(talk)))["seq"]
            frame = await alice.hear("log", seq=seq)
        (hint,) = inside.path.bridge.hints
        assert (hint["name"], hint["people"]) == (services.LINES, [])
        [[number, text]] = json.loads(json.dumps(hint["body"]))[talk["id"]]
        assert (number, json.loads(text)) == (seq, frame)

    @pytest.mark.parametrize("why", ["too long", "too much waits"])
    async def test_are_numbers_only_when(self, no_sweep, inside, household, monkeypatch, why):
        talk, inside.path.bridge = household["talk"], Outgoing(is_behind=why == "too much waits")
        monkeypatch.setattr(services, "LINES_SIZE_MAX", 100 if why == "too long" else 10**6)
        async with line(inside, household["alice"], {talk["id"]: 1}) as alice:
            seq = (await alice.send(sealed(talk)))["seq"]
            await alice.hear("log", seq=seq)
        (hint,) = inside.path.bridge.hints
        assert hint["body"] == {"conversation_id": talk["id"], "seq": str(seq)}

    async def test_go_in_parts_and_only_a_run_that_is_too_long_as_a_number(self, inside, monkeypatch):
        monkeypatch.setattr(services, "LINES_SIZE_MAX", 100)
        inside.path.bridge = Outgoing()
        lines = {new_id(): [(1, "a" * size)] for size in (60, 30, 20, 101, 100, 1)}
        advanced = [
            {"name": LogAdvanced.name, "body": {"conversation_id": str(one), "seq": "1"}, "people": []}
            for one in lines
        ]
        inside.path.told(lines, advanced)
        parts = [hint for hint in inside.path.bridge.hints if hint["name"] == services.LINES]
        sizes = [[len(text) for some in hint["body"].values() for _seq, text in some] for hint in parts]
        assert sizes == [[60, 30], [20], [100], [1]]
        numbers = [hint["body"] for hint in inside.path.bridge.hints if hint["name"] == LogAdvanced.name]
        assert numbers == [{"conversation_id": str(list(lines)[3]), "seq": "1"}]

    async def test_are_handed_out_where_they_arrive(self, no_sweep, inside, household):
        talk = household["talk"]["id"]
        frame = {"t": "log", "c": talk, "seq": 2, "body": "from there"}
        body = {talk: [[2, json.dumps(frame)]]}
        async with line(inside, household["alice"], {talk: 1}) as alice:
            inside.path.take({"name": services.LINES, "body": body, "people": []})
            assert await alice.hear("log", seq=2) == frame


class TestReadLog:
    async def test_gives_encoded_lines_after_a_number_in_order_and_no_more_than_asked(self, household):
        talk = household["talk"]["id"]
        await services.in_thread(stage.long_log)(talk, [40] * 9)
        lines = await services.read_log(UUID(talk), 3, 5)
        assert [seq for seq, _text in lines] == [4, 5, 6, 7, 8]
        assert all(text.startswith('{"t":"log",') for _seq, text in lines)

    async def test_says_where_lines_have_ended(self, household):
        talk = household["talk"]["id"]
        await services.in_thread(stage.long_log)(talk, [40] * 9)
        await services.in_thread(stage.lines_ended)(talk, 4)
        heard = [(seq, json.loads(text)) for seq, text in await services.read_log(UUID(talk), 1, 3)]
        assert heard[0] == (4, {"t": "gap", "c": talk, "first": 5})
        assert [(seq, one["t"]) for seq, one in heard[1:]] == [(5, "log"), (6, "log"), (7, "log")]

    async def test_says_so_in_the_middle_too(self, household):
        talk = household["talk"]["id"]
        await services.in_thread(stage.long_log)(talk, [40] * 5)
        await services.in_thread(Entry.objects.filter(conversation_id=talk, seq__in=[3, 4]).delete)()
        heard = [(seq, json.loads(text)["t"]) for seq, text in await services.read_log(UUID(talk), 1, 9)]
        assert heard == [(2, "log"), (4, "gap"), (5, "log"), (6, "log")]

    async def test_says_so_when_no_line_is_left(self, household):
        talk = household["talk"]["id"]
        await services.in_thread(stage.long_log)(talk, [40] * 3)
        await services.in_thread(stage.lines_ended)(talk, 4)
        assert await services.read_log(UUID(talk), 1, 9) == [
            (4, f'{{"t":"gap","c":"{talk}","first":5}}'),
        ]
        assert await services.read_log(UUID(talk), 4, 9) == []

    async def test_says_nothing_of_the_kind_at_the_end_or_beyond_it_or_of_nothing(self, household):
        talk = UUID(household["talk"]["id"])
        for after in (1, 2, 900):
            assert await services.read_log(talk, after, 9) == []
        assert await services.read_log(new_id(), 0, 9) == []


class TestConversationsAmong:
    async def test_are_those_one_belongs_to_now(self, household):
        talk, direct = (UUID(household[name]["id"]) for name in ("talk", "direct"))
        carla, alice = (UUID(household[name]["id"]) for name in ("carla", "alice"))
        wanted = [talk, direct, new_id()]
        assert await services.conversations_among(alice, wanted) == {talk, direct}
        assert await services.conversations_among(carla, wanted) == {talk}
        assert await services.conversations_among(new_id(), wanted) == set()


def dana_of(server, home):
    return server.call(
        "tests.realtime.stage:second_device", account_id=home["alice"]["id"], family=home["family"]
    )
