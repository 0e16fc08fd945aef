"""Our own sign-up fields, beside those of the sign-in library."""

import pytest

from accounts.models import Account
from tests.accounts.browser import SALT, Browser, form, signed_up
from tests.cast import b64, unb64


@pytest.mark.django_db
class TestSignupFields:
    def test_are_all_kept(self):
        browser = Browser()
        signed_up(browser, kind="contact", language="fr", time_zone="Europe/Brussels")
        me = browser.api("get", "me").json()
        kept = {name: me[name] for name in ("kind", "first_name", "last_name", "language", "time_zone")}
        assert kept == {
            "kind": "contact",
            "first_name": "Annabel",
            "last_name": "Verbruggen",
            "language": "fr",
            "time_zone": "Europe/Brussels",
        }
        assert bytes(Account.objects.get().kdf_salt) == unb64(SALT)

    def test_fall_back_to_the_readers_usual_language_and_time(self):
        browser = Browser()
        signed_up(browser, language=None)
        me = browser.api("get", "me").json()
        assert (me["language"], me["time_zone"]) == ("nl", "Europe/Amsterdam")

    @pytest.mark.parametrize("salt", [b"", b"x" * 15, b"x" * 17])
    def test_take_a_salt_of_sixteen_bytes_only(self, salt):
        status, answer = Browser()("post", "/auth/signup", form(kdf_salt=b64(salt)))
        assert status == 400
        assert [error["param"] for error in answer["errors"]] == ["kdf_salt"]

    @pytest.mark.parametrize("padded", [SALT + "==", SALT[:-1] + "h", SALT + "\u00e9"])
    def test_take_a_salt_in_its_one_way_of_writing_only(self, padded):
        assert Browser()("post", "/auth/signup", form(kdf_salt=padded))[0] == 400

    def test_cannot_make_oneself_more_than_the_form_asks(self):
        signed_up(Browser(), is_staff=True, is_managed=True, phone_verified=True, is_active=False, id=1)
        account = Account.objects.get()
        assert (account.is_staff, account.is_managed, account.is_active) == (False, False, True)

    @pytest.mark.parametrize("value", [["Anna"], {"a": 1}, 7, True, None])
    def test_survive_what_is_not_text(self, value):
        status, _answer = Browser()("post", "/auth/signup", {**form(), "first_name": value})
        assert status in (400, 401)
