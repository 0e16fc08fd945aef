"""What a person must still prove before they are signed in."""

import pytest
from django.core.cache import cache

from tests.accounts.browser import Browser, finish_sign_up, form, pending, signed_in, signed_up, text_code


@pytest.mark.django_db
class TestGivenEmailVerification:
    def test_asks_nothing_of_a_contact_who_gave_no_address(self):
        browser = Browser()
        browser("post", "/auth/signup", form(kind="contact", email=None))
        status, _answer = browser("post", "/auth/phone/verify", {"code": text_code()})
        assert status == 200
        assert browser.is_in()

    @pytest.mark.parametrize("kind", ["user", "contact"])
    def test_asks_the_code_of_whoever_gave_one(self, kind):
        browser = Browser()
        browser("post", "/auth/signup", form(kind=kind))
        status, answer = browser("post", "/auth/phone/verify", {"code": text_code()})
        assert (status, pending(answer)) == (401, ["verify_email"])
        assert not browser.is_in()

    def test_is_asked_again_at_every_sign_in_until_it_is_proven(self):
        first = Browser()
        first("post", "/auth/signup", form())
        first("post", "/auth/phone/verify", {"code": text_code()})
        cache.clear()
        browser = Browser()
        status, answer = signed_in(browser)
        assert (status, pending(answer)) == (401, ["verify_email"])
        assert not browser.is_in()
        finish_sign_up(browser, status, answer)
        assert browser.is_in()

    def test_is_asked_no_more_once_it_is_proven(self):
        signed_up(Browser())
        assert signed_in(Browser())[0] == 200


@pytest.mark.django_db
class TestPhoneVerification:
    def test_comes_before_everything_else(self):
        Browser()("post", "/auth/signup", form())
        cache.clear()
        browser = Browser()
        status, answer = signed_in(browser)
        assert (status, pending(answer)) == (401, ["verify_phone"])
        assert browser("post", "/auth/email/verify", {"key": "ABC123"})[0] == 409
        assert not browser.is_in()
