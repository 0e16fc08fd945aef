"""How much of a family is stored, and whether there is room for more."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Sum
from django.utils.translation import gettext_lazy as _

from contacts.access import hold_family
from media.access import used_elsewhere
from media.models import Part, Upload
from prifora.kernel.errors import TooLarge


class QuotaFull(TooLarge):
    """There is no room for this in the family. Carries `used` and `quota` in bytes."""

    code = "quota_full"
    sentence = _("There is no room left for this. Remove something first.")


@dataclass(frozen=True, slots=True)
class Storage:
    """What a family has stored and may store, in bytes. `used` counts uploads on their way in full."""

    used: int
    quota: int
    files: int


def storage_of(family_id: UUID) -> Storage:
    """Return what a family has stored; each part counts once, however many items refer to it.

    Uploads are counted before parts: one that becomes a part in between counts twice rather than not at all.
    """
    coming = Upload.objects.filter(family_id=family_id).aggregate(size=Sum("length"))["size"] or 0
    parts = Part.objects.filter(family_id=family_id).aggregate(size=Sum("size"), files=Count("id"))
    size, files = used_elsewhere(family_id)
    quota = settings.STORE_QUOTA_GB * 1024**3
    return Storage(coming + (parts["size"] or 0) + size, quota, parts["files"] + files)


def hold_room(family_id: UUID, size: int) -> None:
    """Raise QuotaFull unless a family has room for `size` bytes, which nobody else takes in this transaction.

    The row of the family stays locked, so call it before anything else is.
    """
    hold_family(family_id)
    storage = storage_of(family_id)
    if storage.used + size > storage.quota:
        raise QuotaFull(used=storage.used, quota=storage.quota)
