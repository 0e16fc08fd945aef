"""One device as the server sees it: what it is sent, what it costs, how it is closed."""

import asyncio
from uuid import uuid4

import pytest
from websockets.client import ClientProtocol
from websockets.frames import Opcode
from websockets.protocol import OPEN
from websockets.uri import parse_uri

from prifora.wire import framed
from realtime import sockets
from realtime.sockets import (
    QUEUE_BYTES_MAX,
    QUEUE_FRAMES_MAX,
    ROOM_BYTES,
    ROOM_FRAMES,
    SIGN_IN_AGAIN,
    TOO_SLOW,
    Socket,
)


def texts_of(frames):
    """Return the texts of a server's frames, read as a client reads them (RFC 6455)."""
    reader, found = ClientProtocol(parse_uri("ws://localhost"), state=OPEN), []
    reader.receive_data(frames)
    for event in reader.events_received():
        assert (event.opcode, event.fin) == (Opcode.TEXT, True)
        found.append(bytes(event.data).decode())
    return found


class Wire:
    """The other side: takes what is sent when it reads, and notes how it was closed."""

    def __init__(self):
        self.got, self.codes = [], []
        self.reads = asyncio.Event()
        self.reads.set()
        self.is_broken = False

    async def send(self, text):
        await self.reads.wait()
        if self.is_broken:
            raise OSError("gone")
        self.got.append(text)

    async def close(self, code):
        self.codes.append(code)


async def settle():
    for _ in range(20):
        await asyncio.sleep(0)


async def fill(socket, wire):
    """Let frames wait until there is no room for more of a log, one of them on its way."""
    wire.reads.clear()
    socket.push("x")
    await settle()
    while socket.has_room:
        socket.push("x")


@pytest.fixture
async def wire():
    return Wire()


@pytest.fixture
async def socket(wire):
    socket = Socket(uuid4(), uuid4(), "cookie", wire.send, wire.close)
    yield socket
    socket.forget()
    if socket.sender:
        socket.sender.cancel()


class TestTake:
    """A server that takes frames as they are gets them without a task; everything stays in order."""

    @pytest.fixture
    async def taken(self, socket):
        written = []
        socket.write = lambda frames: written.append(frames) is None
        return written

    async def test_writes_what_is_pushed_at_once_as_one_text_frame(self, socket, wire, taken):
        for text in ("hello", "é" * 200, "x" * 70_000):
            socket.push(text)
        assert [texts_of(one) for one in taken] == [["hello"], ["é" * 200], ["x" * 70_000]]
        await settle()
        assert wire.got == []
        assert socket.waiting_bytes == 0

    async def test_queues_while_the_other_side_must_read(self, socket, wire):
        socket.write = lambda _frames: False
        socket.push("1")
        await settle()
        assert wire.got == ["1"]

    async def test_keeps_the_order_when_something_waits(self, socket, wire, taken):
        wire.reads.clear()
        socket.write = lambda _frames: False
        socket.push("1")
        await settle()
        socket.write = lambda frames: taken.append(frames) is None
        socket.push("2")
        assert not socket.take(framed(["3"]))
        wire.reads.set()
        await settle()
        assert (wire.got, taken) == (["1", "2"], [])
        socket.push("3")
        assert [texts_of(one) for one in taken] == [["3"]]

    async def test_last_words_are_queued_so_that_they_outlive_the_close(self, socket, wire, taken):
        socket.push("bye", even_if_closing=True)
        socket.end(SIGN_IN_AGAIN)
        await settle()
        assert (wire.got, taken) == (["bye"], [])

    async def test_writes_nothing_after_the_end(self, socket, taken):
        socket.end(SIGN_IN_AGAIN)
        socket.push("late")
        assert not socket.take(framed(["late"]))
        assert taken == []


