"""Signing up, by HTTP, as the app does it."""

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache

from accounts.models import Account, LogLine, Session
from accounts.profile import FIELDS, SIGN_UP
from tests.accounts.browser import (
    Browser,
    finish_sign_up,
    form,
    pending,
    signed_in,
    signed_up,
    text_code,
    texts,
)

MANDATORY = [
    *[("user", name) for name in (*SIGN_UP, "password", "kdf_salt")],
    *[("contact", name) for name in (*SIGN_UP, "password", "kdf_salt") if name != "email"],
]
OTHER = {"phone": "+31687654321", "email": "other@x.example"}


def nothing_is_kept():
    return not (
        Account.objects.exists()
        or EmailAddress.objects.exists()
        or LogLine.objects.exists()
        or Session.objects.exclude(account=None).exists()
    )


def refusals(answer):
    return {(error["param"], error["code"]) for error in answer["errors"]}


@pytest.mark.django_db
class TestSignUp:
    @pytest.mark.obligation("PRI-18", "PRI-20", "PRI-22", "PRI-23", "PRI-24", "PRI-25", "PIM-05", "PRE-10")
    def test_a_home_station_user_proves_phone_and_mail_and_is_in(self):
        answer = signed_up(Browser())
        assert answer["meta"]["is_authenticated"]
        account = Account.objects.get()
        assert account.kind == "user"
        assert account.username == "anna.v"
        assert account.profile["first_name"] == "Annabel"
        assert account.phone == "+31612345678"
        assert account.phone_verified
        assert EmailAddress.objects.get().verified
        assert EmailAddress.objects.get().email == "annabel@verbruggen.example"

    @pytest.mark.obligation("PRI-18", "PRI-25", "PRI-30", "PRI-32", "PRI-33", "PRI-34", "PRE-10")
    @pytest.mark.obligation("PRI-35", "PRI-07", partial=True)
    def test_a_contact_may_leave_the_mail_address_out(self):
        answer = signed_up(Browser(), kind="contact", email=None)
        assert answer["meta"]["is_authenticated"]
        assert not EmailAddress.objects.exists()

    def test_a_contact_may_give_it_and_then_proves_it(self):
        browser = Browser()
        browser("post", "/auth/signup", form(kind="contact"))
        _status, answer = browser("post", "/auth/phone/verify", {"code": text_code()})
        assert pending(answer) == ["verify_email"]
        assert finish_sign_up(browser, 401, answer)["meta"]["is_authenticated"]

    @pytest.mark.obligation(
        "PRI-20",
        "PRI-22",
        "PRI-23",
        "PRI-24",
        "PRI-25",
        "PRI-30",
        "PRI-32",
        "PRI-33",
        "PRI-34",
        "PIM-05",
        "PRE-10",
    )
    @pytest.mark.obligation("PRI-07", partial=True)
    @pytest.mark.parametrize(("kind", "missing"), MANDATORY)
    @pytest.mark.parametrize("empty", [None, "", "   "])
    def test_a_missing_mandatory_field_is_named_and_nothing_is_kept(self, kind, missing, empty):
        status, answer = Browser()("post", "/auth/signup", form(kind=kind, **{missing: empty}))
        assert status == 400
        assert refusals(answer) == {(missing, "required")}
        assert nothing_is_kept()

    def test_a_missing_kind_is_named(self):
        status, answer = Browser()("post", "/auth/signup", form(kind=None))
        assert (status, refusals(answer)) == (400, {("kind", "required")})

    @pytest.mark.parametrize("kind", ["user", "contact"])
    @pytest.mark.parametrize(
        ("field", "value", "code"),
        [
            ("phone", "12", "invalid_phone"),
            ("phone", "0612345678x", "invalid_phone"),
            ("phone", "+999612345678", "invalid_phone"),
            ("email", "no address", "invalid"),
            ("username", "a", "username_invalid"),
            ("username", "with space", "username_invalid"),
            ("username", "0612345678", "username_invalid"),
            ("username", "x" * 31, "username_invalid"),
            ("password", "a real password of people", "password_unusable"),
            ("kdf_salt", "short", "invalid"),
            ("kdf_salt", "é" * 22, "invalid"),
            ("first_name", "x" * 81, "max_length"),
            ("last_name", "x" * 81, "max_length"),
            ("language", "tlh", "invalid_choice"),
        ],
    )
    def test_a_malformed_field_is_named_and_nothing_is_kept(self, kind, field, value, code):
        status, answer = Browser()("post", "/auth/signup", form(kind=kind, **{field: value}))
        assert status == 400
        assert refusals(answer) == {(field, code)}
        assert nothing_is_kept()
        assert not mail.outbox

    def test_every_field_that_is_wrong_is_named_at_once(self):
        _status, answer = Browser()("post", "/auth/signup", {})
        assert set(SIGN_UP) <= {error["param"] for error in answer["errors"]}

    @pytest.mark.parametrize(
        ("field", "value"), [("first_name", ""), ("email", "no address"), ("username", "a"), ("phone", "12")]
    )
    def test_refusals_are_said_in_the_readers_language(self, field, value):
        said = {
            language: Browser(language=language)("post", "/auth/signup", form(**{field: value}))[1]
            for language in ("nl", "fr", "en")
        }
        assert len({answer["errors"][0]["message"] for answer in said.values()}) == 3
        assert len({answer["errors"][0]["code"] for answer in said.values()}) == 1

    @pytest.mark.obligation("PRE-08", partial=True)
    def test_every_field_asked_has_its_reason(self):
        assert {field.name for field in FIELDS if field.user_must} == set(SIGN_UP)
        for kind in ("user", "contact"):
            asked = Browser().api("get", f"fields?kind={kind}").json()["items"]
            at_sign_up = {one["name"]: one for one in asked if one["at_sign_up"]}
            assert set(at_sign_up) == set(SIGN_UP)
            assert all(one["why"] for one in at_sign_up.values())

    def test_sending_the_form_twice_makes_one_account_and_the_first_goes_on(self):
        browser = Browser()
        browser("post", "/auth/signup", form())
        code = text_code()
        status, _answer = browser("post", "/auth/signup", form())
        assert status == 400
        assert Account.objects.count() == 1
        status, answer = browser("post", "/auth/phone/verify", {"code": code})
        assert pending(answer) == ["verify_email"]

    def test_an_unfinished_sign_up_goes_on_after_signing_in_elsewhere(self):
        Browser()("post", "/auth/signup", form())
        cache.clear()
        elsewhere = Browser()
        answer = finish_sign_up(elsewhere, *signed_in(elsewhere))
        assert answer["meta"]["is_authenticated"]


