"""What the provider says: believed only about what is ours, each thing once, the same end in any order."""

from collections import Counter
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from payments import services
from payments.clients import Away, Mollie
from payments.events import (
    ChargebackReversed,
    ChargedBack,
    Expired,
    Failed,
    Paid,
    Refunded,
    RefundFailed,
)
from payments.models import Chargeback, Mandate, Payment, Refund
from payments.rules import KEPT, State
from payments.services.looking import take
from prifora.kernel import clock
from prifora.kernel.claims import LEASE
from prifora.kernel.money import Money
from prifora.kernel.terms import ZONE
from tests.payments.saying import seen

pytestmark = pytest.mark.django_db
NOW = clock.now()
MANY = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

OPEN, PENDING, PAID = {"said": "open"}, {"said": "pending"}, {"said": "paid"}
HISTORIES = {
    "paid": [OPEN, PENDING, PAID],
    "failed": [OPEN, PENDING, {"said": "failed"}],
    "expired": [OPEN, {"said": "expired"}],
    "cancelled": [OPEN, {"said": "canceled"}],
    "paid after all": [OPEN, {"said": "expired"}, PAID],
    "refunded": [
        OPEN,
        PAID,
        {"refunds": [("re_1", "", "pending", 200)]},
        {"refunds": [("re_1", "", "refunded", 200), ("re_2", "", "queued", 300)]},
        {"refunds": [("re_1", "", "refunded", 200), ("re_2", "", "failed", 300)]},
    ],
    "taken back and given back": [
        OPEN,
        PAID,
        {"chargebacks": [("chb_1", False, 700)]},
        {"chargebacks": [("chb_1", True, 700), ("chb_2", False, 100)]},
    ],
}
"""What is true one after the other; an answer that was asked for earlier may arrive later."""

TOLD = {
    "paid": {Paid: 1},
    "failed": {Failed: 1},
    "expired": {Expired: 1},
    "cancelled": {Failed: 1},
    "paid after all": {Paid: 1},
    "refunded": {Paid: 1, Refunded: 1, RefundFailed: 1},
    "taken back and given back": {Paid: 1, ChargedBack: 2, ChargebackReversed: 1},
}


def payment_of(cents=1000, **more) -> Payment:
    return Payment.objects.create(
        reference=uuid4(), cents=cents, currency="EUR", kept_from=NOW - KEPT, created_at=NOW, **more
    )


def say(one, /, **what):
    take(payment_id=one.pk, seen=seen(one, **what), now=NOW)
    one.refresh_from_db()


def end_of(payment):
    """All that is written down of a payment, without ids, moments, and when to ask again."""
    payment.refresh_from_db()
    refunds = sorted(payment.refunds.values_list("provider_id", "state", "cents"))
    taken = sorted(payment.chargebacks.values_list("provider_id", "is_reversed", "cents"))
    return payment.state, payment.reason, refunds, taken


def unique(said, payment):
    """The same history with numbers of this payment alone."""
    parts = {"refunds": said.get("refunds", []), "chargebacks": said.get("chargebacks", [])}
    return {
        **said,
        **{
            name: [(f"{one[0]}_{payment.pk.hex[:8]}", *one[1:]) for one in rows]
            for name, rows in parts.items()
        },
    }


