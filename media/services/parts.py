"""Parts: uploads that became stored bytes of items, and end with the last item that refers to them."""

import os
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from media.clients import CHUNK_BYTES, store
from media.models import Item, ItemPart, Part, Upload
from media.services.files import remove_after_commit
from media.services.uploads import place_of
from prifora.kernel import crypto
from prifora.kernel.errors import Absent, Conflict, Refused
from prifora.kernel.ids import new_id

PARTS_AT_ONCE = 500
"""How many parts one statement names; SQLite takes only so many values."""


class HashWrong(Refused):
    """The bytes are not those the client sealed. Carries the `name` of the part."""

    code = "hash_wrong"
    sentence = _("This photo or film did not arrive well. Please send it again.")


class UploadOpen(Conflict):
    """Not all of its bytes have arrived. Carries the `name` of the part."""

    code = "upload_open"
    sentence = _("This has not arrived whole yet.")


@dataclass(frozen=True, slots=True)
class Stowed:
    """An upload whose bytes are in the store under `stored`, though no row says so yet."""

    name: str
    upload: Upload
    digest: bytes
    stored: UUID


def check_upload(*, upload_id: UUID, account_id: UUID, family_id: UUID, name: str, digest: bytes) -> Upload:
    """Return a whole upload of the account into the family with this SHA-256. Reads all of its bytes.

    Raises Absent, UploadOpen, HashWrong.
    """
    mine = Upload.objects.filter(pk=upload_id, account_id=account_id, family_id=family_id).first()
    if mine is None:
        raise Absent
    if mine.received < mine.length:
        raise UploadOpen(name=name)
    if not crypto.same(_digest_of(mine), digest):
        raise HashWrong(name=name)
    return mine


def stow(*, upload: Upload, name: str, digest: bytes) -> Stowed:
    """Put the bytes of a checked upload into the store. May take long: call it outside a transaction."""
    stored = new_id()
    store().put(stored, place_of(upload.pk))
    return Stowed(name, upload, digest, stored)


def take_parts(item: Item, stowed: list[Stowed]) -> None:
    """Make parts of an item of what is in the store; uploads end. Raises Absent when one ended already."""
    for one in stowed:
        gone, _rows = Upload.objects.filter(pk=one.upload.pk, created_at=one.upload.created_at).delete()
        if not gone:
            raise Absent
        part = Part.objects.create(
            id=one.stored,
            family_id=one.upload.family_id,
            part_id=one.upload.pk,
            size=one.upload.length,
            digest=one.digest,
        )
        ItemPart.objects.create(item=item, part=part, name=one.name)


def refer_to_parts(item: Item, source: Item) -> None:
    """Have a new item refer to the bytes of another; raises Absent when that one is removed meanwhile."""
    _hold_parts(Item.objects.filter(pk=source.pk))
    references = list(ItemPart.objects.filter(item_id=source.pk))
    if not references:
        raise Absent
    ItemPart.objects.bulk_create(
        [ItemPart(item=item, part_id=one.part_id, name=one.name) for one in references]
    )


def digests_of(item: Item) -> dict[str, bytes]:
    """Return the SHA-256 of each part of an item, by name; one query."""
    return {one.name: bytes(one.part.digest) for one in item.parts.select_related("part")}


def drop_parts(items: QuerySet[Item]) -> None:
    """Take the references of items away; bytes that nothing refers to any more go when this is committed."""
    held = iter(_hold_parts(items))
    ItemPart.objects.filter(item__in=items).delete()
    while some := list(islice(held, PARTS_AT_ONCE)):
        last = list(Part.objects.filter(pk__in=some, references=None).values_list("pk", flat=True))
        Part.objects.filter(pk__in=last).delete()
        remove_after_commit(last)


def _hold_parts(items: QuerySet[Item]) -> list[UUID]:
    """Lock the parts of items, always in one order: the last of two references is seen to be the last."""
    named = ItemPart.objects.filter(item__in=items).values("part_id")
    rows = Part.objects.select_for_update().filter(pk__in=named).order_by("pk")
    return list(rows.values_list("pk", flat=True))


def _digest_of(upload: Upload) -> bytes:
    hashed = sha256()
    try:
        with place_of(upload.pk).open("rb") as file:
            while piece := file.read(CHUNK_BYTES):
                hashed.update(piece)
            size = os.fstat(file.fileno()).st_size
    except FileNotFoundError:
        return b""
    return hashed.digest() if size == upload.length else b""