@pytest.mark.django_db
class TestEnumeration:
    @pytest.mark.obligation("PRI-22", "PRI-32")
    def test_a_taken_username_and_a_reserved_one_look_the_same(self):
        signed_up(Browser())
        taken = Browser()("post", "/auth/signup", form(username="Anna.V", **OTHER))
        reserved = Browser()("post", "/auth/signup", form(username="admin", **OTHER))
        assert taken[0] == 400
        assert [error["code"] for error in taken[1]["errors"]] == ["username_taken"]
        assert taken == reserved

    @pytest.mark.obligation("PRI-20", "PRI-30")
    @pytest.mark.parametrize("number", ["+31612345678", "06 12345678", "0031 6-12345678"])
    def test_a_known_phone_or_address_gets_the_answer_a_new_one_gets(self, number):
        signed_up(Browser())
        cache.clear()
        fresh = Browser()(
            "post", "/auth/signup", form(username="new1", phone="0600000001", email="n@x.example")
        )
        phone = Browser()("post", "/auth/signup", form(username="new2", phone=number, email="n2@x.example"))
        address = Browser()("post", "/auth/signup", form(username="new3", phone="+31600000003"))
        assert fresh == phone == address
        assert fresh[0] == 401
        assert Account.objects.count() == 2

    @pytest.mark.obligation("PIM-06", "PRE-20", partial=True)
    def test_guessing_codes_goes_the_same_way_for_known_and_new_numbers(self):
        signed_up(Browser())
        cache.clear()
        known, fresh = Browser(), Browser()
        known("post", "/auth/signup", form(username="new1", email="n@x.example"))
        fresh("post", "/auth/signup", form(username="new2", email="n2@x.example", phone="+31600000001"))
        for _ in range(5):
            tries = [one("post", "/auth/phone/verify", {"code": "WRONG1"}) for one in (known, fresh)]
            assert tries[0] == tries[1]
        assert known("get", "/auth/session") == fresh("get", "/auth/session")

    def test_the_owner_of_a_known_number_is_told(self):
        signed_up(Browser())
        cache.clear()
        Browser()("post", "/auth/signup", form(username="new1", email="n@x.example"))
        assert texts()[-1].startswith("+31612345678\nSomebody tried to sign up with your number.")