class TestTake:
    @MANY
    @given(name=st.sampled_from(sorted(HISTORIES)), random=st.randoms(use_true_random=False))
    def test_ends_the_same_in_any_order_and_doubled_five_times(self, heard, name, random):
        history = HISTORIES[name]
        straight, mixed = payment_of(), payment_of()
        for said in history:
            say(straight, **unique(said, straight))
        heard.clear()
        shuffled = [unique(said, mixed) for said in history * 5]
        random.shuffle(shuffled)
        for said in shuffled:
            say(mixed, **said)
        ends = [str(end_of(one)).replace(one.pk.hex[:8], "") for one in (straight, mixed)]
        assert ends[0] == ends[1]
        told = Counter(type(one) for one in heard)
        for event, times in TOLD[name].items():
            assert told[event] == times, event
        extra = set(told) - set(TOLD[name])
        assert extra <= ({Expired} if name == "paid after all" else set())

    @MANY
    @given(said=st.lists(st.sampled_from(["open", "pending", "paid", "failed", "canceled", "expired"])))
    def test_pays_at_most_once_whatever_is_said(self, heard, said):
        payment = payment_of()
        heard.clear()
        for word in said:
            say(payment, said=word)
        paid = [one for one in heard if isinstance(one, Paid)]
        assert len(paid) == ("paid" in said)
        assert (payment.state == State.PAID) == ("paid" in said)

    @pytest.mark.parametrize(
        "lie",
        [
            {"payment": str(uuid4())},
            {"payment": ""},
            {"amount": Money(cents=1)},
            {"amount": Money(cents=1000, currency="SEK")},
        ],
    )
    def test_believes_nothing_about_other_payments_or_amounts(self, heard, lie):
        payment = payment_of()
        say(payment, **lie)
        assert (payment.state, payment.provider_id) == (State.WAITING, "")
        assert heard == []

    def test_believes_no_other_number_for_a_payment_that_has_one(self, heard):
        payment = payment_of(provider_id="tr_mine")
        say(payment)
        assert payment.state == State.WAITING
        assert heard == []

    def test_undoes_everything_when_who_hears_it_breaks(self, heard, monkeypatch):
        payment = payment_of()

        def breaks(_event):
            raise RuntimeError

        monkeypatch.setattr("payments.services.looking.publish", breaks)
        with pytest.raises(RuntimeError):
            take(payment_id=payment.pk, seen=seen(payment), now=NOW)
        payment.refresh_from_db()
        assert payment.state == State.WAITING
        monkeypatch.undo()
        say(payment)
        assert [type(one) for one in heard] == [Paid]

    def test_says_when_a_refund_that_was_done_is_undone(self, heard):
        payment = payment_of()
        say(payment, refunds=[("re_1", "", "refunded", 100)])
        say(payment, refunds=[("re_1", "", "failed", 100)])
        assert [type(one) for one in heard] == [Paid, Refunded, RefundFailed]
        assert heard[-1].was_told
        assert heard[-1].refund == heard[-2].refund == Refund.objects.get().pk

    def test_knows_our_refund_by_our_number(self, heard):
        payment = payment_of()
        say(payment)
        ours = uuid4()
        services.refund(reference=payment.reference, refund=ours, amount=Money(cents=100), now=NOW)
        say(payment, refunds=[("re_7", str(ours), "refunded", 100)])
        refund = Refund.objects.get()
        assert (refund.pk, refund.provider_id, refund.due_at) == (ours, "re_7", None)
        assert heard[-1] == Refunded(payment.reference, ours, Money(cents=100))

    def test_makes_nothing_of_a_mandate_that_was_forgotten_meanwhile(self, heard):
        mandate = Mandate.objects.create(due_at=NOW)
        payment = payment_of(mandate=mandate)
        say(payment, mandate_id="mdt_1")
        assert heard == [Paid(payment.reference, Money(cents=1000), None)]
        mandate.refresh_from_db()
        assert not mandate.is_valid

    def test_keeps_for_the_books_until_the_year_of_the_last_change_is_seven_years_over(self):
        payment = payment_of()
        say(payment)
        until = (payment.kept_from + KEPT).astimezone(ZONE)
        assert (until.year, until.month, until.day) == (NOW.astimezone(ZONE).year + 8, 1, 1)
        later = NOW + timedelta(days=400)
        take(payment_id=payment.pk, seen=seen(payment, chargebacks=[("chb_9", False, 5)]), now=later)
        payment.refresh_from_db()
        assert (payment.kept_from + KEPT).astimezone(ZONE).year == later.astimezone(ZONE).year + 8
        assert Chargeback.objects.get().kept_from == payment.kept_from

    def test_keeps_ten_years_when_asked(self):
        payment = payment_of(years_kept=10)
        say(payment)
        assert (payment.kept_from + KEPT).astimezone(ZONE).year == NOW.astimezone(ZONE).year + 11

    def test_does_not_believe_that_something_was_paid_in_the_future(self):
        payment = payment_of()
        say(payment, paid_at=NOW + timedelta(days=3))
        assert payment.paid_at == NOW


