"""Uploads: sealed parts that arrive piece by piece and can be gone on with (tus 1.0).

The bytes of an upload lie in a file of this machine. What counts is what its row says was `received`, which
is written after the bytes are on the disk; whatever the file has beyond that is cut off before the next one.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from contacts.access import hold_family, people_in_family
from media.clients import CHUNK_BYTES, folder, older
from media.foreign import UPLOAD_KEPT
from media.models import Upload
from media.services.files import STRAY_AFTER, Stream
from media.services.quota import hold_room
from prifora.kernel import crypto
from prifora.kernel.errors import Absent, Conflict, NotSealed, Refused, TooLarge

CONTAINER = b"PFM1"
"""How every sealed file begins (docs/contract.md)."""

UPLOAD_MAX_BYTES = 5 * 1024**3 + 1024**2
"""Five gibibytes and what sealing adds to them."""

PIECE_MAX_BYTES = 16 * 1024**2
OPEN_MAX = 200
"""Uploads one person may have on their way."""

INCOMING = "incoming"


class TooManyUploads(Refused):
    """The person has OPEN_MAX uploads on their way."""

    status, code = 429, "too_many_uploads"
    sentence = _("Too much is on its way already. Please wait a little and try again.")
    wait = int(timedelta(minutes=1).total_seconds())


class WrongOffset(Conflict):
    """Something else was received so far. Carries the present `offset`."""

    code = "wrong_offset"


class ChecksumWrong(Refused):
    """The piece is not what its checksum says; nothing of it was kept (tus, checksum)."""

    status, code = 460, "checksum_wrong"
    sentence = _("This did not arrive well. It is sent again by itself.")


class UploadBusy(Refused):
    """Another piece of it is coming in."""

    status, code = 423, "busy"
    sentence = _("This is being sent already.")


@transaction.atomic
def begin_upload(*, upload_id: UUID, account_id: UUID, family_id: UUID, length: int, now: datetime) -> Upload:
    """Reserve room for `length` bytes and let them come in; the same again is the same upload.

    Raises TooLarge, Absent, Conflict when the id is taken, TooManyUploads, QuotaFull.
    """
    if length > UPLOAD_MAX_BYTES:
        raise TooLarge
    hold_family(family_id)
    if account_id not in people_in_family(family_id):
        raise Absent
    known = Upload.objects.filter(pk=upload_id).first()
    if known is not None:
        return _again(known, account_id, family_id, length, now)
    if Upload.objects.filter(account_id=account_id).count() >= OPEN_MAX:
        raise TooManyUploads
    hold_room(family_id, length)
    return Upload.objects.create(
        id=upload_id,
        account_id=account_id,
        family_id=family_id,
        length=length,
        created_at=now,
        touched_at=now,
    )


@contextmanager
def writing(upload_id: UUID) -> Iterator[BinaryIO]:
    """Give the file of an upload to one writer; raises UploadBusy. A process that is killed lets go of it."""
    with os.fdopen(os.open(place_of(upload_id), os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as held:
            raise UploadBusy from held
        yield file


def receive_piece(
    *, upload_id: UUID, file: BinaryIO, stream: Stream, offset: int, checksum: bytes | None
) -> tuple[Upload, int]:
    """Write what `stream` brings from `offset` on to the disk; return the upload and how far it is now.

    `file` comes from `writing`. Nothing counts before `count_piece`. Raises Absent, WrongOffset, TooLarge
    beyond the length or PIECE_MAX_BYTES, NotSealed, ChecksumWrong; then the file is as it was.
    """
    upload = Upload.objects.filter(pk=upload_id).first()
    if upload is None:
        place_of(upload_id).unlink(missing_ok=True)
        raise Absent
    _cut_back(upload, file)
    if upload.received != offset:
        raise WrongOffset(offset=upload.received)
    try:
        end = _append(stream, file, offset, min(upload.length, offset + PIECE_MAX_BYTES), checksum)
    except BaseException:
        file.truncate(offset)
        raise
    file.flush()
    os.fsync(file.fileno())
    return upload, end


@transaction.atomic
def count_piece(*, upload: Upload, end: int, now: datetime) -> None:
    """Have an upload's bytes up to `end` count; raises Absent when it was ended in the meantime."""
    same = Upload.objects.filter(pk=upload.pk, created_at=upload.created_at, received=upload.received)
    if not same.update(received=end, touched_at=now):
        raise Absent
    upload.received, upload.touched_at = end, now


@transaction.atomic
def end_uploads(**wanted: object) -> int:
    """Forget uploads, chosen as in a filter; their bytes go when this is committed. Return how many."""
    names = list(Upload.objects.filter(**wanted).values_list("pk", flat=True))
    Upload.objects.filter(pk__in=names).delete()
    transaction.on_commit(partial(drop_incoming, names))
    return len(names)


def drop_incoming(names: list[UUID]) -> None:
    """Delete the files of uploads that are no more."""
    for name in names:
        place_of(name).unlink(missing_ok=True)


def sweep_uploads(*, now: datetime) -> int:
    """End uploads nobody went on with, and delete bytes without an upload; return how many uploads ended."""
    ended = end_uploads(touched_at__lt=now - UPLOAD_KEPT)
    old = {path.name: path for path in folder(INCOMING).iterdir() if older(path, now - STRAY_AFTER)}
    wanted = {one.hex for one in Upload.objects.values_list("pk", flat=True)}
    for name in set(old) - wanted:
        old[name].unlink(missing_ok=True)
    return ended


def place_of(upload_id: UUID) -> Path:
    """Return the file that an upload comes into."""
    return folder(INCOMING) / upload_id.hex


def _again(known: Upload, account_id: UUID, family_id: UUID, length: int, now: datetime) -> Upload:
    if (known.account_id, known.family_id, known.length) != (account_id, family_id, length):
        raise Conflict
    known.touched_at = now
    known.save(update_fields=["touched_at"])
    return known


def _cut_back(upload: Upload, file: BinaryIO) -> None:
    """Leave exactly what counts; what is missing of that, after a loss on the disk, counts no more."""
    size = file.seek(0, os.SEEK_END)
    if size < upload.received:
        Upload.objects.filter(pk=upload.pk).update(received=size)
        upload.received = size
    file.truncate(upload.received)
    file.seek(upload.received)


def _append(stream: Stream, file: BinaryIO, at: int, limit: int, checksum: bytes | None) -> int:
    hashed = sha256()
    while piece := stream.read(CHUNK_BYTES):
        expected = CONTAINER[at : at + len(piece)]
        if piece[: len(expected)] != expected:
            raise NotSealed
        at += len(piece)
        if at > limit:
            raise TooLarge
        file.write(piece)
        if checksum is not None:
            hashed.update(piece)
    if checksum is not None and not crypto.same(hashed.digest(), checksum):
        raise ChecksumWrong
    return at
