"""Reading what somebody wrote without an account: the link in their mail opens it, and nothing else does.

The link is made from the row's number and a secret of the server, so that no table holds one and a copy of
the database opens nothing.
"""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings

from prifora.kernel import crypto
from prifora.kernel.crypto import Unreadable
from prifora.kernel.errors import Absent
from prifora.kernel.keystore import Erased
from prifora.kernel.sealing import open_bytes, open_document
from prospects.models import KEPT, Prospect

WHO, WORDS = "prospects_prospect.sealed", "prospects_line.sealed"
MAC_BYTES = 16
KEPT_MONTHS = KEPT.days // 30
"""The same term as people are told."""


@dataclass(frozen=True, slots=True)
class Said:
    """Something that was said, opened. `by` is "person" or "staff"."""

    at: datetime
    by: str
    text: str


def link_of(prospect_id: UUID) -> str:
    """Return the unguessable end of the address of the page with what is kept."""
    return base64.urlsafe_b64encode(prospect_id.bytes + _mac(prospect_id)).rstrip(b"=").decode()


def prospect_by_link(link: str) -> Prospect:
    """Return whose page a link opens. Raises Absent for every other link, and once it was erased."""
    try:
        raw = base64.urlsafe_b64decode(link + "=" * (-len(link) % 4))
        prospect_id = UUID(bytes=raw[:MAC_BYTES])
    except (ValueError, binascii.Error) as wrong:
        raise Absent from wrong
    if not crypto.same(raw[MAC_BYTES:], _mac(prospect_id)):
        raise Absent
    prospect = Prospect.objects.filter(pk=prospect_id).first()
    if prospect is None:
        raise Absent
    return prospect


def who_wrote(prospect: Prospect) -> dict[str, str]:
    """Return name (perhaps empty) and e-mail address. Raises Absent once the key is destroyed."""
    try:
        told = open_document(prospect.sealed, person=prospect.pk, place=WHO)
    except (Erased, Unreadable) as gone:
        raise Absent from gone
    return {"name": str(told["name"]), "email": str(told["email"])}


def lines_of(prospect: Prospect) -> list[Said]:
    """Return what was said, oldest first, opened. Raises Absent once the key is destroyed."""
    try:
        return [
            Said(one.created_at, one.by, open_bytes(one.sealed, person=prospect.pk, place=WORDS).decode())
            for one in prospect.lines.all()
        ]
    except (Erased, Unreadable) as gone:
        raise Absent from gone


def kept_until(prospect: Prospect) -> datetime:
    """Return when all of it goes, if nobody writes any more."""
    return prospect.contacted_at + KEPT


def _mac(prospect_id: UUID) -> bytes:
    key = crypto.derive(settings.SEAL_KEY, "prospect link")
    return crypto.mac(key, prospect_id.bytes)[:MAC_BYTES]
