"""What ends with somebody's place in a family, with their account, and with a device of theirs."""

from itertools import islice
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from contacts.access import families_of, people_in_family
from media.access import named_elsewhere, named_here
from media.models import Album, Item, ItemPart, Part, Share, Upload
from media.services.albums import forget_album, forget_member
from media.services.changes import tell
from media.services.files import SWEPT_AT_ONCE, remove_sealed
from media.services.items import forget_items, forget_remarks
from media.services.uploads import drop_incoming, end_uploads
from prifora.kernel.erasure import Leaving

ITEMS_AT_ONCE, ROWS_OF_ONE = 200, 5
"""At most in one transaction; with its parts, and what was said about it, one is about so many rows."""


@transaction.atomic
def leave_family(*, family_id: UUID, account_id: UUID) -> None:
    """End what somebody has in the albums of a family: their own ones, and what they added elsewhere."""
    end_uploads(account_id=account_id, family_id=family_id)
    _end_in(account_id, {"family_id": family_id})


@transaction.atomic
def close_account(*, account_id: UUID) -> None:
    """End the same in every family."""
    end_uploads(account_id=account_id)
    _end_in(account_id, {})


@transaction.atomic
def ask_for_new_keys(*, account_id: UUID) -> None:
    """Have every album that is shared with an account get a new version, and tell its people so."""
    ids = list(Share.objects.filter(account_id=account_id).values_list("album_id", flat=True))
    for album in Album.objects.select_for_update().filter(pk__in=ids).order_by("pk"):
        album.stale = True
        album.save(update_fields=["stale"])
        tell(album)


def end_person(leaving: Leaving) -> None:
    """End the same for somebody who is erased; others could not check any more whose it was."""
    close_account(account_id=leaving.account_id)


@transaction.atomic
def empty_albums(leaving: Leaving) -> bool:
    """Remove some of what somebody who is erased has in one album; return whether more may be left.

    Others would wait long if years of photos went in one transaction, as they do in `close_account`.
    """
    theirs = Q(album__owner_id=leaving.account_id) | Q(author_id=leaving.account_id)
    found = Item.objects.filter(theirs).order_by("album_id").first()
    if found is None:
        return False
    album = Album.objects.select_for_update().get(pk=found.album_id)
    items = Item.objects.filter(album=album)
    if album.owner_id != leaving.account_id:
        items = items.filter(author_id=leaving.account_id)
    at_once = min(ITEMS_AT_ONCE, max(1, leaving.at_once // ROWS_OF_ONE))
    forget_items(album, {"pk__in": list(items.values_list("pk", flat=True)[:at_once])})
    tell(album)
    return True


def stored_names(account_id: UUID) -> set[UUID]:
    """Return the stored bytes and uploads that may go with somebody.

    Those of what they added and of their own albums, and of the families they are in: one may end with them.
    """
    theirs = Q(item__author_id=account_id) | Q(item__album__owner_id=account_id)
    parts = ItemPart.objects.filter(theirs).values_list("part_id", flat=True)
    alone = [one for one in families_of(account_id) if people_in_family(one) == [account_id]]
    whole = Part.objects.filter(family_id__in=alone).values_list("pk", flat=True)
    uploads = Upload.objects.filter(Q(account_id=account_id) | Q(family_id__in=alone))
    return {*parts, *whole, *uploads.values_list("pk", flat=True)}


def forget_bytes(names: set[UUID]) -> None:
    """Delete those of these stored bytes and uploads that no row names any more."""
    rest = iter(sorted(names))
    while some := set(islice(rest, SWEPT_AT_ONCE)):
        uploads = set(Upload.objects.filter(pk__in=some).values_list("pk", flat=True))
        remove_sealed(some - named_here(some) - named_elsewhere(some))
        drop_incoming(sorted(some - uploads))


def tell_person(account_id: UUID) -> dict[str, Any]:
    """Return how many albums end with somebody, how many others see, and what they added elsewhere."""
    own = Album.objects.filter(owner_id=account_id)
    others = Share.objects.filter(album__in=own).exclude(account_id=account_id)
    elsewhere = Item.objects.filter(author_id=account_id).exclude(album__owner_id=account_id)
    return {
        "albums": {
            "own": own.count(),
            "shared": others.values("album_id").distinct().count(),
            "items_elsewhere": elsewhere.count(),
        }
    }


def _end_in(account_id: UUID, where: dict[str, Any]) -> None:
    """One album after the other, always in one order, so that two who leave do not wait for each other."""
    theirs = (
        Q(shares__account_id=account_id) | Q(items__author_id=account_id) | Q(remarks__author_id=account_id)
    )
    ids = Album.objects.filter(theirs, **where).order_by("pk").values_list("pk", flat=True).distinct()
    for album in Album.objects.select_for_update().filter(pk__in=list(ids)).order_by("pk"):
        if album.owner_id == account_id:
            forget_album(album)
            continue
        forget_items(album, {"author_id": account_id})
        forget_remarks(album, {"author_id": account_id})
        if not forget_member(album, account_id):
            tell(album)
