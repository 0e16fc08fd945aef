"""Who is signed in, and writing requests that somebody else's page made."""

from datetime import date

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import services
from accounts.events import AccountUsed
from accounts.models import Account
from prifora.kernel import events
from prifora.kernel.terms import day_of
from tests.accounts.browser import BASE, Browser, form, signed_up


@pytest.fixture
def anna(db):
    browser = Browser(enforce_csrf_checks=True)
    browser.http.handler.enforce_csrf_checks = False
    signed_up(browser)
    browser.http.handler.enforce_csrf_checks = True
    return browser


class TestSignedIn:
    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("get", "me"),
            ("patch", "me"),
            ("post", "me/password"),
            ("get", "me/log"),
            ("get", "me/devices"),
            ("post", "me/devices"),
            ("post", "me/devices/00000000-0000-4000-8000-000000000000/revoke"),
            ("get", "me/sessions"),
            ("delete", "me/sessions/00000000-0000-4000-8000-000000000000"),
            ("get", "vault"),
            ("put", "vault"),
            ("post", "vault/change"),
            ("put", "vault/ring"),
            ("post", "links/find"),
            ("get", "accounts/00000000-0000-4000-8000-000000000000"),
        ],
    )
    def test_the_signed_out_get_401_everywhere(self, db, method, path):
        answer = Browser().api(method, path, None if method in ("get", "delete") else {})
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == "Session"
        assert answer.json()["type"] == "client_error"
        assert [(one["code"], one["attr"]) for one in answer.json()["errors"]] == [
            ("not_authenticated", None)
        ]

    def test_a_closed_account_is_signed_out(self, anna):
        assert anna.is_in()
        Account.objects.update(is_active=False)
        assert anna.api("get", "me").status_code == 401


class TestCsrf:
    def test_a_write_without_the_token_is_refused_in_the_one_shape(self, anna):
        for answer in (
            anna.api("patch", "me", {"first_name": "Mallory"}),
            anna.send("delete", f"{BASE}/auth/session"),
            Browser(enforce_csrf_checks=True).send("post", f"{BASE}/auth/signup", form()),
        ):
            assert answer.status_code == 403
            body = answer.json()
            assert body["type"] == "client_error"
            assert [(one["code"], one["attr"]) for one in body["errors"]] == [("csrf_failed", None)]
            assert body["errors"][0]["detail"]
        assert Account.objects.get().profile["first_name"] == "Annabel"
        assert anna.is_in()

    def test_the_token_the_app_fetches_lets_it_write(self, anna):
        token = anna.api("get", "csrf").json()["token"]
        answer = anna.send("patch", "/api/v1/me", {"first_name": "Anna"}, **{"X-CSRFToken": token})
        assert answer.status_code == 200
        assert Account.objects.get().profile["first_name"] == "Anna"

    def test_a_token_of_another_browser_is_refused(self, anna):
        token = Browser().api("get", "csrf").json()["token"]
        answer = anna.send("patch", "/api/v1/me", {"first_name": "Anna"}, **{"X-CSRFToken": token})
        assert answer.status_code == 403


class TestUse:
    """That somebody is here is noted: the day, once."""

    def used_on(self):
        return Account.objects.get().used_on

    def test_is_noted_once_a_day(self, anna):
        Account.objects.update(used_on=date(2026, 1, 1))
        anna.api("get", "me")
        assert self.used_on() == day_of(timezone.now())
        with CaptureQueriesContext(connection) as queries:
            anna.api("get", "me")
        assert not any(one["sql"].startswith(("UPDATE", "SAVEPOINT", "BEGIN")) for one in queries)

    def test_is_told_to_the_other_apps_once_a_day(self, anna, monkeypatch):
        heard = []
        monkeypatch.setitem(events._handlers, AccountUsed, [heard.append])
        Account.objects.update(used_on=date(2026, 1, 1))
        for _ in range(3):
            anna.api("get", "me")
        assert [one.account_id for one in heard] == [Account.objects.get().pk]

    def test_is_never_put_back_by_a_clock_that_is_behind(self, anna):
        ahead = date(2100, 1, 1)
        Account.objects.update(used_on=ahead)
        anna.api("get", "me")
        assert self.used_on() == ahead

    def test_keeps_nobody_from_reading_where_nothing_can_be_written(self, anna, monkeypatch):
        def full(**_):
            raise OperationalError("disk full")

        monkeypatch.setattr(services, "note_use", full)
        assert anna.api("get", "me").status_code == 200

    def test_is_not_noted_for_the_signed_out(self, anna):
        Account.objects.update(used_on=date(2026, 1, 1))
        Browser().api("get", "me")
        assert self.used_on() == date(2026, 1, 1)
