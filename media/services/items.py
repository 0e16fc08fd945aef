"""Items of albums: added, copied, captioned and removed."""

from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from media.models import TOMBSTONE_KEPT, Album, Item, Remark, Tombstone
from media.services.changes import StaleAlbum, hold_album, next_rev, tell
from media.services.parts import Stowed, digests_of, drop_parts, refer_to_parts, take_parts
from media.services.uploads import drop_incoming
from prifora.kernel.errors import Absent, Conflict

ITEMS_MAX = 20_000


class AlbumFull(Conflict):
    """The album has ITEMS_MAX items."""

    code = "album_full"
    sentence = _("This album is full. Make another one.")


class NoForward(Conflict):
    """The album's owner does not want that others copy what is in it, and this is somebody else's."""

    code = "no_forward"
    sentence = _("Whoever made this album does not want it passed on.")


def known_item(*, item: Item, digests: dict[str, bytes]) -> Item | None:
    """Return an item that is there already and the same, with parts of these SHA-256s; else None.

    Under another version than it was added its key is another. Raises Conflict when the id names another.
    """
    known = Item.objects.filter(pk=item.pk).first()
    if known is None:
        return None
    same = ["album_id", "author_id"]
    if known.version == item.version:
        same += ["sealed_key", "sealed_meta"]
    if any(_plain(getattr(known, name)) != _plain(getattr(item, name)) for name in same):
        raise Conflict
    if digests_of(known) != digests:
        raise Conflict
    return known


@transaction.atomic
def add_item(*, item: Item, stowed: list[Stowed]) -> Item:
    """Add an item whose parts are in the store; their uploads end. The same again is the item there is.

    `item` is not saved yet. Raises Absent, StaleAlbum, AlbumFull, Conflict when the id is taken.
    """
    album = _hold_for(item)
    known = known_item(item=item, digests={one.name: one.digest for one in stowed})
    if known is not None:
        return known
    _save(album, item)
    take_parts(item, stowed)
    transaction.on_commit(partial(drop_incoming, [one.upload.pk for one in stowed]))
    tell(album)
    return item


@transaction.atomic
def copy_item(*, item: Item, source: Item) -> Item:
    """Add an item that refers to the bytes of another; the same again is the item there is.

    `item` is not saved yet; `source` comes with its album. Raises Absent,
    StaleAlbum, AlbumFull, NoForward, Conflict when the id is taken.
    """
    if source.album.no_forward and source.author_id != item.author_id:
        raise NoForward
    album = _hold_for(item)
    known = known_item(item=item, digests=digests_of(source))
    if known is not None:
        return known
    _save(album, item)
    refer_to_parts(item, source)
    tell(album)
    return item


@transaction.atomic
def caption_item(*, item: Item, account_id: UUID, device_id: UUID, sealed_meta: bytes) -> Item:
    """Give an item another meta, signed by this device; everybody fetches the item again."""
    album = hold_album(item.album_id, account_id)
    fresh = Item.objects.filter(pk=item.pk).first()
    if fresh is None:
        raise Absent
    fresh.sealed_meta, fresh.device_ref, fresh.rev = sealed_meta, device_id, next_rev(album)
    fresh.save(update_fields=["sealed_meta", "device_ref", "rev"])
    tell(album)
    return fresh


@transaction.atomic
def remove_item(*, item: Item, account_id: UUID) -> None:
    """Remove an item and what was said about it; bytes no other refers to are gone after the commit."""
    album = hold_album(item.album_id, account_id)
    forget_items(album, {"pk": item.pk})
    tell(album)


def forget_items(album: Album, wanted: dict[str, Any]) -> int:
    """Remove those items of a held album that a filter chooses, with their remarks; return how many."""
    items = Item.objects.filter(album=album, **wanted)
    ids = list(items.order_by("rev").values_list("pk", flat=True))
    forget_remarks(album, {"item__in": items})
    drop_parts(items)
    items.delete()
    bury(album, ids, are_remarks=False)
    return len(ids)


def forget_remarks(album: Album, wanted: dict[str, Any]) -> int:
    """Remove those remarks of a held album that a filter chooses; return how many."""
    remarks = Remark.objects.filter(album=album, **wanted)
    ids = list(remarks.order_by("rev").values_list("pk", flat=True))
    remarks.delete()
    bury(album, ids, are_remarks=True)
    return len(ids)


def bury(album: Album, ids: list[UUID], *, are_remarks: bool) -> None:
    """Keep of removed rows that they are gone, and when in the order of changes."""
    first = next_rev(album, len(ids))
    Tombstone.objects.bulk_create(
        [
            Tombstone(album=album, gone_id=gone, is_remark=are_remarks, rev=first + place)
            for place, gone in enumerate(ids)
        ]
    )


@transaction.atomic
def forget_tombstones(*, now: datetime) -> int:
    """Delete old tombstones; each album says how far those who were away longer have missed removals."""
    old = Tombstone.objects.filter(created_at__lt=now - TOMBSTONE_KEPT)
    ids = list(old.values_list("album_id", flat=True).distinct())
    for album in Album.objects.select_for_update().filter(pk__in=ids).order_by("pk"):
        newest = old.filter(album=album).order_by("-rev").first()
        if newest is not None:
            album.forgotten_rev = max(album.forgotten_rev, newest.rev)
            album.save(update_fields=["forgotten_rev"])
    return old.delete()[0]


def _hold_for(item: Item) -> Album:
    if item.author_id is None:
        raise Absent
    return hold_album(item.album_id, item.author_id)


def _save(album: Album, item: Item) -> None:
    if item.version != album.version:
        raise StaleAlbum(album)
    if Item.objects.filter(album=album).count() >= ITEMS_MAX:
        raise AlbumFull
    item.rev = next_rev(album)
    item.save()


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, bytes | memoryview) else value
