"""Albums: made, shared, given a new version when somebody is out, and ended."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from contacts.access import hold_family, people_in_family
from media.models import Album, AlbumBox, Item, Share, ShareRole
from media.services.changes import StaleAlbum, hold_album, next_rev, tell
from media.services.parts import drop_parts
from prifora.kernel.errors import Absent, Conflict, Refused

WRAP = "UPDATE media_item SET rev = %s, version = %s, sealed_key = %s WHERE id = %s"
"""One statement for each item: Django's own way takes half a minute for 20,000, and nobody else may write."""


class SharesRefused(Refused):
    """Not exactly one owner who is the maker, or somebody twice."""

    code = "shares_refused"
    sentence = _("This album could not be shared like this.")


class OwnerStays(Conflict):
    """The owner cannot leave; the album ends with them."""

    code = "owner_stays"
    sentence = _("The album is yours: remove it instead of leaving it.")


@transaction.atomic
def make_album(
    *,
    album_id: UUID,
    family_id: UUID,
    owner_id: UUID,
    device_id: UUID,
    kind: str,
    no_forward: bool,
    details: bytes,
    shares: list[dict[str, Any]],
    now: datetime,
) -> Album:
    """Make an album of a family and share it; the same again is the same album.

    `shares`: account_id, role, box and signature each, the maker's with role owner. Raises SharesRefused,
    Absent when somebody is not in the family, Conflict when the id is taken.
    """
    owners = [one["account_id"] for one in shares if one["role"] == ShareRole.OWNER]
    accounts = {one["account_id"] for one in shares}
    if owners != [owner_id] or len(accounts) != len(shares):
        raise SharesRefused
    hold_family(family_id)
    if not accounts <= set(people_in_family(family_id)):
        raise Absent
    made = Album(
        id=album_id,
        family_id=family_id,
        owner_id=owner_id,
        kind=kind,
        no_forward=no_forward,
        details=details,
        created_at=now,
    )
    known = Album.objects.filter(pk=album_id).first()
    if known is not None:
        return _again(known, made)
    made.save()
    Share.objects.bulk_create(
        [Share(album=made, account_id=one["account_id"], role=one["role"], created_at=now) for one in shares]
    )
    _box(made, shares, giver_id=owner_id, device_id=device_id, now=now)
    tell(made)
    return made


@transaction.atomic
def change_details(
    *,
    album_id: UUID,
    account_id: UUID,
    version: int,
    details_rev: int,
    details: bytes,
    no_forward: bool | None = None,
) -> Album:
    """Change title and order, and where it is given whether others may copy; the same again is no change.

    Raises Absent when somebody else than the owner changes what others may, StaleAlbum unless it follows on.
    """
    album = hold_album(album_id, account_id)
    wanted = album.no_forward if no_forward is None else no_forward
    if wanted != album.no_forward and album.owner_id != account_id:
        raise Absent
    present = (album.version, album.details_rev, bytes(album.details), album.no_forward)
    if present == (version, details_rev, details, wanted):
        return album
    if version != album.version or details_rev != album.details_rev + 1:
        raise StaleAlbum(album)
    album.details, album.details_rev, album.no_forward = details, details_rev, wanted
    album.save(update_fields=["details", "details_rev", "no_forward"])
    tell(album)
    return album


@transaction.atomic
def set_member(
    *,
    place: Album,
    owner_id: UUID,
    device_id: UUID,
    share: dict[str, Any],
    version: int,
    now: datetime,
) -> None:
    """Let somebody of the family see an album or add to it, with the key of a version boxed for them.

    A box of an earlier version may follow once they have that of the present one, so that they can read what
    was said before. Raises Absent when they are not in the family, OwnerStays, StaleAlbum.
    """
    hold_family(place.family_id)
    album, account_id = hold_album(place.pk, owner_id), share["account_id"]
    if account_id == owner_id:
        raise OwnerStays
    if account_id not in people_in_family(album.family_id):
        raise Absent
    boxes = AlbumBox.objects.filter(album=album, account_id=account_id)
    if version > album.version or (
        version < album.version and not boxes.filter(version=album.version).exists()
    ):
        raise StaleAlbum(album)
    Share.objects.update_or_create(album=album, account_id=account_id, defaults={"role": share["role"]})
    boxes.filter(version=version).delete()
    _box(album, [share], giver_id=owner_id, device_id=device_id, now=now, version=version)
    tell(album)


