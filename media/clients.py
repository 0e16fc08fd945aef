"""Where sealed bytes lie: a folder of this machine, or an S3 store. What is in them nobody here can read.

Names are random and say nothing. Bytes come and go in pieces, so memory does not grow with a file.
"""

import os
import re
import shutil
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from errno import EXDEV
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Protocol
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from django.conf import settings

from prifora.kernel.errors import Absent
from prifora.kernel.problems import Unavailable

CHUNK_BYTES = 256 * 1024
S3_PART_BYTES = 8 * 1024 * 1024
S3_BATCH = 1000
"""How many objects one request may delete (S3 API, DeleteObjects)."""

S3_CONNECT_SECONDS, S3_READ_SECONDS = 5, 30

OURS_ALONE = 0o700
NAME = re.compile("[0-9a-f]{32}")

Pieces = Generator[bytes, None, None]


class Store(Protocol):
    """What keeps bytes under names. Nothing is changed in place: a name means the same bytes for good."""

    def put(self, name: UUID, path: Path) -> None:
        """Keep the bytes of a file on this machine under a new name; the file itself stays."""

    def open(self, name: UUID, start: int = 0, end: int | None = None) -> Pieces:
        """Return the bytes from `start` up to and without `end`, in pieces; raises Absent."""

    def size(self, name: UUID) -> int:
        """Return how many bytes are kept under a name; raises Absent."""

    def remove(self, names: Iterable[UUID]) -> None:
        """Delete what is kept under names; one that is gone already is no trouble."""

    def names(self, before: datetime) -> Iterator[UUID]:
        """Return the names that were put before a moment."""


def store() -> Store:
    """Return the store of this server (settings.STORE_URL and MEDIA_DIR)."""
    if settings.STORE_URL:
        return _s3(settings.STORE_URL, settings.STORE_KEY, settings.STORE_SECRET)
    return Folder(folder("files"))


def folder(*names: str) -> Path:
    """Return a folder for sealed bytes on this machine, which nobody else may look into; it is made."""
    place = Path(settings.STORE_DIR or settings.DATA_DIR)
    for name in names:
        place = place / name
        place.mkdir(mode=OURS_ALONE, exist_ok=True)
    return place


