"""The pages about privacy: anybody reads them, in every language, every version."""

import re
from contextlib import ExitStack
from datetime import UTC, date, datetime, time, timedelta
from html import unescape

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.utils.translation import override

from prifora.kernel.policy import Category, Purpose, Role
from prifora.kernel.processors import KINDS
from privacy.documents import policy, words
from privacy.documents.processors import KINDS as KINDS_SAID
from privacy.models import Announcement
from tests.prifora.test_processors import LINE
from tests.support import desk

pytestmark = pytest.mark.django_db
LANGUAGES = ("nl", "fr", "en")


FIRST, SECOND, BEGINS = date(2026, 1, 5), date(2026, 3, 5), date(2026, 5, 8)


@pytest.fixture
def two_versions(tmp_path, monkeypatch, db):
    """A policy that said something else before; the second begins on BEGINS, and everybody was told in time."""
    monkeypatch.setattr(policy, "PUBLISHED", tmp_path)
    monkeypatch.setitem(words.PURPOSES, Purpose.SECURITY, "to guard you")
    policy.publish(today=FIRST)
    monkeypatch.undo()
    monkeypatch.setattr(policy, "PUBLISHED", tmp_path)
    policy.publish(today=SECOND, begins_on=BEGINS)
    Announcement.objects.create(number=1, begins_on=FIRST, done_at=noon(FIRST))
    Announcement.objects.create(number=2, begins_on=BEGINS, told=7, told_on=SECOND, done_at=noon(SECOND))


@pytest.fixture
def on():
    """Let it be some day while pages are read."""
    with ExitStack() as days:

        def travel(day):
            days.enter_context(time_machine.travel(noon(day), tick=False))

        yield travel


def noon(day):
    return datetime.combine(day, time(12), tzinfo=UTC)


def read(path, language="en", status=200):
    reply = Client().get(path, headers={"Accept-Language": language})
    assert reply.status_code == status
    return unescape(reply.content.decode())


def idents(page):
    return re.findall(r'<section id="(\w+)"', page)


