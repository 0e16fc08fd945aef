"""Another username: with the password, under the rules of signing up, and told to its person."""

import pytest
from django.core import mail

from accounts.models import Account
from prifora.kernel.limits import Limit
from tests.accounts.browser import WRONG_PASSWORD, Browser, signed_in, signed_up, texts
from tests.cast import PASSWORD

OTHER = {"username": "second", "phone": "+31687654321", "email": "other@x.example"}


def rename(browser, username="Anna.De.Vries", password=PASSWORD):
    return browser.api("put", "me/username", {"username": username, "password": password})


def refusals(answer):
    return answer.status_code, [(one["code"], one["attr"]) for one in answer.json()["errors"]]


@pytest.fixture
def anna(db):
    browser = Browser()
    signed_up(browser)
    return browser


class TestChangeUsername:
    @pytest.mark.obligation("PRI-99", "PRI-100", partial=True)
    def test_signs_in_by_the_new_name_and_no_more_by_the_old(self, anna):
        answer = rename(anna)
        assert (answer.status_code, answer.json()["username"]) == (200, "anna.de.vries")
        assert anna.is_in()
        assert signed_in(Browser(), username="anna.de.vries")[0] == 200
        assert signed_in(Browser())[0] == 400
        salt = anna.api("get", "kdf?login=anna.de.vries").json()["salt"]
        assert salt == anna.api("get", "kdf?login=0612345678").json()["salt"]

    def test_is_told_by_mail_text_message_and_letter_and_stands_in_the_log(self, anna):
        mail.outbox.clear()
        before = len(texts())
        rename(anna)
        assert [one.to for one in mail.outbox] == [["annabel@verbruggen.example"]]
        assert len(texts()) == before + 1
        told = mail.outbox[0].body + texts()[-1]
        assert "anna" not in told
        kinds = [one["kind"] for one in anna.api("get", "notices").json()["items"]]
        assert "account.username_changed" in kinds
        assert anna.api("get", "me/log").json()["items"][0]["what"] == "username_changed"

    def test_needs_the_password(self, anna):
        assert refusals(rename(anna, password=WRONG_PASSWORD)) == (400, [("wrong_password", "password")])
        assert Account.objects.get().username == "anna.v"

    @pytest.mark.parametrize("name", ["ab", "x" * 30 + "y", "jan jansen", "123456", "jan@x"])
    def test_takes_what_signing_up_takes(self, anna, name):
        assert rename(anna, name).status_code == 400
        assert Account.objects.get().username == "anna.v"

    @pytest.mark.parametrize("name", ["second", "Prifora"])
    def test_says_the_same_of_taken_and_reserved_names(self, anna, name):
        signed_up(Browser(), **OTHER)
        assert refusals(rename(anna, name)) == (409, [("username_taken", "username")])
        assert signed_in(Browser())[0] == 200

    def test_to_the_same_name_changes_and_tells_nothing(self, anna):
        mail.outbox.clear()
        assert rename(anna, "anna.v").status_code == 200
        assert not mail.outbox

    def test_frees_the_old_name(self, anna):
        rename(anna)
        other = Browser()
        signed_up(other, **{**OTHER, "username": "anna.v"})
        assert other.is_in()

    def test_is_limited(self, anna):
        for _ in range(Limit.USERNAME_CHANGE.value.number):
            rename(anna, password=WRONG_PASSWORD)
        assert rename(anna).status_code == 429

    def test_is_not_for_a_home_station(self, as_, alice):
        body = {"username": "other.name", "password": PASSWORD}
        assert as_(alice, kind="station").put("/api/v1/me/username", body).status_code == 404
