"""A buyer pays: from our page to the provider's, and back."""

from datetime import datetime
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction

from payments import clients
from payments.clients import Away, Declined, Provider
from payments.models import Checkout, Mandate, Payment
from payments.refusals import AnotherPayment, PaymentsOff
from payments.rules import BEGUN_FOR, CHOSEN, ENDED, Method, Sent, State, check, kept_unpaid_from
from payments.services.looking import end, look_now, take
from payments.services.recording import (
    back_url,
    hook_url,
    pay_url,
    read_payer,
    record_disclosure,
    write_payer,
)
from prifora.kernel import clock
from prifora.kernel.errors import Absent
from prifora.kernel.money import Money

log = structlog.get_logger(__name__)

SHOP = "/shop"
"""Where a buyer goes whose way back has been forgotten."""


@transaction.atomic
def begin(
    *,
    reference: UUID,
    amount: Money,
    description: str,
    method: Method | None,
    language: str,
    return_url: str,
    keeps_mandate: bool,
    holder: str,
    years_kept: int = 7,
    now: datetime | None = None,
) -> str:
    """Write down that somebody is to pay; return a page of ours that leads to the provider's.

    The provider is told once the buyer goes there, within an hour; after that it is Expired. Again with the
    same `reference` it is the same payment. `holder` is told only for a mandate. `description` names the
    order and nobody; it is read on statements. `years_kept` is 10 for what is sold under the One Stop Shop.

    Raises PaymentsOff; AnotherPayment when `reference` is of something else; ValueError for a `return_url`
    that is not ours, a method nobody can choose, and what `rules.check` refuses.
    """
    if clients.provider() is None:
        raise PaymentsOff
    check(cents=amount.cents, description=description)
    if not _is_ours(return_url) or (method is not None and method not in CHOSEN):
        raise ValueError("not a way to pay, or not a page of ours")
    now = now or clock.now()
    payment, is_new = Payment.objects.get_or_create(
        reference=reference,
        defaults={
            "cents": amount.cents,
            "currency": amount.currency,
            "created_at": now,
            "kept_from": kept_unpaid_from(now),
            "years_kept": years_kept,
            "due_at": now + BEGUN_FOR,
        },
    )
    if payment.is_charge or payment.amount != amount:
        raise AnotherPayment
    if is_new:
        _write_down(payment, description, method, language, return_url, now)
        write_payer(payment, holder=holder)
        if keeps_mandate:
            payment.mandate = Mandate.objects.create(created_at=now, used_at=now)
            payment.save(update_fields=["mandate"])
    return pay_url(payment.pk)


def open_page(*, payment_id: UUID, now: datetime) -> str:
    """Return where the buyer goes now: to the provider's page, or back when there is nothing to pay any more.

    Outside any transaction. Raises Absent; Away when the provider cannot be reached: then try again.
    """
    payment = _begun(payment_id)
    if payment.state == State.WAITING:
        _tell_provider(payment, now)
        payment = _begun(payment_id)
    checkout = Checkout.objects.filter(payment=payment).first()
    if checkout is None:
        return SHOP
    is_open = payment.state in (State.OPEN, State.PENDING)
    return checkout.page_url if is_open and checkout.page_url else checkout.return_url


def come_back(*, payment_id: UUID, now: datetime) -> str:
    """Return where the buyer goes who was at the provider's page, once we have asked how it went.

    Outside any transaction. Raises Absent. A provider that does not answer keeps nobody waiting.
    """
    payment = _begun(payment_id)
    if payment.provider_id and payment.state not in ENDED and payment.state != State.PAID:
        look_now(payment_id=payment.pk, now=now)
    checkout = Checkout.objects.filter(payment=payment).first()
    return checkout.return_url if checkout else SHOP


def _tell_provider(payment: Payment, now: datetime) -> None:
    """Begin the payment at the provider. Two at once, or again after a lost answer, begin the same one."""
    provider = clients.provider()
    if provider is None:
        raise Away
    try:
        customer_id = _customer(provider, payment)
        checkout = Checkout.objects.get(payment=payment)
        body = clients.payment_body(
            payment=payment.pk,
            amount=payment.amount,
            description=checkout.description,
            method=checkout.method,
            language=checkout.language,
            back_url=back_url(payment.pk),
            hook_url=hook_url(),
            customer_id=customer_id,
        )
        record_disclosure(payment, Sent.PAYMENT, body)
        seen = provider.add_payment(Sent.PAYMENT, body, once=str(payment.pk))
    except Declined:
        log.warning("payment_declined", what="payment")
        end(payment_id=payment.pk, state=State.FAILED, now=now)
        return
    Checkout.objects.filter(payment=payment).update(page_url=seen.page_url)
    take(payment_id=payment.pk, seen=seen, now=now)


def _customer(provider: Provider, payment: Payment) -> str:
    """Return the customer at the provider that the mandate of a payment will belong to; "" without one."""
    mandate = payment.mandate
    if mandate is None or mandate.customer_id:
        return mandate.customer_id if mandate else ""
    payer = getattr(payment, "payer", None)
    body = clients.customer_body(holder=read_payer(payer).get("holder", "") if payer else "")
    record_disclosure(payment, Sent.CUSTOMER, body)
    made = provider.add_customer(body, once=str(mandate.pk))
    Mandate.objects.filter(pk=mandate.pk).update(customer_id=made)
    return made


def _begun(payment_id: UUID) -> Payment:
    """Return a payment that a buyer makes; charges have no pages."""
    payment = (
        Payment.objects.filter(pk=payment_id, is_charge=False).select_related("mandate", "payer").first()
    )
    if payment is None:
        raise Absent
    return payment


def _write_down(
    payment: Payment,
    description: str,
    method: Method | None,
    language: str,
    return_url: str,
    now: datetime,
) -> None:
    Checkout.objects.create(
        payment=payment,
        description=description,
        method=method or "",
        language=language[:2],
        return_url=return_url,
        created_at=now,
    )


def _is_ours(url: str) -> bool:
    """Return whether an address is a page of this server."""
    is_path = url.startswith("/") and not url.startswith(("//", "/\\"))
    return is_path or any(url.startswith(f"{origin}/") for origin in settings.ORIGINS)
