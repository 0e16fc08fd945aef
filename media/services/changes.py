"""How every change of an album begins and ends: its row is locked, changes are numbered, people told."""

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from media.access import members_of
from media.events import AlbumChanged
from media.models import Album, Share
from prifora.kernel.errors import Absent, Conflict
from prifora.kernel.events import publish


class StaleAlbum(Conflict):
    """Made from another version or revision than the present. Carries `version` and `details_rev`."""

    code = "stale_album"
    sentence = _("Somebody changed this album just now. Please try again.")

    def __init__(self, album: Album) -> None:
        super().__init__(version=album.version, details_rev=album.details_rev)


def hold_album(album_id: UUID, account_id: UUID) -> Album:
    """Return an album that nobody else changes in this transaction; Absent unless shared with the account."""
    album = Album.objects.select_for_update().filter(pk=album_id).first()
    if album is None or not Share.objects.filter(album=album, account_id=account_id).exists():
        raise Absent
    return album


def next_rev(album: Album, count: int = 1) -> int:
    """Return the first of `count` new numbers for changes; `album` is held."""
    first = album.rev + 1
    album.rev += count
    album.save(update_fields=["rev"])
    return first


def tell(album: Album, also: Iterable[UUID] = ()) -> None:
    """Hint to everybody who has a share, and to who just lost it, that something changed."""
    people = {*members_of(album.pk), *also}
    publish(AlbumChanged(album_id=album.pk, family_id=album.family_id), to=people)
