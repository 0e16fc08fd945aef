"""Passwords: the server sees a derived key only, and a change ends every other session."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core import mail

from accounts.models import Account
from prifora.kernel import events
from prifora.kernel.limits import Limit
from tests import cast
from tests.accounts import raw
from tests.accounts.browser import (
    NEW_PASSWORD,
    WRONG_PASSWORD,
    Browser,
    form,
    mail_code,
    signed_in,
    signed_up,
)
from tests.cast import PASSWORD, b64

SLOT = cast.slot()


def change(**changes):
    """Return the body of a change of Anna's password, made from the first content of her vault."""
    vault = {"revision": 1, "sealed_keys": b64(b"k" * 96), "slots": [SLOT]}
    return {
        "current_password": PASSWORD,
        "password": NEW_PASSWORD,
        "kdf_salt": b64(bytes(range(16))),
        "vault": vault,
        **changes,
    }


@pytest.fixture
def anna(db):
    """A browser of somebody who has signed up and made keys."""
    browser = Browser()
    signed_up(browser)
    body = cast.vault_body(Ed25519PrivateKey.generate(), Account.objects.get().pk)
    assert browser.api("put", "vault", body).status_code == 201
    return browser


@pytest.mark.django_db(transaction=True)
def test_a_device_told_of_a_change_is_signed_in_before_the_change_is_answered(anna):
    heard = []

    def carrier(name, _body, _people):
        heard.append((name, anna.api("get", "me").status_code))

    events.carry(carrier)
    try:
        assert anna.api("post", "me/password", change()).status_code == 204
    finally:
        events._carriers.remove(carrier)
    assert heard
    assert {status for _name, status in heard} == {200}


@pytest.mark.django_db
class TestAuthKeyValidator:
    @pytest.mark.obligation("PER-10", partial=True)
    @pytest.mark.parametrize(
        "password", ["correct horse battery staple", "x" * 42, "x" * 44, "x" * 42 + "!", "x" * 42 + "é"]
    )
    def test_takes_nothing_a_person_could_have_thought_of(self, password):
        status, answer = Browser()("post", "/auth/signup", form(password=password))
        assert status == 400
        assert [(e["param"], e["code"]) for e in answer["errors"]] == [("password", "password_unusable")]

    @pytest.mark.obligation("PRE-09", partial=True)
    def test_keeps_a_hash_and_not_the_key(self):
        signed_up(Browser())
        assert not raw.found([PASSWORD])


class TestChangePassword:
    def test_changes_sign_in_salt_and_slot_together(self, anna):
        assert anna.api("post", "me/password", change()).status_code == 204
        assert signed_in(Browser())[0] == 400
        assert signed_in(Browser(), NEW_PASSWORD)[0] == 200
        assert anna.api("get", "kdf?login=anna.v").json()["salt"] == change()["kdf_salt"]
        vault = anna.api("get", "vault").json()
        assert vault["slots"] == [{**SLOT, "auth_key": None}]
        assert (vault["revision"], vault["sealed_keys"]) == (2, change()["vault"]["sealed_keys"])

    def test_ends_every_other_session_and_keeps_this_one(self, anna):
        others = [Browser(), Browser()]
        for other in others:
            signed_in(other)
        assert anna.api("post", "me/password", change()).status_code == 204
        assert [other.is_in() for other in others] == [False, False]
        assert anna.is_in()

    def test_refuses_a_wrong_current_password_and_changes_nothing(self, anna):
        before = anna.api("get", "vault").json()
        answer = anna.api("post", "me/password", change(current_password=WRONG_PASSWORD))
        assert answer.status_code == 400
        assert [(e["code"], e["attr"]) for e in answer.json()["errors"]] == [
            ("wrong_password", "current_password")
        ]
        assert anna.api("get", "vault").json() == before
        assert signed_in(Browser())[0] == 200

    @pytest.mark.parametrize(
        ("field", "value"),
        [("password", "hunter2"), ("kdf_salt", b64(b"x")), ("vault", None), ("current_password", None)],
    )
    def test_names_what_is_malformed_and_changes_nothing(self, anna, field, value):
        answer = anna.api("post", "me/password", change(**{field: value}))
        assert answer.status_code == 400
        assert [error["attr"] for error in answer.json()["errors"]] == [field]
        assert signed_in(Browser())[0] == 200

    @pytest.mark.parametrize(
        ("vault", "status", "code"),
        [
            ({"revision": 2}, 409, "stale_vault"),
            ({"slots": [cast.slot("recovery")]}, 400, "slot_missing"),
            ({"slots": []}, 400, "slot_missing"),
        ],
    )
    def test_changes_nothing_when_the_vault_cannot_change_with_it(self, anna, vault, status, code):
        before = anna.api("get", "vault").json()
        answer = anna.api("post", "me/password", change(vault={**change()["vault"], **vault}))
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (status, code)
        assert anna.api("get", "vault").json() == before
        assert signed_in(Browser())[0] == 200
        assert signed_in(Browser(), NEW_PASSWORD)[0] == 400

    def test_is_needed_even_though_one_is_signed_in(self, anna):
        body = change()
        del body["current_password"]
        answer = anna.api("post", "me/password", body)
        assert (answer.status_code, answer.json()["errors"][0]["attr"]) == (400, "current_password")
        assert signed_in(Browser())[0] == 200

    def test_gives_a_lost_answer_again(self, anna):
        assert [anna.api("post", "me/password", change()).status_code for _ in range(2)] == [204, 204]
        assert anna.api("get", "vault").json()["revision"] == 2
        wrong = change(password=WRONG_PASSWORD)
        assert anna.api("post", "me/password", wrong).status_code == 400

    def test_changes_nothing_where_there_is_no_vault_to_change(self, db):
        browser = Browser()
        signed_up(browser)
        assert browser.api("post", "me/password", change()).status_code == 404
        assert signed_in(Browser())[0] == 200

    def test_is_limited(self, anna):
        for _ in range(Limit.PASSWORD_CHANGE.value.number):
            anna.api("post", "me/password", change(current_password=WRONG_PASSWORD))
        answer = anna.api("post", "me/password", change())
        assert answer.status_code == 429
        assert int(answer.headers["Retry-After"]) > 0

    def test_is_in_the_log(self, anna):
        anna.api("post", "me/password", change())
        assert anna.api("get", "me/log").json()["items"][0]["what"] == "password_changed"

    def test_is_not_for_a_home_station(self, alice, as_):
        assert as_(alice, kind="station").post("/api/v1/me/password", change()).status_code == 404


