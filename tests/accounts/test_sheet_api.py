"""Coming back with the recovery sheet: its key proves who asks, and nobody learns who has one."""

import os
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from rest_framework.test import APIClient

from accounts import services
from accounts.models import CHALLENGE_LASTS, SheetChallenge
from accounts.sessions import RECOVERED_LASTS
from prifora.kernel import clock
from prifora.kernel.limits import Limit
from tests import cast
from tests.accounts.asking import codes, logged, refusal
from tests.accounts.browser import texts
from tests.cast import PASSWORD, b64
from tests.hostile import refuses_every_body
from tests.race import at_once

CHALLENGE, SIGN_IN, PASSWORD_PAGE = (
    "/api/v1/recovery/challenge",
    "/api/v1/recovery/sign-in",
    "/api/v1/me/password",
)
NEW = "n" * 42 + "A"


@pytest.fixture
def sheet(alice, as_):
    """The key on Alice's recovery sheet."""
    key = Ed25519PrivateKey.generate()
    slots = [cast.slot(), cast.slot("recovery", auth_key=b64(cast.raw(key)))]
    assert as_(alice).post("/api/v1/vault/change", cast.vault_change(alice, slots=slots)).status_code == 200
    return key


def signed(http, key, login="alice", *, says=None):
    """Fetch a value to sign and sign it with the key of a sheet."""
    nonce = http.post(CHALLENGE, {"login": login}).json()["nonce"]
    said = f"prifora recovery|{says or login.strip().lower()}|{nonce}"
    return {"login": login, "nonce": nonce, "signature": b64(key.sign(said.encode()))}


def come_back(key, login="alice"):
    """Return a browser that came back with a sheet."""
    http = APIClient()
    assert http.post(SIGN_IN, signed(http, key, login)).status_code == 204
    return http


def new_password(someone, **changes):
    slots = [cast.slot(), cast.slot("recovery")]
    vault = cast.vault_change(someone, new_key=True, slots=slots)
    return {"password": NEW, "kdf_salt": b64(bytes(range(16))), "vault": vault, **changes}


class TestSignInWithSheet:
    def test_signs_in_without_a_device_and_opens_the_vault(self, sheet, alice):
        http = come_back(sheet)
        assert http.get("/api/v1/me").json()["id"] == str(alice.pk)
        assert "recovery" in [one["name"] for one in http.get("/api/v1/vault").json()["slots"]]
        assert refusal(http.get("/api/v1/conversations")) == (403, "device_needed")
        assert http.post("/api/v1/me/devices", cast.device_body(alice)).status_code == 201

    @pytest.mark.parametrize("login", ["alice", "  Alice ", "+31612345678", "06 12345678"])
    def test_takes_the_name_however_it_is_typed(self, as_, login, db):
        someone, key = cast.person("other"), Ed25519PrivateKey.generate()
        someone.account.username, someone.account.phone = "alice", "+31612345678"
        someone.account.save(update_fields=["username", "phone"])
        slots = [cast.slot(), cast.slot("recovery", auth_key=b64(cast.raw(key)))]
        as_(someone).post("/api/v1/vault/change", cast.vault_change(someone, slots=slots))
        assert come_back(key, login).get("/api/v1/me").status_code == 200

    def test_is_in_the_log_and_told_to_the_person(
        self, sheet, alice, as_, django_capture_on_commit_callbacks
    ):
        before = len(texts())
        with django_capture_on_commit_callbacks(execute=True):
            come_back(sheet)
        assert logged(as_(alice))[0] == "recovered_by_sheet"
        assert len(texts()) == before + 1
        assert alice.account.profile["phone"] in texts()[-1]
        assert "PRIFORA" in texts()[-1]

    def test_forgets_lost_second_factors_and_keeps_passkeys(self, sheet, alice):
        totp.TOTP.activate(alice.account, totp.generate_totp_secret())
        RecoveryCodes.activate(alice.account)
        Authenticator.objects.create(user=alice.account, type=Authenticator.Type.WEBAUTHN, data={})
        come_back(sheet)
        assert [one.type for one in Authenticator.objects.filter(user=alice.account)] == ["webauthn"]

    def test_drops_nothing_of_anybody_when_it_is_refused(self, sheet, alice, anyone):
        totp.TOTP.activate(alice.account, totp.generate_totp_secret())
        assert anyone.post(SIGN_IN, signed(anyone, Ed25519PrivateKey.generate())).status_code == 403
        assert Authenticator.objects.filter(user=alice.account).count() == 1

    def test_answers_alike_for_who_has_no_sheet_is_unknown_or_closed(self, sheet, alice, bob, dora, as_):
        dora_key = Ed25519PrivateKey.generate()
        slots = [cast.slot(), cast.slot("recovery", auth_key=b64(cast.raw(dora_key)))]
        as_(dora).post("/api/v1/vault/change", cast.vault_change(dora, slots=slots))
        services.close_account(account=dora.account)
        answers = []
        for login, key in (
            ("alice", Ed25519PrivateKey.generate()),
            ("bob", sheet),
            ("nobody.at.all", sheet),
            ("dora", dora_key),
            ("no@x.example", sheet),
        ):
            http = APIClient()
            challenge = http.post(CHALLENGE, {"login": login})
            assert (challenge.status_code, set(challenge.json())) == (200, {"nonce"})
            assert len(challenge.json()["nonce"]) == 43
            answers.append(http.post(SIGN_IN, signed(http, key, login)))
            assert http.get("/api/v1/me").status_code == 401
        assert refusal(answers[0]) == (403, "signature_refused")
        assert len({(one.status_code, one.content) for one in answers}) == 1

    @pytest.mark.parametrize("wrong", ["other login", "other nonce", "bare nonce", "untrimmed"])
    def test_takes_a_signature_over_exactly_this(self, sheet, anyone, wrong):
        body = signed(anyone, sheet)
        said = {
            "other login": f"prifora recovery|bob|{body['nonce']}",
            "other nonce": f"prifora recovery|alice|{b64(os.urandom(32))}",
            "bare nonce": body["nonce"],
            "untrimmed": f"prifora recovery| alice|{body['nonce']}",
        }[wrong]
        answer = anyone.post(SIGN_IN, {**body, "signature": b64(sheet.sign(said.encode()))})
        assert refusal(answer) == (403, "signature_refused")

    def test_takes_a_value_once(self, sheet, anyone):
        body = signed(anyone, sheet)
        assert anyone.post(SIGN_IN, body).status_code == 204
        assert refusal(APIClient().post(SIGN_IN, body)) == (403, "signature_refused")

    def test_takes_only_values_the_server_gave_and_not_for_long(self, sheet, anyone, time_machine):
        invented = b64(os.urandom(32))
        signature = sheet.sign(f"prifora recovery|alice|{invented}".encode())
        answer = anyone.post(SIGN_IN, {"login": "alice", "nonce": invented, "signature": b64(signature)})
        assert refusal(answer) == (403, "signature_refused")
        body = signed(anyone, sheet)
        time_machine.move_to(clock.now() + CHALLENGE_LASTS + timedelta(seconds=1))
        assert refusal(anyone.post(SIGN_IN, body)) == (403, "signature_refused")

    def test_ends_with_the_sheet(self, sheet, alice, as_, anyone):
        as_(alice).post("/api/v1/vault/change", cast.vault_change(alice))
        assert refusal(anyone.post(SIGN_IN, signed(anyone, sheet))) == (403, "signature_refused")

    def test_is_limited_by_address_and_by_name(self, sheet, anyone):
        for _ in range(Limit.SHEET_SIGN_IN.value.number):
            body = signed(anyone, Ed25519PrivateKey.generate(), "nobody")
            assert anyone.post(SIGN_IN, body).status_code == 403
        assert anyone.post(SIGN_IN, body).status_code == 429
        guesses = [
            APIClient(REMOTE_ADDR=f"10.0.0.{n}").post(SIGN_IN, {**body, "login": "ALICE"}).status_code
            for n in range(Limit.SHEET_LOGIN.value.number + 1)
        ]
        assert guesses == [403] * Limit.SHEET_LOGIN.value.number + [429]

    def test_takes_nothing_malformed(self, db, anyone):
        refuses_every_body(anyone, "post", SIGN_IN)
        refuses_every_body(anyone, "post", CHALLENGE)


