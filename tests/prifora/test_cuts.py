"""Bodies that break off: of an upload what arrived counts, of everything else nothing does."""

import asyncio
from io import BytesIO

import pytest

from media.clients import CHUNK_BYTES
from prifora.cuts import BODY_MAX_BYTES, Body, CutBodies
from tests.media.uploading import incoming

UPLOAD = "/api/v1/uploads/31452d14-0aae-4477-b34b-58df60717bbb"


def piece(body, *, more):
    return {"type": "http.request", "body": body, "more_body": more}


GONE = {"type": "http.disconnect"}


async def heard(messages, *, path=UPLOAD, method="PATCH", count=None):
    """What the application is told when these messages come in, as long as it is told something."""
    waiting, told = list(messages), []

    async def receive():
        if not waiting:
            await asyncio.Event().wait()
        return waiting.pop(0)

    async def application(_scope, receive, _send):
        while True:
            told.append(await receive())

    running = asyncio.create_task(
        CutBodies(application)({"type": "http", "method": method, "path": path}, receive, None)
    )
    for _ in range(50):
        await asyncio.sleep(0)
    running.cancel()
    return told


class TestCutBodies:
    async def test_ends_the_body_where_it_broke_off_and_says_nothing_more(self):
        told = await heard([piece(b"PFM1", more=True), piece(b"abc", more=True), GONE, GONE])
        assert told == [piece(b"PFM1", more=True), piece(b"abc", more=True), piece(b"", more=False)]

    async def test_tells_when_nobody_listens_after_a_whole_body(self):
        assert await heard([piece(b"PFM1", more=False), GONE]) == [piece(b"PFM1", more=False), GONE]

    async def test_takes_one_byte_more_than_a_piece_and_forgets_the_rest(self):
        half = bytes(BODY_MAX_BYTES // 2)
        told = await heard(
            [piece(half, more=True), piece(half, more=True), *[piece(half, more=True)] * 9, GONE]
        )
        assert sum(len(one.get("body", b"")) for one in told) == BODY_MAX_BYTES + 1
        assert [one.get("more_body") for one in told] == [True, True, False, None]

    @pytest.mark.parametrize(
        ("path", "method"),
        [
            (UPLOAD, "POST"),
            (UPLOAD + "/", "PATCH"),
            ("/api/v1/me", "PATCH"),
            ("/api/v1/uploads", "PATCH"),
            (f"/x{UPLOAD}", "PATCH"),
        ],
    )
    async def test_leaves_everything_else_as_it_is(self, path, method):
        sent = [piece(b"abc", more=True), GONE]
        assert await heard(sent, path=path, method=method) == sent


class TestKept:
    """A body as the rest of the program reads it."""

    @pytest.fixture(autouse=True)
    def store(self, settings, tmp_path):
        settings.DATA_DIR = tmp_path

    @staticmethod
    async def of(*messages):
        waiting = list(messages)

        async def receive():
            return waiting.pop(0)

        return await Body(receive).kept()

    async def test_is_what_came_and_not_held_in_memory(self):
        some = [bytes([at]) * (CHUNK_BYTES // 3) for at in range(30)]
        with await self.of(*(piece(one, more=True) for one in some), piece(b"end", more=False)) as file:
            assert not isinstance(file._file, BytesIO)
            assert file.read() == b"".join(some) + b"end"
            assert incoming() == []

    async def test_of_a_few_bytes_touches_no_disk(self):
        with await self.of(piece(b"PFM1", more=False)) as file:
            assert isinstance(file._file, BytesIO)
            assert file.read() == b"PFM1"

    async def test_ends_where_it_broke_off(self):
        with await self.of(piece(b"PFM1", more=True), GONE) as file:
            assert file.read() == b"PFM1"
