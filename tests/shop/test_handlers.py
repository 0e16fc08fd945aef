"""What payments publishes reaches the shop, through the stand-in of the provider."""

import pytest
from django.db import transaction

from payments import events
from payments import services as payments
from prifora.kernel import clock
from prifora.kernel.events import publish
from prifora.kernel.money import Money
from shop.models import Attempt, Order, State
from tests.payments.provider import id_in
from tests.shop import buying

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(order):
    """The provider's page of an order."""
    from shop import services

    ours = services.ask_payment(order=order, now=clock.now())
    return payments.open_page(payment_id=id_in(ours), now=clock.now())


def back(order):
    from payments.models import Payment

    payment = Payment.objects.get(reference=buying.attempt_of(order).pk)
    payments.come_back(payment_id=payment.pk, now=clock.now())
    return Order.objects.get(pk=order.pk)


def test_paid_at_the_provider_is_paid_here(order, page, provider):
    provider.pay(page)
    order = back(order)
    assert order.state == State.PAID
    assert order.subscriptions.get().mandate is not None


def test_cancelled_there_can_be_paid_again_here(order, page, provider):
    provider.pay(page, act="cancel")
    assert back(order).state == State.PLACED
    assert Attempt.objects.get().state == "failed"


@transaction.atomic
def say(event):
    publish(event)


def test_the_others_reach_it_too(paid):
    attempt = buying.attempt_of(paid)
    amount = Money(paid.total_cents)
    say(events.ChargedBack(reference=attempt.pk, amount=amount))
    say(events.ChargebackReversed(reference=attempt.pk, amount=amount))
    say(events.Refunded(reference=attempt.pk, refund=paid.pk, amount=amount))
    say(events.RefundFailed(reference=attempt.pk, refund=paid.pk, amount=amount, was_told=True))
    assert paid.subscriptions.get().state == "ending"
    assert attempt.refunds.get().failed_at is not None


def test_what_is_not_ours_is_nobodys(paid):
    amount = Money(1)
    for event in (
        events.Failed(reference=paid.pk, reason="refused"),
        events.Expired(reference=paid.pk),
        events.ChargedBack(reference=paid.pk, amount=amount),
        events.Refunded(reference=paid.pk, refund=paid.pk, amount=amount),
        events.RefundFailed(reference=paid.pk, refund=paid.pk, amount=amount, was_told=False),
    ):
        say(event)
    assert Order.objects.get().state == State.PAID
