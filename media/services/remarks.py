"""What people say about items; which words only members can read."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from media.models import Item, Remark
from media.services.changes import StaleAlbum, hold_album, next_rev, tell
from media.services.items import forget_remarks
from prifora.kernel.errors import Absent, Conflict

REMARKS_MAX = 500


class RemarksFull(Conflict):
    """The item has REMARKS_MAX remarks."""

    code = "remarks_full"
    sentence = _("There is no room for another remark here.")


@transaction.atomic
def make_remark(*, remark: Remark, author_id: UUID) -> Remark:
    """Say something about an item; the same again is the same remark. `remark` is not saved yet.

    Raises Absent, StaleAlbum, RemarksFull, Conflict when the id is taken.
    """
    album = hold_album(remark.album_id, author_id)
    if not Item.objects.filter(pk=remark.item_id, album=album).exists():
        raise Absent
    known = Remark.objects.filter(pk=remark.pk).first()
    if known is not None:
        return _again(known, remark)
    if remark.version != album.version:
        raise StaleAlbum(album)
    if Remark.objects.filter(item_id=remark.item_id).count() >= REMARKS_MAX:
        raise RemarksFull
    remark.author_id, remark.rev = author_id, next_rev(album)
    remark.save()
    tell(album)
    return remark


@transaction.atomic
def remove_remark(*, remark: Remark, account_id: UUID) -> None:
    """Take a remark back."""
    album = hold_album(remark.album_id, account_id)
    forget_remarks(album, {"pk": remark.pk})
    tell(album)


def _again(known: Remark, remark: Remark) -> Remark:
    same = (known.album_id, known.item_id, known.author_id) == (
        remark.album_id,
        remark.item_id,
        remark.author_id,
    )
    if not same or bytes(known.sealed) != remark.sealed or bytes(known.signature) != remark.signature:
        raise Conflict
    return known
