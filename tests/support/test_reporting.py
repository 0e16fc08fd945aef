"""The yearly report: counted in the ledger, so that what was erased is counted too, and about nobody."""

from datetime import date, datetime

import pytest
from django.conf import settings
from django.core.management import call_command

from prifora.kernel import clock
from privacy.services import close_at_once, erase
from support import services
from support.models import Ground
from tests.support import desk
from tests.support.casework import ASKED, GAGGED, approved, received, step

pytestmark = pytest.mark.django_db
YEAR_END = datetime.fromisoformat("2026-12-31T23:30+01:00")
NEW_YEAR = datetime.fromisoformat("2027-01-01T00:30+01:00")


def numbers(year):
    return [
        int(line.rsplit(" ", 1)[1])
        for line in services.report_of(year=year, language="en").splitlines()
        if ": " in line and line[-1].isdigit() and "PRIFORA" not in line
    ]


class TestReportOf:
    def test_counts_by_local_year(self, alice, bob):
        received(alice, now=YEAR_END, ground=Ground.EMERGENCY)
        received(bob, now=NEW_YEAR, asked=GAGGED, gag_until=date(2027, 6, 1))
        case = received(bob, now=NEW_YEAR)
        step(approved(case, now=NEW_YEAR), services.deliver_case, now=NEW_YEAR)
        assert numbers(2026)[:6] == [1, 1, 0, 0, 0, 1]
        assert numbers(2027)[:6] == [2, 0, 1, 1, 0, 2]
        assert set(numbers(2025)) == {0}

    def test_goes_on_counting_who_was_erased(self, alice):
        received(alice, now=NEW_YEAR)
        before = numbers(2027)
        close_at_once(account_id=alice.pk, withdraw=False, now=clock.now())
        erase(account_id=alice.pk, now=clock.now())
        assert numbers(2027) == before

    def test_names_nobody_and_no_authority(self, alice):
        received(alice, now=NEW_YEAR)
        text = services.report_of(year=2027, language="nl")
        for kept in (str(alice.pk), ASKED.authority, ASKED.reference, services.pseudonym(alice.pk).hex()):
            assert kept not in text

    def test_counts_looks(self, alice):
        browser = desk.staff(desk.Role.SUPPORT)
        desk.look(browser, alice.account)
        assert numbers(clock.now().year)[6:8] == [1, 1]


class TestTransparencyReport:
    """`manage.py transparency_report`."""

    def test_is_written_in_every_language(self, capsys):
        call_command("transparency_report", "2027")
        assert capsys.readouterr().out.count("PRIFORA") == len(settings.LANGUAGES)

    def test_is_written_in_one(self, capsys):
        call_command("transparency_report", "2027", language="fr")
        assert "rapport de transparence" in capsys.readouterr().out
