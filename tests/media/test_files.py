"""The store of sealed files: pieces in, pieces out, and nothing left of what does not come in whole."""

import io
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from rest_framework.exceptions import ParseError

from media import services
from media.clients import CHUNK_BYTES
from media.services.files import STRAY_AFTER
from prifora.kernel import clock
from prifora.kernel.errors import Absent, NotSealed, TooLarge
from prifora.kernel.policy import Category, stores

MARK = b"MARK"


@pytest.fixture(autouse=True)
def root(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    return tmp_path / "files"


class Slow(io.BytesIO):
    """A stream that counts how much was asked for at once."""

    largest = 0

    def read(self, size=-1, /):
        self.largest = max(self.largest, size if size >= 0 else len(self.getvalue()))
        return super().read(size)


class Breaking(io.BytesIO):
    """A stream that breaks off after its first piece."""

    def read(self, size=-1, /):
        if self.tell():
            raise ConnectionError
        return super().read(size)


def receive(sent, **other):
    stream = sent if isinstance(sent, io.BytesIO) else io.BytesIO(sent)
    return services.receive_sealed(stream, **{"begins_with": MARK, "at_most": 10**6, "promised": 0, **other})


def kept(body):
    arrived = receive(body)
    services.keep_sealed(arrived)
    return arrived.name


async def read(name):
    return [piece async for piece in services.read_sealed(name)]


def lying(root):
    return [path for path in root.rglob("*") if path.is_file()]


class TestReceiveSealed:
    def test_reads_no_more_at_once_than_a_piece(self):
        sent = Slow(MARK + bytes(5 * CHUNK_BYTES))
        assert receive(sent, at_most=10**7).size == 4 + 5 * CHUNK_BYTES
        assert sent.largest == CHUNK_BYTES

    @pytest.mark.parametrize("sent", [b"", b"M", b"MAR", b"MARL" + bytes(90), b" MARK"])
    def test_leaves_nothing_of_what_begins_otherwise(self, root, sent):
        with pytest.raises(NotSealed):
            receive(sent)
        assert lying(root) == []

    def test_leaves_nothing_of_what_is_too_large(self, root):
        assert receive(MARK + bytes(96), at_most=100).size == 100
        (whole,) = lying(root)
        with pytest.raises(TooLarge):
            receive(MARK + bytes(97), at_most=100)
        assert lying(root) == [whole]

    def test_stops_reading_what_is_too_large(self):
        sent = io.BytesIO(MARK + bytes(9 * CHUNK_BYTES))
        with pytest.raises(TooLarge):
            receive(sent, at_most=CHUNK_BYTES)
        assert sent.tell() <= 2 * CHUNK_BYTES

    def test_leaves_nothing_of_less_than_was_promised(self, root):
        with pytest.raises(ParseError):
            receive(MARK + bytes(96), promised=101)
        assert lying(root) == []
        assert receive(MARK + bytes(96), promised=100).size == 100

    def test_leaves_nothing_when_the_stream_breaks(self, root):
        with pytest.raises(ConnectionError):
            receive(Breaking(MARK + bytes(2 * CHUNK_BYTES)))
        assert lying(root) == []


class TestKeepSealed:
    @pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES - 4, CHUNK_BYTES, 3 * CHUNK_BYTES])
    async def test_gives_the_same_bytes_back_in_pieces(self, size):
        body = MARK + bytes(size)
        pieces = await read(kept(body))
        assert b"".join(pieces) == body
        assert max(len(piece) for piece in pieces) <= CHUNK_BYTES

    def test_leaves_nothing_outside_the_store(self, root):
        name = kept(MARK)
        assert [path.name for path in lying(root)] == [name.hex]

    def test_lets_nobody_else_on_the_machine_read(self, root):
        kept(MARK)
        assert {path.stat().st_mode & 0o077 for path in [root, *root.rglob("*")]} == {0}


class TestIsSame:
    def test_compares_byte_for_byte(self):
        name = kept(MARK + bytes(100))
        assert services.is_same(kept(MARK + bytes(100)), name)
        assert not services.is_same(kept(MARK + bytes(99) + b"\1"), name)
        assert not services.is_same(kept(MARK + bytes(99)), name)
        with pytest.raises(Absent):
            services.is_same(name, uuid4())

    def test_compares_every_piece(self):
        long = MARK + bytes(2 * CHUNK_BYTES)
        assert services.is_same(kept(long), kept(long))
        assert not services.is_same(kept(long), kept(long[:-1] + b"\1"))


class TestReadSealed:
    def test_of_nothing_is_absent(self):
        with pytest.raises(Absent):
            services.read_sealed(uuid4())

    async def test_can_be_stopped_in_the_middle(self):
        pieces = services.read_sealed(kept(MARK + bytes(3 * CHUNK_BYTES)))
        assert len(await anext(pieces)) == CHUNK_BYTES
        await pieces.aclose()


class TestRemoveSealed:
    def test_takes_what_is_named_and_minds_nothing_that_is_gone(self, root):
        one, other = kept(MARK), kept(MARK)
        services.remove_sealed([one, uuid4(), one])
        assert [path.name for path in lying(root)] == [other.hex]


@pytest.mark.django_db
class TestRemoveStrays:
    def test_leaves_young_ones(self, root):
        kept(MARK)
        now = clock.now()
        assert services.remove_strays(now=now) == 0
        assert services.remove_strays(now=now + STRAY_AFTER + timedelta(minutes=1)) == 1
        assert lying(root) == []

    def test_leaves_what_is_no_file_of_ours(self, root):
        kept(MARK)
        stranger = Path(next(root.glob("??"))) / "README"
        stranger.write_text("left by somebody")
        assert services.remove_strays(now=clock.now() + timedelta(hours=3)) == 1
        assert lying(root) == [stranger]


class TestTheStore:
    def test_is_declared(self):
        assert stores["files"].category is Category.CIPHERTEXT