def sync_folder(place: Path) -> None:
    """Have the names in a folder on the disk, not only the bytes."""
    opened = os.open(place, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


class Folder:
    """A folder of random names, in 256 parts."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, name: UUID, path: Path) -> None:
        place = self._place(name)
        place.parent.mkdir(mode=OURS_ALONE, exist_ok=True)
        try:
            os.link(path, place)
        except OSError as problem:
            if problem.errno != EXDEV:
                raise
            _copy(path, place)
        os.utime(place)  # the sweep counts from now, not from when the bytes came in
        sync_folder(place.parent)

    def open(self, name: UUID, start: int = 0, end: int | None = None) -> Pieces:
        try:
            file = self._place(name).open("rb")
        except FileNotFoundError as gone:
            raise Absent from gone
        return _pieces(file, start, end)

    def size(self, name: UUID) -> int:
        try:
            return self._place(name).stat().st_size
        except FileNotFoundError as gone:
            raise Absent from gone

    def remove(self, names: Iterable[UUID]) -> None:
        for name in names:
            self._place(name).unlink(missing_ok=True)

    def names(self, before: datetime) -> Iterator[UUID]:
        for shard in sorted(self.root.glob("??")):
            yield from [
                UUID(one.name) for one in shard.iterdir() if NAME.fullmatch(one.name) and older(one, before)
            ]

    def _place(self, name: UUID) -> Path:
        return self.root / name.hex[:2] / name.hex


class S3:
    """A bucket of an S3 store. `prefix` stands before every key."""

    def __init__(self, client: Any, bucket: str, prefix: str) -> None:
        self.client, self.bucket, self.prefix = client, bucket, prefix

    def put(self, name: UUID, path: Path) -> None:
        from boto3.s3.transfer import TransferConfig

        plan = TransferConfig(multipart_chunksize=S3_PART_BYTES, use_threads=False)
        with _away_is_unavailable():
            self.client.upload_file(str(path), self.bucket, self._key(name), Config=plan)

    def open(self, name: UUID, start: int = 0, end: int | None = None) -> Pieces:
        if end is not None and end <= start:
            self.size(name)
            return _nothing()
        asked = (
            {"Range": f"bytes={start}-{'' if end is None else end - 1}"} if start or end is not None else {}
        )
        with _away_is_unavailable():
            found = self.client.get_object(Bucket=self.bucket, Key=self._key(name), **asked)
        return _pieces(found["Body"], 0, None)

    def size(self, name: UUID) -> int:
        with _away_is_unavailable():
            return int(self.client.head_object(Bucket=self.bucket, Key=self._key(name))["ContentLength"])

    def remove(self, names: Iterable[UUID]) -> None:
        waiting = iter(names)
        while some := list(islice(waiting, S3_BATCH)):
            keys = [{"Key": self._key(name)} for name in some]
            with _away_is_unavailable():
                said = self.client.delete_objects(Bucket=self.bucket, Delete={"Objects": keys, "Quiet": True})
            if said.get("Errors"):
                raise OSError(f"{len(said['Errors'])} objects could not be deleted")

    def names(self, before: datetime) -> Iterator[UUID]:
        pages = self.client.get_paginator("list_objects_v2")
        for page in pages.paginate(Bucket=self.bucket, Prefix=self.prefix):
            for one in page.get("Contents", ()):
                last = one["Key"].rpartition("/")[2]
                if one["LastModified"] < before and NAME.fullmatch(last):
                    yield UUID(last)

    def _key(self, name: UUID) -> str:
        return f"{self.prefix}{name.hex[:2]}/{name.hex}"


@contextmanager
def _away_is_unavailable() -> Iterator[None]:
    """Raise Absent for what is not there, Unavailable for a store that does not answer or refuses."""
    from boto3.exceptions import Boto3Error
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as problem:
        if problem.response["ResponseMetadata"]["HTTPStatusCode"] == Absent.status:
            raise Absent from problem
        raise Unavailable from problem
    except (Boto3Error, BotoCoreError) as problem:
        raise Unavailable from problem


@lru_cache(maxsize=4)
def _s3(url: str, key: str, secret: str) -> S3:
    import boto3
    from botocore.config import Config

    parts = urlsplit(url)
    asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    client = boto3.client(
        "s3",
        endpoint_url=asked.get("endpoint"),
        region_name=asked.get("region", "us-east-1"),
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        config=Config(
            connect_timeout=S3_CONNECT_SECONDS,
            read_timeout=S3_READ_SECONDS,
            retries={"total_max_attempts": 2, "mode": "standard"},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            s3={"addressing_style": "path" if "endpoint" in asked else "auto"},
        ),
    )
    prefix = parts.path.strip("/")
    return S3(client, parts.netloc, f"{prefix}/" if prefix else "")


def older(path: Path, moment: datetime) -> bool:
    """Return whether a file was last written before a moment; not when it is gone."""
    try:
        return path.stat().st_mtime < moment.timestamp()
    except FileNotFoundError:
        return False


def _pieces(file: BinaryIO, start: int, end: int | None) -> Pieces:
    with file:
        if start:
            file.seek(start)
        left = None if end is None else end - start
        while piece := file.read(CHUNK_BYTES if left is None else min(CHUNK_BYTES, left)):
            left = None if left is None else left - len(piece)
            yield piece


def _nothing() -> Pieces:
    yield from ()


def _copy(path: Path, place: Path) -> None:
    with path.open("rb") as source, place.open("xb") as target:
        shutil.copyfileobj(source, target, CHUNK_BYTES)
        target.flush()
        os.fsync(target.fileno())
