"""Giving an order back within fourteen days, without saying why (Directive 2011/83/EU art. 9 to 14, 11a)."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy

from plans import services as plans
from prifora.kernel.errors import Refused
from prifora.kernel.terms import day_of
from shop import access, rules
from shop.models import (
    Attempt,
    AttemptState,
    Kind,
    Order,
    OrderLine,
    Parcel,
    ParcelState,
    Product,
    State,
    SubscriptionState,
    Withdrawal,
    WithdrawnLine,
)
from shop.services import shipping
from shop.services.booking import credit_lines
from shop.services.posting import post
from shop.services.refunding import give_back
from shop.services.stocking import note_stock


class TooLateToWithdraw(Refused):
    """The term is over, or nothing of it is left to give back."""

    status, code = 409, "too_late_to_withdraw"
    sentence = gettext_lazy("This can no longer be given back. Write to us when something is wrong with it.")


@transaction.atomic
def withdraw(*, order_id: UUID, line_ids: Collection[UUID], code: str, now: datetime) -> Withdrawal:
    """Take back (a part of) an order; the receipt goes out at once, the money before day 14.

    `code` is the activation code, when the customer typed it; giving back does not hang on it. Delivery costs
    come back with the last of the goods. Raises TooLateToWithdraw.
    """
    order = Order.objects.select_for_update().get(pk=order_id)
    if not access.may_withdraw(order, day_of(now)):
        raise TooLateToWithdraw
    lines = [line for line in access.still_ours(order) if line.pk in line_ids]
    if not lines:
        raise TooLateToWithdraw
    waits = _stop_goods(order, lines, now)
    withdrawal = Withdrawal.objects.create(
        order=order,
        refund_by=rules.refund_by(day_of(now)),
        waits_for_goods=waits,
        code_ended=bool(code.strip()) and plans.void(code, now=now),
        created_at=now,
    )
    rows = [*lines, *_delivery_cost(order, lines)]
    WithdrawnLine.objects.bulk_create(WithdrawnLine(withdrawal=withdrawal, line=line) for line in rows)
    _end_subscriptions(order, lines, now)
    post(
        order=order,
        kind="withdrawn",
        once=f"withdrawn {withdrawal.pk}",
        facts={"withdrawal": str(withdrawal.pk)},
        now=now,
        at_once=True,
    )
    if not waits:
        _refund(withdrawal, now)
    return withdrawal


@transaction.atomic
def goods_came_back(*, parcel_id: UUID, now: datetime) -> None:
    """Note that we have the goods, and let the money go of everything that waited for them. Raises Absent."""
    order = shipping.receive_return(parcel_id=parcel_id, now=now)
    for withdrawal in order.withdrawals.select_for_update().filter(refunded_at=None):
        _refund(withdrawal, now)
        _put_back(withdrawal, now)


@transaction.atomic
def refund_now(*, withdrawal_id: UUID, now: datetime) -> None:
    """Let money go without waiting for the goods any longer. What went already stays as it is."""
    withdrawal = Withdrawal.objects.select_for_update().filter(pk=withdrawal_id, refunded_at=None).first()
    if withdrawal is not None:
        _refund(withdrawal, now)


@transaction.atomic
def refund_in_time(*, now: datetime) -> int:
    """Let money go whose term is nearly over, whether or not the goods came; return how many refunds."""
    last = day_of(now) + timedelta(days=rules.REFUND_DAYS_BEFORE)
    due = list(Withdrawal.objects.select_for_update().filter(refunded_at=None, refund_by__lte=last))
    for withdrawal in due:
        _refund(withdrawal, now)
    return len(due)


def _stop_goods(order: Order, lines: list[OrderLine], now: datetime) -> bool:
    """Keep goods from leaving, or ask them back; return whether we wait for them."""
    goods = [line for line in lines if line.product and line.product.ships]
    parcel = Parcel.objects.select_for_update().filter(order=order).first()
    if not goods or parcel is None:
        return False
    if parcel.state in (ParcelState.TO_PACK, ParcelState.PACKED):
        if _all_goods_go(order, lines):
            shipping.stop(parcel, now=now)
        _shelve(goods, now)
        return False
    if parcel.state != ParcelState.RETURNED:
        shipping.ask_back(parcel, now=now)
    return True


def _all_goods_go(order: Order, lines: list[OrderLine]) -> bool:
    going = {line.pk for line in lines}
    kept = [line for line in access.still_ours(order) if line.product and line.product.ships]
    return all(line.pk in going for line in kept)


def _delivery_cost(order: Order, lines: list[OrderLine]) -> list[OrderLine]:
    """Return the line of the delivery cost when with these lines the last goods go."""
    if not any(line.product and line.product.ships for line in lines) or not _all_goods_go(order, lines):
        return []
    rest = [line for line in access.lines_of(order) if line.product_id is None]
    return [line for line in rest if not hasattr(line, "withdrawn")]


def _end_subscriptions(order: Order, lines: list[OrderLine], now: datetime) -> None:
    products = [line.product_id for line in lines if line.product_id and line.kind == Kind.SUBSCRIPTION]
    if not products:
        return
    ended = order.subscriptions.filter(product_id__in=products)
    ended.update(state=SubscriptionState.ENDED, cancelled_at=now, paid_until=day_of(now))
    order.codes.filter(taken_at=None).delete()


def _refund(withdrawal: Withdrawal, now: datetime) -> None:
    order = withdrawal.order
    lines = [one.line for one in withdrawal.withdrawn.select_related("line__product").order_by("line__place")]
    number, amount = credit_lines(withdrawal, lines, now=now)
    refund = give_back(
        attempt=_paid_by(order), amount=amount, credit=number, due_on=withdrawal.refund_by, now=now
    )
    withdrawal.refunded_at, withdrawal.refund = now, refund
    withdrawal.save(update_fields=["refunded_at", "refund"])
    if not access.still_ours(order):
        Order.objects.filter(pk=order.pk).update(state=State.REFUNDED)


def _paid_by(order: Order) -> Attempt:
    """Return the attempt by which an order was paid: the one that the invoice is of."""
    return order.attempts.filter(state=AttemptState.PAID, charge=None).earliest("ended_at")


def _put_back(withdrawal: Withdrawal, now: datetime) -> None:
    lines = [one.line for one in withdrawal.withdrawn.select_related("line__product")]
    _shelve([line for line in lines if line.product and line.product.ships], now)


def _shelve(lines: list[OrderLine], now: datetime) -> None:
    """Put goods back on the shelf, locked in the order in which orders lock them."""
    pieces = {line.product_id: line.quantity for line in lines if line.product_id}
    for product in Product.objects.select_for_update().filter(pk__in=pieces).order_by("pk"):
        note_stock(product=product, change=pieces[product.pk], why="given_back", now=now)