@pytest.mark.django_db
class TestVerifyPhone:
    @pytest.mark.obligation("PIM-05")
    def test_refuses_a_wrong_code_and_takes_the_right_one_after(self):
        browser = Browser()
        browser("post", "/auth/signup", form())
        status, answer = browser("post", "/auth/phone/verify", {"code": "WRONG1"})
        assert (status, refusals(answer)) == (400, {("code", "incorrect_code")})
        assert not Account.objects.get().phone_verified
        assert browser("post", "/auth/phone/verify", {"code": text_code()})[0] == 401
        assert Account.objects.get().phone_verified

    @pytest.mark.obligation("PIM-05")
    def test_ends_after_three_wrong_codes(self):
        browser = Browser()
        browser("post", "/auth/signup", form())
        for _ in range(3):
            assert browser("post", "/auth/phone/verify", {"code": "WRONG1"})[0] == 400
        assert browser("post", "/auth/phone/verify", {"code": text_code()})[0] == 409
        assert not Account.objects.get().phone_verified

    @pytest.mark.obligation("PIM-05")
    def test_refuses_an_expired_code(self, time_machine):
        browser = Browser()
        time_machine.move_to("2026-06-01T12:00:00Z")
        browser("post", "/auth/signup", form())
        time_machine.move_to("2026-06-01T12:16:00Z")
        assert browser("post", "/auth/phone/verify", {"code": text_code()})[0] == 409
        assert not Account.objects.get().phone_verified

    def test_takes_a_code_once(self):
        browser = Browser()
        browser("post", "/auth/signup", form())
        code = text_code()
        browser("post", "/auth/phone/verify", {"code": code})
        assert browser("post", "/auth/phone/verify", {"code": code})[0] == 409

    def test_takes_a_code_only_in_the_browser_that_asked(self):
        Browser()("post", "/auth/signup", form())
        assert Browser()("post", "/auth/phone/verify", {"code": text_code()})[0] == 409

    def test_a_resent_code_replaces_the_first(self):
        browser = Browser()
        browser("post", "/auth/signup", form())
        first = text_code()
        cache.clear()
        assert browser("post", "/auth/phone/verify/resend")[0] == 200
        assert text_code() != first
        assert browser("post", "/auth/phone/verify", {"code": first})[0] == 400
        assert browser("post", "/auth/phone/verify", {"code": text_code()})[0] == 401

    def test_a_new_code_is_sent_for_known_and_new_numbers_alike(self):
        signed_up(Browser())
        known, fresh = Browser(), Browser()
        answers = []
        for browser, number in ((known, "+31612345678"), (fresh, "+31600000001")):
            cache.clear()
            browser(
                "post",
                "/auth/signup",
                form(username=f"n{number[-1]}x", email=f"{number}@x.example", phone=number),
            )
            cache.clear()
            answers.append(browser("post", "/auth/phone/verify/resend"))
        assert answers[0] == answers[1]
        assert answers[0][0] == 200
