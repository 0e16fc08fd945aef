"""An order keeps less and less, and what goes cannot be opened again by anybody."""

from datetime import timedelta

import pytest

from prifora.kernel import keystore
from prifora.kernel.errors import Absent
from privacy.services import delete_ended_rows
from shop import access, services
from shop.models import Buyer, Delivery, Disclosure, DueCode, Order, OrderLine, Parcel, Post
from tests.shop import buying

pytestmark = pytest.mark.django_db


@pytest.fixture
def reduced(django_capture_on_commit_callbacks):
    def reduce(now):
        with django_capture_on_commit_callbacks(execute=True):
            return services.reduce_orders(now=now)

    return reduce


def test_what_nobody_paid_goes_within_days_with_its_key(order, reduced):
    assert reduced(buying.later(days=6)) == 0
    assert reduced(buying.later(days=8)) == 1
    assert not Order.objects.exists()
    with pytest.raises(keystore.Erased):
        keystore.existing_key_of(order.pk)


def test_a_customer_goes_two_years_after_the_parcel_unless_something_goes_on(paid, reduced):
    order = buying.deliver(paid)
    later = order.delivered_at + timedelta(days=731)
    reduced(later)
    assert Buyer.objects.exists()
    services.cancel(subscription_id=order.subscriptions.get().pk, now=buying.later())
    services.end_terms(now=later)
    assert reduced(later) == 1
    assert not any(model.objects.exists() for model in (Buyer, Delivery, Post, DueCode, Disclosure))
    assert OrderLine.objects.count() == 3
    assert Parcel.objects.get().track == ""
    with pytest.raises(Absent):
        access.order_by_link(access.link_of(order.pk))
    with pytest.raises(keystore.Erased):
        keystore.existing_key_of(order.pk)


@pytest.mark.obligation("PRI-42", partial=True)
@pytest.mark.parametrize(("country", "postcode", "years"), [("NL", "1234 AB", 7), ("FR", "75001", 10)])
def test_the_rest_goes_with_the_books(products, provider, country, postcode, years):
    buyer = {**buying.BUYER, "country": country, "postcode": postcode}
    order = buying.pay(buying.placed({"cover": 1}, buyer=buyer))
    assert order.kept_until.year == order.paid_at.year + years + 1 or order.kept_until.month == 12
    delete_ended_rows(now=buying.later())
    Order.objects.update(kept_until=buying.later(minutes=-1))
    delete_ended_rows(now=buying.later(minutes=5))
    assert not Order.objects.exists()
    assert not OrderLine.objects.exists()
