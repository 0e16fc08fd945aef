"""The real server beside the real stand-in: whole stories, numbers that are found nowhere, and kill -9."""

from uuid import uuid4

import pytest

from tests.payments.provider import Provider, a_card, an_account, ask
from tests.residue import find_in_memory, find_stored
from tests.server import running

pytestmark = [pytest.mark.server, pytest.mark.long]


@pytest.fixture
def provider():
    one = Provider()
    yield one
    one.stop()


@pytest.fixture
def server(tmp_path, provider, monkeypatch):
    """A server that pays through the stand-in."""
    monkeypatch.setenv("MOLLIE_URL", provider.url)
    monkeypatch.setenv("MOLLIE_KEY", "test_key")
    with running(tmp_path / "data") as started:
        yield started


class Shopper:
    """Somebody who buys on a running server."""

    def __init__(self, server, provider):
        self.server, self.provider = server, provider

    def call(self, name, **more):
        return self.server.call(f"tests.payments.stage:{name}", **more)

    def begin(self, *wanted):
        """Begin payments; return their references and our pages."""
        references = [str(uuid4()) for _ in wanted]
        asked = [
            {"reference": one, "description": "PRIFORA 17", **how}
            for one, how in zip(references, wanted, strict=True)
        ]
        return references, self.call("begin", wanted=asked)

    def go(self, page):
        """Go to our page; return the provider's."""
        status, headers, _text = ask(page)
        assert status == 302
        self.cookie = headers["Set-Cookie"].partition(";")[0]
        return headers["Location"]

    def pay(self, page, **more):
        """Pay at the provider, and come back."""
        back = self.provider.pay(self.go(page), **more)
        status, headers, _text = ask(back, headers={"Cookie": self.cookie})
        assert (status, headers["Location"]) == (302, "/")


@pytest.fixture
def shopper(server, provider):
    return Shopper(server, provider)


def spaced(number):
    return " ".join(number[n : n + 4] for n in range(0, len(number), 4))


class TestCanaries:
    @pytest.mark.obligation("PRI-46", "PRE-18", "PIM-19", partial=True)
    @pytest.mark.both_engines
    def test_typed_at_the_provider_are_found_nowhere(self, server, provider, shopper):
        cards, accounts = [a_card() for _ in range(3)], [an_account() for _ in range(4)]
        holder, order = f"Kanarie{uuid4().hex[:10]}", f"Bestelling{uuid4().hex[:10]}"
        typed = [
            {"method": "creditcard", "card": spaced(cards[0])},
            {"method": "creditcard", "card": cards[1], "act": "fail"},
            {"method": "creditcard", "card": cards[2], "act": "later"},
            {"method": "ideal", "iban": spaced(accounts[0])},
            {"method": "bancontact", "iban": accounts[1]},
            {"method": "ideal", "iban": accounts[2], "act": "fail"},
            {"method": "ideal", "iban": accounts[3], "act": "later"},
        ]
        with_mandate = {"mandate": True, "holder": holder, "description": order}
        references, pages = shopper.begin(*[with_mandate if n in (0, 3) else {} for n in range(len(typed))])
        for page, what in zip(pages, typed, strict=True):
            shopper.pay(page, name=holder, **what)
        card, debit, charged = references[0], references[3], str(uuid4())
        shopper.call(
            "charge_and_refund", of=debit, charge=charged, paid=card, refund=str(uuid4()), go_on=True
        )
        shopper.call("wait", reference=charged, state="paid")
        stands = shopper.call("wait", reference=card, refunded=200)
        provider.desk(stands["provider_id"], "charge_back")
        shopper.call("wait", reference=card, charged_back=1034)
        customer = shopper.call("standing", reference=debit)["customer"]
        (mandate,) = provider.get(f"customers/{customer}/mandates")["_embedded"]["mandates"]
        assert mandate["details"]["consumerAccount"] == accounts[0], "the provider does tell whole numbers"

        numbers = [*cards, *accounts]
        assert find_stored(server, [*numbers, *map(spaced, numbers), holder]) == []
        assert find_in_memory(server, [*cards, *map(spaced, cards)]) == []
        assert find_stored(server, [order]), "what is kept is found: this search can see"


class TestKilled:
    @pytest.mark.both_engines
    def test_server_loses_and_doubles_nothing(self, server, provider, shopper):
        """Killed after each step; webhooks come while it is away, and are told again; answers get lost."""
        (paid,), (page,) = shopper.begin({"mandate": True})
        server.kill()
        server.start()
        page = shopper.go(page)
        server.kill()
        provider.mood(hooks={"times": 5, "late": 1})
        provider.pay(page)
        server.start()
        shopper.call("wait", reference=paid, state="paid")
        server.kill()
        charged, refund = str(uuid4()), str(uuid4())
        provider.mood(api={"lost_answers": 2}, hooks={"lost": True})
        shopper.call("charge_and_refund", of=paid, charge=charged, paid=paid, refund=refund, go_on=True)
        assert shopper.call("standing", reference=charged)["state"] == "waiting", "its answer was lost"
        server.start()
        shopper.call("hasten", times=4)
        shopper.call("wait", reference=charged, state="paid")
        stands = shopper.call("wait", reference=paid, refunded=200)
        there = provider.payments(stands["customer"])
        assert sorted(one["amount"]["value"] for one in there) == ["12.34", "9.99"]
        assert len(provider.refunds(stands["provider_id"])) == 1
