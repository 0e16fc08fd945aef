"""What the provider says of a payment, asked for, and what follows from it: each thing once, in any order."""

from contextlib import nullcontext
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import transaction

from payments import clients
from payments.clients import Away, ChargebackSeen, Declined, Provider, RefundSeen, Seen
from payments.events import ChargebackReversed, ChargedBack, Expired, Failed, Paid, Refunded, RefundFailed
from payments.models import Chargeback, Mandate, Payment, Refund
from payments.rules import (
    ENDED,
    LATEST,
    RefundState,
    State,
    further,
    reason_of,
    refund_state_of,
    state_of,
    wait_after_failure,
    wait_before_look,
    year_kept_from,
)
from payments.services.recording import write_payer
from prifora.kernel.claims import Claim, claim
from prifora.kernel.events import publish

WAITS = timedelta(seconds=5)
"""So long somebody who comes back from the provider waits for what it says."""

log = structlog.get_logger(__name__)


def hear_of(*, provider_id: str, now: datetime) -> UUID | None:
    """Note that something may have changed with a payment; return which of ours it is, if it is one.

    What was said with it is not believed, and not read: `look` asks.
    """
    payment = Payment.objects.filter(provider_id=provider_id).only("pk").first()
    if payment is None or not provider_id:
        return None
    Payment.objects.filter(pk=payment.pk).update(due_at=now)
    return payment.pk


def look(*, payment_id: UUID, now: datetime) -> bool:
    """Ask the provider how a payment is, when that is due and nobody else does; return whether it answered.

    Outside any transaction. What comes in between makes it due again.
    """
    provider = clients.provider()
    due = Payment.objects.filter(pk=payment_id).exclude(provider_id="")
    if provider is None or not (claimed := claim(due, payment_id, now)):
        return False
    return _ask(provider, payment_id, now, claimed)


def look_now(*, payment_id: UUID, now: datetime) -> None:
    """Ask the provider how a payment is for somebody who waits for the answer, for at most WAITS.

    Outside any transaction. Whoever else asks at this moment is not waited for: both are told the same.
    Without an answer the sweep asks again.
    """
    provider = clients.provider(within=WAITS)
    due = Payment.objects.filter(pk=payment_id).exclude(provider_id="")
    if provider is not None and due.update(due_at=now):
        _ask(provider, payment_id, now)


def _ask(provider: Provider, payment_id: UUID, now: datetime, claimed: Claim | None = None) -> bool:
    """Ask, and write down the answer, or without one when to ask again; return whether there was one."""
    payment = Payment.objects.get(pk=payment_id)
    try:
        with claimed or nullcontext():
            seen = provider.look(payment.provider_id)
    except Away as failure:
        log.warning("not_asked", what="payment", kind=type(failure).__name__)
        _ask_again(payment_id, claimed, now, at=now + wait_after_failure(age=now - payment.created_at))
        return False
    except Declined:
        log.warning("not_known", what="payment")
        _ask_again(payment_id, claimed, now, at=now + LATEST)
        return False
    take(payment_id=payment_id, seen=seen, now=now, claimed=claimed.until if claimed else now)
    return True


def _ask_again(payment_id: UUID, claimed: Claim | None, now: datetime, *, at: datetime) -> None:
    """Have it be due at that moment, unless it became due in between."""
    Payment.objects.filter(pk=payment_id, due_at=claimed.until if claimed else now).update(due_at=at)


@transaction.atomic
def take(*, payment_id: UUID, seen: Seen, now: datetime, claimed: datetime | None = None) -> None:
    """Write down what the provider says of a payment, and publish what is new in it.

    Something older that arrives later changes nothing. `claimed`: until when whoever asked had it; when it is
    due at another moment by now, there is something new to ask about, and it stays due. Another payment than
    ours, or another amount, is logged and not believed.
    """
    payment = _locked(payment_id)
    if payment is None or not _is_about(seen, payment):
        log.warning("not_believed", what="payment")
        Payment.objects.filter(pk=payment_id, due_at=claimed).update(due_at=now + LATEST)
        return
    payment.provider_id = seen.provider_id
    before, after = State(payment.state), further(State(payment.state), state_of(seen.said))
    payment.state, payment.method = after, seen.method or payment.method
    if after is not before:
        _step(payment, seen, now)
    payment.save(update_fields=["provider_id", "state", "reason", "method", "paid_at"])
    if after is not before:
        _tell(payment)
    is_refunding = _take_refunds(payment, seen, now)
    _take_chargebacks(payment, seen, now)
    if claimed is None or payment.due_at == claimed:
        payment.due_at = _next_look(payment, now, is_refunding=is_refunding)
    payment.save(update_fields=["kept_from", "due_at"])


@transaction.atomic
def end(*, payment_id: UUID, state: State, now: datetime, reason: str = "") -> None:
    """End a payment that never came to the provider, or that the provider would not take."""
    payment = _locked(payment_id)
    if payment is None or payment.state != State.WAITING:
        return
    payment.state, payment.due_at = state, None
    payment.reason = reason or (reason_of(state, "") if state is not State.EXPIRED else "")
    payment.save(update_fields=["state", "due_at", "reason"])
    _drop_mandate(payment, now)
    _tell(payment)


def _locked(payment_id: UUID) -> Payment | None:
    """Return a payment that nobody else changes meanwhile; what refers to it can still be written."""
    return Payment.objects.select_for_update(no_key=True).filter(pk=payment_id).first()


def _is_about(seen: Seen, payment: Payment) -> bool:
    is_same = payment.provider_id in ("", seen.provider_id)
    return is_same and seen.payment == str(payment.pk) and seen.amount == payment.amount


