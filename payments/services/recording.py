"""What is written down beside a payment: what the provider is told, and who holds the account."""

import json
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.signing import Signer
from django.utils.crypto import constant_time_compare

from payments.clients import Body, recipient
from payments.models import Disclosure, Payer, Payment
from payments.rules import Sent
from prifora.kernel.sealing import open_secret, seal_secret

HOOK = "/shop/payments/hook"
PLACE = "payments.payer"


def record_disclosure(payment: Payment, sent: Sent, body: Body, *, what: UUID | None = None) -> None:
    """Write down which fields the provider is about to be told. Comes before the telling, and is committed.

    So nothing is ever told that is not written down, whatever dies in between.
    """
    once = f"{sent} {what}" if what else str(sent)
    fields = {"recipient": recipient(), "fields": sorted(body)}
    Disclosure.objects.get_or_create(payment=payment, once=once, defaults=fields)


def write_payer(payment: Payment, **known: str) -> None:
    """Add to what is known of who holds the account."""
    payer = Payer.objects.filter(payment=payment).first()
    said = {**(read_payer(payer) if payer else {}), **{name: value for name, value in known.items() if value}}
    if not said:
        return
    sealed = seal_secret(json.dumps(said).encode(), place=f"{PLACE}:{payment.pk}")
    Payer.objects.update_or_create(payment=payment, defaults={"sealed": sealed})


def read_payer(payer: Payer) -> dict[str, Any]:
    """Return what is known of who holds the account: `holder`, and `account`, its last four."""
    return json.loads(open_secret(bytes(payer.sealed), place=f"{PLACE}:{payer.payment_id}"))


def hook_url() -> str:
    """Return where the provider tells that something changed."""
    return f"{settings.ORIGIN}{HOOK}"


def pay_url(payment_id: UUID) -> str:
    """Return our page from which a buyer goes to pay. Who only knows the payment cannot make it up."""
    return f"{settings.ORIGIN}/shop/payments/{payment_id}/pay/{_proof().signature(str(payment_id))}"


def is_from_us(payment_id: UUID, proof: str) -> bool:
    """Whether `proof` is that of a `pay_url` of ours."""
    return constant_time_compare(proof, _proof().signature(str(payment_id)))


def back_url(payment_id: UUID) -> str:
    """Return where the provider sends a buyer who is done there."""
    return f"{settings.ORIGIN}/shop/payments/{payment_id}/back"


def _proof() -> Signer:
    return Signer(salt="payments pay")
