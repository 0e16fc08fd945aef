"""The official client against the stand-in: what leaves, what of the answers comes in, and what failures mean."""

import socket
from uuid import uuid4

import pytest

from payments import clients
from payments.clients import Away, Declined, Mollie, Undisclosed, _seen
from payments.rules import Sent
from prifora.kernel.money import Money
from tests.payments.provider import CARD, IBAN

AMOUNT = Money(cents=1999)


@pytest.fixture
def mollie(provider):
    return clients.provider()


def order(**more):
    return clients.payment_body(
        payment=uuid4(),
        amount=AMOUNT,
        description="PRIFORA 1",
        method="",
        language="nl",
        back_url="http://127.0.0.1:9/back",
        hook_url="",
        **more,
    )


class TestMollie:
    def test_says_nothing_of_this_machine(self):
        api = Mollie(url="http://127.0.0.1:9", key="test_key").api
        assert api.UNAME == "PRIFORA"
        assert socket.gethostname() not in f"{api.UNAME} {api.user_agent}"

    @pytest.mark.obligation("PRI-01", "PRI-69", partial=True)
    @pytest.mark.parametrize("more", ["billingEmail", "consumerName", "billingAddress", "cardToken"])
    def test_tells_nothing_that_may_not_be_told(self, provider, mollie, more):
        before = len(provider.asked)
        with pytest.raises(Undisclosed, match=more):
            mollie.add_payment(Sent.PAYMENT, {**order(), more: "x"}, once="a")
        with pytest.raises(Undisclosed):
            mollie.add_customer({"name": "Jan", "email": "jan@example.org"}, once="b")
        assert len(provider.asked) == before

    def test_begins_one_payment_however_often_it_is_asked(self, mollie):
        body = order()
        one, other = (mollie.add_payment(Sent.PAYMENT, body, once=body["metadata"]["payment"]) for _ in "ab")
        assert one == other
        assert one.payment == body["metadata"]["payment"]
        assert (one.said, one.amount) == ("open", AMOUNT)

    @pytest.mark.obligation("PRI-46", "PRE-18", partial=True)
    @pytest.mark.parametrize(
        ("method", "shown"),
        [("ideal", "NL•••• 4300"), ("bancontact", "NL•••• 4300"), ("creditcard", "•••• 1111")],
    )
    def test_takes_in_no_more_of_a_number_than_its_end(self, provider, mollie, method, shown):
        begun = mollie.add_payment(Sent.PAYMENT, order(), once=str(uuid4()))
        provider.pay(begun.page_url, method=method)
        seen = mollie.look(begun.provider_id)
        assert (seen.said, seen.account, seen.method) == ("paid", shown, method)
        assert IBAN not in repr(seen)
        assert CARD not in repr(seen)
        assert "de Vries" not in repr(seen)

    def test_finds_a_refund_whose_answer_was_lost(self, provider, mollie):
        begun = mollie.add_payment(Sent.PAYMENT, order(), once=str(uuid4()))
        provider.pay(begun.page_url)
        body = clients.refund_body(refund=uuid4(), amount=Money(cents=500), description="x")
        provider.mood(api={"lost_answers": 1})
        with pytest.raises(Away):
            mollie.add_refund(begun.provider_id, body, once="one key")
        found = mollie.add_refund(begun.provider_id, body, once="another key, hours later")
        assert [one["id"] for one in provider.refunds(begun.provider_id)] == [found.provider_id]

    def test_refuses_to_refund_more_than_there_is(self, provider, mollie):
        begun = mollie.add_payment(Sent.PAYMENT, order(), once=str(uuid4()))
        provider.pay(begun.page_url)
        body = clients.refund_body(refund=uuid4(), amount=Money(cents=2000), description="x")
        with pytest.raises(Declined):
            mollie.add_refund(begun.provider_id, body, once="x")

    def test_forgets_customers_that_are_gone(self, mollie):
        made = mollie.add_customer(clients.customer_body(holder="Jan"), once=str(uuid4()))
        for _ in "ab":
            mollie.forget_customer(made)
        with pytest.raises(Declined):
            mollie.find_charge(customer_id=made, payment=uuid4())


class TestFailures:
    def test_of_the_provider_are_for_later(self, provider, mollie):
        provider.mood(api={"errors": 1})
        with pytest.raises(Away):
            mollie.look("tr_anything")

    def test_of_the_network_are_for_later_and_say_nothing(self):
        with pytest.raises(Away) as away:
            Mollie(url="http://127.0.0.1:9", key="test_key").add_customer({"name": "Jan"}, once="a")
        assert str(away.value) == ""
        assert away.value.__suppress_context__

    def test_of_our_key_are_for_later(self, provider):
        with pytest.raises(Away):
            stranger = Mollie(url=provider.url, key="test_key")
            stranger.api.api_key = "nothing"
            stranger.look("tr_anything")

    def test_of_what_was_asked_are_final(self, mollie):
        with pytest.raises(Declined):
            mollie.look("tr_nothing")


class TestAnswers:
    PLAIN = {"id": "tr_1", "status": "open", "amount": {"value": "10.00", "currency": "EUR"}}

    @pytest.mark.parametrize(
        "changes",
        [{"amount": {"value": "10.001", "currency": "EUR"}}, {"amount": {"value": "x", "currency": "EUR"}}],
    )
    def test_with_broken_amounts_are_not_understood(self, changes):
        with pytest.raises(Away), clients._understood():
            _seen({**self.PLAIN, **changes})

    @pytest.mark.parametrize("missing", ["id", "status", "amount"])
    def test_that_lack_something_are_not_understood(self, missing):
        with pytest.raises(Away), clients._understood():
            _seen({name: value for name, value in self.PLAIN.items() if name != missing})

    @pytest.mark.parametrize("given", [None, "text", [], {"payment": None}])
    def test_about_others_are_about_none_of_ours(self, given):
        assert _seen({**self.PLAIN, "metadata": given}).payment == ""


class TestProvider:
    def test_is_none_without_a_key(self, settings):
        settings.MOLLIE_KEY = ""
        assert clients.provider() is None

    def test_has_a_name_in_the_register(self, settings):
        settings.MOLLIE_URL = "https://api.mollie.com"
        assert clients.recipient() == "api.mollie.com"