class TestPush:
    async def test_sends_in_order(self, socket, wire):
        for number in range(100):
            socket.push(str(number))
        await settle()
        assert wire.got == [str(number) for number in range(100)]
        assert socket.waiting_bytes == 0

    async def test_closes_a_device_that_lets_too_many_frames_wait(self, socket, wire):
        wire.reads.clear()
        for _ in range(QUEUE_FRAMES_MAX + 5):
            socket.push("x")
        assert socket.is_closed
        assert len(socket.queue) <= 1
        await asyncio.wait_for(socket.closer, 10)
        assert wire.codes == [TOO_SLOW]

    async def test_closes_a_device_that_lets_too_many_bytes_wait(self, socket, wire):
        wire.reads.clear()
        for _ in range(QUEUE_BYTES_MAX // 100_000):
            socket.push("x" * 100_000)
        assert not socket.is_closed
        socket.push("x" * 100_000)
        assert socket.is_closed

    async def test_queues_nothing_more_once_closed(self, socket, wire):
        socket.end(SIGN_IN_AGAIN)
        socket.push("late")
        await asyncio.wait_for(socket.closer, 10)
        assert wire.got == []

    async def test_holds_no_task_and_no_queue_for_a_device_that_has_taken_everything(self, socket, wire):
        wire.reads.clear()
        socket.push("one")
        socket.push("two")
        await settle()
        assert socket.sender
        wire.reads.set()
        await settle()
        assert (socket.sender, socket.queue) == (None, ())
        socket.push("three")
        await settle()
        assert wire.got == ["one", "two", "three"]


class TestRoom:
    async def test_ends_before_a_device_would_be_closed(self, socket, wire):
        wire.reads.clear()
        while socket.has_room:
            socket.push("x" * 90_000)
        assert socket.waiting_bytes < ROOM_BYTES + 90_000 < QUEUE_BYTES_MAX
        wire.reads.set()
        await settle()
        wire.reads.clear()
        while socket.has_room:
            socket.push("x")
        assert len(socket.queue) <= ROOM_FRAMES < QUEUE_FRAMES_MAX

    async def test_comes_back_when_the_device_reads(self, socket, wire):
        await fill(socket, wire)
        waiting = asyncio.get_running_loop().create_task(socket.room())
        await settle()
        assert not waiting.done()
        wire.reads.set()
        await asyncio.wait_for(waiting, 10)
        assert socket.has_room

    async def test_lets_go_who_waits_when_the_socket_closes(self, socket, wire):
        await fill(socket, wire)
        waiting = asyncio.get_running_loop().create_task(socket.room())
        await settle()
        assert not waiting.done()
        socket.end(TOO_SLOW)
        await asyncio.wait_for(waiting, 10)


class TestEnd:
    async def test_drops_what_is_queued_and_closes_with_the_first_code(self, socket, wire):
        wire.reads.clear()
        for word in ("one", "two", "three"):
            socket.push(word)
        await settle()
        socket.end(SIGN_IN_AGAIN)
        socket.end(TOO_SLOW)
        wire.reads.set()
        await asyncio.wait_for(socket.closer, 10)
        assert wire.codes == [SIGN_IN_AGAIN]
        assert wire.got == ["one"], "only the frame that was on its way already"

    async def test_lets_last_words_out_first(self, socket, wire):
        wire.reads.clear()
        socket.push("on its way")
        await settle()
        socket.push("dropped")
        socket.push("wipe", even_if_closing=True)
        socket.end(SIGN_IN_AGAIN)
        wire.reads.set()
        await asyncio.wait_for(socket.closer, 10)
        assert wire.got == ["on its way", "wipe"]

    async def test_says_last_words_once(self, socket, wire):
        socket.push("wipe", even_if_closing=True)
        await settle()
        socket.end(SIGN_IN_AGAIN)
        await asyncio.wait_for(socket.closer, 10)
        assert wire.got == ["wipe"]

    async def test_sends_nothing_to_a_device_that_does_not_read_and_leaves_no_task(self, socket, wire):
        wire.reads.clear()
        socket.push("stuck")
        await settle()
        socket.end(SIGN_IN_AGAIN)
        await asyncio.wait_for(socket.closer, 10)
        wire.reads.set()
        await settle()
        assert wire.codes == [SIGN_IN_AGAIN]
        assert wire.got == []
        assert socket.sender.done()


class TestSending:
    async def test_that_fails_ends_this_socket_only(self, socket, wire):
        other_wire = Wire()
        other = Socket(uuid4(), uuid4(), "cookie", other_wire.send, other_wire.close)
        wire.is_broken = True
        for one in (socket, other):
            one.push("news")
            one.push("more")
        await settle()
        assert socket.is_closed
        assert socket.sender is None
        assert other_wire.got == ["news", "more"]
        other.forget()
        await settle()

    async def test_is_stuck_when_one_frame_is_not_taken_for_long(self, socket, wire, monkeypatch):
        socket.push("taken")
        await settle()
        assert not socket.is_stuck
        wire.reads.clear()
        socket.push("not taken")
        await settle()
        assert not socket.is_stuck
        monkeypatch.setattr(sockets, "STUCK_SECONDS", 0)
        assert socket.is_stuck
        wire.reads.set()
        await settle()
        assert not socket.is_stuck
