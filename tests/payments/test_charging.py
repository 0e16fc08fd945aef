"""Charging, paying back, forgetting: written down once, carried out once, whatever is lost in between."""

from datetime import timedelta
from uuid import uuid4

import pytest

from payments import clients, services
from payments.events import Failed, Paid, Refunded, RefundFailed
from payments.models import Disclosure, Mandate, Payment, Refund
from payments.rules import UNUSED_FOR, RefundState, State
from payments.services import AnotherPayment, NoMandate, NothingToRefund, PaymentsOff
from prifora.kernel import clock
from prifora.kernel.errors import Absent
from prifora.kernel.money import Money
from tests.payments.provider import until

pytestmark = pytest.mark.django_db
LATER = timedelta(minutes=10)


def charge(mandate, *, reference=None, cents=999):
    reference = reference or uuid4()
    services.charge(
        reference=reference, mandate=mandate, amount=Money(cents=cents), description="PRIFORA 2026-18"
    )
    return reference


def refund(reference, *, cents=200, name=None):
    name = name or uuid4()
    services.refund(reference=reference, refund=name, amount=Money(cents=cents))
    return name


def settled(buying, reference):
    """Ask until a payment is over."""

    def is_over():
        buying.look(reference, now=clock.now())
        return services.state(reference) not in (State.WAITING, State.OPEN, State.PENDING)

    until(is_over)


class TestCharge:
    @pytest.mark.obligation("PER-40", partial=True)
    @pytest.mark.parametrize("method", ["ideal", "bancontact", "creditcard"])
    def test_is_paid_from_the_mandate_of_a_first_payment(self, provider, buying, heard, method):
        mandate = buying.mandate(method=method)
        reference = charge(mandate)
        assert services.state(reference) is State.WAITING
        services.go_on(now=clock.now())
        assert services.state(reference) is State.PENDING
        settled(buying, reference)
        assert heard[-1] == Paid(reference, Money(cents=999), mandate)
        assert buying.of(reference).method == ("creditcard" if method == "creditcard" else "directdebit")

    def test_tells_no_name_and_no_account(self, buying):
        reference = charge(buying.mandate())
        services.go_on(now=clock.now())
        (told,) = services.disclosures(reference)
        assert set(told.fields) == {
            *("amount", "customerId", "description", "mandateId", "metadata", "sequenceType", "webhookUrl")
        }

    def test_is_one_charge_for_one_reference(self, provider, buying):
        mandate = buying.mandate()
        reference = charge(mandate)
        charge(mandate, reference=reference)
        for _ in range(3):
            services.go_on(now=clock.now())
        customer = Mandate.objects.get(pk=mandate).customer_id
        assert len(provider.payments(customer)) == 2
        with pytest.raises(AnotherPayment):
            charge(mandate, reference=reference, cents=1)
        with pytest.raises(AnotherPayment):
            charge(buying.mandate(), reference=reference)
        with pytest.raises(AnotherPayment):
            buying.begin(reference=reference, amount=999)

    @pytest.mark.parametrize("key_works", [True, False])
    def test_is_made_once_when_the_answer_is_lost(self, provider, buying, heard, monkeypatch, key_works):
        """Also hours later, when the provider has forgotten the key under which it was asked."""
        mandate = buying.mandate()
        reference, now = charge(mandate), clock.now()
        provider.mood(api={"lost_answers": 1})
        services.go_on(now=now)
        assert services.state(reference) is State.WAITING
        if not key_works:
            add = clients.Mollie.add_payment
            monkeypatch.setattr(
                "payments.clients.Mollie.add_payment",
                lambda self, sent, body, *, once: add(self, sent, body, once="x"),
            )
        services.go_on(now=now + LATER)
        customer = Mandate.objects.get(pk=mandate).customer_id
        assert len(provider.payments(customer)) == 2
        settled(buying, reference)
        assert heard[-1] == Paid(reference, Money(cents=999), mandate)

    def test_is_tried_again_until_the_provider_answers(self, provider, buying, heard):
        mandate = buying.mandate()
        reference, now = charge(mandate), clock.now()
        for n in range(5):
            provider.mood(api={"errors": 1})
            services.go_on(now=now + n * timedelta(hours=7))
            assert services.state(reference) is State.WAITING
        services.go_on(now=now + timedelta(days=3))
        assert services.state(reference) is State.PENDING
        assert Disclosure.objects.filter(payment__reference=reference).count() == 1

    def test_fails_when_there_is_not_enough(self, provider, buying, heard):
        first = buying.paid(mandate=True)
        provider.desk(buying.of(first).provider_id, "refuse")
        reference = charge(buying.of(first).mandate_id)
        services.go_on(now=clock.now())
        settled(buying, reference)
        assert heard[-1] == Failed(reference, "no_money")

    def test_fails_when_the_mandate_was_ended_at_the_provider(self, provider, buying, heard):
        mandate = buying.mandate()
        clients.provider().forget_customer(Mandate.objects.get(pk=mandate).customer_id)
        reference = charge(mandate)
        services.go_on(now=clock.now())
        assert heard[-1] == Failed(reference, "no_mandate")

    def test_is_refused_without_a_mandate_that_works(self, provider, buying):
        with pytest.raises(NoMandate):
            charge(uuid4())
        buying.open(buying.begin(mandate=True))
        with pytest.raises(NoMandate):
            charge(Mandate.objects.get().pk)

    def test_is_refused_while_nothing_can_be_paid(self, buying, settings):
        mandate = buying.mandate()
        settings.MOLLIE_KEY = ""
        with pytest.raises(PaymentsOff):
            charge(mandate)
        assert services.go_on(now=clock.now()) == 0


