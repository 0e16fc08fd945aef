"""Who hears what, in which order. The log is a list; the sockets are real."""

import asyncio
import json
from uuid import uuid4

import pytest

from prifora.wire import framed
from realtime.hub import EARLY_LINES_MAX, PAGE_LINES, PAGE_LINES_MAX, Hub
from realtime.sockets import PLACE_CHANGED, REPLACED, ROOM_BYTES, ROOM_FRAMES, Socket


class Logs:
    """Logs that grow, and reading them, which takes as long as a test wants."""

    def __init__(self):
        self.lines, self.reads, self.gate = {}, [], asyncio.Event()
        self.gate.set()
        self.is_away = False

    def grow(self, talk, count=1, text="line"):
        rows = self.lines.setdefault(talk, [])
        first = rows[-1][0] + 1 if rows else 1
        rows.extend(
            (seq, json.dumps({"t": "log", "c": str(talk), "seq": seq, "body": text}))
            for seq in range(first, first + count)
        )
        return rows[-1][0]

    async def read(self, talk, after, limit):
        self.reads.append((talk, after, limit))
        found, gate = [row for row in self.lines.get(talk, []) if row[0] > after][:limit], self.gate
        await gate.wait()
        await asyncio.sleep(0)
        if self.is_away:
            raise OSError("the database is away")
        return found


class Device:
    """A connected device that notes what it hears."""

    def __init__(self, hub, account_id=None, device_id=None):
        self.got, self.codes, self.reads = [], [], asyncio.Event()
        self.reads.set()
        self.socket = Socket(account_id or uuid4(), device_id or uuid4(), "cookie", self.send, self.close)
        hub.add(self.socket)

    async def send(self, text):
        await self.reads.wait()
        self.got.append(json.loads(text))

    async def close(self, code):
        self.codes.append(code)

    def seqs(self, talk):
        return [one["seq"] for one in self.got if one["t"] == "log" and one["c"] == str(talk)]


async def until(true):
    async with asyncio.timeout(20):
        while not true():  # noqa: ASYNC110  what is awaited has no event
            await asyncio.sleep(0.001)


async def settle():
    for _ in range(50):
        await asyncio.sleep(0)


@pytest.fixture
async def logs():
    return Logs()


@pytest.fixture
async def hub(logs):
    hub = Hub(logs.read)
    yield hub
    for socket in hub.sockets():
        hub.remove(socket)
        socket.forget()
    await settle()


@pytest.fixture
def talk():
    return uuid4()


class TestGreet:
    async def test_tells_everything_missed_in_order_and_then_ready(self, hub, logs, talk):
        logs.grow(talk, 3 * PAGE_LINES_MAX)
        device = Device(hub)
        await hub.greet(device.socket, {talk: 10})
        await until(lambda: device.got[-1:] == [{"t": "ready"}])
        assert device.seqs(talk) == list(range(11, 3 * PAGE_LINES_MAX + 1))

    async def test_asks_the_database_a_few_times_only(self, hub, logs, talk):
        logs.grow(talk, 1000)
        device = Device(hub)
        greeting = asyncio.get_running_loop().create_task(hub.greet(device.socket, {talk: 0}))
        await until(lambda: {"t": "ready"} in device.got)
        await greeting
        assert len(logs.reads) <= 8
        assert max(limit for _talk, _after, limit in logs.reads) <= PAGE_LINES_MAX

    async def test_gives_what_came_meanwhile_once_and_without_a_gap(self, hub, logs, talk):
        hub_now = logs.grow(talk, 5)
        device = Device(hub)
        logs.gate.clear()
        greeting = asyncio.get_running_loop().create_task(hub.greet(device.socket, {talk: 0}))
        await settle()
        for seq in range(hub_now + 1, hub_now + 4):
            hub.log_advanced(talk, logs.grow(talk))
            assert logs.lines[talk][-1][0] == seq
        logs.gate.set()
        await greeting
        await until(lambda: device.seqs(talk)[-1:] == [8])
        assert device.seqs(talk) == list(range(1, 9))

    async def test_fits_any_backlog_into_little_memory(self, hub, logs, talk):
        logs.grow(talk, 400, text="x" * 90_000)
        device = Device(hub)
        device.reads.clear()
        greeting = asyncio.get_running_loop().create_task(hub.greet(device.socket, {talk: 0}))
        await settle()
        assert not greeting.done()
        assert device.socket.waiting_bytes < ROOM_BYTES + 100_000
        device.reads.set()
        await greeting
        await until(lambda: {"t": "ready"} in device.got)
        assert device.seqs(talk) == list(range(1, 401))
        assert not device.socket.is_closed


