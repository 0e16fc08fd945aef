"""Having everything that is held of oneself: all of it, nothing of others, for one person who proved who they are."""

import base64
import json
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.apps import apps
from django.db import transaction
from django.utils.translation import override
from jsonschema import Draft202012Validator, FormatChecker

from accounts.models import LogLine
from chat.models import ArchiveRecord
from media.models import Portrait
from prifora.kernel import clock
from prifora.kernel.completeness import holdings
from prifora.kernel.limits import Limit
from prifora.kernel.policy import Policy
from privacy import services
from privacy.documents.export_schema import export_schema
from privacy.documents.words import CATEGORIES
from tests import mls
from tests.accounts.asking import refusal
from tests.accounts.browser import WRONG_PASSWORD, Browser, signed_in
from tests.cast import PASSWORD
from tests.chat.sealed_files import fetched
from tests.hostile import refuses_every_body
from tests.prifora.test_processors import LINE
from tests.privacy.taking import EXPORT, asked, exported
from tests.rows import row_of, unguarded
from tests.support.desk import REASON

pytestmark = pytest.mark.django_db
SCHEMA = f"{EXPORT}/schema"
PROVED = {"password": PASSWORD}


def rows(client, table):
    return next(one["rows"] for one in exported(client)["tables"] if one["table"] == table)


def recent():
    """Alice's browser, in which she has just signed in."""
    browser = Browser()
    assert signed_in(browser, username="alice")[0] == 200
    return browser


class TestWhatIsInIt:
    def test_has_what_i_told_opened(self, as_, alice):
        alice.account.profile["notes"] = "De sleutel ligt onder de mat"
        alice.account.save(update_fields=["sealed"])
        [row] = rows(as_(alice), "accounts_account")
        assert row["sealed"]["notes"] == "De sleutel ligt onder de mat"
        assert not {"password", "username", "phone", "kdf_salt"} & set(row)

    def test_has_what_members_seal_as_it_lies_there(self, as_, alice, bob, family):
        talk = mls.conversation_of(alice, bob, family)
        talk.send(bob, archived=True)
        [row] = rows(as_(bob), "chat_archiverecord")
        kept = bytes(ArchiveRecord.objects.get().record)
        assert base64.urlsafe_b64decode(row["record"] + "==") == kept

    def test_has_nothing_of_anybody_else(self, as_, alice, bob, family):
        shown = json.dumps(exported(as_(bob)))
        assert "Alice" not in shown
        assert "Bob" in shown

    def test_names_addresses_without_their_index(self, as_, alice):
        alice.account.profile["emails"] = {"x:" + "0" * 32: "alice@example.org"}
        alice.account.save(update_fields=["sealed"])
        [row] = rows(as_(alice), "accounts_account")
        assert row["sealed"]["emails"] == ["alice@example.org"]

    def test_leaves_out_what_does_not_open(self, as_, alice):
        with transaction.atomic():
            Portrait.objects.create(account=alice.account, sealed=b"\x01" + bytes(40))
        [row] = rows(as_(alice), "media_portrait")
        assert row["sealed"] is None

    def test_has_every_row_however_many_there_are(self, as_, alice, monkeypatch):
        monkeypatch.setattr(services.exporting, "ROWS_AT_ONCE", 3)
        for number in range(8):
            LogLine.objects.create(account=alice.account, what=f"line {number}")
        found = [one["what"] for one in rows(as_(alice), "accounts_logline")]
        assert sorted(one for one in found if one.startswith("line")) == [f"line {n}" for n in range(8)]
        assert len(found) == len(set(found))

    @pytest.mark.obligation("PRI-98", partial=True)
    def test_names_who_works_for_us_and_who_of_us_looked(self, as_, alice, settings):
        settings.PROCESSORS = LINE
        for table in ("accounts_account", "accounts_device"):
            look = row_of(apps.get_model("support.StaffLook"), about=alice.account)
            with unguarded():
                type(look).objects.filter(pk=look.pk).update(table=table, reason=REASON, role="support")
        told = exported(as_(alice))
        [recipient] = told["recipients"]
        assert (recipient["name"], recipient["country"], recipient["agreed_on"]) == (
            "Post BV",
            "NL",
            "2026-01-15",
        )
        looks = next(one["rows"] for one in told["tables"] if one["table"] == "support_stafflook")
        assert [(one["role"], one["reason"]) for one in looks] == [("support", REASON)] * 2
        assert {one["table"] for one in looks} == {"accounts_account", "accounts_device"}
        assert all(one["created_at"] for one in looks)

    def test_comes_in_pieces(self, alice):
        for _ in range(2_000):
            LogLine.objects.create(account=alice.account, what="signed_in")
        pieces = list(services.export_pieces(account_id=alice.pk, now=clock.now()))
        assert len(pieces) > 1
        assert json.loads(b"".join(pieces))["account_id"] == str(alice.pk)