@transaction.atomic
def remove_member(*, album_id: UUID, by: UUID, account_id: UUID) -> None:
    """End somebody's share; a new version is due. Raises OwnerStays, Absent when there is none."""
    album = hold_album(album_id, by)
    if account_id == album.owner_id:
        raise OwnerStays
    if not forget_member(album, account_id):
        raise Absent


def forget_member(album: Album, account_id: UUID) -> bool:
    """End somebody's share of a held album; return whether there was one."""
    gone, _rows = Share.objects.filter(album=album, account_id=account_id).delete()
    if not gone:
        return False
    AlbumBox.objects.filter(album=album, account_id=account_id).delete()
    album.stale = True
    album.save(update_fields=["stale"])
    tell(album, also=[account_id])
    return True


@transaction.atomic
def renew_album(
    *,
    album_id: UUID,
    account_id: UUID,
    device_id: UUID,
    version: int,
    details_rev: int,
    details: bytes,
    boxes: list[dict[str, Any]],
    keys: Mapping[UUID, bytes],
    now: datetime,
) -> Album:
    """Give an album a new key: boxed for exactly its members, every item's key wrapped anew.

    The same again is no change. Raises StaleAlbum unless it follows on the present and names exactly all.
    """
    album = hold_album(album_id, account_id)
    if (album.version, album.details_rev, bytes(album.details)) == (version, details_rev, details):
        return album
    people = sorted(Share.objects.filter(album=album).values_list("account_id", flat=True))
    items = list(Item.objects.filter(album=album).only("id", "rev").order_by("rev"))
    follows = (version, details_rev) == (album.version + 1, album.details_rev + 1)
    whole = sorted(one["account_id"] for one in boxes) == people and {one.pk for one in items} == set(keys)
    if not follows or not whole:
        raise StaleAlbum(album)
    _wrap_anew(album, items, version, keys)
    album.version, album.details_rev, album.details, album.stale = version, details_rev, details, False
    album.save(update_fields=["version", "details_rev", "details", "stale"])
    _box(album, boxes, giver_id=account_id, device_id=device_id, now=now)
    tell(album)
    return album


@transaction.atomic
def end_album(*, album_id: UUID, account_id: UUID) -> None:
    """Delete an album with everything in it; bytes no other refers to go when this is committed."""
    forget_album(hold_album(album_id, account_id))


def forget_album(album: Album) -> None:
    """Delete a held album with everything in it."""
    tell(album)
    drop_parts(Item.objects.filter(album=album))
    album.delete()


def _again(known: Album, made: Album) -> Album:
    same = ("family_id", "owner_id", "kind", "no_forward")
    if any(getattr(known, name) != getattr(made, name) for name in same):
        raise Conflict
    if known.details_rev == 1 and bytes(known.details) != made.details:
        raise Conflict
    return known


def _box(
    album: Album,
    boxes: Iterable[dict[str, Any]],
    *,
    giver_id: UUID,
    device_id: UUID,
    now: datetime,
    version: int | None = None,
) -> None:
    rows = [
        AlbumBox(
            album=album,
            account_id=one["account_id"],
            version=version or album.version,
            box=one["box"],
            signature=one["signature"],
            giver_id=giver_id,
            device_ref=device_id,
            created_at=now,
        )
        for one in boxes
    ]
    AlbumBox.objects.bulk_create(rows)


def _wrap_anew(album: Album, items: list[Item], version: int, keys: Mapping[UUID, bytes]) -> None:
    first = next_rev(album, len(items))
    prepare = Item._meta.pk.get_db_prep_save
    rows = [
        (first + place, version, keys[item.pk], prepare(item.pk, connection))
        for place, item in enumerate(items)
    ]
    with connection.cursor() as cursor:
        cursor.executemany(WRAP, rows)
