"""Second factors: an app with codes, recovery codes on paper, and passkeys."""

import base64
import hashlib
import hmac
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Account
from tests.accounts import raw
from tests.accounts.browser import BASE, Browser, pending, signed_in, signed_up
from tests.accounts.passkey import Passkey
from tests.cast import PASSWORD, b64

TOTP, RECOVERY = "/account/authenticators/totp", "/account/authenticators/recovery-codes"
WEBAUTHN, PASSKEY_IN = "/account/authenticators/webauthn", "/auth/webauthn/login"


def totp(secret, moment):
    """Return the code an app shows at `moment` (RFC 6238, 30 s, 6 digits)."""
    counter = int(moment.timestamp() // 30).to_bytes(8)
    digest = hmac.digest(base64.b32decode(secret), counter, hashlib.sha1)
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start : start + 4]) & 0x7FFFFFFF) % 10**6:06}"


@pytest.fixture
def clock(time_machine):
    """Stand still in time, and step a minute at each call: a code works once."""
    time_machine.move_to("2026-06-01T12:00:00Z", tick=False)

    def step(**span):
        time_machine.shift(timedelta(**(span or {"minutes": 1})))
        return timezone.now()

    return step


@pytest.fixture
def anna(db, clock):
    browser = Browser()
    signed_up(browser)
    assert browser("post", "/auth/reauthenticate", {"password": PASSWORD})[0] == 200
    return browser


def activate(browser, now):
    """Turn on the app with codes; return its secret."""
    _status, answer = browser("get", TOTP)
    secret = answer["meta"]["secret"]
    status, answer = browser("post", TOTP, {"code": totp(secret, now)})
    assert status == 200, answer
    return secret


def second_factor(code):
    """Sign in with the password and then `code`; return the browser, status and answer."""
    browser = Browser()
    status, answer = signed_in(browser)
    assert (status, pending(answer)) == (401, ["mfa_authenticate"])
    assert not browser.is_in()
    return browser, *browser("post", "/auth/2fa/authenticate", {"code": code})


def refused(status, answer):
    return status == 400 and {error["code"] for error in answer["errors"]} == {"incorrect_code"}


class TestTotp:
    def test_is_asked_at_sign_in_once_it_is_on(self, anna, clock):
        secret = activate(anna, clock())
        browser, status, _answer = second_factor(totp(secret, clock()))
        assert status == 200
        assert browser.is_in()

    def test_needs_the_password_again_before_it_is_turned_on(self, db):
        browser = Browser()
        signed_up(browser)
        secret = browser("get", TOTP)[1]["meta"]["secret"]
        status, answer = browser("post", TOTP, {"code": totp(secret, timezone.now())})
        assert status == 401
        assert "reauthenticate" in [flow["id"] for flow in answer["data"]["flows"]]

    def test_is_not_turned_on_by_a_wrong_code(self, anna, clock):
        _status, answer = anna("get", TOTP)
        wrong = totp(answer["meta"]["secret"], clock() + timedelta(hours=1))
        assert refused(*anna("post", TOTP, {"code": wrong}))
        assert signed_in(Browser())[0] == 200

    def test_refuses_a_wrong_an_old_and_a_used_code(self, anna, clock):
        secret = activate(anna, clock())
        now = clock()
        assert refused(*second_factor("000000" if totp(secret, now) != "000000" else "111111")[1:])
        assert refused(*second_factor(totp(secret, now - timedelta(minutes=5)))[1:])
        assert second_factor(totp(secret, now))[1] == 200
        assert refused(*second_factor(totp(secret, now))[1:])

    def test_stops_guessing(self, anna, clock):
        secret = activate(anna, clock())
        browser, *_first = second_factor("000000")
        answers = [
            browser.send("post", f"{BASE}/auth/2fa/authenticate", {"code": "000000"}) for _ in range(6)
        ]
        assert [one.status_code for one in answers][-1] == 429
        assert int(answers[-1].headers["Retry-After"]) >= 300
        right = browser.send("post", f"{BASE}/auth/2fa/authenticate", {"code": totp(secret, clock())})
        assert right.status_code == 429
        assert not browser.is_in()

    def test_can_be_turned_off(self, anna, clock):
        activate(anna, clock())
        assert anna("delete", TOTP)[0] == 200
        assert signed_in(Browser())[0] == 200

    def test_keeps_its_secret_sealed_and_tells_it_once(self, anna, clock):
        secret = activate(anna, clock())
        assert not raw.found([secret, base64.b32decode(secret).hex()])
        assert len(raw.table("mfa_authenticator")) == 2
        assert secret not in str(anna("get", TOTP))

    def test_is_in_the_log(self, anna, clock):
        activate(anna, clock())
        assert "totp_activated" in [line["what"] for line in anna.api("get", "me/log").json()["items"]]


class TestRecoveryCodes:
    def test_sign_in_once_each(self, anna, clock):
        activate(anna, clock())
        codes = anna("get", RECOVERY)[1]["data"]["unused_codes"]
        assert len(set(codes)) == 10
        assert second_factor(codes[0])[1] == 200
        assert refused(*second_factor(codes[0])[1:])
        assert second_factor(codes[1])[1] == 200

    def test_are_replaced_by_new_ones(self, anna, clock):
        activate(anna, clock())
        old = anna("get", RECOVERY)[1]["data"]["unused_codes"]
        status, answer = anna("post", RECOVERY, {})
        assert status == 200
        assert not set(old) & set(answer["data"]["unused_codes"])
        assert refused(*second_factor(old[0])[1:])

    def test_are_sealed_at_rest(self, anna, clock):
        activate(anna, clock())
        codes = anna("get", RECOVERY)[1]["data"]["unused_codes"]
        assert not raw.found(codes)