class TestPasswordReset:
    def test_by_a_code_in_the_mail_ends_every_session(self, anna):
        browser = Browser()
        assert browser("post", "/auth/password/request", {"email": "Annabel@verbruggen.example"})[0] == 401
        status, _answer = browser(
            "post", "/auth/password/reset", {"key": mail_code(), "password": NEW_PASSWORD}
        )
        assert status in (200, 401)
        assert not anna.is_in()
        assert signed_in(Browser())[0] == 400
        assert signed_in(Browser(), NEW_PASSWORD)[0] == 200

    def test_looks_the_same_for_known_and_unknown_addresses(self, anna):
        known, unknown = Browser(), Browser()
        steps = [
            [
                one("post", "/auth/password/request", {"email": address}),
                *[one("post", "/auth/password/reset", {"key": "WRONG1", "password": NEW_PASSWORD}) for _ in range(4)],
                one("get", "/auth/session"),
            ]
            for one, address in ((known, "annabel@verbruggen.example"), (unknown, "no@x.example"))
        ]  # fmt: skip
        assert steps[0] == steps[1]
        assert steps[0][0][0] == 401
        assert mail.outbox[-1].to == ["no@x.example"]
        assert signed_in(Browser())[0] == 200

    def test_takes_no_password_a_person_thought_of(self, anna):
        browser = Browser()
        browser("post", "/auth/password/request", {"email": "annabel@verbruggen.example"})
        status, answer = browser("post", "/auth/password/reset", {"key": mail_code(), "password": "hunter2"})
        assert (status, answer["errors"][0]["code"]) == (400, "password_unusable")

    def test_takes_a_code_once_and_only_in_the_browser_that_asked(self, anna):
        browser = Browser()
        browser("post", "/auth/password/request", {"email": "annabel@verbruggen.example"})
        body = {"key": mail_code(), "password": NEW_PASSWORD}
        assert Browser()("post", "/auth/password/reset", body)[0] == 409
        browser("post", "/auth/password/reset", body)
        assert browser("post", "/auth/password/reset", {**body, "password": WRONG_PASSWORD})[0] == 409
        assert signed_in(Browser(), NEW_PASSWORD)[0] == 200

    def test_of_a_closed_account_sends_what_an_unknown_address_gets(self, anna):
        Account.objects.update(is_active=False)
        for address in ("annabel@verbruggen.example", "no@x.example"):
            Browser()("post", "/auth/password/request", {"email": address})
        closed, unknown = mail.outbox[-2:]
        assert (closed.subject, closed.body.replace(closed.to[0], "")) == (
            unknown.subject,
            unknown.body.replace(unknown.to[0], ""),
        )


class TestReauthentication:
    def test_refuses_a_wrong_password(self, anna):
        status, answer = anna("post", "/auth/reauthenticate", {"password": WRONG_PASSWORD})
        assert (status, [error["param"] for error in answer["errors"]]) == (400, ["password"])

    def test_of_a_person_of_the_cast_takes_their_password(self, alice, as_):
        assert cast.PASSWORD == PASSWORD
        assert as_(alice).post(
            "/_allauth/browser/v1/auth/reauthenticate", {"password": PASSWORD}
        ).status_code == 200  # fmt: skip
