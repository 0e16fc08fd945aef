"""A leak, or the drill of one: whom it touches, by when what must be said, and the letters, by two people."""

from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from accounts.models import Device
from notices.models import Notice
from prifora.kernel import clock
from prifora.kernel.policy import Role
from support import services
from support.models import Breach, LedgerLine
from tests.rows import row_of
from tests.support import desk

pytestmark = pytest.mark.django_db
KNOWN = datetime.fromisoformat("2026-10-24T12:00+02:00")


def assessed(table, since=None):
    return services.assess(table=table, since=since, known_at=KNOWN)


class TestAssess:
    def test_lists_whom_the_rows_are_about_and_whom_they_name(self, alice, bob, family):
        found = assessed("contacts_bond")
        assert found.rows == 2
        assert set(found.people) == {alice.pk, bob.pk}
        assert assessed("accounts.Device").table == "accounts_device"

    def test_counts_from_a_moment_on(self, alice, bob):
        before = clock.now() - timedelta(days=30)
        Device.objects.filter(account_id=bob.pk).update(created_at=before)
        assert assessed("accounts_device", clock.now() - timedelta(days=1)).people == (alice.pk,)

    def test_says_how_what_is_in_it_can_be_read(self, alice):
        assert "by-server" in assessed("accounts_device").categories
        assert not assessed("accounts_device").is_sealed
        assert assessed("support_ledgerline").people == ()

    def test_counts_real_hours_whatever_clocks_do(self):
        found = assessed("accounts_device")
        assert found.authority_by - KNOWN == timedelta(hours=72)
        assert found.telecom_by - KNOWN == timedelta(hours=24)
        assert found.authority_by == datetime.fromisoformat("2026-10-27T11:00+01:00")

    def test_names_nobody_by_their_number(self, alice):
        (one,) = assessed("accounts_device").pseudonyms()
        assert one not in (str(alice.pk), alice.pk.hex)
        assert services.pseudonym(alice.pk).hex().startswith(one)

    def test_knows_no_other_table(self):
        with pytest.raises(services.NoSuchTable):
            assessed("sqlite_master")


class TestDraftOf:
    @pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
    def test_says_what_the_authority_asks_and_what_people_are_told(self, alice, language):
        text = services.draft_of(assessed("accounts_device"), known_at=KNOWN, language=language)
        for told in ("accounts_device", "user.device", "27", "72", "24", "[…]"):
            assert told in text
        assert str(alice.pk) not in text

    def test_differs_between_languages(self):
        found = assessed("accounts_device")
        assert (
            len({services.draft_of(found, known_at=KNOWN, language=one) for one in ("nl", "fr", "en")}) == 3
        )


def reported(*, drill=False, table="accounts_device"):
    return services.report_breach(
        table=table,
        since=None,
        known_at=clock.now(),
        drill=drill,
        staff_id=desk.colleague(Role.PRIVACY, "reporter"),
        now=clock.now(),
    )


def sent(breach, name="colleague", role=Role.PRIVACY):
    return services.send_letters(breach_id=breach.pk, staff_id=desk.colleague(role, name), now=clock.now())


class TestSendLetters:
    def test_tells_everybody_it_touches_once(self, as_, alice, bob):
        breach = reported()
        assert not Notice.objects.exists()
        assert sent(breach) == 2
        with pytest.raises(services.NotWaiting):
            sent(breach)
        for one in (alice, bob):
            (letter,) = as_(one).get("/api/v1/notices").json()["items"]
            assert letter["kind"] == "breach_open"

    def test_is_never_done_by_who_reported_it_or_by_another_role(self, alice):
        breach = reported()
        for name, role in (("reporter", Role.PRIVACY), ("other", Role.SYSTEM)):
            with pytest.raises(services.SecondPersonNeeded):
                sent(breach, name, role)
        assert not Notice.objects.exists()

    def test_is_never_done_for_a_drill(self, alice):
        with pytest.raises(services.NotWaiting):
            sent(reported(drill=True))
        assert not Notice.objects.exists()

    def test_is_held_by_the_database_too(self, alice):
        breach = reported()
        for columns in ({"sent_by": breach.reported_by_id}, {"drill": True, "sent_at": clock.now()}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Breach.objects.filter(pk=breach.pk).update(**columns)

    def test_says_so_when_all_of_it_is_sealed(self, alice, monkeypatch):
        monkeypatch.setattr(services.Assessment, "is_sealed", property(lambda _self: True))
        sent(reported())
        assert set(Notice.objects.values_list("kind", flat=True)) == {"breach_sealed"}


class TestBreachDrill:
    """`manage.py breach_drill`."""

    def test_prints_people_clocks_and_drafts_in_every_language_and_tells_nobody(self, alice, bob, capsys):
        call_command("breach_drill", table="accounts_device", known="2026-10-24T12:00+02:00")
        said = capsys.readouterr().out
        for one in (alice, bob):
            assert services.pseudonym(one.pk).hex()[:16] in said
            assert str(one.pk) not in said
        assert said.count("[…]") >= 3
        assert not Notice.objects.exists()
        assert LedgerLine.objects.get().what == "breach_drill"
        assert services.check_ledger(now=clock.now()) == []

    @pytest.mark.parametrize(
        "wrong", [{"table": "nothing"}, {"table": "accounts_device", "since": "yesterday"}]
    )
    def test_refuses_what_it_does_not_understand(self, wrong):
        with pytest.raises(CommandError):
            call_command("breach_drill", **wrong)

    def test_asks_the_database_little_however_many_people_there_are(
        self, alice, django_assert_max_num_queries
    ):
        row_of(Device, about=alice.account)
        with django_assert_max_num_queries(30):
            call_command("breach_drill", table="accounts_device")
