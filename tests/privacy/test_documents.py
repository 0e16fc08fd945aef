"""What is generated is what is declared: every document in the repository is the one the declarations make now."""

import json
from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.utils.translation import override

from prifora.kernel.policy import Basis, Category, Kind, Purpose, Role, Seen, stores, stores_of
from prifora.kernel.terms import working_days_after
from privacy.apps import every_policy_begins_in_time
from privacy.documents import policy, processors, record, staff, words
from privacy.documents.holdings import holdings
from privacy.documents.statement import Change, Section, Statement, changes, from_json, markdown
from privacy.management.commands.documents import FOLDER, documents
from privacy.services import list_holdings
from tests.prifora.test_processors import LINE

LANGUAGES = ("nl", "fr", "en")
NINE = {
    Purpose.ACCOUNT: "the services",
    Purpose.SIGN_IN: "the services",
    Purpose.MESSAGING: "the services",
    Purpose.STATION: "the services",
    Purpose.SECURITY: "System Admin",
    Purpose.RUN: "System Admin",
    Purpose.SUPPORT: "Customer Support",
    Purpose.SALE: "order processing",
    Purpose.PAYMENT: "payments",
    Purpose.BOOKS: "payments",
    Purpose.PROOF: "the services",
    Purpose.ANALYSES: "analyses and research",
}
"""To which of the purposes of PRI-128 each of ours belongs; marketing has a consent, and no column."""


class TestTheRepository:
    @pytest.mark.obligation("PRI-06", "PER-04")
    def test_holds_every_document_as_the_declarations_make_it(self):
        made = dict(documents())
        assert {file.name for file in FOLDER.iterdir()} == set(made)
        for name, content in made.items():
            assert (FOLDER / name).read_text(encoding="utf-8") == content, "run ./run documents"

    @pytest.mark.obligation("PRI-128", "PIM-22", partial=True)
    @pytest.mark.obligation("PRI-05", partial=True)
    def test_holds_the_policy_as_the_declarations_make_it(self):
        assert policy.versions()[0].texts == policy.policy_as_declared(), "run ./run documents"

    def test_numbers_its_policies_without_gaps_and_in_order(self):
        versions = policy.versions()
        assert [one.number for one in versions] == list(range(len(versions), 0, -1))
        days = [one.published_on for one in versions]
        assert days == sorted(days, reverse=True)


class TestThePolicy:
    @pytest.mark.obligation("PRI-05", partial=True)
    def test_has_the_same_sections_and_rows_in_every_language(self):
        texts = policy.policy_as_declared()
        assert tuple(texts) == LANGUAGES
        shapes = {
            language: [(one.ident, len(one.text), len(one.head), len(one.rows)) for one in text.sections]
            for language, text in texts.items()
        }
        assert shapes["nl"] == shapes["fr"] == shapes["en"]

    def test_is_translated_to_the_last_sentence(self):
        english = sentences(policy.policy_as_declared()["en"])
        for language in ("nl", "fr"):
            same = english & sentences(policy.policy_as_declared()[language])
            assert {one for one in same if " " in one} == set()

    def test_names_every_category_that_is_held_about_people(self):
        kept = section(policy.policy_as_declared()["en"], "kept")
        held = {one.held.category for one in holdings() if one.is_about_people}
        with override("en"):
            assert [row[0] for row in kept.rows] == [
                str(words.CATEGORIES[one]) for one in Category if one in held
            ]

    @pytest.mark.obligation("PRI-128", "PRE-35", partial=True)
    def test_names_every_purpose_basis_and_reader_of_a_category(self):
        kept = {row[0]: row for row in section(policy.policy_as_declared()["en"], "kept").rows}
        with override("en"):
            for one in holdings():
                if one.is_about_people:
                    row = kept[str(words.CATEGORIES[one.held.category])]
                    assert str(words.PURPOSES[one.held.purpose]) in row[1]
                    assert str(words.BASES[one.held.basis]) in row[2]
                    assert str(words.READERS[one.held.seen]) in row[3]
                    assert str(one.policy.ends or words.term(one.keep)) in row[4]

    @pytest.mark.obligation("PRE-35", partial=True)
    def test_rests_on_the_bases_of_the_law_and_says_who_is_weighed_against_us_that_they_may_object(self):
        bases = {one.held.basis for one in holdings()} | {one.basis for one in stores.values()}
        assert bases <= set(Basis)
        assert {one.value for one in Basis} == {
            "contract",
            "consent",
            "legal_obligation",
            "legitimate_interest",
        }
        for_us = {one.held.purpose for one in holdings() if one.held.basis is Basis.INTEREST}
        assert for_us <= {Purpose.MESSAGING, Purpose.SECURITY, Purpose.ANALYSES, Purpose.SUPPORT}
        for language, said in (("nl", "bezwaar maken"), ("fr", "opposer"), ("en", "you may object")):
            assert said in " ".join(section(policy.policy_as_declared()[language], "rights").text)

    @pytest.mark.obligation("PRI-128", "PIM-22", partial=True)
    def test_has_no_purpose_but_those_people_were_told(self, monkeypatch):
        """Each belongs to one of the nine of the register; another one changes the policy, which needs a version."""
        assert set(words.PURPOSES) == set(Purpose)
        services_, orders, payments = "the services", "order processing", "payments"
        assert {one: NINE[one] for one in Purpose} == NINE
        others = {"analyses and research", "Customer Support", "System Admin"}
        assert set(NINE.values()) <= {services_, orders, payments, *others}
        before = policy.policy_as_declared()
        monkeypatch.setitem(words.PURPOSES, Purpose.RUN, "to sell it on")
        assert policy.policy_as_declared() != before

    @pytest.mark.obligation("PRI-114", partial=True)
    def test_names_every_cookie_and_every_recipient(self):
        text = policy.policy_as_declared()["en"]
        assert [row[0] for row in section(text, "cookies").rows] == [
            one.name for one in stores_of(Kind.COOKIE)
        ]
        assert len(section(text, "sent").rows) == len(stores_of(Kind.HOST))

    @pytest.mark.obligation("PER-12", partial=True)
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_names_the_terms_of_idle_accounts_and_of_changes(self, language):
        text = policy.policy_as_declared()[language]
        unused = " ".join(section(text, "unused").text)
        assert all(str(number) in unused for number in (24, 60, 30))
        assert "30" in " ".join(section(text, "changes").text)


