"""Who may see whose picture, what is in which album, and who may add to it; the only door to them."""

from collections.abc import Callable, Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from contacts.access import families_of, share_a_family
from media.foreign import UPLOAD_KEPT
from media.models import (
    Album,
    Item,
    ItemPart,
    Part,
    Portrait,
    Remark,
    Share,
    ShareRole,
    Tombstone,
    Upload,
)
from prifora.kernel import access
from prifora.kernel.access import Actor
from prifora.kernel.errors import Absent

PAGE = 500


class Permission(access.Permission):
    """What media lets people do."""

    SEE = "media:portrait:see"
    CHANGE = "media:portrait:change"
    UPLOAD = "media:upload:make"
    CONTINUE = "media:upload:continue"
    MEASURE = "media:storage:read"
    MAKE = "media:album:make"
    READ = "media:album:read"
    EDIT = "media:album:edit"
    SHARE = "media:album:share"
    LEAVE = "media:album:leave"
    RENEW = "media:album:renew"
    END = "media:album:end"
    ADD = "media:item:add"
    CAPTION = "media:item:caption"
    REMOVE = "media:item:remove"
    REMARK = "media:remark:make"
    UNSAY = "media:remark:remove"


ADDING = (ShareRole.OWNER, ShareRole.CONTRIBUTOR)
ROLES: dict[Permission, tuple[str, ...]] = {
    Permission.READ: tuple(ShareRole),
    Permission.REMARK: tuple(ShareRole),
    Permission.EDIT: ADDING,
    Permission.ADD: ADDING,
    Permission.RENEW: ADDING,
    Permission.SHARE: (ShareRole.OWNER,),
    Permission.END: (ShareRole.OWNER,),
}
"""Whose share of an album is enough for what."""


def portrait(actor: Actor, account_id: UUID) -> Portrait:
    """Return the picture of somebody the actor shares a family with now, or the actor's own; else Absent."""
    if account_id != actor.id and not share_a_family(actor.id, account_id):
        raise Absent
    found = Portrait.objects.filter(account_id=account_id).first()
    if found is None:
        raise Absent
    actor.grant(Permission.SEE)
    return found


def my_portrait(actor: Actor) -> UUID:
    """Return whose picture the actor may change: their own account's id."""
    actor.grant(Permission.CHANGE)
    return actor.id