class TestSchema:
    @pytest.mark.obligation("PRI-105", partial=True)
    def test_describes_a_row_of_every_table_that_is_about_somebody(self, as_, alice):
        for model in apps.get_models():
            policy = getattr(model, "policy", None)
            if isinstance(policy, Policy) and policy.subject not in ("", "self"):
                row_of(model, about=alice.account)
        EmailAddress.objects.create(user=alice.account, email="alice@example.org", primary=True)
        client = as_(alice)
        schema = client.get(SCHEMA).json()
        Draft202012Validator.check_schema(schema)
        validator = Draft202012Validator(schema, format_checker=FormatChecker())
        told = exported(client)
        assert len(told["tables"]) > 20
        assert [error.message for error in validator.iter_errors(told)] == []

    @pytest.mark.obligation("PRI-107")
    @pytest.mark.parametrize(
        ("language", "paper"),
        [
            ("nl", "Notities op papier en wat aan de telefoon is gezegd zitten er niet in."),
            ("fr", "Les notes sur papier et ce qui a été dit au téléphone n’y sont pas."),
            ("en", "Notes on paper and what was said on the telephone are not in it."),
        ],
    )
    def test_lists_everything_that_is_stored_digitally_and_says_what_is_not_in_it(
        self, as_, alice, language, paper
    ):
        client = as_(alice)
        client.patch("/api/v1/me", {"language": language})
        schema = client.get(SCHEMA).json()
        listed = {
            (one["properties"]["table"]["const"], column): told["description"]
            for one in schema["properties"]["tables"]["items"]["oneOf"]
            for column, told in one["properties"]["rows"]["items"]["properties"].items()
        }
        tables = {model._meta.db_table: model for model in services.tables_about_people()}
        with override(language):
            for name, model in tables.items():
                for column, held in holdings(model).items():
                    if held.export and column in {one.name for one in model._meta.local_concrete_fields}:
                        assert listed[name, column].startswith(f"{CATEGORIES[held.category]}: ")
        assert paper in schema["description"]
        assert paper in client.get(f"/privacy/{language}").content.decode()

    def test_refuses_what_is_no_export(self, as_, alice):
        told = exported(as_(alice))
        validator = Draft202012Validator(export_schema())
        assert validator.is_valid(told)
        told["tables"][0]["rows"][0]["password"] = "x"
        assert not validator.is_valid(told)

    def test_follows_the_declarations(self, monkeypatch):
        def columns():
            tables = export_schema()["properties"]["tables"]["items"]["oneOf"]
            [lines] = [
                one["properties"]["rows"]["items"]["properties"]
                for one in tables
                if one["properties"]["table"]["const"] == "accounts_logline"
            ]
            return set(lines)

        before = columns()
        held = {name: one for name, one in LogLine.policy.fields.items() if name != "who"}
        monkeypatch.setattr(
            LogLine, "policy", type(LogLine.policy)(subject="account", keep=None, fields=held)
        )
        assert before - columns() == {"who"}


@pytest.mark.obligation("PRI-97", partial=True)
class TestWhoMay:
    def test_with_the_password(self, as_, alice):
        assert exported(as_(alice))["account_id"] == str(alice.pk)

    def test_not_with_another_one(self, as_, alice):
        assert refusal(asked(as_(alice), WRONG_PASSWORD)) == (400, "wrong_password")

    def test_without_one_just_after_signing_in(self, alice):
        reply = recent().api("post", "me/export", {"password": None})
        assert json.loads(fetched(reply))["account_id"] == str(alice.pk)

    def test_not_without_one_later(self, alice):
        browser = recent()
        with time_machine.travel(clock.now() + timedelta(minutes=10, seconds=1)):
            reply = browser.api("post", "me/export", {"password": None})
            assert refusal(reply) == (403, "sign_in_needed")
            assert browser.api("post", "me/export", PROVED).status_code == 200

    def test_not_by_a_session_that_never_signed_in(self, as_, alice):
        assert refusal(asked(as_(alice), None)) == (403, "sign_in_needed")

    def test_not_by_the_sign_in_of_somebody_else(self, alice, bob):
        browser = recent()
        session = browser.http.session
        session["_auth_user_id"] = str(bob.pk)
        session["_auth_user_hash"] = bob.account.get_session_auth_hash()
        records = session["account_authentication_methods"]
        session.save()
        assert records
        assert (
            services.proving.signed_in_since(account=alice.account, session=session, now=clock.now()) is False
        )

    def test_each_only_their_own(self, as_, alice, bob):
        assert exported(as_(alice))["account_id"] == str(alice.pk)
        assert exported(as_(bob))["account_id"] == str(bob.pk)

    def test_nobody_by_a_link(self, as_, anyone, alice):
        client = as_(alice)
        assert client.get(EXPORT).status_code == 405
        assert client.get(f"{EXPORT}?password={PASSWORD}").status_code == 405
        assert refusal(anyone.post(EXPORT, PROVED)) == (401, "not_authenticated")

    def test_not_from_a_page_of_somebody_else(self, alice):
        browser = recent()
        browser.http.handler.enforce_csrf_checks = True
        assert browser.api("post", "me/export", {"password": None}).status_code == 403

    def test_nothing_is_kept_that_could_be_fetched_again(self, as_, alice):
        reply = asked(as_(alice))
        assert reply.headers["Cache-Control"] == "no-store"
        assert "attachment" in reply.headers["Content-Disposition"]
        assert "Location" not in reply.headers
        assert "ETag" not in reply.headers

    def test_not_a_home_station(self, as_, alice):
        station = as_(alice, kind="station")
        for reply in (asked(station), station.get(SCHEMA), station.get("/api/v1/me/data")):
            assert refusal(reply) == (404, "absent")

    def test_only_so_often_right_or_wrong(self, as_, alice):
        client = as_(alice)
        for number in range(Limit.EXPORT_MAKE.value.number):
            asked(client, PASSWORD if number % 2 else WRONG_PASSWORD)
        assert refusal(asked(client)) == (429, "throttled")

    def test_it_stands_in_the_security_log(self, as_, alice):
        asked(as_(alice))
        assert LogLine.objects.filter(account_id=alice.pk, what="data_exported").count() == 1

    def test_refuses_what_is_no_answer(self, as_, alice):
        refuses_every_body(as_(alice), "post", EXPORT)