class TestPublish:
    @pytest.fixture
    def shelf(self, tmp_path, monkeypatch):
        monkeypatch.setattr(policy, "PUBLISHED", tmp_path)
        return tmp_path

    def test_begins_with_one_and_says_nothing_twice(self, shelf):
        first = policy.publish(today=date(2026, 1, 5))
        assert (first.number, first.published_on) == (1, date(2026, 1, 5))
        assert policy.publish(today=date(2026, 2, 5)) is None
        assert policy.versions() == [first]

    def test_adds_a_version_when_something_changed_and_keeps_the_one_before(self, shelf, monkeypatch):
        first = policy.publish(today=date(2026, 1, 5))
        monkeypatch.setitem(words.PURPOSES, Purpose.SECURITY, "to keep you safe")
        second = policy.publish(today=date(2026, 2, 5))
        assert second.number == 2
        assert policy.versions() == [second, first]
        found = list(changes(first.texts["nl"], second.texts["nl"]))
        assert {one.title for one in found} == {"Wat we bewaren", "Wat we naast de databank bewaren"}
        assert all("to keep you safe" in line for one in found for line in one.added)

    def test_begins_at_once_with_the_first_and_late_enough_with_every_other(self, shelf, monkeypatch):
        first = policy.publish(today=date(2026, 1, 5))
        assert first.begins_on == date(2026, 1, 5)
        monkeypatch.setitem(words.PURPOSES, Purpose.SECURITY, "to keep you safe")
        second = policy.publish(today=date(2026, 2, 5))
        assert second.begins_on == working_days_after(date(2026, 2, 5), 45)
        assert policy.versions()[0] == second
        assert policy.in_too_much_haste() == []

    @pytest.mark.obligation("PER-47", partial=True)
    def test_in_too_much_haste_lets_nothing_start(self, shelf, monkeypatch):
        policy.publish(today=date(2026, 1, 5))
        monkeypatch.setitem(words.PURPOSES, Purpose.SECURITY, "to keep you safe")
        policy.publish(today=date(2026, 2, 5), begins_on=working_days_after(date(2026, 2, 5), 30))
        assert every_policy_begins_in_time() == []
        policy.publish(today=date(2026, 2, 5))
        monkeypatch.setitem(words.PURPOSES, Purpose.SECURITY, "to keep you very safe")
        policy.publish(today=date(2026, 2, 5), begins_on=working_days_after(date(2026, 2, 5), 29))
        assert [one.id for one in every_policy_begins_in_time()] == ["privacy.E001"]
        with pytest.raises(SystemCheckError, match="begins too soon"):
            call_command("check")

    def test_writes_a_version_of_the_same_day_anew(self, shelf, monkeypatch):
        policy.publish(today=date(2026, 1, 5))
        monkeypatch.setitem(words.PURPOSES, Purpose.SECURITY, "to keep you safe")
        assert policy.publish(today=date(2026, 1, 5)).number == 1
        assert len(policy.versions()) == 1


