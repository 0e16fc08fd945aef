"""Sign-in that is tried too often, and sign-in that breaks off half-way."""

import pytest
from django.core.cache import cache
from django.db import OperationalError, connection

from accounts.models import Account, Session
from prifora.kernel.limits import Limit
from tests.accounts.browser import (
    BASE,
    WRONG_PASSWORD,
    Browser,
    form,
    pending,
    signed_in,
    signed_up,
    text_code,
)


def broken_at(table):
    """A database that refuses to write one table."""

    def execute(run, sql, params, many, context):
        if sql.startswith("INSERT") and f'"{table}"' in sql:
            raise OperationalError("disk full")
        return run(sql, params, many, context)

    return connection.execute_wrapper(execute)


def is_429(response, *, at_least=1):
    assert response.status_code == 429
    assert int(response.headers["Retry-After"]) >= at_least
    assert response.json()["errors"][0]["code"] == "throttled"
    assert response.json()["errors"][0]["message"]


@pytest.mark.django_db
class TestRateLimitedIs429:
    @pytest.mark.obligation("PIM-23", "PER-11", partial=True)
    def test_wrong_passwords_are_stopped_for_known_and_unknown_people_alike(self):
        signed_up(Browser())
        for name in ("anna.v", "nobody"):
            cache.clear()
            for _ in range(5):
                assert signed_in(Browser(), WRONG_PASSWORD, username=name)[0] == 400
            body = {"username": name, "password": WRONG_PASSWORD}
            is_429(Browser().send("post", f"{BASE}/auth/login", body), at_least=300)

    @pytest.mark.obligation("PIM-06", "PRE-20", partial=True)
    def test_guessing_which_usernames_are_taken_is_stopped(self, time_machine):
        time_machine.move_to("2026-06-01T12:00:00Z")
        signed_up(Browser())
        body = form(phone="+31687654321", email="other@x.example")
        for guess in range(Limit.USERNAME_GUESS.value.number):
            time_machine.shift(61 if guess % 15 == 0 else 1)
            status, answer = Browser()("post", "/auth/signup", body)
            assert (status, answer["errors"][0]["code"]) == (400, "username_taken")
        is_429(Browser().send("post", f"{BASE}/auth/signup", body), at_least=3600)

    def test_a_second_code_to_one_number_at_once_is_stopped_and_nothing_is_kept(self):
        Browser()("post", "/auth/signup", form())
        Account.objects.all().delete()
        again = Browser()
        is_429(again.send("post", f"{BASE}/auth/signup", form()))
        assert not Account.objects.exists()
        assert pending(again("get", "/auth/session")[1]) == []
        cache.clear()
        assert signed_up(again)["meta"]["is_authenticated"]

    def test_sign_up_itself_is_limited_per_address(self):
        for _ in range(20):
            assert Browser()("post", "/auth/signup", {})[0] == 400
        is_429(Browser().send("post", f"{BASE}/auth/signup", {}))

    @pytest.mark.obligation("PIM-20", partial=True)
    def test_a_session_is_known_by_a_coarse_name_of_its_program(self):
        browser = Browser()
        firefox = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"
        browser.http.defaults["HTTP_USER_AGENT"] = firefox
        signed_up(browser)
        assert [one["client"] for one in browser.api("get", "me/sessions").json()["items"]] == [
            "Firefox, Windows"
        ]


@pytest.mark.django_db
class TestSignInIsWhole:
    @pytest.mark.parametrize("table", ["account_emailaddress", "accounts_account"])
    def test_a_sign_up_that_breaks_off_leaves_nothing_and_works_the_next_time(self, table):
        browser = Browser(raise_request_exception=False)
        with broken_at(table):
            answer = browser.send("post", f"{BASE}/auth/signup", form())
        assert answer.status_code >= 500
        assert not Account.objects.exists()
        assert not Session.objects.exclude(account=None).exists()
        cache.clear()
        assert signed_up(browser)["meta"]["is_authenticated"]

    def test_a_verification_that_breaks_off_can_be_done_again(self):
        browser = Browser(raise_request_exception=False)
        status, answer = browser("post", "/auth/signup", form(kind="contact", email=None))
        assert pending(answer) == ["verify_phone"]
        with broken_at("accounts_logline"):
            answer = browser.send("post", f"{BASE}/auth/phone/verify", {"code": text_code()})
        assert answer.status_code >= 500
        assert not Account.objects.get().phone_verified
        assert not browser.is_in()
        status, answer = browser("post", "/auth/phone/verify", {"code": text_code()})
        assert status == 200
        assert browser.is_in()

    def test_malformed_json_is_refused_as_such(self):
        answer = Browser().http.post(f"{BASE}/auth/signup", "{", content_type="application/json")
        assert answer.status_code == 400