class TestRefund:
    def test_goes_back_and_is_told_once(self, provider, buying, heard):
        reference = buying.paid()
        name = refund(reference)
        refund(reference, name=name)
        services.go_on(now=clock.now())
        assert services.standing(reference).going_back == Money(cents=200)
        until(lambda: buying.look(reference) and heard[-1] == Refunded(reference, name, Money(cents=200)))
        for _ in range(3):
            buying.look(reference)
        assert [type(one) for one in heard] == [Paid, Refunded]
        assert services.standing(reference).refunded == Money(cents=200)
        assert len(provider.refunds(buying.of(reference).provider_id)) == 1

    @pytest.mark.parametrize("amount", [0, -1, 1235])
    def test_is_refused_for_more_than_there_is(self, buying, amount):
        reference = buying.paid()
        with pytest.raises(NothingToRefund):
            refund(reference, cents=amount)

    def test_counts_what_is_on_its_way(self, buying):
        reference = buying.paid()
        refund(reference, cents=1000)
        with pytest.raises(NothingToRefund):
            refund(reference, cents=235)
        refund(reference, cents=234)

    def test_is_refused_for_what_was_not_paid(self, buying):
        with pytest.raises(NothingToRefund):
            refund(buying.begin())
        with pytest.raises(Absent):
            refund(uuid4())

    def test_is_another_one_under_the_same_name(self, buying):
        reference = buying.paid()
        name = refund(reference)
        with pytest.raises(AnotherPayment):
            refund(reference, name=name, cents=1)

    def test_is_made_once_when_the_answer_is_lost(self, provider, buying, heard):
        reference, now = buying.paid(), clock.now()
        refund(reference)
        provider.mood(api={"lost_answers": 1})
        services.go_on(now=now)
        services.go_on(now=now + LATER)
        until(lambda: buying.look(reference) and isinstance(heard[-1], Refunded))
        assert len(provider.refunds(buying.of(reference).provider_id)) == 1

    def test_fails_when_the_provider_will_not(self, provider, buying, heard):
        reference = buying.paid()
        provider.desk(buying.of(reference).provider_id, "charge_back")
        name = refund(reference)
        services.go_on(now=clock.now())
        assert RefundFailed(reference, name, Money(cents=200), was_told=False) in heard
        assert Refund.objects.get().state == RefundState.FAILED

    def test_can_come_back_after_it_had_arrived(self, provider, buying, heard):
        reference = buying.paid()
        name = refund(reference)
        services.go_on(now=clock.now())
        until(lambda: buying.look(reference) and isinstance(heard[-1], Refunded))
        (there,) = provider.refunds(buying.of(reference).provider_id)
        provider.desk(there["id"], "refund_failed")
        buying.look(reference)
        assert heard[-1] == RefundFailed(reference, name, Money(cents=200), was_told=True)
        assert services.standing(reference).refunded == Money(cents=0)


class TestForgetMandate:
    def test_has_it_deleted_where_it_lies(self, provider, buying):
        mandate = buying.mandate()
        customer = Mandate.objects.get(pk=mandate).customer_id
        services.forget_mandate(mandate)
        services.forget_mandate(mandate)
        with pytest.raises(NoMandate):
            charge(mandate)
        services.go_on(now=clock.now())
        assert not Mandate.objects.exists()
        with pytest.raises(AssertionError):
            provider.get(f"customers/{customer}")
        assert Payment.objects.get().mandate_id is None

    def test_is_tried_until_the_provider_answers(self, provider, buying):
        mandate = buying.mandate()
        services.forget_mandate(mandate)
        now = clock.now()
        provider.mood(api={"errors": 1})
        services.go_on(now=now)
        assert Mandate.objects.exists()
        services.go_on(now=now + timedelta(days=1))
        assert not Mandate.objects.exists()

    def test_waits_for_a_charge_whose_answer_was_lost(self, provider, buying):
        mandate = buying.mandate()
        reference = charge(mandate)
        provider.mood(api={"lost_answers": 1})
        services.go_on(now=clock.now())
        services.forget_mandate(mandate)
        now = clock.now()
        services.go_on(now=now)
        assert Mandate.objects.exists()
        services.go_on(now=now + timedelta(days=1))
        services.go_on(now=now + timedelta(days=2))
        assert services.state(reference) in (State.PENDING, State.PAID)
        assert not Mandate.objects.exists()

    def test_stops_a_charge_that_was_not_sent_yet(self, buying, heard):
        mandate = buying.mandate()
        reference = charge(mandate)
        services.forget_mandate(mandate)
        services.go_on(now=clock.now())
        assert heard[-1] == Failed(reference, "no_mandate")

    @pytest.mark.parametrize("act", ["cancel", "fail"])
    def test_comes_by_itself_when_the_first_payment_is_nothing(self, provider, buying, act):
        reference = buying.begin(mandate=True)
        provider.pay(buying.open(reference), act=act)
        customer = Mandate.objects.get().customer_id
        buying.back(reference)
        services.go_on(now=clock.now())
        assert not Mandate.objects.exists()
        with pytest.raises(AssertionError):
            provider.get(f"customers/{customer}")

    def test_comes_by_itself_after_three_years_without_use(self, buying):
        buying.mandate()
        now = Mandate.objects.get().used_at
        services.go_on(now=now + UNUSED_FOR)
        assert Mandate.objects.exists()
        services.go_on(now=now + UNUSED_FOR + timedelta(seconds=1))
        assert not Mandate.objects.exists()
