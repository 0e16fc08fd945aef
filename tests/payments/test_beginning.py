"""A buyer begins to pay, goes to the provider, comes back; nothing is told before, and nothing twice."""

from datetime import timedelta
from uuid import uuid4

import pytest

from payments import services
from payments.clients import Away
from payments.events import Expired, Failed, Paid
from payments.models import Disclosure, Mandate, Payer, Payment
from payments.rules import BEGUN_FOR, Method, State
from payments.services import AnotherPayment, PaymentsOff
from payments.services.recording import read_payer
from prifora.kernel import clock
from prifora.kernel.errors import Absent
from prifora.kernel.money import Money
from tests.race import at_once

pytestmark = pytest.mark.django_db


class TestBegin:
    def test_tells_the_provider_nothing(self, provider, buying):
        before = len(provider.asked)
        reference = buying.begin(mandate=True)
        assert len(provider.asked) == before
        assert services.state(reference) is State.WAITING
        assert services.disclosures(reference) == []

    def test_is_the_same_payment_for_the_same_reference(self, buying):
        reference = buying.begin()
        first = buying.page
        buying.begin(reference=reference)
        assert buying.page == first
        assert Payment.objects.count() == 1

    def test_refuses_another_amount_under_the_same_reference(self, buying):
        reference = buying.begin()
        with pytest.raises(AnotherPayment):
            buying.begin(reference=reference, amount=1)

    @pytest.mark.parametrize(
        "url",
        ["https://evil.example/", "//evil.example", "/\\evil.example", "http://testserver.evil.example/"],
    )
    def test_sends_nobody_elsewhere(self, provider, url):
        with pytest.raises(ValueError, match="not"):
            services.begin(
                reference=uuid4(),
                amount=Money(cents=1),
                description="x",
                method=None,
                language="nl",
                return_url=url,
                keeps_mandate=False,
                holder="",
            )

    def test_takes_no_direct_debit_nobody_agreed_to(self, buying):
        with pytest.raises(ValueError, match="not"):
            buying.begin(method=Method.DIRECT_DEBIT)

    @pytest.mark.parametrize("amount", [0, -1])
    def test_takes_no_amount_nobody_can_pay(self, buying, amount):
        with pytest.raises(ValueError, match="nothing to pay"):
            buying.begin(amount=amount)

    def test_is_refused_while_nothing_can_be_paid(self, buying, settings):
        settings.MOLLIE_KEY = ""
        with pytest.raises(PaymentsOff):
            buying.begin()

    def test_keeps_the_holder_sealed(self, buying):
        reference = buying.begin(holder="Wilhelmina van Oranje")
        payer = Payer.objects.get(payment__reference=reference)
        assert b"Wilhelmina" not in bytes(payer.sealed)
        assert read_payer(payer) == {"holder": "Wilhelmina van Oranje"}


class TestOpenPage:
    @pytest.mark.parametrize("method", [Method.IDEAL, Method.BANCONTACT, Method.CARD])
    def test_leads_to_a_page_where_it_can_be_paid(self, provider, buying, heard, method):
        reference = buying.begin(method=method)
        page = buying.open(reference)
        assert buying.open(reference) == page
        back = provider.pay(page, method=method)
        assert back == buying.back_url
        assert buying.back(reference) == "/shop/order"
        assert heard == [Paid(reference, Money(cents=1234), None)]
        assert (buying.of(reference).state, buying.of(reference).method) == (State.PAID, method)

    def test_begins_one_payment_even_when_the_answer_was_lost(self, provider, buying):
        reference = buying.begin()
        provider.mood(api={"lost_answers": 1})
        with pytest.raises(Away):
            buying.open(reference)
        assert services.state(reference) is State.WAITING
        page = buying.open(reference)
        mine = [
            one
            for one in provider.get("payments")["_embedded"]["payments"]
            if one["metadata"] == {"payment": str(buying.of(reference).pk)}
        ]
        assert len(mine) == 1
        assert page == mine[0]["_links"]["checkout"]["href"]

    def test_leads_back_once_it_is_paid(self, buying):
        assert buying.open(buying.paid()) == "/shop/order"

    def test_tells_a_name_only_for_a_mandate(self, provider, buying):
        reference = buying.begin()
        buying.open(reference)
        seen = provider.get(f"payments/{buying.of(reference).provider_id}")
        assert seen["customerId"] is None
        assert "Jan" not in str(seen)
        reference = buying.begin(mandate=True)
        buying.open(reference)
        seen = provider.get(f"payments/{buying.of(reference).provider_id}")
        assert (seen["sequenceType"], seen["customerId"]) == ("first", Mandate.objects.get().customer_id)

    @pytest.mark.obligation("PRI-69", "PRI-87", partial=True)
    def test_writes_down_which_fields_are_told_and_no_value(self, buying, settings):
        reference = buying.begin(mandate=True)
        buying.open(reference)
        buying.open(reference)
        customer, payment = services.disclosures(reference)
        assert customer.fields == ("name",)
        assert customer.recipient == "127.0.0.1"
        assert {"amount", "description", "customerId"} <= set(payment.fields)
        assert len(payment.words) == len(payment.fields)
        assert "Jan" not in str(list(Disclosure.objects.values()))

    def test_writes_it_down_also_when_the_provider_does_not_answer(self, provider, buying):
        reference = buying.begin()
        provider.mood(api={"errors": 1})
        with pytest.raises(Away):
            buying.open(reference)
        assert [one.fields[0] for one in services.disclosures(reference)] == ["amount"]

    def test_ends_what_the_provider_will_not_take(self, provider, buying, heard):
        reference = buying.begin(mandate=True)
        mandate = Mandate.objects.get()
        Mandate.objects.update(customer_id="cst_unknown")
        assert buying.open(reference) == "/shop/order"
        assert heard == [Failed(reference, "refused")]
        mandate.refresh_from_db()
        assert mandate.due_at is not None

    def test_is_absent_for_what_is_not_there_and_for_charges(self, buying):
        with pytest.raises(Absent):
            services.open_page(payment_id=uuid4(), now=clock.now())
        reference = uuid4()
        services.charge(reference=reference, mandate=buying.mandate(), amount=Money(cents=1), description="x")
        with pytest.raises(Absent):
            buying.open(reference)