@pytest.fixture
def strict(settings):
    """Check the origin of passkeys as production does."""
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = False


def creation_options(browser):
    return browser("get", f"{WEBAUTHN}?passwordless")[1]["data"]["creation_options"]


def request_options(browser):
    return browser("get", PASSKEY_IN)[1]["data"]["request_options"]


@pytest.fixture
def passkey(anna, strict):
    key = Passkey()
    status, answer = anna(
        "post", WEBAUTHN, {"name": "Phone", "credential": key.create(creation_options(anna))}
    )
    assert status == 200, answer
    return key


@pytest.mark.usefixtures("strict")
class TestPasskeys:
    @pytest.mark.obligation("PRE-09", partial=True)
    def test_sign_in_without_name_or_password(self, passkey):
        browser = Browser()
        status, answer = browser("post", PASSKEY_IN, {"credential": passkey.sign(request_options(browser))})
        assert status == 200, answer
        assert browser.api("get", "me").json()["first_name"] == "Annabel"

    def test_are_the_second_factor_of_the_password(self, passkey):
        browser = Browser()
        status, answer = signed_in(browser)
        assert (status, pending(answer)) == (401, ["mfa_authenticate"])
        options = browser("get", "/auth/webauthn/authenticate")[1]["data"]["request_options"]
        assert browser("post", "/auth/webauthn/authenticate", {"credential": passkey.sign(options)})[0] == 200

    @pytest.mark.parametrize(
        "change",
        [
            {"origin": "https://prifora.evil.example"},
            {"origin": "http://testserver"},
            {"challenge": b64(b"c" * 32)},
            {"spoil_signature": True},
        ],
    )
    def test_refuse_what_was_changed_on_the_way(self, passkey, change):
        browser = Browser()
        credential = passkey.sign(request_options(browser), **change)
        assert refused(*browser("post", PASSKEY_IN, {"credential": credential}))
        assert not browser.is_in()

    def test_refuse_an_answer_that_was_used_before(self, passkey):
        first, second = Browser(), Browser()
        credential = passkey.sign(request_options(first))
        assert first("post", PASSKEY_IN, {"credential": credential})[0] == 200
        request_options(second)
        assert refused(*second("post", PASSKEY_IN, {"credential": credential}))
        assert refused(*Browser()("post", PASSKEY_IN, {"credential": credential}))

    def test_refuse_a_key_that_was_never_registered(self, passkey):
        browser, stranger = Browser(), Passkey()
        stranger.owner = passkey.owner
        credential = stranger.sign(request_options(browser))
        assert refused(*browser("post", PASSKEY_IN, {"credential": credential}))
        stranger.id = passkey.id
        credential = stranger.sign(request_options(browser))
        assert refused(*browser("post", PASSKEY_IN, {"credential": credential}))

    def test_refuse_a_handle_of_nobody_and_no_handle_alike(self, passkey):
        browser = Browser()
        for owner in (None, b64(b"nobody"), b64(b"\xff\xfe"), 7):
            passkey.owner = owner
            credential = passkey.sign(request_options(browser))
            status, _answer = browser("post", PASSKEY_IN, {"credential": credential})
            assert status == 400, owner

    @pytest.mark.parametrize(
        "change", [{"origin": "https://prifora.evil.example"}, {"challenge": b64(b"c" * 32)}]
    )
    def test_are_not_added_with_a_changed_answer(self, anna, change):
        credential = Passkey().create(creation_options(anna), **change)
        assert refused(*anna("post", WEBAUTHN, {"name": "Phone", "credential": credential}))
        assert not raw.table("mfa_authenticator")

    def test_of_another_site_are_not_added(self, anna):
        credential = Passkey(site="prifora.evil.example").create(creation_options(anna))
        assert refused(*anna("post", WEBAUTHN, {"name": "Phone", "credential": credential}))

    def test_learn_the_username_and_no_other_name(self, anna):
        user = creation_options(anna)["publicKey"]["user"]
        assert (user["name"], user["displayName"]) == ("anna.v", "PRIFORA")

    def test_can_be_removed(self, anna, passkey):
        listed = anna("get", "/account/authenticators")[1]["data"]
        mine = [one["id"] for one in listed if one["type"] == "webauthn"]
        assert anna("delete", WEBAUTHN, {"authenticators": mine})[0] == 200
        browser = Browser()
        assert refused(*browser("post", PASSKEY_IN, {"credential": passkey.sign(request_options(browser))}))
        assert signed_in(Browser())[0] == 200

    def test_of_somebody_else_cannot_be_removed(self, anna, passkey):
        listed = anna("get", "/account/authenticators")[1]["data"]
        mine = [one["id"] for one in listed if one["type"] == "webauthn"]
        mallory = Browser()
        signed_up(mallory, username="mallory", phone="+31687654321", email="m@x.example")
        mallory("post", "/auth/reauthenticate", {"password": PASSWORD})
        assert mallory("delete", WEBAUTHN, {"authenticators": mine})[0] == 400
        assert len([one for one in raw.table("mfa_authenticator") if one["type"] == "webauthn"]) == 1

    def test_of_a_closed_account_sign_nobody_in(self, passkey):
        Account.objects.update(is_active=False)
        browser = Browser()
        browser("post", PASSKEY_IN, {"credential": passkey.sign(request_options(browser))})
        assert not browser.is_in()
