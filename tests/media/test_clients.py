"""Where sealed bytes lie: a folder and a real S3 server do the same."""

import os
from datetime import timedelta
from uuid import uuid4

import pytest

from media.clients import CHUNK_BYTES, S3_PART_BYTES, store
from prifora.kernel import clock
from prifora.kernel.errors import Absent
from tests.media.s3 import BUCKET


@pytest.fixture(autouse=True)
def root(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()
    return settings.DATA_DIR / "files"


@pytest.fixture(params=["folder", "s3"])
def kept(request):
    """The store, once on a folder and once on S3."""
    if request.param == "s3":
        request.getfixturevalue("on_s3")
    return store()


@pytest.fixture
def put(kept, tmp_path):
    def run(body):
        name, path = uuid4(), tmp_path / uuid4().hex
        path.write_bytes(body)
        kept.put(name, path)
        assert path.read_bytes() == body
        path.unlink()
        return name

    return run


class TestOpen:
    @pytest.mark.parametrize(
        "size", [1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * S3_PART_BYTES + 5]
    )
    def test_gives_back_what_was_put_in_pieces(self, kept, put, size):
        body = os.urandom(size)
        name = put(body)
        pieces = list(kept.open(name))
        assert b"".join(pieces) == body
        assert max(len(one) for one in pieces) <= CHUNK_BYTES
        assert kept.size(name) == size

    @pytest.mark.parametrize(
        ("start", "end"),
        [(0, 1), (0, 10), (3, 9), (9, 10), (5, None), (0, None), (4, 4), (CHUNK_BYTES, None)],
    )
    def test_gives_a_range(self, kept, put, start, end):
        body = os.urandom(CHUNK_BYTES + 10)
        assert b"".join(kept.open(put(body), start, end)) == body[start:end]

    def test_of_nothing_is_absent_before_anything_is_read(self, kept):
        for ask in (
            kept.open,
            kept.size,
            lambda name: kept.open(name, 5, 9),
            lambda name: kept.open(name, 5, 5),
        ):
            with pytest.raises(Absent):
                ask(uuid4())

    def test_can_be_stopped_in_the_middle(self, kept, put):
        pieces = kept.open(put(bytes(5 * CHUNK_BYTES)))
        assert next(pieces)
        pieces.close()


class TestRemove:
    def test_takes_what_is_named_and_minds_nothing_that_is_gone(self, kept, put):
        one, other = put(b"one"), put(b"other")
        kept.remove(iter([one, uuid4(), one]))
        with pytest.raises(Absent):
            kept.size(one)
        assert kept.size(other) == 5

    def test_of_nothing_does_nothing(self, kept):
        kept.remove([])


class TestNames:
    def test_are_those_put_before_a_moment(self, kept, put):
        mine = {put(b"one"), put(b"other")}
        now = clock.now()
        assert mine & set(kept.names(now - timedelta(hours=1))) == set()
        assert mine <= set(kept.names(now + timedelta(hours=1)))

    def test_of_a_folder_count_from_the_putting_not_from_the_writing(self, root, tmp_path):
        old, name = tmp_path / "old", uuid4()
        old.write_bytes(b"written long ago")
        os.utime(old, (0, 0))
        store().put(name, old)
        assert list(store().names(clock.now() - timedelta(minutes=5))) == []


class TestS3:
    def test_says_nothing_but_a_random_name(self, on_s3, tmp_path):
        path, name = tmp_path / "holiday.jpg", uuid4()
        path.write_bytes(b"PFM1")
        store().put(name, path)
        key = f"below/here/{name.hex[:2]}/{name.hex}"
        told = on_s3.head_object(Bucket=BUCKET, Key=key)
        assert told["Metadata"] == {}
        assert told["ContentType"] == "binary/octet-stream"

    def test_leaves_alone_what_is_not_below_its_prefix(self, on_s3):
        on_s3.put_object(Bucket=BUCKET, Key=f"elsewhere/{uuid4().hex}", Body=b"not ours")
        on_s3.put_object(Bucket=BUCKET, Key="below/here/README", Body=b"left by somebody")
        found = {one.hex for one in store().names(clock.now() + timedelta(hours=1))}
        assert "README" not in found
        keys = [one["Key"] for one in on_s3.list_objects_v2(Bucket=BUCKET)["Contents"]]
        assert all(f"below/here/{one[:2]}/{one}" in keys for one in found)


class TestFolder:
    def test_lets_nobody_else_on_the_machine_read(self, root, tmp_path):
        path = tmp_path / "part"
        path.touch(0o600)
        store().put(uuid4(), path)
        assert {one.stat().st_mode & 0o077 for one in [root, *root.rglob("*")]} == {0}

    def test_can_be_elsewhere_than_the_data(self, settings, tmp_path):
        settings.STORE_DIR = str(tmp_path / "large")
        (tmp_path / "large").mkdir()
        path, name = tmp_path / "part", uuid4()
        path.write_bytes(b"PFM1")
        store().put(name, path)
        assert (tmp_path / "large" / "files" / name.hex[:2] / name.hex).exists()