class TestLogAdvanced:
    async def test_reaches_every_follower_in_order_from_one_read(self, hub, logs, talk):
        devices = [Device(hub) for _ in range(10)]
        for device in devices:
            await hub.greet(device.socket, {talk: 0})
        logs.reads.clear()
        hub.log_advanced(talk, logs.grow(talk, 7))
        await until(lambda: all(device.seqs(talk)[-1:] == [7] for device in devices))
        assert all(device.seqs(talk) == [1, 2, 3, 4, 5, 6, 7] for device in devices)
        assert len(logs.reads) == 1

    async def test_in_any_order_and_twice_still_gives_each_line_once(self, hub, logs, talk):
        device = Device(hub)
        await hub.greet(device.socket, {talk: 0})
        for _ in range(30):
            last = logs.grow(talk, 3)
            for hint in (last, last - 2, last, last - 1):
                hub.log_advanced(talk, hint)
            await asyncio.sleep(0)
        await until(lambda: device.seqs(talk)[-1:] == [90])
        assert device.seqs(talk) == list(range(1, 91))

    async def test_never_leaves_a_gap_when_a_device_asks_again_from_earlier(self, hub, logs, talk):
        device = Device(hub)
        logs.grow(talk, 10)
        await hub.greet(device.socket, {talk: 10})
        live = logs.gate = asyncio.Event()
        hub.log_advanced(talk, logs.grow(talk, 2))
        await settle()
        older = logs.gate = asyncio.Event()
        hub.follow(device.socket, talk, 0)
        hub.catch_up_soon(device.socket, talk)
        await settle()
        live.set()
        await settle()
        older.set()
        await until(lambda: device.seqs(talk)[-1:] == [12])
        await settle()
        assert device.seqs(talk) == list(range(1, 13))

    async def test_reaches_a_device_that_was_just_catching_up(self, hub, logs, talk):
        device = Device(hub)
        logs.grow(talk, 10)
        await hub.greet(device.socket, {talk: 10})
        logs.gate.clear()
        hub.follow(device.socket, talk, 0)
        hub.catch_up_soon(device.socket, talk)
        await settle()
        hub.log_advanced(talk, logs.grow(talk))
        await settle()
        logs.gate.set()
        await until(lambda: device.seqs(talk) == list(range(1, 12)))

    async def test_leaves_one_that_does_not_read_behind_and_serves_the_others(self, hub, logs, talk):
        lazy, keen = Device(hub), Device(hub)
        for device in (lazy, keen):
            await hub.greet(device.socket, {talk: 0})
        await settle()
        lazy.reads.clear()
        for _ in range(4 * ROOM_FRAMES // 50):
            hub.log_advanced(talk, logs.grow(talk, 50))
            await until(lambda: keen.seqs(talk)[-1:] == [logs.lines[talk][-1][0]])
        assert len(lazy.socket.queue) <= ROOM_FRAMES
        assert not lazy.socket.is_closed
        lazy.reads.set()
        await until(lambda: lazy.seqs(talk)[-1:] == [4 * ROOM_FRAMES])
        assert lazy.seqs(talk) == keen.seqs(talk) == list(range(1, 4 * ROOM_FRAMES + 1))

    async def test_goes_on_where_it_was_after_the_database_was_away(self, hub, logs, talk):
        device = Device(hub)
        await hub.greet(device.socket, {talk: 0})
        logs.is_away = True
        hub.log_advanced(talk, logs.grow(talk, 3))
        await until(lambda: not hub.pumping)
        logs.is_away = False
        hub.log_advanced(talk, 3)
        await until(lambda: device.seqs(talk) == [1, 2, 3])

    async def test_costs_nothing_where_nobody_follows(self, hub, logs, talk):
        hub.log_advanced(talk, logs.grow(talk))
        await settle()
        assert not logs.reads
        assert not hub.advanced

    async def test_starts_after_what_was_deleted_from_an_old_log(self, hub, logs, talk):
        device = Device(hub)
        logs.grow(talk, 600)
        del logs.lines[talk][:550]
        await hub.greet(device.socket, {talk: 3})
        await until(lambda: {"t": "ready"} in device.got)
        assert device.seqs(talk) == list(range(551, 601))


class TestHandOut:
    async def test_gives_what_was_committed_without_reading_it_again(self, hub, logs, talk):
        devices = [Device(hub) for _ in range(10)]
        for device in devices:
            await hub.greet(device.socket, {talk: 0})
        logs.reads.clear()
        logs.grow(talk, 7)
        hub.hand_out(talk, logs.lines[talk])
        await until(lambda: all(device.seqs(talk) == [1, 2, 3, 4, 5, 6, 7] for device in devices))
        await settle()
        assert logs.reads == []

    async def test_makes_one_piece_of_it_for_everybody(self, hub, logs, talk):
        devices, written = [Device(hub) for _ in range(3)], []
        for device in devices:
            await hub.greet(device.socket, {talk: 0})
        await settle()
        for device in devices:
            device.socket.write = lambda frames: written.append(frames) is None
        logs.grow(talk, 2)
        hub.hand_out(talk, logs.lines[talk])
        assert len(written) == 3
        assert all(one is written[0] for one in written)
        assert written == [framed(text for _seq, text in logs.lines[talk])] * 3
        assert {device.socket.cursors[talk] for device in devices} == {2}

    async def test_never_leaves_a_gap_where_another_process_wrote_in_between(self, hub, logs, talk):
        device = Device(hub)
        await hub.greet(device.socket, {talk: 0})
        logs.grow(talk, 5)
        hub.hand_out(talk, logs.lines[talk][3:])
        await until(lambda: device.seqs(talk)[-1:] == [5])
        hub.hand_out(talk, logs.lines[talk][:3])
        await settle()
        assert device.seqs(talk) == [1, 2, 3, 4, 5]

    async def test_keeps_what_came_before_its_turn_and_reads_nothing(self, hub, logs, talk):
        device = Device(hub)
        await hub.greet(device.socket, {talk: 0})
        logs.grow(talk, 6)
        reads = len(logs.reads)
        for part in (slice(4, 6), slice(2, 4), slice(0, 2)):
            hub.hand_out(talk, logs.lines[talk][part])
        await settle()
        assert device.seqs(talk) == [1, 2, 3, 4, 5, 6]
        assert len(logs.reads) == reads
        assert not hub.early

    async def test_reads_what_never_came(self, hub, logs, talk):
        device = Device(hub)
        await hub.greet(device.socket, {talk: 0})
        logs.grow(talk, 5)
        hub.hand_out(talk, logs.lines[talk][3:])
        await settle()
        assert device.seqs(talk) == []
        await until(lambda: device.seqs(talk) == [1, 2, 3, 4, 5])
        await until(lambda: not hub.waiting)
        assert not hub.early

    async def test_keeps_no_more_than_a_few_and_reads_at_once_then(self, hub, logs, talk):
        device = Device(hub)
        await hub.greet(device.socket, {talk: 0})
        logs.grow(talk, EARLY_LINES_MAX + 2)
        hub.hand_out(talk, logs.lines[talk][1:])
        assert not hub.early
        assert not hub.waiting
        await until(lambda: device.seqs(talk) == list(range(1, EARLY_LINES_MAX + 3)))

    async def test_serves_devices_that_stand_at_different_numbers(self, hub, logs, talk):
        logs.grow(talk, 3)
        near, far = Device(hub), Device(hub)
        await hub.greet(near.socket, {talk: 3})
        await hub.greet(far.socket, {talk: 3})
        logs.grow(talk, 2)
        hub.hand_out(talk, logs.lines[talk][3:4])
        far.socket.cursors[talk] = 3
        hub.hand_out(talk, logs.lines[talk][4:])
        await until(lambda: near.seqs(talk) == [4, 5])
        await until(lambda: far.seqs(talk)[-1:] == [5])

    async def test_gives_a_line_once_while_the_same_is_being_read(self, hub, logs, talk):
        device = Device(hub)
        await hub.greet(device.socket, {talk: 0})
        logs.gate.clear()
        hub.log_advanced(talk, logs.grow(talk, 2))
        await settle()
        hub.hand_out(talk, logs.lines[talk])
        logs.grow(talk)
        hub.hand_out(talk, logs.lines[talk][2:])
        logs.gate.set()
        await until(lambda: not hub.pumping)
        await settle()
        assert device.seqs(talk) == [1, 2, 3]

    async def test_leaves_one_that_catches_up_to_read_on_by_itself(self, hub, logs, talk):
        device = Device(hub)
        logs.grow(talk, 10)
        await hub.greet(device.socket, {talk: 10})
        logs.gate.clear()
        hub.follow(device.socket, talk, 0)
        hub.catch_up_soon(device.socket, talk)
        await settle()
        logs.grow(talk)
        hub.hand_out(talk, logs.lines[talk][10:])
        await settle()
        logs.gate.set()
        await until(lambda: device.seqs(talk) == list(range(1, 12)))

    async def test_leaves_one_without_room_behind_and_serves_the_others(self, hub, logs, talk):
        lazy, keen = Device(hub), Device(hub)
        for device in (lazy, keen):
            await hub.greet(device.socket, {talk: 0})
        await settle()
        lazy.reads.clear()
        for _ in range(4 * ROOM_FRAMES // 50):
            newest = logs.grow(talk, 50)
            hub.hand_out(talk, logs.lines[talk][newest - 50 :])
            await until(lambda: keen.seqs(talk)[-1:] == [logs.lines[talk][-1][0]])
        assert len(lazy.socket.queue) <= ROOM_FRAMES
        lazy.reads.set()
        await until(lambda: lazy.seqs(talk)[-1:] == [4 * ROOM_FRAMES])
        assert lazy.seqs(talk) == keen.seqs(talk) == list(range(1, 4 * ROOM_FRAMES + 1))

    async def test_costs_nothing_where_nobody_follows(self, hub, logs, talk):
        logs.grow(talk)
        hub.hand_out(talk, logs.lines[talk])
        assert not hub.advanced
        assert not hub.tasks


class TestTell:
    async def test_reaches_every_device_of_these_people_and_nobody_else(self, hub):
        alice = uuid4()
        phone, laptop, stranger = Device(hub, alice), Device(hub, alice), Device(hub)
        hub.tell([alice, uuid4()], {"t": "event", "name": "family.changed", "body": {}})
        await until(lambda: phone.got and laptop.got)
        assert phone.got == laptop.got == [{"t": "event", "name": "family.changed", "body": {}}]
        await settle()
        assert stranger.got == []

    async def test_followers_hear_what_is_for_their_conversation_only(self, hub, talk):
        here, there = Device(hub), Device(hub)
        hub.follow(here.socket, talk, 0)
        hub.follow(there.socket, uuid4(), 0)
        hub.tell_followers(talk, {"t": "got", "seq": 1})
        await until(lambda: here.got)
        await settle()
        assert there.got == []


class TestAdd:
    async def test_replaces_an_older_socket_of_the_same_device(self, hub):
        device_id, account_id = uuid4(), uuid4()
        older = Device(hub, account_id, device_id)
        newer = Device(hub, account_id, device_id)
        await until(lambda: older.codes)
        assert older.codes == [REPLACED]
        assert hub.sockets() == [newer.socket]
        hub.tell([account_id], {"t": "event"})
        await until(lambda: newer.got)
        assert older.got == []

    async def test_the_older_ones_leaving_does_not_take_the_newer_away(self, hub):
        device_id, account_id = uuid4(), uuid4()
        older, newer = Device(hub, account_id, device_id), Device(hub, account_id, device_id)
        hub.remove(older.socket)
        assert hub.sockets() == [newer.socket]


class TestRemove:
    async def test_leaves_nothing_behind(self, hub, logs, talk):
        device = Device(hub)
        await hub.greet(device.socket, {talk: 0})
        hub.log_advanced(talk, logs.grow(talk))
        await until(lambda: device.seqs(talk) == [1])
        hub.remove(device.socket)
        await settle()
        assert not any((hub.by_account, hub.by_device, hub.followers, hub.advanced, hub.pumping, hub.tasks))


class TestShutOut:
    async def test_stops_the_conversation_at_once_for_every_device_of_the_account(self, hub, logs, talk):
        alice = uuid4()
        phone, laptop, bob = Device(hub, alice), Device(hub, alice), Device(hub)
        for device in (phone, laptop, bob):
            await hub.greet(device.socket, {talk: 0})
        logs.gate.clear()
        hub.log_advanced(talk, logs.grow(talk))
        await settle()
        hub.shut_out(alice, talk)
        assert hub.followers[talk] == {bob.socket}
        logs.gate.set()
        await until(lambda: bob.seqs(talk) == [1] and phone.codes and laptop.codes)
        assert phone.seqs(talk) == laptop.seqs(talk) == []
        assert phone.codes == laptop.codes == [PLACE_CHANGED]

    async def test_a_closed_socket_follows_nothing_any_more(self, hub, talk):
        device = Device(hub)
        hub.shut_out(device.socket.account_id, talk)
        hub.follow(device.socket, talk, 0)
        assert not hub.followers


class TestPages:
    async def test_shrink_where_lines_are_long(self, hub, logs, talk):
        logs.grow(talk, 300, text="x" * 90_000)
        device = Device(hub)
        await hub.greet(device.socket, {talk: 0})
        await until(lambda: {"t": "ready"} in device.got)
        limits = [limit for _talk, _after, limit in logs.reads]
        assert limits[0] == PAGE_LINES
        assert max(limits[3:]) <= PAGE_LINES // 4