def _step(payment: Payment, seen: Seen, now: datetime) -> None:
    """Write down what comes with a new state."""
    state = State(payment.state)
    if state is State.PAID:
        payment.reason, payment.paid_at = "", min(seen.paid_at or now, now)
        _keep_at_least(payment, payment.paid_at)
        write_payer(payment, account=seen.account)
        _found_mandate(payment, seen)
    elif state in ENDED:
        payment.reason = "" if state is State.EXPIRED else reason_of(state, seen.failure)
        _drop_mandate(payment, now)


def _tell(payment: Payment) -> None:
    state, reference = State(payment.state), payment.reference
    if state is State.PAID:
        publish(Paid(reference, payment.amount, payment.mandate_id))
    elif state is State.EXPIRED:
        publish(Expired(reference))
    elif state in ENDED:
        publish(Failed(reference, payment.reason))


def _found_mandate(payment: Payment, seen: Seen) -> None:
    """From its first payment on, a mandate can be charged, unless it was forgotten meanwhile."""
    if payment.mandate_id is None or payment.is_charge:
        return
    made = Mandate.objects.filter(pk=payment.mandate_id, due_at=None)
    if not made.update(is_valid=True, mandate_id=seen.mandate_id):
        payment.mandate = None
        payment.save(update_fields=["mandate"])


def _drop_mandate(payment: Payment, now: datetime) -> None:
    """Have nothing stay at the provider of somebody whose first payment came to nothing."""
    if payment.mandate_id is not None and not payment.is_charge:
        Mandate.objects.filter(pk=payment.mandate_id, due_at=None).update(due_at=now, is_valid=False)


def _take_refunds(payment: Payment, seen: Seen, now: datetime) -> bool:
    """Write down how refunds are; return whether any is under way."""
    for one in seen.refunds:
        _take_refund(payment, one, now)
    return payment.refunds.filter(state__in=(RefundState.WAITING, RefundState.SENT)).exists()


def _take_refund(payment: Payment, seen: RefundSeen, now: datetime) -> None:
    """Write down how one refund is; one that was asked for at the provider is new to us."""
    refund = _refund_of(payment, seen) or _new_refund(payment, seen, now)
    before = RefundState(refund.state)
    after = further(before, refund_state_of(seen.said))
    refund.provider_id, refund.state, refund.due_at = seen.provider_id, after, None
    _keep_at_least(payment, now)
    if after is not before:
        _tell_refund(payment, refund)
    refund.save(update_fields=["provider_id", "state", "due_at", "was_told"])


def take_refund(*, refund_id: UUID, seen: RefundSeen | None, now: datetime) -> None:
    """Write down what the provider answered to a refund; None: that it is not possible."""
    with transaction.atomic():
        refund = Refund.objects.get(pk=refund_id)
        payment = _locked(refund.payment_id)
        if payment is None:
            return
        if seen is not None:
            _take_refund(payment, seen, now)
            payment.due_at = _next_look(payment, now, is_refunding=True)
            payment.save(update_fields=["due_at", "kept_from"])
            return
        refund.refresh_from_db()
        if further(RefundState(refund.state), RefundState.FAILED) != refund.state:
            refund.state, refund.due_at = RefundState.FAILED, None
            _tell_refund(payment, refund)
            refund.save(update_fields=["state", "due_at", "was_told"])


def _refund_of(payment: Payment, seen: RefundSeen) -> Refund | None:
    """Return the refund that the provider tells of: by its own number, else by ours."""
    known = payment.refunds.filter(provider_id=seen.provider_id).first()
    if known is not None or not seen.refund:
        return known
    return next((one for one in payment.refunds.filter(provider_id="") if str(one.pk) == seen.refund), None)


def _new_refund(payment: Payment, seen: RefundSeen, now: datetime) -> Refund:
    return Refund.objects.create(
        payment=payment,
        cents=seen.amount.cents,
        currency=seen.amount.currency,
        created_at=now,
        kept_from=_keep_at_least(payment, now),
        provider_id=seen.provider_id,
    )


def _tell_refund(payment: Payment, refund: Refund) -> None:
    if refund.state == RefundState.DONE:
        refund.was_told = True
        publish(Refunded(payment.reference, refund.pk, refund.amount))
    elif refund.state == RefundState.FAILED:
        publish(RefundFailed(payment.reference, refund.pk, refund.amount, refund.was_told))


def _take_chargebacks(payment: Payment, seen: Seen, now: datetime) -> None:
    for one in seen.chargebacks:
        _take_chargeback(payment, one, now)


def _take_chargeback(payment: Payment, seen: ChargebackSeen, now: datetime) -> None:
    """Write down one chargeback. It is taken back for good or for a while; once given back, it stays so."""
    fields = {
        "payment": payment,
        "cents": seen.amount.cents,
        "currency": seen.amount.currency,
        "created_at": now,
        "kept_from": _keep_at_least(payment, now),
    }
    known, is_new = Chargeback.objects.get_or_create(provider_id=seen.provider_id, defaults=fields)
    if is_new:
        publish(ChargedBack(payment.reference, known.amount))
    if seen.is_reversed and not known.is_reversed:
        known.is_reversed = True
        known.save(update_fields=["is_reversed"])
        publish(ChargebackReversed(payment.reference, known.amount))


def _keep_at_least(payment: Payment, moment: datetime) -> datetime:
    """Have the books keep a payment as long as anything that happens to it at `moment`."""
    kept_from = year_kept_from(moment, years=payment.years_kept)
    payment.kept_from = max(payment.kept_from, kept_from)
    return kept_from


def _next_look(payment: Payment, now: datetime, *, is_refunding: bool) -> datetime | None:
    since = payment.paid_at or payment.created_at
    state = State(payment.state)
    wait = wait_before_look(state=state, age=now - since, is_refunding=is_refunding)
    return None if wait is None else now + wait
