"""How a client turns a password into keys, asked by everybody before signing in."""

import pytest

from accounts import services
from accounts.models import Account
from prifora.kernel.limits import Limit
from tests import cast
from tests.accounts.browser import SALT, Browser, signed_up


def ask(login):
    return Browser().api("get", f"kdf?login={login}").json()


@pytest.mark.django_db
class TestParametersFor:
    def test_answers_alike_for_known_and_unknown_names(self):
        signed_up(Browser())
        known, unknown = ask("anna.v"), ask("nobody")
        assert known["salt"] == SALT
        assert known.keys() == unknown.keys()
        assert len(known["salt"]) == len(unknown["salt"])
        assert {**known, "salt": ""} == {**unknown, "salt": ""}
        assert (known["memory_kib"], known["passes"], known["lanes"]) == (65536, 3, 1)

    @pytest.mark.parametrize(
        "login",
        [
            "anna.v",
            "ANNA.V ",
            "annabel@verbruggen.example",
            "Annabel@Verbruggen.Example",
            "%2B31612345678",
            "%2B31 6 12345678",
            "06 12345678",
            "06-12345678",
            "0031612345678",
        ],
    )
    def test_gives_one_salt_for_every_way_to_name_an_account(self, login):
        signed_up(Browser())
        assert ask(login)["salt"] == SALT

    @pytest.mark.parametrize(
        ("one", "other"),
        [("nobody", "NOBODY "), ("no@x.example", "No@X.example"), ("06 87654321", "%2B31687654321")],
    )
    def test_invents_one_salt_for_every_way_to_name_nobody(self, one, other):
        assert ask(one) == ask(other)
        assert ask(one) != ask("somebody")

    def test_tells_a_closed_account_apart_from_nobody_in_no_way(self):
        signed_up(Browser())
        logins = ("anna.v", "annabel@verbruggen.example", "0612345678")
        services.close_account(account=Account.objects.get())
        closed = [ask(login) for login in logins]
        Account.objects.all().delete()
        assert closed == [ask(login) for login in logins]

    def test_invents_a_salt_for_a_managed_account(self, db):
        services.make_managed_account(username="oma", profile={"first_name": "O", "phone": "+31612345678"})
        assert len(ask("oma")["salt"]) == len(SALT)
        assert ask("oma") != ask("0612345678")

    def test_is_limited_per_address(self):
        browser = Browser()
        for _ in range(Limit.KDF_LOOK.value.number):
            assert browser.api("get", "kdf?login=x").status_code == 200
        refused = browser.api("get", "kdf?login=x")
        assert refused.status_code == 429
        assert refused.json()["errors"][0]["code"] == "throttled"
        assert int(refused.headers["Retry-After"]) > 0

    @pytest.mark.parametrize(("query", "code"), [("", "required"), ("login=", "blank")])
    def test_needs_a_login(self, query, code):
        answer = Browser().api("get", f"kdf?{query}")
        assert answer.status_code == 400
        assert [(e["code"], e["attr"]) for e in answer.json()["errors"]] == [(code, "login")]

    def test_gives_a_person_of_the_cast_the_salt_they_signed_up_with(self, alice):
        assert cast.unb64(ask("alice")["salt"]) == bytes(alice.account.kdf_salt)