class TestWords:
    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize(
        ("known", "every"),
        [
            (words.CATEGORIES, Category),
            (words.PURPOSES, Purpose),
            (words.BASES, Basis),
            (words.READERS, Seen),
        ],
    )
    def test_are_there_for_everything_that_can_be_declared(self, known, every, language):
        assert set(known) == set(every)
        with override(language):
            assert len({str(one) for one in known.values()}) == len(every)

    @pytest.mark.parametrize(
        ("keep", "said"),
        [
            (None, "as long as you have an account, or until you remove it"),
            (timedelta(0), "until it is used or has ended"),
            (timedelta(minutes=2), "2 minutes"),
            (timedelta(hours=1), "60 minutes"),
            (timedelta(days=1), "24 hours"),
            (timedelta(days=2), "2 days"),
            (timedelta(days=90), "90 days"),
            (timedelta(days=365), "365 days"),
            (timedelta(days=730), "2 years"),
        ],
    )
    def test_say_a_term(self, keep, said):
        with override("en"):
            assert words.term(keep) == said


class TestTheRecord:
    HEADS = ("controller", "stores", "recipients", "transfers", "security")

    @pytest.mark.obligation("PRI-06")
    def test_has_every_head_of_the_law_and_every_purpose(self):
        idents = [one.ident for one in record.record().sections]
        purposes = {one.held.purpose.value for one in holdings() if one.is_about_people}
        assert set(idents) == {*self.HEADS, *purposes}

    @pytest.mark.obligation("PRI-06")
    def test_lists_every_column_and_store_once(self):
        kept = json.loads(record.record_as_json())
        listed = [(one["table"], one["column"]) for one in kept["holdings"]]
        assert sorted(listed) == sorted((table, column) for table, column, _held in list_holdings())
        assert [one["name"] for one in kept["stores"]] == sorted(stores)


class TestProcessorList:
    @pytest.mark.obligation("PRE-39", partial=True)
    def test_is_the_register_with_a_kind_and_a_country_for_each(self, settings):
        settings.PROCESSORS = LINE
        with override("fr"):
            listed = processors.processor_list()
        assert [row[0] for row in listed.rows] == ["Post BV"]
        assert listed.rows[0][1:] == ("courrier électronique", "NL", "2026-01-15")

    def test_says_that_there_is_nobody(self, settings):
        settings.PROCESSORS = ""
        with override("en"):
            assert processors.processor_list().text == ("Nobody: this server does everything itself.",)


class TestStaffVisibility:
    def test_lists_what_the_admin_site_may_show_and_no_content(self):
        shown = {one.ident: {row[0]: row[1] for row in one.rows} for one in staff.visibility().sections}
        assert set(shown) == {role.value for role in Role}
        assert "sealed" in shown["support"]["accounts_account"]
        for one in holdings():
            for role in Role:
                listed = one.column in shown[role.value].get(one.table, "").split(", ")
                assert not listed or role in one.held.staff
                assert not listed or one.held.seen is not Seen.BY_MEMBERS


class TestStatement:
    OLD = Statement(
        "T", "L", (Section("a", "A", ("one",), ("H",), (("x", "y"),)), Section("b", "B", ("two",)))
    )
    NEW = Statement(
        "T", "L", (Section("a", "A", ("one",), ("H",), (("x", "z"),)), Section("c", "C", ("three",)))
    )

    def test_says_what_changed_section_by_section(self):
        assert list(changes(self.OLD, self.NEW)) == [
            Change("A", ("x – z",), ("x – y",)),
            Change("C", ("three",), ()),
            Change("B", (), ("two",)),
        ]
        assert list(changes(self.OLD, self.OLD)) == []

    def test_is_kept_whole(self):
        assert from_json(json.loads(json.dumps(self.OLD.as_json()))) == self.OLD

    def test_is_a_table_in_markdown(self):
        assert markdown(Statement("T", "L", (Section("a", "A", (), ("H", "I"), (("x|y", "z"),)),))) == (
            "# T\n\nL\n\n## A\n\n| H | I |\n|---|---|\n| x\\|y | z |\n"
        )


def section(text, ident):
    return next(one for one in text.sections if one.ident == ident)


def sentences(text):
    return {
        part
        for one in text.sections
        for part in (one.title, *one.text, *one.head, *(cell for row in one.rows for cell in row))
    }
