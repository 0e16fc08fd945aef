"""A thousand checkouts, twenty at once: nothing is sold twice, charged twice, or numbered with a hole."""

import pytest
from django.db import connection

from books import services as books
from books.models import Bill
from payments.models import Payment
from shop import services
from shop.models import Attempt, Order, Product, Refund, State
from tests.race import at_once
from tests.shop import buying

AT_ONCE = 20


@pytest.fixture
def empty(emptied_books, provider):
    """Tables that are truly committed to, and nothing in them."""


def bought(slug):
    """Buy one piece and pay it, heard of twice; return the order, or None when it was sold out."""
    try:
        order = buying.placed({slug: 1})
    except services.SoldOut:
        return None
    attempt = buying.attempt_of(order)
    buying.say_paid(attempt)
    buying.say_paid(attempt)
    return Order.objects.get(pk=order.pk)


def run(checkouts, stock):
    buying.product("cover", net=1653, stock=stock)
    orders = []
    for _round in range(checkouts // AT_ONCE):
        orders += at_once(*[lambda: bought("cover")] * AT_ONCE)
    return [one for one in orders if one is not None]


def check(orders, stock):
    assert len(orders) == stock
    assert {one.state for one in orders} == {State.PAID}
    assert Product.objects.get().stock == 0
    numbers = sorted(Bill.objects.values_list("number", flat=True))
    assert [int(one[-6:]) for one in numbers] == list(range(1, stock + 1))
    assert (
        Attempt.objects.filter(state="paid").count() == Payment.objects.filter(state="paid").count() == stock
    )
    assert not Refund.objects.exists()
    assert books.check_books() == []


def test_twenty_at_once_for_the_last_five(empty):
    check(run(AT_ONCE, 5), 5)


@pytest.mark.long
@pytest.mark.obligation("PRI-66", partial=True)
def test_a_thousand_for_the_last_seven_hundred(empty):
    check(run(1000, 700), 700)
    assert connection.vendor in ("sqlite", "postgresql")


def test_two_payments_of_one_order_at_once_are_one_sale_and_one_refund(empty):
    buying.product("cover", net=1653, stock=3)
    order = buying.placed({"cover": 1})
    first = buying.attempt_of(order)
    services.payment_ended(reference=first.pk, now=buying.later())
    services.ask_payment(order=order, now=buying.later())
    second = buying.attempt_of(order)
    at_once(lambda: buying.say_paid(first), lambda: buying.say_paid(second))
    assert (Bill.objects.count(), Refund.objects.count(), Product.objects.get().stock) == (1, 1, 2)
