"""Having orders paid, and what follows when payments says so. Every handler is safe to hear the same twice.

What payments tells comes in any order and more than once: the attempt is locked, and being paid counts once.
"""

from datetime import datetime
from uuid import UUID, uuid5

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy

from books import services as books
from payments import services as payments
from prifora.kernel.errors import Refused
from prifora.kernel.money import Money
from prifora.kernel.terms import day_of
from shop import access, rules
from shop.models import (
    Attempt,
    AttemptState,
    Charge,
    ChargeState,
    Kind,
    Order,
    OrderLine,
    Parcel,
    Product,
    State,
)
from shop.services import renewing, shipping
from shop.services.booking import bill_order
from shop.services.codes import owe_code
from shop.services.posting import post
from shop.services.refunding import give_back
from shop.services.stocking import note_stock


class NothingToPay(Refused):
    """The order is paid, or was cancelled."""

    status, code = 409, "nothing_to_pay"
    sentence = gettext_lazy("There is nothing to pay any more.")


def ask_payment(*, order: Order, now: datetime) -> str:
    """Return the page on which an order can be paid; who goes there is led on to the provider.

    An attempt that still waits is gone on with, so that one order has one payment. Raises NothingToPay.
    """
    attempt = _open_attempt(order, now)
    keeps_mandate = order.lines.filter(kind=Kind.SUBSCRIPTION).exists()
    return _begin(order, attempt, keeps_mandate=keeps_mandate, now=now)


@transaction.atomic
def ask_term(*, order: Order, charge_id: UUID, now: datetime) -> str:
    """Return the page on which a customer pays a due term themselves. Raises NothingToPay."""
    charge = (
        Charge.objects.select_for_update()
        .filter(pk=charge_id, subscription__order=order, state=ChargeState.DUE)
        .first()
    )
    if charge is None:
        raise NothingToPay
    waiting = charge.attempts.filter(state=AttemptState.ASKED, by_hand=True).first()
    attempt = waiting or Attempt.objects.create(
        order=order, charge=charge, amount_cents=charge.total_cents, by_hand=True, created_at=now
    )
    return _begin(order, attempt, keeps_mandate=True, now=now)


@transaction.atomic
def take_payment(*, reference: UUID, mandate: UUID | None, amount: Money, now: datetime) -> None:
    """Take it that an attempt was paid: bill it, and let come what was bought.

    Money for what is paid or cancelled already, or cannot be delivered any more, goes back at once.
    """
    attempt = _locked(reference)
    if attempt is None or attempt.state == AttemptState.PAID:
        return
    attempt.state, attempt.ended_at = AttemptState.PAID, now
    attempt.save(update_fields=["state", "ended_at"])
    order = Order.objects.select_for_update().get(pk=attempt.order_id)
    books.received(reference=attempt.pk, amount=amount, at=day_of(now))
    if attempt.charge_id:
        renewing.take_term(attempt=attempt, mandate=mandate, now=now)
    elif order.state != State.PLACED or amount.cents != attempt.amount_cents:
        give_back(attempt=attempt, amount=amount, credit="", due_on=day_of(now), now=now)
    elif not _take_stock(order, now):
        _cancel_sold_out(order, attempt, amount, now)
    else:
        _deliver(order, attempt, mandate, now)


@transaction.atomic
def payment_ended(*, reference: UUID, now: datetime) -> None:
    """Take it that an attempt failed or ran out: the order can be paid again, a charge is tried again."""
    attempt = _locked(reference)
    if attempt is None or attempt.state != AttemptState.ASKED:
        return
    attempt.state, attempt.ended_at = AttemptState.FAILED, now
    attempt.save(update_fields=["state", "ended_at"])
    if attempt.charge_id and not attempt.by_hand:
        renewing.term_failed(attempt=attempt, now=now)


@transaction.atomic
def payment_taken_back(*, reference: UUID, amount: Money, now: datetime) -> None:
    """Take it that the bank took a payment back: the books lose it, a subscription ends with its term."""
    attempt = _locked(reference)
    if attempt is None:
        return
    books.lost(reference=attempt.pk, amount=amount, at=day_of(now))
    renewing.payment_lost(attempt=attempt, now=now)


@transaction.atomic
def payment_came_again(*, reference: UUID, amount: Money, now: datetime) -> None:
    """Take it that what a bank took back is ours again: only the books have to know."""
    if Attempt.objects.filter(pk=reference).exists():
        event = uuid5(reference, "came again")
        books.received(reference=reference, amount=amount, at=day_of(now), event=event)


