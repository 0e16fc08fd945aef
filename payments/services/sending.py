"""The sweep: whatever is due is told to the provider, or asked, until the provider has answered."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from django.db.models import F, Q, QuerySet

from payments import clients
from payments.clients import Away, Declined, Provider
from payments.models import Checkout, Mandate, Payment, Refund
from payments.rules import UNUSED_FOR, Reason, Sent, State, wait_after_failure
from payments.services.looking import end, look, take, take_refund
from payments.services.recording import hook_url, record_disclosure
from prifora.kernel.claims import claim

log = structlog.get_logger(__name__)

AT_ONCE = 200
UNNAMED = "PRIFORA"
"""What a charge is for when that is not known any more."""


def go_on(*, now: datetime) -> int:
    """Carry out at most AT_ONCE of each kind that is due, longest first; return how many were tried.

    Outside any transaction. What fails is tried again, later and later; it keeps no other waiting.
    """
    if clients.provider() is None:
        return 0
    Mandate.objects.filter(used_at__lt=now - UNUSED_FOR, due_at=None).update(due_at=now, is_valid=False)
    waiting = Payment.objects.filter(state=State.WAITING)
    known = Payment.objects.exclude(provider_id="")
    return sum(
        (
            _each(waiting.filter(is_charge=False), now, _expire),
            _each(waiting.filter(is_charge=True), now, _charge),
            _each(Refund.objects.all(), now, _refund),
            _each(Mandate.objects.all(), now, _forget),
            _each(known, now, _look),
        )
    )


def _each(rows: QuerySet[Any], now: datetime, act: Callable[[UUID, datetime], object]) -> int:
    """Do something with each of these rows that is due; one that breaks is logged, and tried again."""
    due = list(rows.filter(due_at__lte=now).order_by("due_at").values_list("pk", flat=True)[:AT_ONCE])
    for pk in due:
        try:
            act(pk, now)
        except Exception as failure:  # noqa: BLE001  whatever it is, the others must not wait for it
            log.error("payment_stuck", what=rows.model._meta.model_name, kind=type(failure).__name__)
    return len(due)


def _look(payment_id: UUID, now: datetime) -> None:
    look(payment_id=payment_id, now=now)


def _expire(payment_id: UUID, now: datetime) -> None:
    """Nobody went to the provider's page in time."""
    end(payment_id=payment_id, state=State.EXPIRED, now=now)


def _charge(payment_id: UUID, now: datetime) -> None:
    """Charge a mandate, unless that was done already and only the answer was lost."""
    mine = Payment.objects.filter(pk=payment_id)
    claimed = claim(mine.filter(state=State.WAITING), payment_id, now, tries=F("tries") + 1)
    payment = mine.select_related("mandate").first()
    if claimed is None or payment is None:
        return
    mandate, provider = payment.mandate, _provider()
    if mandate is None or not mandate.customer_id or (mandate.due_at and payment.tries == 1):
        end(payment_id=payment_id, state=State.FAILED, now=now, reason=Reason.NO_MANDATE)
        return
    body = _charge_body(payment, mandate)
    record_disclosure(payment, Sent.CHARGE, body)
    try:
        with claimed:
            seen = _made_already(provider, payment) if payment.tries > 1 else None
            seen = seen or provider.add_payment(Sent.CHARGE, body, once=str(payment.pk))
    except Away:
        _later(mine, payment, now, "charge")
    except Declined:
        end(payment_id=payment_id, state=State.FAILED, now=now, reason=Reason.NO_MANDATE)
    else:
        take(payment_id=payment_id, seen=seen, now=now, claimed=claimed.until)


def _made_already(provider: Provider, payment: Payment) -> clients.Seen | None:
    """Return the charge whose answer was lost, if it was made."""
    customer = payment.mandate.customer_id if payment.mandate else ""
    return provider.find_charge(customer_id=customer, payment=payment.pk)


def _charge_body(payment: Payment, mandate: Mandate) -> clients.Body:
    checkout = Checkout.objects.filter(payment=payment).first()
    return clients.charge_body(
        payment=payment.pk,
        amount=payment.amount,
        description=checkout.description if checkout else UNNAMED,
        hook_url=hook_url(),
        customer_id=mandate.customer_id,
        mandate_id=mandate.mandate_id,
    )


def _refund(refund_id: UUID, now: datetime) -> None:
    """Pay back, unless that was done already and only the answer was lost."""
    mine = Refund.objects.filter(pk=refund_id)
    claimed = claim(mine.filter(provider_id=""), refund_id, now, tries=F("tries") + 1)
    refund = mine.select_related("payment").first()
    if claimed is None or refund is None:
        return
    checkout = Checkout.objects.filter(payment=refund.payment_id).first()
    said = checkout.description if checkout else UNNAMED
    body = clients.refund_body(refund=refund.pk, amount=refund.amount, description=said)
    record_disclosure(refund.payment, Sent.REFUND, body, what=refund.pk)
    try:
        with claimed:
            seen = _provider().add_refund(refund.payment.provider_id, body, once=str(refund.pk))
    except Away:
        _later(mine, refund, now, "refund")
    except Declined:
        take_refund(refund_id=refund_id, seen=None, now=now)
    else:
        take_refund(refund_id=refund_id, seen=seen, now=now)


def _forget(mandate_id: UUID, now: datetime) -> None:
    """Have a mandate deleted at the provider, and then here; not while a charge to it may be under way."""
    mine = Mandate.objects.filter(pk=mandate_id)
    claimed = claim(mine, mandate_id, now)
    if claimed is None:
        return
    mandate = mine.get()
    try:
        if _is_being_charged(mandate):
            raise Away
        if mandate.customer_id:
            with claimed:
                _provider().forget_customer(mandate.customer_id)
    except Away:
        _later(mine, mandate, now, "mandate")
    else:
        mine.delete()


def _is_being_charged(mandate: Mandate) -> bool:
    """Return whether a charge was sent whose answer we do not have."""
    return mandate.payments.filter(Q(is_charge=True, state=State.WAITING, tries__gt=0)).exists()


def _later(mine: QuerySet[Any], row: Any, now: datetime, what: str) -> None:
    log.warning("not_delivered", what=what, count=getattr(row, "tries", 1))
    mine.update(due_at=now + wait_after_failure(age=now - row.created_at))


def _provider() -> Provider:
    provider = clients.provider()
    if provider is None:
        raise Away
    return provider
