"""What a person sees of staff: every look at their data."""

import pytest

from prifora.kernel.policy import Role
from support.models import LedgerLine
from support.rules import BEGIN, hash_of
from tests import cast
from tests.privacy.taking import tables_of
from tests.support import desk
from tests.support.casework import ASKED, received

LOOKS = "/api/v1/me/looks"


@pytest.mark.django_db
class TestLooks:
    def test_are_shown_to_the_person_newest_first(self, as_, alice):
        desk.look(desk.staff(Role.SUPPORT), alice.account, reason="She called: no sound.")
        desk.look(desk.staff(Role.PRIVACY), alice.account, reason="She asked for a copy.")
        looks = as_(alice).get(LOOKS).json()["items"]
        told = [(look["role"], look["table"], look["reason"]) for look in looks]
        assert told == [
            ("privacy", "accounts.Account", "She asked for a copy."),
            ("support", "accounts.Account", "She called: no sound."),
        ]
        assert looks[0]["at"] > looks[1]["at"]

    def test_name_no_member_of_staff(self, as_, alice):
        browser = desk.staff(Role.SUPPORT)
        desk.look(browser, alice.account)
        answer = as_(alice).get(LOOKS)
        assert set(answer.json()["items"][0]) == {"at", "role", "table", "reason"}
        assert str(browser.account.pk) not in answer.content.decode()

    def test_are_shown_to_nobody_else(self, as_, alice, bob, family):
        desk.look(desk.staff(Role.SUPPORT), alice.account)
        assert as_(bob).get(LOOKS).json() == {"items": []}

    def test_are_not_there_while_nothing_was_opened(self, as_, alice):
        browser = desk.staff(Role.SUPPORT)
        browser.get(desk.path_of(type(alice.account), alice.account))
        assert as_(alice).get(LOOKS).json() == {"items": []}

    @pytest.mark.obligation("PRI-79", partial=True)
    def test_stand_in_the_export_every_one_and_without_a_name_of_staff(self, as_, alice):
        browser = desk.staff(Role.SUPPORT)
        for reason in ("She called: no sound.", "She called again."):
            desk.look(browser, alice.account, reason=reason)
        tables = tables_of(as_(alice))
        looks = [(row["role"], row["table"], row["reason"]) for row in tables["support_stafflook"]]
        assert sorted(looks) == [
            ("support", "accounts.Account", "She called again."),
            ("support", "accounts.Account", "She called: no sound."),
        ]
        assert len(tables["support_grant"]) == 2
        assert str(browser.account.pk) not in str(tables)

    def test_stand_in_the_security_log_too(self, as_, alice):
        desk.look(desk.staff(Role.SYSTEM), alice.account)
        log = as_(alice).get("/api/v1/me/log").json()["items"]
        assert ("staff_look", "system") in [(line["what"], line["who"]) for line in log]

    def test_ask_the_signed_out_to_sign_in(self, anyone):
        assert anyone.get(LOOKS).status_code == 401

    def test_are_not_for_a_home_station(self, as_, alice):
        assert as_(alice, kind="station").get(LOOKS).status_code == 404

    @pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
    def test_cannot_be_changed_by_the_person_either(self, as_, alice, method):
        assert getattr(as_(alice), method)(LOOKS, {}).status_code == 405


@pytest.mark.django_db
class TestDisclosures:
    PATH = "/api/v1/me/disclosures"

    @pytest.mark.obligation("PRI-87", partial=True)
    def test_are_shown_to_the_person_alone(self, as_, alice, bob, family):
        received(alice)
        (told,) = as_(alice).get(self.PATH).json()["items"]
        assert set(told) == {"asked_at", "authority", "article", "state", "ended_at", "tables"}
        assert (told["state"], told["ended_at"]) == ("received", None)
        assert as_(bob).get(self.PATH).json() == {"items": []}

    def test_keep_the_number_and_the_question_of_the_authority_closed(self, as_, alice):
        received(alice)
        text = as_(alice).get(self.PATH).content.decode()
        assert ASKED.reference not in text
        assert ASKED.wanted not in text

    def test_are_for_nobody_who_is_signed_out_and_no_home_station(self, as_, anyone, alice):
        assert anyone.get(self.PATH).status_code == 401
        assert as_(alice, kind="station").get(self.PATH).status_code == 404


@pytest.mark.django_db
class TestLedgerSince:
    PATH = "/api/v1/ledger/since"

    def test_leads_everybody_from_any_line_to_the_same_head_and_says_no_more(self, as_, alice, bob):
        received(alice)
        whole = as_(bob).get(self.PATH).json()
        assert set(whole) == {"n", "hash", "entries"}
        assert whole["n"] == len(whole["entries"]) == LedgerLine.objects.count()
        last = BEGIN
        for number, entry in enumerate(whole["entries"]):
            rest = as_(alice).get(f"{self.PATH}?after={number}").json()
            assert rest["entries"] == whole["entries"][number:]
            last = hash_of(last, cast.unb64(entry))
        assert cast.unb64(whole["hash"]) == last
        assert as_(alice, kind="station").get(f"{self.PATH}?after={2**53 - 1}").json() == {
            **whole,
            "entries": [],
        }

    @pytest.mark.parametrize("after", ["-1", "x", str(2**63)])
    def test_refuses_what_is_no_number_of_a_line(self, as_, alice, after):
        assert as_(alice).get(f"{self.PATH}?after={after}").status_code == 400

    def test_is_for_nobody_who_is_signed_out(self, anyone):
        assert anyone.get(self.PATH).status_code == 401
