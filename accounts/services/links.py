"""Letting a new browser in with a device one has: it shows a code, the device answers."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.access import hold_link
from accounts.models import LINK_LASTS, Account, Link
from accounts.services.sessions import note_in_log, sign_in_person
from prifora.kernel import crypto
from prifora.kernel.errors import Absent, Conflict, Refused, SignatureRefused
from prifora.kernel.sealing import open_secret, seal_secret

NAME_PLACE = "accounts_link.sealed_name"


class LinkUnknown(Refused):
    """Wrong, expired or used: which of them is not said."""

    status, code = 404, "link_unknown"
    sentence = _("This code does not work. Look at the new device again.")


@transaction.atomic
def start_link(
    *,
    link_id: UUID,
    lookup: bytes,
    proof: bytes,
    box_key: bytes,
    auth_key: bytes,
    name: str,
    now: datetime,
) -> Link:
    """Let a new browser wait under its code for LINK_LASTS; the same again waits as it did.

    Raises Conflict when id or code is taken.
    """
    found = crypto.digest(lookup)
    Link.objects.filter(lookup_hash=found, expires_at__lte=now).delete()
    known = Link.objects.filter(pk=link_id, lookup_hash=found, proof=proof, auth_key=auth_key).first()
    if known is not None:
        return known
    try:
        with transaction.atomic():
            return Link.objects.create(
                pk=link_id,
                lookup_hash=found,
                proof=proof,
                box_key=box_key,
                auth_key=auth_key,
                sealed_name=seal_secret(name.encode(), place=NAME_PLACE),
                expires_at=now + LINK_LASTS,
                created_at=now,
            )
    except IntegrityError as taken:
        raise Conflict from taken


@transaction.atomic
def approve_link(*, account_id: UUID, link_id: UUID, box: bytes, proof: bytes, now: datetime) -> None:
    """Let a waiting browser into an account; the same approval again is kept once. Raises Absent."""
    link = hold_link(link_id)
    if link is None or link.expires_at <= now:
        raise Absent
    if link.account_id is not None:
        present = link.account_id, bytes(link.box or b""), bytes(link.box_proof or b"")
        if present != (account_id, box, proof):
            raise Absent
        return
    link.account_id, link.box, link.box_proof = account_id, box, proof
    link.save(update_fields=["account", "box", "box_proof"])


@transaction.atomic
def poll_link(
    *, request: HttpRequest, link_id: UUID, message: bytes, signature: bytes, now: datetime
) -> dict[str, Any]:
    """Return how a link stands, to the browser that waits; the first time it is approved, sign that one in.

    Whoever asks again gets the box only in the session that began then. Raises SignatureRefused.
    """
    link = hold_link(link_id)
    if link is None or not crypto.signature_valid(
        public_key=bytes(link.auth_key), signature=signature, message=message
    ):
        raise SignatureRefused
    if link.expires_at <= now:
        return {"state": "expired"}
    if link.account_id is None:
        return {"state": "waiting"}
    account = Account.objects.filter(pk=link.account_id, is_active=True).first()
    if account is None or (link.used_at and request.user.pk != account.pk):
        return {"state": "expired"}
    if link.used_at is None:
        link.used_at = now
        link.save(update_fields=["used_at"])
        sign_in_person(request=request, account=account)
        note_in_log(account_id=account.pk, what="device_linked", now=now)
    return {"state": "approved", "box": bytes(link.box or b""), "proof": bytes(link.box_proof or b"")}


def link_name(link: Link) -> str:
    """Return what a waiting browser calls itself."""
    return open_secret(bytes(link.sealed_name), place=NAME_PLACE).decode()
