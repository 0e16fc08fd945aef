"""Coming back with the recovery sheet: its key signs a random value, and nobody learns who has a sheet."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from accounts.access import account_of, login_name
from accounts.models import CHALLENGE_LASTS, Account, SheetChallenge, VaultSlot
from accounts.notices import Notice, send_notice
from accounts.services.sessions import drop_lost_factors, note_in_log, sign_in_recovered
from accounts.services.vaults import SHEET_SLOT
from prifora.kernel import crypto, statements
from prifora.kernel.errors import SignatureRefused
from prifora.kernel.fields import to_base64

NONCE_BYTES = 32


@transaction.atomic
def make_sheet_challenge(*, now: datetime) -> bytes:
    """Return a random value to sign; given to anybody, whatever name they say."""
    nonce = crypto.random_bytes(NONCE_BYTES)
    SheetChallenge.objects.create(nonce_hash=crypto.digest(nonce), created_at=now)
    return nonce


@transaction.atomic
def sign_in_with_sheet(
    *, request: HttpRequest, login: str, nonce: bytes, signature: bytes, now: datetime
) -> Account:
    """Sign in whoever signed `nonce` with the key of their recovery sheet, and use the nonce up.

    The second factors that are lost with a phone go, and the person is told. Raises SignatureRefused, for
    unknown names too.
    """
    fresh = SheetChallenge.objects.filter(
        nonce_hash=crypto.digest(nonce), created_at__gt=now - CHALLENGE_LASTS
    )
    used, _rows = fresh.delete()
    account = account_of(login_name(login))
    said = statements.sheet_sign_in(login=login, nonce=to_base64(nonce))
    signed = statements.holds(public_key=_sheet_key(account), signature=signature, statement=said)
    if account is None or not used or not signed:
        raise SignatureRefused
    sign_in_recovered(request=request, account=account, now=now)
    drop_lost_factors(account)
    note_in_log(account_id=account.pk, what="recovered_by_sheet", now=now)
    send_notice(account=account, notice=Notice.RECOVERED_BY_SHEET)
    return account


def _sheet_key(account: Account | None) -> bytes:
    """Return the key of an account's sheet; for nobody one that no sheet has: the check takes as long."""
    slot = VaultSlot.objects.filter(vault__account=account, name=SHEET_SLOT).exclude(auth_key=None).first()
    nobody = crypto.derive(settings.BLIND_KEY, "nobody's recovery sheet")
    return bytes(slot.auth_key or b"") if slot else crypto.ed25519_public(nobody)
