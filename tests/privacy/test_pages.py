"""The pages about privacy: anybody reads them, in every language, every version."""

import re
from contextlib import ExitStack
from datetime import UTC, date, datetime, time, timedelta
from html import unescape

import pytest
import time_machine
from django.test import Client

from prifora.kernel.policy import Purpose
from privacy.documents import policy, words
from privacy.models import Announcement
from tests.prifora.test_processors import LINE

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