class TestComeBack:
    @pytest.mark.parametrize(
        ("act", "state", "event"),
        [
            ("cancel", State.CANCELLED, lambda one: Failed(one, "cancelled")),
            ("fail", State.FAILED, lambda one: Failed(one, "refused")),
        ],
    )
    def test_knows_how_it_went(self, provider, buying, heard, act, state, event):
        reference = buying.begin()
        provider.pay(buying.open(reference), act=act)
        buying.back(reference)
        assert services.state(reference) is state
        assert heard == [event(reference)]

    def test_waits_for_money_that_comes_later(self, provider, buying, heard):
        reference = buying.begin()
        provider.pay(buying.open(reference), act="later")
        buying.back(reference)
        assert services.state(reference) is State.PENDING
        assert heard == []
        provider.desk(buying.of(reference).provider_id, "settle")
        buying.back(reference)
        assert heard == [Paid(reference, Money(cents=1234), None)]

    def test_gives_a_slow_provider_some_seconds_and_no_more(self, provider, buying, monkeypatch):
        reference = buying.begin()
        provider.pay(buying.open(reference))
        provider.mood(api={"slow": 2.5})
        with monkeypatch.context() as hurried:
            hurried.setattr("payments.services.looking.WAITS", timedelta(seconds=1))
            assert buying.back(reference) == "/shop/order"
        assert services.state(reference) is State.OPEN
        provider.mood()
        assert buying.back(reference) == "/shop/order"
        assert services.state(reference) is State.PAID

    def test_keeps_nobody_waiting_for_a_provider_that_is_away(self, provider, buying):
        reference = buying.begin()
        provider.pay(buying.open(reference))
        provider.mood(api={"errors": 1})
        assert buying.back(reference) == "/shop/order"
        assert services.state(reference) is State.OPEN
        assert buying.of(reference).due_at > clock.now()

    def test_leads_to_the_shop_when_the_way_back_is_forgotten(self, buying):
        reference = buying.paid()
        buying.of(reference).checkout.delete()
        assert buying.back(reference) == buying.open(reference) == "/shop"


class TestExpiry:
    def test_comes_when_nobody_went_to_the_page(self, provider, buying, heard):
        now = clock.now()
        reference, before = buying.begin(mandate=True, now=now), len(provider.asked)
        services.go_on(now=now + BEGUN_FOR - timedelta(seconds=1))
        assert heard == []
        services.go_on(now=now + BEGUN_FOR)
        services.go_on(now=now + BEGUN_FOR)
        assert heard == [Expired(reference)]
        assert len(provider.asked) == before
        assert not Mandate.objects.exists(), "there was nothing to forget anywhere else"

    def test_comes_when_the_provider_says_so(self, provider, buying, heard):
        reference = buying.begin()
        buying.open(reference)
        provider.desk(buying.of(reference).provider_id, "expire")
        buying.look(reference)
        assert heard == [Expired(reference)]

    def test_is_overtaken_by_money_that_came_after_all(self, provider, buying, heard):
        now = clock.now()
        reference = buying.begin(now=now)
        provider.pay(buying.open(reference, now=now), act="later")
        Payment.objects.filter(reference=reference).update(state=State.EXPIRED)
        provider.desk(buying.of(reference).provider_id, "settle")
        buying.look(reference)
        assert heard == [Paid(reference, Money(cents=1234), None)]


@pytest.mark.django_db(transaction=True)
def test_whoever_comes_back_knows_how_it_went_whoever_else_is_asking(provider, buying, heard):
    """The webhooks of a payment arrive in the very moment in which its buyer does; none of them waits for another."""
    provider.mood(hooks={"lost": True}, api={"slow": 0.2})
    for _buyer in range(5):
        reference = buying.begin()
        provider.pay(buying.open(reference))
        number, payment_id = buying.of(reference).provider_id, buying.of(reference).pk

        def hook(number=number, payment_id=payment_id):
            now = clock.now()
            services.hear_of(provider_id=number, now=now)
            services.look(payment_id=payment_id, now=now)

        def back(reference=reference):
            buying.back(reference)
            return services.state(reference)

        assert at_once(hook, hook, hook, back, hook, hook)[3] is State.PAID
    assert len(heard) == 5
