"""E-mail addresses: found by a blind index, read only by their owner, proven by a code."""

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache

from accounts.models import Account
from tests.accounts import raw
from tests.accounts.browser import Browser, form, mail_code, pending, signed_in, signed_up, text_code, texts
from tests.cast import PASSWORD

OLD, NEW = "annabel@verbruggen.example", "annabel@nieuw.example"


@pytest.fixture
def anna(db):
    browser = Browser()
    signed_up(browser)
    browser("post", "/auth/reauthenticate", {"password": PASSWORD})
    cache.clear()
    return browser


def letters(browser):
    """Return the kinds of the letters in a person's Message Center."""
    return [one["kind"] for one in browser.api("get", "notices").json()["items"]]


def at_mail_code():
    """Return a browser that is asked for the code in its mail."""
    browser = Browser()
    browser("post", "/auth/signup", form())
    _status, answer = browser("post", "/auth/phone/verify", {"code": text_code()})
    assert pending(answer) == ["verify_email"]
    return browser


@pytest.mark.django_db
class TestVerifyEmail:
    def test_refuses_a_wrong_code_and_takes_the_right_one_after(self):
        browser = at_mail_code()
        status, answer = browser("post", "/auth/email/verify", {"key": "WRONG1"})
        assert (status, answer["errors"][0]["code"]) == (400, "incorrect_code")
        assert not EmailAddress.objects.get().verified
        assert browser("post", "/auth/email/verify", {"key": mail_code()})[0] == 200
        assert browser.is_in()

    def test_ends_after_three_wrong_codes(self):
        browser = at_mail_code()
        for _ in range(3):
            browser("post", "/auth/email/verify", {"key": "WRONG1"})
        assert browser("post", "/auth/email/verify", {"key": mail_code()})[0] == 409
        assert not browser.is_in()

    def test_refuses_an_expired_code(self, time_machine):
        time_machine.move_to("2026-06-01T12:00:00Z")
        browser = at_mail_code()
        time_machine.move_to("2026-06-01T12:16:00Z")
        assert browser("post", "/auth/email/verify", {"key": mail_code()})[0] == 409
        assert not EmailAddress.objects.get().verified

    def test_takes_a_code_once_and_only_in_the_browser_that_asked(self):
        browser = at_mail_code()
        assert Browser()("post", "/auth/email/verify", {"key": mail_code()})[0] == 409
        assert browser("post", "/auth/email/verify", {"key": mail_code()})[0] == 200
        assert browser("post", "/auth/email/verify", {"key": mail_code()})[0] == 409

    def test_sends_a_new_code_that_replaces_the_first(self):
        browser = at_mail_code()
        first = mail_code()
        cache.clear()
        assert browser("post", "/auth/email/verify/resend")[0] == 200
        assert mail_code() != first
        assert browser("post", "/auth/email/verify", {"key": first})[0] == 400
        assert browser("post", "/auth/email/verify", {"key": mail_code()})[0] == 200


class TestChangeEmail:
    def test_changes_once_the_new_address_is_proven_and_forgets_the_old(self, anna):
        assert anna("post", "/account/email", {"email": NEW})[0] == 200
        assert mail.outbox[-1].to == [NEW]
        assert anna.api("get", "me").json()["email"] == OLD
        assert anna("post", "/auth/email/verify", {"key": mail_code()})[0] == 200
        assert anna.api("get", "me").json()["email"] == NEW
        assert list(Account.objects.get().profile["emails"].values()) == [NEW]
        assert signed_in(Browser(), email=OLD)[0] == 400
        assert signed_in(Browser(), email=NEW)[0] == 200

    def test_is_told_at_the_address_and_the_number_of_before(self, anna):
        sms = len(texts())
        anna("post", "/account/email", {"email": NEW})
        code = mail_code()
        mail.outbox.clear()
        anna("post", "/auth/email/verify", {"key": code})
        [told] = mail.outbox
        assert told.to == [OLD]
        assert NEW not in told.body
        assert [one.split("\n")[0] for one in texts()[sms:]] == ["+31612345678"]
        assert "account.email_changed" in letters(anna)

    def test_needs_the_password_again(self, db):
        browser = Browser()
        signed_up(browser)
        sent = len(mail.outbox)
        assert browser("post", "/account/email", {"email": NEW})[0] == 401
        assert len(mail.outbox) == sent

    def test_changes_nothing_on_a_wrong_code(self, anna):
        anna("post", "/account/email", {"email": NEW})
        assert anna("post", "/auth/email/verify", {"key": "WRONG1"})[0] == 400
        assert anna.api("get", "me").json()["email"] == OLD

    def test_to_a_known_address_gives_nothing_away_and_changes_nothing(self, anna):
        mallory = Browser()
        signed_up(mallory, username="mallory", phone="+31687654321", email="m@x.example")
        mallory("post", "/auth/reauthenticate", {"password": PASSWORD})
        cache.clear()
        answers = [mallory("post", "/account/email", {"email": one}) for one in (OLD, "free@x.example")]
        assert [status for status, _answer in answers] == [200, 200]
        cache.clear()
        mallory("post", "/account/email", {"email": OLD})
        for code in ("", "WRONG1"):
            assert mallory("post", "/auth/email/verify", {"key": code})[0] == 400
        assert mallory.api("get", "me").json()["email"] == "m@x.example"
        assert anna.api("get", "me").json()["email"] == OLD


