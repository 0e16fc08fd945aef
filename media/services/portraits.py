"""What people do with their pictures."""

import threading
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from contacts.access import bonded_with
from media.events import PortraitChanged
from media.models import Portrait
from media.rules import SENT_MAX_BYTES, Fault, Unusable, portrait_of
from prifora.kernel import keystore
from prifora.kernel.errors import Absent, Refused, TooLarge
from prifora.kernel.events import publish
from prifora.kernel.ids import new_id
from prifora.kernel.sealing import open_bytes, seal_bytes

PLACE = "media_portrait.sealed"


class PortraitUnreadable(Refused):
    """Not a whole JPEG, PNG or WebP file."""

    code = "portrait_unreadable"
    sentence = _("We cannot read this picture. Take a photo as JPEG, PNG or WebP.")


class PortraitMoving(Refused):
    """More than one frame."""

    code = "portrait_moving"
    sentence = _("This picture moves. Choose one that stands still.")


class PortraitTooManyPixels(Refused):
    """More pixels than we decode."""

    code = "portrait_too_many_pixels"
    sentence = _("This picture has too many pixels. Make it smaller first.")


REFUSALS: dict[Fault, type[Refused]] = {
    Fault.UNREADABLE: PortraitUnreadable,
    Fault.MOVING: PortraitMoving,
    Fault.TOO_MANY_PIXELS: PortraitTooManyPixels,
}

_one_at_a_time = threading.Lock()


def make_portrait(sent: bytes) -> bytes:
    """Return the WebP portrait made of an uploaded file of at most SENT_MAX_BYTES.

    Decodes one picture at a time in each process, so that many at once cannot fill the memory. Call it
    outside a transaction: it can take a second. Raises TooLarge, PortraitUnreadable, PortraitMoving,
    PortraitTooManyPixels.
    """
    if len(sent) > SENT_MAX_BYTES:
        raise TooLarge
    try:
        with _one_at_a_time:
            return portrait_of(sent)
    except Unusable as unusable:
        raise REFUSALS[unusable.fault] from unusable


@transaction.atomic
def set_portrait(*, account_id: UUID, picture: bytes) -> Portrait:
    """Keep `picture` (from `make_portrait`) as the person's only one, sealed; tell who may see it."""
    portrait, _made = Portrait.objects.update_or_create(
        account_id=account_id,
        defaults={"version": new_id(), "sealed": seal_bytes(picture, person=account_id, place=PLACE)},
    )
    _tell(account_id)
    return portrait


@transaction.atomic
def remove_portrait(*, account_id: UUID) -> None:
    """Forget the person's picture, if there is one; tell everyone who could see it."""
    gone, _rows = Portrait.objects.filter(account_id=account_id).delete()
    if gone:
        _tell(account_id)


def picture_of(portrait: Portrait) -> bytes:
    """Return a picture (WebP).

    Raises Absent when the person's key is destroyed, crypto.Unreadable when the bytes were changed or moved.
    """
    try:
        return open_bytes(portrait.sealed, person=portrait.account_id, place=PLACE)
    except keystore.Erased as erased:
        raise Absent from erased


def _tell(account_id: UUID) -> None:
    publish(PortraitChanged(account_id=account_id), to={account_id, *bonded_with(account_id)})