class TestPolicy:
    @pytest.mark.obligation("PER-01", partial=True)
    @pytest.mark.obligation("PRI-05", partial=True)
    @pytest.mark.obligation("PIM-37", "PIM-39", partial=True)
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_is_there_for_anybody_with_number_and_day(self, language):
        page, newest = read(f"/privacy/{language}"), policy.versions()[0]
        assert f'<html lang="{language}">' in page
        assert newest.texts[language].title in page
        assert re.search(
            rf"ersion? {newest.number}, .*{newest.published_on.year}|ersie {newest.number}, ", page
        )
        for section in newest.texts[language].sections:
            assert section.title in page
            assert all(cell in page for row in section.rows for cell in row)

    @pytest.mark.obligation("PRI-05", partial=True)
    def test_has_the_same_sections_in_every_language(self):
        assert len({tuple(idents(read(f"/privacy/{language}"))) for language in LANGUAGES}) == 1

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_is_in_the_readers_language_without_one_in_its_address(self, language):
        assert f'<html lang="{language}">' in read("/privacy", language)

    @pytest.mark.obligation("PRI-119", "PIM-37", partial=True)
    def test_says_what_is_different_from_the_version_before(self, two_versions, on):
        on(BEGINS)
        page = read("/privacy/en")
        assert "What is different from version 1" in page
        assert any("to guard you" in line for line in re.findall(r"<del>(.*?)</del>", page))
        assert any("to keep your account safe" in line for line in re.findall(r"<ins>(.*?)</ins>", page))
        assert "What is different" not in read("/privacy/en/1")

    @pytest.mark.obligation("PIM-37", partial=True)
    def test_keeps_every_earlier_version(self, two_versions, on):
        on(BEGINS)
        page = read("/privacy/nl/1")
        assert "to guard you" in page
        assert 'href="/privacy/nl"' in page
        assert re.findall(r'href="/privacy/nl/(\d)"', read("/privacy/nl")) == ["2", "1"]

    @pytest.mark.parametrize(
        "path", ["/privacy/de", "/privacy/nl/99", "/privacy/nl/0x", "/privacy/xx/home-station"]
    )
    def test_of_no_language_or_number_is_not_there(self, path, settings, tmp_path):
        settings.WEB_DIST = tmp_path
        read(path, status=404)

    @pytest.mark.obligation("PER-47", "PRI-119", partial=True)
    @pytest.mark.parametrize(
        ("language", "coming", "different"),
        [
            ("nl", "Versie 2 begint op 8 mei 2026", "Bekijk wat er anders is"),
            ("fr", "La version 2 commence le 8 mai 2026", "Voir ce qui change"),
            ("en", "Version 2 begins on May 8, 2026", "See what is different"),
        ],
    )
    def test_shows_what_holds_and_what_is_coming(self, two_versions, on, language, coming, different):
        on(BEGINS - timedelta(days=1))
        page = read(f"/privacy/{language}")
        assert coming in page
        assert different in page
        assert f'href="/privacy/{language}/2#different"' in page
        assert "to guard you" in page
        ahead = read(f"/privacy/{language}/2")
        assert any("to guard you" in line for line in re.findall(r"<del>(.*?)</del>", ahead))

    @pytest.mark.obligation("PER-47", partial=True)
    def test_begins_on_its_day(self, two_versions, on):
        on(BEGINS)
        assert "begins on" not in read("/privacy/en")
        assert "to guard you" not in read("/privacy/en").split('id="different"')[0]
        assert "This is an earlier version." in read("/privacy/en/1")

    @pytest.mark.obligation("PER-47", partial=True)
    @pytest.mark.parametrize(
        "wrong",
        [
            {"done_at": None},
            {"told_on": date(2026, 3, 31)},
            {"begins_on": date(2026, 5, 9)},
        ],
        ids=["not everybody was told", "somebody was told too late", "another day was told"],
    )
    def test_does_not_begin_unless_everybody_was_told_in_time(self, two_versions, on, wrong):
        Announcement.objects.filter(number=2).update(**wrong)
        on(BEGINS + timedelta(days=100))
        assert policy.in_force(BEGINS).number == 1
        assert "to guard you" in read("/privacy/en")

    def test_is_the_newest_where_a_server_began_with_it(self, two_versions, on):
        Announcement.objects.all().delete()
        Announcement.objects.create(number=2, begins_on=date(2026, 6, 1), done_at=noon(date(2026, 6, 1)))
        assert policy.in_force(date(2026, 6, 1)).number == 2

    def test_is_the_one_before_where_a_new_server_knows_one_that_is_coming(self, two_versions, monkeypatch):
        monkeypatch.setitem(words.PURPOSES, Purpose.SECURITY, "to keep you safe")
        policy.publish(today=date(2026, 6, 1), begins_on=date(2026, 9, 1))
        Announcement.objects.all().delete()
        Announcement.objects.create(number=3, begins_on=date(2026, 6, 1), done_at=noon(date(2026, 6, 1)))
        assert policy.in_force(date(2026, 6, 2)).number == 2
        assert policy.in_force(date(2026, 9, 1)).number == 3

    @pytest.mark.obligation("PRE-39", "PRI-122", "PRI-121", partial=True)
    def test_says_who_runs_the_server_and_who_works_for_them(self, settings):
        settings.PROCESSORS, settings.OPERATOR, settings.PRIVACY_CONTACT = (
            LINE,
            "Home BV\nAmstel 1",
            "privacy@home.example",
        )
        page = read("/privacy/en")
        for said in ("Post BV", "Home BV", "Amstel 1", "privacy@home.example"):
            assert said in page

    def test_is_read_without_signing_in_or_being_remembered(self):
        reply = Client().get("/privacy/en")
        assert not reply.cookies
        assert Client().post("/privacy/en").status_code == 405

    @pytest.mark.obligation("PRI-109", "PRE-56", partial=True)
    def test_says_where_one_can_complain(self):
        for language in LANGUAGES:
            assert "autoriteitpersoonsgegevens.nl" in read(f"/privacy/{language}")


class TestHomeStation:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_has_its_data_sheet_for_anybody(self, language):
        page = read(f"/privacy/{language}/home-station")
        assert idents(page)[:5] == ["made", "amounts", "access", "shared", "end"]
        assert f'<html lang="{language}">' in page


class TestLegalNotice:
    TOLD = {"nl": "Wie hierachter zit", "fr": "Mentions légales", "en": "Legal notice"}

    @pytest.mark.obligation("PRE-57", "PRI-122")
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_says_from_settings_who_runs_it_and_the_policy_of_which_day_holds(self, settings, language):
        settings.OPERATOR = "Innovu BV\nAmstelveen\nKvK Amsterdam 33303441"
        settings.OPERATOR_DIRECTOR = "Marie de Wit"
        settings.PROCESSORS = LINE.replace('"mail"', '"hosting"')
        page = read(f"/privacy/{language}/legal")
        assert f"<h1>{self.TOLD[language]}</h1>" in page
        assert idents(page)[:4] == ["operator", "director", "host", "copyright"]
        assert page.count("Innovu BV") == 1
        operator = re.search(r'<section id="operator">(.*?)</section>', page, re.DOTALL)[1]
        assert all(said in operator for said in ("Innovu BV", "Amstelveen", "33303441"))
        for said in (
            "Innovu BV",
            "Amstelveen",
            "33303441",
            "Marie de Wit",
            "Post BV, NL",
            "AGPL-3.0-or-later",
        ):
            assert said in page
        text = read(f"/privacy/{language}")
        assert f'href="/privacy/{language}/legal"' in text
        assert "Innovu BV" in text
        holding = policy.versions()[0]
        assert re.search(rf"ersi(?:on|e) {holding.number}, .*{holding.published_on.year}", text)

    def test_says_that_nothing_was_filled_in(self):
        assert "has not filled this in" in read("/privacy/en/legal")
        assert '<html lang="fr">' in read("/privacy/legal", "fr")


