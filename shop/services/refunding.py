"""Money on its way back: noted with its cause, carried out by payments, heard of when it is done."""

from datetime import date, datetime
from uuid import UUID, uuid5

import structlog
from django.db import transaction

from books import services as books
from payments import services as payments
from prifora.kernel.money import Money
from prifora.kernel.terms import day_of
from shop.models import Attempt, Refund
from shop.services.posting import post

log = structlog.get_logger(__name__)


def give_back(*, attempt: Attempt, amount: Money, credit: str, due_on: date, now: datetime) -> Refund:
    """Have money go back to whoever paid, in the caller's transaction; payments sends it after the commit.

    What cannot go that way (somebody paid it back by hand already) is noted as failed, for staff.
    """
    refund = Refund.objects.create(
        attempt=attempt, amount_cents=amount.cents, credit=credit, due_on=due_on, created_at=now
    )
    try:
        payments.refund(reference=attempt.pk, refund=refund.pk, amount=amount, now=now)
    except payments.NothingToRefund:
        log.warning("not_refunded", reason="nothing_to_refund")
        refund.failed_at = now
        refund.save(update_fields=["failed_at"])
    return refund


@transaction.atomic
def refund_done(*, reference: UUID, refund_id: UUID, amount: Money, now: datetime) -> None:
    """Take it that money went back (or that staff sent it at the provider): book and tell it, once."""
    attempt = Attempt.objects.select_for_update().filter(pk=reference).select_related("order").first()
    if attempt is None:
        return
    refund, _made = Refund.objects.get_or_create(
        pk=refund_id,
        defaults={
            "attempt": attempt,
            "amount_cents": amount.cents,
            "due_on": day_of(now),
            "created_at": now,
        },
    )
    if refund.done_at is not None:
        return
    refund.done_at, refund.failed_at = now, None
    refund.save(update_fields=["done_at", "failed_at"])
    books.paid_back(reference=attempt.pk, amount=amount, at=day_of(now), event=refund.pk)
    _tell(attempt, refund, "refunded", now)


@transaction.atomic
def refund_failed(*, reference: UUID, refund_id: UUID, amount: Money, was_told: bool, now: datetime) -> None:
    """Take it that money did not go back: undo it in the books, and ask the customer how else."""
    refund = Refund.objects.select_for_update().filter(pk=refund_id, attempt_id=reference).first()
    if refund is None or refund.failed_at is not None:
        return
    refund.done_at, refund.failed_at = None, now
    refund.save(update_fields=["done_at", "failed_at"])
    if was_told:
        event = uuid5(refund.pk, "failed")
        books.received(reference=refund.attempt_id, amount=amount, at=day_of(now), event=event)
    _tell(refund.attempt, refund, "refund_failed", now)


def _tell(attempt: Attempt, refund: Refund, kind: str, now: datetime) -> None:
    facts: dict[str, str | int] = {"cents": refund.amount_cents, "credit": refund.credit}
    post(order=attempt.order, kind=kind, once=f"{kind} {refund.pk}", facts=facts, now=now)
