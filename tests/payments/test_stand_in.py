"""The stand-in behaves like the provider where we count on it, and its pages check what is typed."""

import json
import subprocess
import sys
import time
import urllib.request
from uuid import uuid4

import pytest

from tests.payments.provider import CARD, IBAN, Provider, a_card, an_account, ask, until
from tests.server import ROOT, free_port
from tools.stand_in.pages import is_account, is_card
from tools.stand_in.words import EN, FR, NL

BODY = {
    "amount": {"currency": "EUR", "value": "10.00"},
    "description": "x",
    "redirectUrl": "http://127.0.0.1:9/",
}
KEY = {"Authorization": "Bearer test_key", "Content-Type": "application/json"}


def post(provider, path, body, **headers):
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    status, more, text = ask(f"{provider.url}/v2/{path}", body=sent, headers={**KEY, **headers})
    return status, json.loads(text), more


@pytest.fixture
def stand_in(running_provider):
    running_provider.mood()
    return running_provider


@pytest.fixture
def page(stand_in):
    return post(stand_in, "payments", BODY)[1]["_links"]["checkout"]["href"]


class TestApi:
    def test_wants_a_key(self, stand_in):
        status, _headers, text = ask(f"{stand_in.url}/v2/payments")
        assert (status, json.loads(text)["title"]) == (401, "Unauthorized Request")

    @pytest.mark.parametrize(
        "amount",
        [
            None,
            {},
            {"currency": "EUR", "value": "10"},
            {"currency": "EUR", "value": "0.00"},
            {"value": "1.00"},
        ],
    )
    def test_refuses_what_is_no_amount(self, stand_in, amount):
        status, answer, _headers = post(stand_in, "payments", {**BODY, "amount": amount})
        assert (status, answer["field"]) == (422, "amount")

    @pytest.mark.parametrize(("body", "status"), [(b"{", 400), (b"[]", 400), (b"{}", 422)])
    def test_refuses_what_is_no_payment(self, stand_in, body, status):
        assert post(stand_in, "payments", body)[0] == status

    def test_does_the_same_once_under_one_key_and_nothing_else(self, stand_in):
        key = {"Idempotency-Key": str(uuid4())}
        first, again = (post(stand_in, "payments", BODY, **key) for _ in "ab")
        assert first[1]["id"] == again[1]["id"]
        assert (first[2]["Idempotent-Replayed"], again[2]["Idempotent-Replayed"]) == (None, "true")
        assert post(stand_in, "payments", {**BODY, "description": "y"}, **key)[0] == 400

    def test_charges_no_customer_without_a_mandate(self, stand_in):
        _status, customer, _headers = post(stand_in, "customers", {"name": "Jan"})
        charge = {**BODY, "sequenceType": "recurring", "customerId": customer["id"]}
        assert post(stand_in, "payments", charge)[0] == 422
        assert post(stand_in, "payments", {**charge, "customerId": "cst_x"})[0] == 404

    def test_knows_its_methods(self, stand_in):
        found = stand_in.get("methods")["_embedded"]["methods"]
        assert [one["id"] for one in found] == ["ideal", "bancontact", "creditcard"]


class TestPages:
    @pytest.mark.parametrize(("locale", "words"), [("nl_NL", NL), ("fr_FR", FR), ("en_GB", EN), (None, EN)])
    def test_speak_the_language_of_the_payment(self, stand_in, locale, words):
        made = post(stand_in, "payments", {**BODY, "locale": locale, "description": "<b>x</b>"})[1]
        text = ask(made["_links"]["checkout"]["href"])[2]
        assert words["choose"] in text
        assert "<b>x</b>" not in text

    @pytest.mark.parametrize(
        ("method", "typed"),
        [
            ("creditcard", {"card": "4111111111111112"}),
            ("creditcard", {"card": "x"}),
            ("ideal", {"iban": "NL1"}),
        ],
    )
    def test_say_so_when_a_number_cannot_be(self, page, method, typed):
        status, _headers, text = ask(f"{page}/{method}", {"act": "pay", **typed})
        assert status == 200
        assert 'role="alert"' in text

    def test_lead_away_once_it_is_over(self, stand_in, page):
        stand_in.pay(page)
        assert ask(page)[0] == 303

    def test_are_not_there_for_others(self, stand_in):
        for path in ("checkout/x", "nothing", "desk/tr_x/settle"):
            assert ask(f"{stand_in.url}/{path}", {} if "desk" in path else None)[0] == 404

    def test_refuse_what_cannot_be_done(self, stand_in, page):
        stand_in.pay(page)
        paid = stand_in.get("payments")["_embedded"]["payments"][0]
        for act in ("settle", "explode", "_drop"):
            assert ask(f"{stand_in.url}/desk/{paid['id']}/{act}", {})[0] == 409

    def test_show_the_desk(self, stand_in, page):
        text = ask(stand_in.url)[2]
        assert "The bank’s desk" in text


class TestKept:
    def test_is_a_mandate_after_a_new_start_but_never_a_card(self, tmp_path):
        file = tmp_path / "kept.sqlite3"
        provider, card = Provider("--file", str(file)), a_card()
        _status, customer, _headers = post(provider, "customers", {"name": "Jan"})
        first = {**BODY, "sequenceType": "first", "customerId": customer["id"]}
        made = post(provider, "payments", first)[1]
        provider.pay(made["_links"]["checkout"]["href"], method="creditcard", card=card)
        provider.stop()
        again = Provider("--file", str(file))
        charge = {**BODY, "sequenceType": "recurring", "customerId": customer["id"]}
        assert post(again, "payments", charge)[0] == 201
        again.stop()
        assert card.encode() not in file.read_bytes()

    def test_ends_with_the_process_that_started_it(self):
        port = free_port()
        started = (
            "import subprocess, sys, time; subprocess.Popen([sys.executable, '-m', 'tools.stand_in', "
            f"'--port', '{port}', '--with-parent']); time.sleep(60)"
        )
        parent = subprocess.Popen([sys.executable, "-c", started], cwd=ROOT)

        def answers():
            try:
                return urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=2).status == 200
            except OSError:
                return False

        until(answers)
        parent.kill()
        parent.wait()
        until(lambda: not answers())

    def test_expires_what_nobody_pays(self):
        provider = Provider("--expires", "0.3")
        made = post(provider, "payments", BODY)[1]
        until(lambda: provider.get(f"payments/{made['id']}")["status"] == "expired")
        provider.stop()


class TestMoods:
    def test_end_by_themselves(self, stand_in):
        stand_in.mood(api={"errors": 1, "slow": 0.05})
        begun = time.monotonic()
        assert ask(f"{stand_in.url}/v2/payments", headers=KEY)[0] == 503
        assert time.monotonic() - begun >= 0.05
        assert ask(f"{stand_in.url}/v2/payments", headers=KEY)[0] == 200


class TestNumbers:
    def test_are_checked_as_the_world_does(self):
        assert is_card(CARD)
        assert is_card(a_card())
        assert is_account(IBAN)
        assert is_account(an_account())
        assert is_account("BE68539007547034")
        assert not is_card("4111111111111121")
        assert not is_account("NL91ABNA0417164301")
