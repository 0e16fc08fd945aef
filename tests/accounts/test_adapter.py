"""How the sign-in library reaches our accounts, mail and text messages."""

import pytest
from django.core import mail
from django.core.cache import cache

from accounts.models import Account
from tests.accounts.browser import (
    NEW_PASSWORD,
    Browser,
    form,
    mail_code,
    signed_in,
    signed_up,
    text_code,
    texts,
)


@pytest.mark.django_db
class TestUsername:
    @pytest.mark.parametrize("name", ["abc", "jan-jansen", "j.p_3", "1a2", "x" * 30])
    def test_takes_letters_digits_dots_and_dashes(self, name):
        assert signed_up(Browser(), username=name)["meta"]["is_authenticated"]

    @pytest.mark.parametrize(
        "name",
        [
            "ab",
            "x" * 31,
            ".jan",
            "jan jansen",
            "jän",
            "jan@x",
            "123456",
            "06-12345678",
            "x:" + "0" * 32,
        ],
    )
    def test_takes_nothing_else(self, name):
        status, answer = Browser()("post", "/auth/signup", form(username=name))
        assert (status, answer["errors"][0]["code"]) == (400, "username_invalid")

    def test_keeps_it_in_lower_case(self):
        signed_up(Browser(), username="Jan.Jansen")
        assert Account.objects.get().username == "jan.jansen"

    @pytest.mark.parametrize("name", ["admin", "Prifora", "root", "support", "STATION"])
    def test_reserves_names_that_could_mislead(self, name):
        status, answer = Browser()("post", "/auth/signup", form(username=name))
        assert (status, answer["errors"][0]["code"]) == (400, "username_taken")


@pytest.mark.django_db
class TestPhone:
    @pytest.mark.obligation("PRI-20", "PRI-30")
    @pytest.mark.parametrize("written", ["06 12345678", "0612345678", "+31 6-12 34 56 78", "0031612345678"])
    def test_is_one_account_however_it_is_written(self, written):
        signed_up(Browser(), phone=written)
        assert Account.objects.get().phone == "+31612345678"
        assert texts()[-1].startswith("+31612345678\n")
        cache.clear()
        Browser()("post", "/auth/signup", form(username="second", email="second@x.example"))
        assert Account.objects.count() == 1

    def test_of_another_country_is_kept_as_such(self):
        signed_up(Browser(), phone="+32 470 12 34 56")
        assert Account.objects.get().phone == "+32470123456"


@pytest.mark.django_db
class TestMessages:
    def test_hold_a_code_and_nothing_about_the_person(self):
        signed_up(Browser())
        written = texts()[-1] + mail.outbox[-1].subject + mail.outbox[-1].body
        for told in ("Annabel", "Verbruggen", "anna.v"):
            assert told not in written
        assert len(text_code()) >= 6
        assert text_code() != mail_code()

    @pytest.mark.parametrize(
        ("language", "words"), [("nl", "Je code voor PRIFORA is"), ("en", "Your PRIFORA code is")]
    )
    def test_are_in_the_readers_language(self, language, words):
        Browser(language=language)("post", "/auth/signup", form(language=None))
        assert words in texts()[-1]

    def test_of_a_change_say_what_and_nothing_about_the_person(self):
        signed_up(Browser())
        browser = Browser()
        browser("post", "/auth/password/request", {"email": "annabel@verbruggen.example"})
        sent = len(mail.outbox)
        browser("post", "/auth/password/reset", {"key": mail_code(), "password": NEW_PASSWORD})
        [notice] = mail.outbox[sent:]
        assert notice.to == ["annabel@verbruggen.example"]
        for told in ("Annabel", "anna.v", "0612345678", "127.0.0.1", NEW_PASSWORD):
            assert told not in notice.subject + notice.body


@pytest.mark.django_db
class TestLog:
    @pytest.mark.obligation("PRI-116", "PER-34", partial=True)
    def test_notes_every_sign_in_and_no_failed_one(self):
        browser = Browser()
        signed_up(browser)
        signed_in(Browser(), "x" * 43)
        signed_in(Browser())
        lines = [line["what"] for line in browser.api("get", "me/log").json()["items"]]
        assert lines == ["signed_in", "signed_in"]