def portrait_versions(account_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Return the version of each picture there is, by account; one query. For code that checked who asks."""
    rows = Portrait.objects.filter(account_id__in=set(account_ids))
    return dict(rows.values_list("account_id", "version"))


def with_device(actor: Actor, permission: Permission) -> UUID:
    """Return the actor's device, granting what every device may do for itself; raises DeviceNeeded."""
    device_id = actor.device()
    actor.grant(permission)
    return device_id


def in_family(actor: Actor, family_id: UUID, permission: Permission) -> UUID:
    """Return the actor's device, when they are in a family now; raises DeviceNeeded, Absent."""
    device_id = actor.device()
    if family_id not in families_of(actor.id):
        raise Absent
    actor.grant(permission, family=family_id)
    return device_id


def upload(actor: Actor, upload_id: UUID, now: datetime, *, adds: bool = False) -> Upload:
    """Return an upload of the actor that has not expired, through a device; else Absent (or DeviceNeeded).

    `adds`: something is to be added to it, which the plan of its family must cover.
    """
    actor.device()
    found = Upload.objects.filter(pk=upload_id, account_id=actor.id, touched_at__gt=now - UPLOAD_KEPT).first()
    if found is None:
        raise Absent
    if adds:
        actor.grant(Permission.CONTINUE, family=found.family_id)
    actor.grant(Permission.UPLOAD)
    return found


def album(actor: Actor, album_id: UUID, permission: Permission) -> Album:
    """Return an album of which the actor's share is enough, through a device; else Absent (or DeviceNeeded).

    A contributor may make a new version only where one is due, or the owner's account is gone.
    """
    actor.device()
    found = Share.objects.filter(album_id=album_id, account_id=actor.id).select_related("album").first()
    if found is None or found.role not in ROLES[permission]:
        raise Absent
    waits = found.album.stale or found.album.owner_id is None
    if permission is Permission.RENEW and found.role != ShareRole.OWNER and not waits:
        raise Absent
    actor.grant(permission, family=found.album.family_id)
    return found.album


def albums(actor: Actor, family_id: UUID) -> list[Album]:
    """Return the albums of a family that are shared with the actor, oldest first; raises Absent."""
    in_family(actor, family_id, Permission.READ)
    mine = Album.objects.filter(family_id=family_id, shares__account_id=actor.id)
    return list(mine.order_by("created_at", "id"))


def membership(actor: Actor, album_id: UUID, account_id: UUID) -> Album:
    """Return an album whose owner the actor is, or that the actor wants to leave; else Absent."""
    actor.device()
    found = Share.objects.filter(album_id=album_id, account_id=actor.id).select_related("album").first()
    if found is None or (found.role != ShareRole.OWNER and account_id != actor.id):
        raise Absent
    actor.grant(Permission.LEAVE, family=found.album.family_id)
    return found.album


def item(actor: Actor, album_id: UUID, item_id: UUID) -> Item:
    """Return an item of an album shared with the actor; else Absent."""
    found = Item.objects.filter(pk=item_id, album=album(actor, album_id, Permission.READ)).first()
    if found is None:
        raise Absent
    return found


def own_item(actor: Actor, album_id: UUID, item_id: UUID, permission: Permission) -> Item:
    """Return an item that the actor added, or of an album that the actor owns; else Absent."""
    place = album(actor, album_id, Permission.READ)
    mine = Item.objects.filter(_mine(actor, place), pk=item_id, album=place).select_related("album").first()
    if mine is None:
        raise Absent
    actor.grant(permission, family=place.family_id)
    return mine


def copied_item(actor: Actor, item_id: UUID, family_id: UUID) -> Item:
    """Return an item of any album of a family that is shared with the actor, to be copied; else Absent."""
    shared = Item.objects.filter(album__family_id=family_id, album__shares__account_id=actor.id)
    found = shared.filter(pk=item_id).select_related("album").first()
    if found is None:
        raise Absent
    return found


def own_remark(actor: Actor, album_id: UUID, remark_id: UUID) -> Remark:
    """Return a remark the actor made, or in an album that the actor owns; else Absent."""
    place = album(actor, album_id, Permission.READ)
    mine = Remark.objects.filter(_mine(actor, place), pk=remark_id, album=place).first()
    if mine is None:
        raise Absent
    actor.grant(Permission.UNSAY, family=place.family_id)
    return mine


def part(actor: Actor, album_id: UUID, item_id: UUID, name: str) -> Part:
    """Return what is stored of one part of an item the actor may see; else Absent."""
    album(actor, album_id, Permission.READ)
    rows = ItemPart.objects.filter(item_id=item_id, item__album_id=album_id, name=name)
    found = rows.select_related("part").first()
    if found is None:
        raise Absent
    return found.part


def members_of(album_id: UUID) -> list[UUID]:
    """Return the account ids of everybody an album is shared with."""
    return list(Share.objects.filter(album_id=album_id).values_list("account_id", flat=True))


def changed_items(album_id: UUID, after: int, limit: int) -> list[Item]:
    """Return items that changed after `after`, with parts, in the order of `rev`; the caller checked."""
    rows = Item.objects.filter(album_id=album_id, rev__gt=after).order_by("rev")
    return list(rows.prefetch_related("parts__part")[:limit])


def changed_remarks(album_id: UUID, after: int, limit: int) -> list[Remark]:
    """Return remarks made after `after`, in the order of `rev`; the caller checked who asks."""
    return list(Remark.objects.filter(album_id=album_id, rev__gt=after).order_by("rev")[:limit])


def tombstones(album_id: UUID, after: int, limit: int, *, of_remarks: bool) -> list[Tombstone]:
    """Return what was removed after `after`, in the order of `rev`; the caller checked who asks."""
    rows: QuerySet[Tombstone] = Tombstone.objects.filter(album_id=album_id, rev__gt=after)
    return list(rows.filter(is_remark=of_remarks).order_by("rev")[:limit])


def contributors_between(since: datetime, until: datetime) -> set[UUID]:
    """Return who added something to an album from `since` to just before `until`. For code."""
    rows = Item.objects.filter(created_at__gte=since, created_at__lt=until).exclude(author=None)
    return {author for author in rows.values_list("author_id", flat=True).distinct() if author}


def _mine(actor: Actor, place: Album) -> Q:
    return Q() if place.owner_id == actor.id else Q(author_id=actor.id)


# What lies in the store belongs to this app and to one above it, which says what is its own (decision 0021).


def _none(_names: Iterable[UUID]) -> set[UUID]:
    return set()


def _empty(_family_id: UUID) -> tuple[int, int]:
    return 0, 0


_named: list[Callable[[Iterable[UUID]], set[UUID]]] = [_none]
_used: list[Callable[[UUID], tuple[int, int]]] = [_empty]


def share_store(
    *, named: Callable[[Iterable[UUID]], set[UUID]], used: Callable[[UUID], tuple[int, int]]
) -> None:
    """Set what a higher app keeps in the store: which names are its own, and how many bytes and files."""
    _named[0], _used[0] = named, used


def named_here(names: Iterable[UUID]) -> set[UUID]:
    """Return which names of the store are parts of items; one query."""
    return set(Part.objects.filter(pk__in=set(names)).values_list("pk", flat=True))


def named_elsewhere(names: Iterable[UUID]) -> set[UUID]:
    """Return which names of the store a higher app needs."""
    return _named[0](names)


def used_elsewhere(family_id: UUID) -> tuple[int, int]:
    """Return how many bytes and files a higher app keeps for a family."""
    return _used[0](family_id)
