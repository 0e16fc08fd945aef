"""Signing in with a password that only the client knows."""

import pytest

from accounts import services
from accounts.models import Account
from tests.accounts.browser import WRONG_PASSWORD, Browser, signed_in, signed_up
from tests.cast import PASSWORD


@pytest.mark.django_db
class TestSignIn:
    @pytest.mark.parametrize(
        "login",
        [
            {"username": "anna.v"},
            {"username": "ANNA.V"},
            {"email": "annabel@verbruggen.example"},
            {"email": "Annabel@Verbruggen.example"},
            {"phone": "+31612345678"},
            {"phone": "+31 6 12 34 56 78"},
            {"phone": "06 12345678"},
            {"phone": "06-12345678"},
            {"phone": "0031612345678"},
        ],
    )
    def test_by_username_address_or_phone_however_they_are_written(self, login):
        signed_up(Browser())
        browser = Browser()
        status, answer = signed_in(browser, **login)
        assert status == 200, answer
        assert browser.api("get", "me").json()["first_name"] == "Annabel"

    @pytest.mark.obligation("PRI-22", "PRI-32")
    @pytest.mark.obligation("PER-10", partial=True)
    @pytest.mark.parametrize(
        ("known", "unknown"),
        [
            ({"username": "anna.v"}, {"username": "nobody"}),
            ({"email": "annabel@verbruggen.example"}, {"email": "no@x.example"}),
            ({"phone": "0612345678"}, {"phone": "0687654321"}),
        ],
    )
    def test_an_unknown_name_and_a_wrong_password_look_the_same(self, known, unknown):
        signed_up(Browser())
        wrong = signed_in(Browser(), WRONG_PASSWORD, **known)
        assert wrong == signed_in(Browser(), WRONG_PASSWORD, **unknown)
        assert wrong[0] == 400
        assert [error["param"] for error in wrong[1]["errors"]] == ["password"]

    def test_a_managed_account_does_not_sign_in(self):
        services.make_managed_account(username="oma", profile={"first_name": "Oma", "phone": "+31612345678"})
        for login in ({"username": "oma"}, {"phone": "0612345678"}):
            for password in ("!", "", PASSWORD):
                assert signed_in(Browser(), password, **login)[0] == 400

    def test_a_closed_account_does_not_sign_in(self):
        signed_up(Browser())
        services.close_account(account=Account.objects.get())
        browser = Browser()
        assert signed_in(browser)[0] != 200
        assert not browser.is_in()


class TestAccountBackend:
    def test_gives_nobody_a_right_of_djangos(self, alice):
        from django.contrib.auth import get_backends

        backend = get_backends()[0]
        assert not backend.has_perm(alice.account, "accounts.delete_account")
        assert backend.get_all_permissions(alice.account) == set()