class TestOfficer:
    REACHED = {
        "email": "dpo@home.example",
        "address": "Amstel 1\n1181 Amstelveen",
        "phone": "+31 20 555 01 01",
    }

    @pytest.mark.obligation("PER-49")
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_is_reached_by_mail_letter_and_telephone_from_every_page(self, settings, language):
        settings.PRIVACY_OFFICER = self.REACHED
        for path in ("", "/home-station", "/legal", "/ask"):
            page = read(f"/privacy/{language}{path}")
            block = re.search(r'<address id="officer">(.*?)</address>', page, re.DOTALL)[1]
            assert 'href="mailto:dpo@home.example"' in block
            assert "Amstel 1<br>1181 Amstelveen" in block
            assert 'href="tel:+31205550101"' in block

    @pytest.mark.obligation("PRE-54")
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_is_called_as_is_set_and_is_one_role(self, settings, language):
        settings.PRIVACY_OFFICER = self.REACHED
        called = []
        for both in (True, False):
            settings.PRIVACY_OFFICER_IS_DPO = both
            with override(language):
                called.append(str(words.OFFICER[both]))
            assert f"<h3>{called[-1]}</h3>" in read(f"/privacy/{language}")
        assert len(set(called)) == 2
        assert [one for one in Role if "privacy" in one or "dpo" in one] == [Role.PRIVACY]


class TestReview:
    @pytest.fixture
    def shelf(self, tmp_path, monkeypatch):
        monkeypatch.setattr(policy, "PUBLISHED", tmp_path)
        policy.publish(today=FIRST)

    @pytest.mark.obligation("PRE-03")
    def test_is_due_within_a_year_and_red_for_the_officer_when_it_is_late(self, shelf, on):
        on(date(2027, 1, 5))
        assert "by Jan. 5, 2027 at the latest" in read("/privacy/en")
        page = desk.staff(Role.PRIVACY, "first").get("/admin/").content.decode()
        assert '<p class="help">The privacy policy has to be read again by Jan. 5, 2027.</p>' in page
        on(date(2027, 1, 6))
        page = desk.staff(Role.PRIVACY, "second").get("/admin/").content.decode()
        assert '<p class="errornote">The privacy policy has to be read again by Jan. 5, 2027.</p>' in page

    @pytest.mark.obligation("PRE-03")
    def test_done_is_noted_and_makes_no_new_version(self, shelf, on, tmp_path, monkeypatch, capsys):
        monkeypatch.setattr("privacy.management.commands.documents.FOLDER", tmp_path / "documents")
        on(date(2026, 12, 1))
        call_command("documents", reviewed=True)
        assert "the same as before" in capsys.readouterr().out
        assert [one.number for one in policy.versions()] == [1]
        assert policy.versions()[0].published_on == FIRST
        assert "Last read through on Dec. 1, 2026" in read("/privacy/en")
        assert policy.review_due() == date(2027, 12, 1)

    def test_is_no_task_of_other_roles(self, shelf, on):
        on(date(2027, 1, 6))
        for role in (Role.SUPPORT, Role.SYSTEM, Role.FINANCE, Role.LOGISTIC):
            assert "has to be read again" not in desk.staff(role).get("/admin/").content.decode()


class TestWhatIsSaid:
    @pytest.mark.obligation("PRE-39")
    @pytest.mark.parametrize("kind", sorted(KINDS))
    def test_of_a_company_has_its_category(self, settings, kind):
        settings.PROCESSORS = LINE.replace('"mail"', f'"{kind}"', 1)
        for language in LANGUAGES:
            with override(language):
                assert f'">{KINDS_SAID[kind]}</td>' in read(f"/privacy/{language}")

    @pytest.mark.obligation("PRE-04")
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_of_everything_kept_is_how_it_came(self, language):
        kept = next(one for one in policy.policy_as_declared()[language].sections if one.ident == "kept")
        page = read(f"/privacy/{language}")
        with override(language):
            ways = {str(one) for one in words.CHANNELS.values()}
        assert set(words.CAME_BY) == set(Category)
        for row in kept.rows:
            assert row[-1]
            assert set(row[-1].split("; ")) <= ways
            assert f'data-label="{kept.head[-1]}">{row[-1]}</td>' in page

    @pytest.mark.obligation("PRE-07", "PER-03", "PIM-28", partial=True)
    @pytest.mark.parametrize(
        ("language", "elsewhere", "links", "takeover"),
        [
            (
                "nl",
                "sociale media, valt ook onder",
                "Volg je een link",
                "Als iemand anders PRIFORA overneemt",
            ),
            (
                "fr",
                "réseaux sociaux, relève aussi",
                "Si vous suivez un lien",
                "Si quelqu’un d’autre doit reprendre",
            ),
            (
                "en",
                "social media, also falls under",
                "When you follow a link",
                "When somebody else is to take over",
            ),
        ],
    )
    def test_of_other_sites_and_of_a_takeover(self, language, elsewhere, links, takeover):
        page = read(f"/privacy/{language}")
        assert all(one in page for one in (elsewhere, links, takeover))