@transaction.atomic
def cancel_unpaid(*, now: datetime) -> int:
    """Let go of orders that nobody paid; return how many. Their rows go with `kept_until`."""
    due = Order.objects.filter(state=State.PLACED, kept_until__lte=now)
    return sum(_cancel(order_id, now) for order_id in list(due.values_list("pk", flat=True)[:500]))


def _cancel(order_id: UUID, now: datetime) -> bool:
    order = Order.objects.select_for_update().filter(pk=order_id, state=State.PLACED).first()
    if order is None:
        return False
    order.reservations.all().delete()
    order.state = State.CANCELLED
    order.save(update_fields=["state"])
    return True


def _begin(order: Order, attempt: Attempt, *, keeps_mandate: bool, now: datetime) -> str:
    return payments.begin(
        reference=attempt.pk,
        amount=Money(attempt.amount_cents, order.currency),
        description=f"PRIFORA {order.number}",
        method=payments.Method(order.method),
        language=order.language,
        return_url=f"{settings.ORIGIN}/shop/order/{access.link_of(order.pk)}",
        keeps_mandate=keeps_mandate,
        holder=access.buyer_of(order)["holder"],
        years_kept=rules.ONE_STOP_SHOP_YEARS if order.one_stop_shop else rules.BOOK_YEARS,
        now=now,
    )


def _open_attempt(order: Order, now: datetime) -> Attempt:
    with transaction.atomic():
        held = Order.objects.select_for_update().get(pk=order.pk)
        if held.state != State.PLACED:
            raise NothingToPay
        waiting = order.attempts.filter(state=AttemptState.ASKED, charge=None).first()
        return waiting or Attempt.objects.create(order=order, amount_cents=order.total_cents, created_at=now)


def _locked(reference: UUID) -> Attempt | None:
    return Attempt.objects.select_for_update().filter(pk=reference).first()


def _take_stock(order: Order, now: datetime) -> bool:
    """Take what was set apart from the stock; return whether all of it is still there.

    Locked in the order in which orders lock it. Pieces whose reservation ran out are taken only while nobody
    else has them.
    """
    held = {one.product_id: one for one in order.reservations.all()}
    goods = [line for line in access.lines_of(order) if line.product and line.product.ships]
    wanted = {line.product_id: line.quantity for line in goods if line.product_id}
    locked = list(Product.objects.select_for_update().filter(pk__in=wanted).order_by("pk"))
    for one in locked:
        kept = held.get(one.pk)
        if (kept is None or kept.ends_at <= now) and access.available(one, now) < wanted[one.pk]:
            return False
    order.reservations.all().delete()
    for one in locked:
        note_stock(product=one, change=-wanted[one.pk], why="sold", now=now)
    return True


def _cancel_sold_out(order: Order, attempt: Attempt, amount: Money, now: datetime) -> None:
    """Give the money of an order back whose goods went to others while its payment was away."""
    order.reservations.all().delete()
    order.state, order.paid_at = State.REFUNDED, now
    order.kept_until = rules.books_end(day_of(now), one_stop_shop=order.one_stop_shop)
    order.save(update_fields=["state", "paid_at", "kept_until"])
    give_back(attempt=attempt, amount=amount, credit="", due_on=day_of(now), now=now)
    post(order=order, kind="sold_out", once="sold_out", now=now)


def _deliver(order: Order, attempt: Attempt, mandate: UUID | None, now: datetime) -> None:
    order.state, order.paid_at = State.PAID, now
    order.kept_until = rules.books_end(day_of(now), one_stop_shop=order.one_stop_shop)
    order.invoice = bill_order(order, attempt, now=now)
    order.save(update_fields=["state", "paid_at", "kept_until", "invoice"])
    lines = access.lines_of(order)
    goods = [line for line in lines if line.product and line.product.ships]
    if goods:
        weight = sum(line.product.weight_grams * line.quantity for line in goods if line.product)
        parcel = Parcel.objects.create(order=order, weight_grams=max(weight, 100), created_at=now)
        shipping.note_step(parcel, now=now)
    for line in lines:
        if line.kind == Kind.SUBSCRIPTION and line.product:
            renewing.start(order=order, line=line, mandate=mandate, now=now)
            _owe_codes(order, line, now)
    post(order=order, kind="confirmed", once="confirmed", now=now)


def _owe_codes(order: Order, line: OrderLine, now: datetime) -> None:
    for _piece in range(line.quantity):
        owe_code(order=order, product=line.product, name=line.name, charge=None, now=now)