class TestHearOf:
    @pytest.mark.parametrize("name", ["", "tr_unknown", "x" * 40])
    def test_does_nothing_about_what_is_not_ours(self, name):
        payment = payment_of()
        assert services.hear_of(provider_id=name, now=NOW) is None
        payment.refresh_from_db()
        assert payment.due_at is None

    def test_makes_a_payment_due_also_one_that_is_over(self):
        payment = payment_of(provider_id="tr_1", state=State.EXPIRED)
        assert services.hear_of(provider_id="tr_1", now=NOW) == payment.pk
        payment.refresh_from_db()
        assert (payment.due_at, payment.state) == (NOW, State.EXPIRED)


class TestLook:
    def test_is_done_by_one_at_a_time(self, provider, buying):
        reference = buying.begin()
        buying.open(reference)
        Payment.objects.update(due_at=NOW)
        asked = len(provider.asked)
        payment_id = buying.of(reference).pk
        Payment.objects.update(due_at=NOW + LEASE)
        assert not services.look(payment_id=payment_id, now=NOW)
        assert len(provider.asked) == asked
        assert services.look(payment_id=payment_id, now=NOW + LEASE)

    def test_asks_again_when_something_was_said_while_it_asked(self, provider, buying, monkeypatch):
        """A webhook that comes between question and answer is about something the answer may not know yet."""
        reference = buying.begin()
        buying.open(reference)
        payment, now = buying.of(reference), clock.now()
        look = Mollie.look

        def told_meanwhile(self, provider_id):
            answer = look(self, provider_id)
            provider.pay(buying.of(reference).checkout.page_url)
            services.hear_of(provider_id=provider_id, now=now)
            return answer

        monkeypatch.setattr(Mollie, "look", told_meanwhile)
        buying.look(reference, now=now)
        monkeypatch.undo()
        assert services.state(reference) is State.OPEN
        assert buying.of(reference).due_at == now
        services.look(payment_id=payment.pk, now=now)
        assert services.state(reference) is State.PAID

    def test_waits_longer_and_longer_for_a_provider_that_is_away(self, provider, buying):
        reference = buying.begin()
        buying.open(reference)
        waits = []
        for days in (0, 1, 10):
            now = clock.now() + timedelta(days=days)
            provider.mood(api={"errors": 1})
            assert not buying.look(reference, now=now)
            waits.append(buying.of(reference).due_at - now)
        assert waits == sorted(waits)
        assert waits[0] < timedelta(minutes=5)

    def test_leaves_alone_what_the_provider_does_not_know(self, provider):
        payment = payment_of(provider_id="tr_nothing", state=State.OPEN, due_at=NOW)
        assert not services.look(payment_id=payment.pk, now=NOW)
        payment.refresh_from_db()
        assert payment.state == State.OPEN
        assert payment.due_at > NOW + timedelta(hours=1)


CALLS = ("add_customer", "add_payment", "look", "add_refund", "forget_customer", "find_charge")


def watch(monkeypatch, asked):
    """Note of each call to the provider whether a transaction is open."""

    def wrapped(name, real):
        def call(self, *args, **named):
            asked.append((name, connection.in_atomic_block))
            return real(self, *args, **named)

        return call

    for name in CALLS:
        monkeypatch.setattr(Mollie, name, wrapped(name, getattr(Mollie, name)))


@pytest.mark.django_db(transaction=True)
class TestOutside:
    def test_nothing_is_asked_or_told_inside_a_transaction(self, provider, buying, monkeypatch):
        asked = []
        watch(monkeypatch, asked)
        reference = buying.paid(mandate=True)
        mandate = buying.of(reference).mandate_id
        charge, refund = uuid4(), uuid4()
        services.charge(reference=charge, mandate=mandate, amount=Money(cents=100), description="x")
        services.refund(reference=reference, refund=refund, amount=Money(cents=100))
        provider.mood(api={"lost_answers": 1})
        services.go_on(now=clock.now())
        services.go_on(now=clock.now() + timedelta(minutes=5))
        services.forget_mandate(mandate)
        services.go_on(now=clock.now() + timedelta(minutes=5))
        assert {name for name, _inside in asked} == set(CALLS)
        assert not [name for name, inside in asked if inside]

    def test_nothing_is_told_of_what_was_rolled_back(self, provider, buying):
        before = len(provider.asked)
        reference = uuid4()
        with pytest.raises(Away), transaction.atomic():
            buying.begin(reference=reference)
            raise Away
        services.go_on(now=clock.now() + timedelta(days=1))
        assert not Payment.objects.exists()
        assert len(provider.asked) == before