class TestSheetChallenge:
    def test_is_a_new_value_each_time_of_which_a_hash_is_kept(self, db, anyone):
        nonces = {anyone.post(CHALLENGE, {"login": "alice"}).json()["nonce"] for _ in range(3)}
        assert len(nonces) == 3
        assert {field.name for field in SheetChallenge._meta.fields} == {"id", "created_at", "nonce_hash"}

    def test_is_limited(self, db, anyone):
        for _ in range(Limit.SHEET_CHALLENGE.value.number):
            anyone.post(CHALLENGE, {"login": "alice"})
        assert anyone.post(CHALLENGE, {"login": "alice"}).status_code == 429


class TestTheNewPassword:
    def test_is_set_without_the_old_one_and_ends_every_other_session(self, sheet, alice, as_):
        other, http, change = as_(alice), come_back(sheet), new_password(alice)
        assert http.post(PASSWORD_PAGE, change).status_code == 204
        assert other.get("/api/v1/me").status_code == 401
        assert http.get("/api/v1/me").status_code == 200
        vault = http.get("/api/v1/vault").json()
        assert (vault["aek"], vault["revision"]) == (change["vault"]["aek"], 3)
        alice.account.refresh_from_db()
        assert alice.account.check_password(NEW)

    def test_is_set_so_once(self, sheet, alice):
        http = come_back(sheet)
        http.post(PASSWORD_PAGE, new_password(alice))
        again = http.post(PASSWORD_PAGE, new_password(alice, password="m" * 42 + "A"))
        assert (again.status_code, codes(again)) == (400, [("wrong_password", "current_password")])

    def test_is_set_within_a_quarter_of_an_hour(self, sheet, alice, time_machine):
        http = come_back(sheet)
        time_machine.move_to(clock.now() + RECOVERED_LASTS)
        answer = http.post(PASSWORD_PAGE, new_password(alice))
        assert (answer.status_code, codes(answer)) == (400, [("wrong_password", "current_password")])
        alice.account.refresh_from_db()
        assert alice.account.check_password(PASSWORD)

    def test_needs_no_old_one_only_in_the_session_that_came_back(self, sheet, alice, as_):
        come_back(sheet)
        answer = as_(alice).post(PASSWORD_PAGE, new_password(alice))
        assert (answer.status_code, codes(answer)) == (400, [("wrong_password", "current_password")])

    def test_wrong_old_one_is_refused_there_too(self, sheet, alice):
        answer = come_back(sheet).post(PASSWORD_PAGE, new_password(alice, current_password="w" * 43))
        assert (answer.status_code, codes(answer)) == (400, [("wrong_password", "current_password")])


@pytest.mark.django_db(transaction=True)
class TestTheSameAnswerTwice:
    def test_signs_in_once(self, sheet):
        http = APIClient()
        body = signed(http, sheet)
        answers = at_once(*(lambda: APIClient().post(SIGN_IN, body).status_code for _ in range(2)))
        assert sorted(answers) == [204, 403]
