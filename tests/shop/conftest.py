"""A shop with something in it, a customer, and payments that say what a test wants them to say."""

from datetime import date, datetime

import pytest
import time_machine
from django.core import mail
from django.test import Client

from prifora.kernel import clock
from prifora.kernel.terms import ZONE
from tests.payments.provider import Provider
from tests.shop import buying


@pytest.fixture(scope="session")
def running_provider():
    provider = Provider()
    yield provider
    provider.stop()


@pytest.fixture
def provider(running_provider, settings):
    """The provider this server pays through."""
    settings.MOLLIE_URL, settings.MOLLIE_KEY = running_provider.url, "test_key"
    running_provider.mood()
    return running_provider


@pytest.fixture
def products(db):
    return buying.products()


@pytest.fixture
def order(products, provider):
    """An order of a Home Station and a year, not paid yet."""
    return buying.placed({"home-station": 1, "family-year": 1})


@pytest.fixture
def paid(order):
    """The same, paid."""
    return buying.pay(order)


@pytest.fixture
def visitor():
    """Somebody's browser: keeps cookies, checks nothing."""
    return Client(headers={"accept-language": "nl-NL", "origin": "http://testserver"})


@pytest.fixture
def letters():
    """letters(order) sends what is due and returns the mails that went, oldest first."""
    from shop import services

    def sent():
        mail.outbox.clear()
        services.send_posts(now=clock.now())
        return list(mail.outbox)

    return sent


@pytest.fixture
def at():
    """at(day) lets it be ten in the morning of a day."""
    with time_machine.travel(datetime(2027, 1, 31, 10, tzinfo=ZONE), tick=False) as travelling:

        def move(day):
            travelling.move_to(datetime.combine(day, datetime.min.time().replace(hour=10), tzinfo=ZONE))
            return clock.now()

        yield move


@pytest.fixture
def monthly(at, products, provider):
    """A subscription by the month, begun on 31 January."""
    at(date(2027, 1, 31))
    order = buying.pay(buying.placed({"family-month": 1}))
    return order.subscriptions.get()
