"""Links open one order, prices are those of the books, and details open while they are kept."""

from datetime import date

import pytest

from prifora.kernel.errors import Absent
from prifora.kernel.money import Money
from shop import access, services
from tests.shop import buying

pytestmark = pytest.mark.django_db


def test_a_link_says_nothing_and_opens_one_order(paid):
    link = access.link_of(paid.pk)
    assert len(link) == 43
    assert access.order_by_link(link) == paid
    for wrong in ("", "=", "é", link + "A", link[:-1]):
        with pytest.raises(Absent):
            access.order_by_link(wrong)


def test_another_secret_makes_other_links(paid, settings):
    link = access.link_of(paid.pk)
    settings.SEAL_KEY = b"x" * 32
    with pytest.raises(Absent):
        access.order_by_link(link)


def test_prices_at_home_have_the_vat_of_the_books():
    assert access.price_at_home(Money(24711), date(2026, 11, 30)) == Money(29900)
    assert access.vat_rate(country="BE", vat_id="BE0411905847", today=date(2026, 11, 30)) == 0


def test_nothing_is_to_be_brought_for_a_subscription(products, provider):
    order = buying.placed({"family-year": 1})
    assert not access.ships(order)
    with pytest.raises(Absent):
        access.delivery_of(order)


def test_other_plans_are_those_that_are_not_the_next(paid, products):
    subscription = paid.subscriptions.get()
    assert list(access.other_plans(subscription)) == [products["family-month"]]
    with pytest.raises(Absent):
        access.subscription_of(paid, paid.pk)


def test_what_the_provider_and_the_carrier_got_is_told_in_order(paid):
    services.pack(parcel_id=paid.parcel.pk, now=buying.later())
    services.announce_parcels(now=buying.later())
    assert [to for _at, to, _fields in access.told_of(paid)][-1] == "carrier"
