"""Webhooks over HTTP, from a provider in a process of its own: doubled, reordered, a day late, forged, lost."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine

from payments import services
from payments.events import ChargebackReversed, ChargedBack, Failed, Paid, Refunded
from payments.models import Chargeback, Mandate, Payment, Refund
from payments.rules import State
from prifora.kernel import clock
from prifora.kernel.money import Money
from tests.payments.provider import ask, until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.server]
UNTIDY = {"times": 5, "late": 1.5}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
def shop(live_server, settings, buying):
    """A server that the provider can reach."""
    settings.ORIGIN = live_server.url
    return buying


def hook(shop, live_server, **form):
    return ask(f"{live_server.url}/shop/payments/hook", form, headers=FORM)[0]


def quiet(provider, expected):
    """Wait until so many webhooks have been taken."""
    until(lambda: provider.told >= expected, seconds=60)


class TestDoubledAndReordered:
    @pytest.mark.obligation("PRE-18", partial=True)
    def test_change_exactly_what_they_should(self, provider, shop, heard, live_server):
        """Twelve buyers, all ends there are, every webhook five times, in any order, with forged ones between."""
        before, acts = provider.told, 0
        provider.mood(hooks=UNTIDY)
        ends = ["pay", "fail", "cancel", "later"] * 3
        references = [shop.begin(mandate=n < 4, amount=1000 + n) for n in range(len(ends))]
        for reference, end in zip(references, ends, strict=True):
            provider.pay(shop.open(reference), act=end)
            acts += 1
        numbers = [shop.of(one).provider_id for one in references]
        with ThreadPoolExecutor(4) as strangers:
            forged = [
                strangers.submit(hook, shop, live_server, id=number, status="paid")
                for number in [*numbers, *(f"tr_{uuid4().hex[:12]}" for _ in range(20))]
            ]
            assert {one.result() for one in forged} == {200}
        for number, end in zip(numbers, ends, strict=True):
            if end == "later":
                provider.desk(number, "settle")
                acts += 1
        paid = [one for one, end in zip(references, ends, strict=True) if end in ("pay", "later")]
        until(lambda: all(services.state(one) is State.PAID for one in paid), seconds=60)
        services.refund(reference=paid[0], refund=uuid4(), amount=Money(cents=500))
        services.go_on(now=clock.now())
        provider.desk(shop.of(paid[1]).provider_id, "charge_back")
        provider.desk(shop.of(paid[2]).provider_id, "charge_back")
        until(lambda: Chargeback.objects.count() == 2, seconds=60)
        provider.desk(shop.of(paid[2]).provider_id, "reverse")
        acts += 4
        quiet(provider, before + 5 * acts)
        until(lambda: Refund.objects.get().state == "done")

        told = Counter((type(one), one.reference) for one in heard)
        expected = Counter({(Paid, one): 1 for one in paid})
        expected.update((Failed, one) for one in references if one not in paid)
        expected.update({(Refunded, paid[0]): 1, (ChargedBack, paid[1]): 1, (ChargedBack, paid[2]): 1})
        expected[ChargebackReversed, paid[2]] = 1
        assert told == expected
        states = [services.state(one) for one in references]
        assert states == [State.PAID, State.FAILED, State.CANCELLED, State.PAID] * 3
        assert Payment.objects.count() == len(references)
        assert Mandate.objects.filter(is_valid=True).count() == 2
        for number in numbers:
            there, here = provider.get(f"payments/{number}"), Payment.objects.get(provider_id=number)
            assert (there["status"] == "paid") == (here.state == State.PAID)

    def test_of_a_charge_change_it_once(self, provider, shop, heard):
        mandate = shop.mandate()
        provider.mood(hooks=UNTIDY)
        before, reference = provider.told, uuid4()
        services.charge(reference=reference, mandate=mandate, amount=Money(cents=700), description="x")
        services.go_on(now=clock.now())
        quiet(provider, before + 5)
        assert [one for one in heard if one.reference == reference] == [
            Paid(reference, Money(cents=700), mandate)
        ]


class TestLate:
    def test_by_a_day_still_count(self, provider, shop, heard, live_server):
        provider.mood(hooks={"lost": True})
        reference = shop.begin()
        provider.pay(shop.open(reference))
        assert services.state(reference) is State.OPEN
        with time_machine.travel(clock.now() + timedelta(days=1)):
            assert hook(shop, live_server, id=shop.of(reference).provider_id) == 200
        assert heard == [Paid(reference, Money(cents=1234), None)]

    def test_about_something_older_than_what_is_known_change_nothing(
        self, provider, shop, heard, live_server
    ):
        reference = shop.paid()
        heard.clear()
        before = Payment.objects.values("state", "paid_at", "reason", "method", "mandate_id").get()
        with time_machine.travel(clock.now() + timedelta(days=1)):
            for _ in range(5):
                assert hook(shop, live_server, id=shop.of(reference).provider_id) == 200
        assert Payment.objects.values("state", "paid_at", "reason", "method", "mandate_id").get() == before
        assert heard == []


class TestForged:
    @pytest.mark.obligation("PIM-21", partial=True)
    def test_change_nothing(self, provider, shop, heard, live_server):
        references = [shop.begin() for _ in range(3)]
        for one in references:
            shop.open(one)
        heard.clear()
        fields = ("state", "reason", "paid_at", "cents", "provider_id")
        before = list(Payment.objects.order_by("pk").values(*fields))
        for one in references:
            form = {"id": shop.of(one).provider_id, "status": "paid", "amount[value]": "0.01"}
            assert hook(shop, live_server, **form) == 200
        assert list(Payment.objects.order_by("pk").values(*fields)) == before
        assert heard == []


class TestTogether:
    def test_twenty_at_once_are_written_down_once(self, provider, shop, heard, live_server):
        """Webhooks, the buyer who comes back, and the sweep, all at the same moment."""
        provider.mood(hooks={"lost": True})
        reference = shop.begin()
        back = provider.pay(shop.open(reference))
        number = shop.of(reference).provider_id
        with ThreadPoolExecutor(20) as everybody:
            done = [
                everybody.submit(ask, back) if n % 2 else everybody.submit(hook, shop, live_server, id=number)
                for n in range(20)
            ]
            assert all(one.result() for one in done)
        until(lambda: services.state(reference) is State.PAID or shop.look(reference))
        assert services.state(reference) is State.PAID
        assert heard == [Paid(reference, Money(cents=1234), None)]