class TestRemoveEmail:
    def test_is_for_who_need_not_have_one(self, db):
        browser = Browser()
        signed_up(browser, kind="contact")
        browser("post", "/auth/reauthenticate", {"password": PASSWORD})
        assert browser("delete", "/account/email", {"email": OLD})[0] == 200
        assert browser.api("get", "me").json()["email"] is None
        assert browser.is_in()

    def test_is_not_for_who_must_have_one(self, anna):
        status, answer = anna("delete", "/account/email", {"email": OLD})
        assert (status, answer["errors"][0]["code"]) == (400, "cannot_remove_primary_email")
        assert anna.api("get", "me").json()["email"] == OLD


class TestChangePhone:
    def test_changes_once_the_new_number_is_proven(self, anna):
        assert anna("post", "/account/phone", {"phone": "06 87654321"})[0] == 202
        assert texts()[-1].startswith("+31687654321\n")
        assert anna.api("get", "me").json()["phone"] == "+31612345678"
        assert anna("post", "/auth/phone/verify", {"code": text_code()})[0] == 200
        assert anna.api("get", "me").json()["phone"] == "+31687654321"
        assert signed_in(Browser(), phone="0612345678")[0] == 400
        assert signed_in(Browser(), phone="0687654321")[0] == 200

    @pytest.mark.obligation("PRI-99", partial=True)
    def test_is_told_at_the_address_and_the_number_of_before(self, anna):
        anna("post", "/account/phone", {"phone": "06 87654321"})
        code, sms = text_code(), len(texts())
        mail.outbox.clear()
        anna("post", "/auth/phone/verify", {"code": code})
        assert [one.to for one in mail.outbox] == [[OLD]]
        [text] = texts()[sms:]
        assert text.startswith("+31612345678\n")
        assert "+31687654321" not in text
        assert "account.phone_changed" in letters(anna)
        assert anna.api("get", "me/log").json()["items"][0]["what"] == "phone_changed"

    def test_of_who_signs_up_is_no_change(self, db):
        signed_up(Browser())
        kinds = {line.split("\n", 1)[1] for line in texts()[-1:]}
        assert not any("changed" in one for one in kinds)
        assert not any("changed" in one.body for one in mail.outbox)

    def test_needs_the_password_again(self, db):
        browser = Browser()
        signed_up(browser)
        assert browser("post", "/account/phone", {"phone": "06 87654321"})[0] == 401
        assert browser.api("get", "me").json()["phone"] == "+31612345678"

    def test_to_a_number_of_somebody_else_changes_nothing(self, anna):
        mallory = Browser()
        signed_up(mallory, username="mallory", phone="+31687654321", email="m@x.example")
        mallory("post", "/auth/reauthenticate", {"password": PASSWORD})
        cache.clear()
        assert mallory("post", "/account/phone", {"phone": "0612345678"})[0] == 202
        status, _answer = mallory("post", "/auth/phone/verify", {"code": text_code()})
        assert status == 400
        assert mallory.api("get", "me").json()["phone"] == "+31687654321"
        assert anna.api("get", "me").json()["phone"] == "+31612345678"


class TestSealedEmailAddresses:
    def test_cannot_be_read_in_any_table(self, anna):
        assert not raw.found([OLD, "verbruggen"])
        assert [row["email"][:2] for row in raw.table("account_emailaddress")] == ["x:"]

    def test_are_found_by_the_address_whatever_its_case(self, anna):
        for written in (OLD, OLD.upper(), f" {OLD} "):
            assert EmailAddress.objects.get(email=written).email == OLD
        assert not EmailAddress.objects.filter(email="other@x.example").exists()

    def test_are_gone_from_the_profile_with_their_row(self, anna):
        EmailAddress.objects.get().delete()
        assert Account.objects.get().profile["emails"] == {}
        assert anna.api("get", "me").json()["email"] is None
