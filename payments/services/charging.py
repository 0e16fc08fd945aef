"""Charging a mandate, paying back, forgetting a mandate: written down here, carried out after the commit."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from payments import access, clients
from payments.models import Checkout, Mandate, Payment, Refund
from payments.refusals import AnotherPayment, NoMandate, NothingToRefund, PaymentsOff
from payments.rules import RefundState, State, check, kept_unpaid_from, year_kept_from
from prifora.kernel import clock
from prifora.kernel.money import Money, total


@transaction.atomic
def charge(
    *,
    reference: UUID,
    mandate: UUID,
    amount: Money,
    description: str,
    years_kept: int = 7,
    now: datetime | None = None,
) -> None:
    """Have an amount charged to a mandate. Paid or Failed tells how it went: within minutes, or some days.

    Again with the same `reference` it is the same charge. Raises PaymentsOff; NoMandate when the mandate is
    forgotten, or its first payment was not paid; AnotherPayment; ValueError as `begin`.
    """
    if clients.provider() is None:
        raise PaymentsOff
    check(cents=amount.cents, description=description)
    now = now or clock.now()
    if not Mandate.objects.filter(pk=mandate, is_valid=True, due_at=None).update(used_at=now):
        raise NoMandate
    payment, is_new = Payment.objects.get_or_create(
        reference=reference,
        defaults={
            "cents": amount.cents,
            "currency": amount.currency,
            "mandate_id": mandate,
            "is_charge": True,
            "created_at": now,
            "kept_from": kept_unpaid_from(now),
            "years_kept": years_kept,
            "due_at": now,
        },
    )
    if not payment.is_charge or payment.amount != amount or payment.mandate_id != mandate:
        raise AnotherPayment
    if is_new:
        Checkout.objects.create(payment=payment, description=description, created_at=now)


@transaction.atomic
def refund(*, reference: UUID, refund: UUID, amount: Money, now: datetime | None = None) -> None:
    """Have (some of) what was paid go back. Refunded or RefundFailed tells how it went.

    Again with the same `refund` it is the same one. Raises Absent; NothingToRefund when it is not paid, or
    more than what is left of it; AnotherPayment. The provider holds the last word on what is left.
    """
    payment = access.payment_of(reference)
    now = now or clock.now()
    known = Refund.objects.filter(pk=refund).first()
    if known is not None:
        if known.payment_id != payment.pk or known.amount != amount:
            raise AnotherPayment
        return
    going = [one.amount for one in payment.refunds.exclude(state=RefundState.FAILED)]
    left = payment.amount - total(going, payment.currency)
    if payment.state != State.PAID or amount.cents <= 0 or amount > left:
        raise NothingToRefund
    Refund.objects.create(
        pk=refund,
        payment=payment,
        cents=amount.cents,
        currency=amount.currency,
        created_at=now,
        kept_from=year_kept_from(now, years=payment.years_kept),
        due_at=now,
    )


@transaction.atomic
def forget_mandate(mandate: UUID, *, now: datetime | None = None) -> None:
    """Charge nothing to a mandate any more, and have it deleted where it lies. Harmless when it is gone."""
    Mandate.objects.filter(pk=mandate, due_at=None).update(due_at=now or clock.now(), is_valid=False)
