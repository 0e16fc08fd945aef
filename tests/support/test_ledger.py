"""The ledger of looks: nothing in it can be changed, and whatever was changed all the same is found."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from prifora.kernel import clock
from prifora.kernel.policy import Role
from privacy.services import close_at_once, delete_ended_rows, erase
from support import services
from support.models import LOOKS_KEPT, Grant, LedgerLine, StaffLook
from support.rules import BEGIN, hash_of
from support.services.ledger import GUARDS
from tests.rows import unguarded
from tests.support import desk

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def looks(alice, bob):
    """Two looks at Alice and one at Bob, by the way staff do it."""
    browser = desk.staff(Role.SUPPORT)
    for who in (alice, alice, bob):
        desk.look(browser, who.account)
    return list(StaffLook.objects.order_by("n"))


def wrong(now=None):
    return services.check_ledger(now=now or clock.now())


@pytest.mark.obligation("PRI-82", partial=True)
class TestWriteLine:
    def test_notes_who_asked_who_said_yes_and_every_look(self, looks, alice):
        lines = list(LedgerLine.objects.order_by("n"))
        assert [line.n for line in lines] == list(range(1, len(lines) + 1))
        assert [line.what for line in lines[:3]] == ["grant_asked", "grant_approved", "look"]
        assert bytes(lines[0].person) == services.pseudonym(alice.pk)
        assert wrong() == []

    def test_names_nobody(self, looks, alice, bob):
        text = " ".join(f"{line.facts} {line.what}" for line in LedgerLine.objects.all())
        staff = {look.staff_id for look in looks}
        for one in (alice.pk, bob.pk, desk.colleague(), *staff):
            assert str(one) not in text
            assert one.hex not in text
        assert desk.REASON not in text


class TestTriggers:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE support_ledgerline SET what = 'nothing'",
            "UPDATE support_ledgerline SET hash = person",
            "DELETE FROM support_ledgerline",
            "DELETE FROM support_ledgerline WHERE n = 2",
            "UPDATE support_stafflook SET reason = 'Nothing happened.'",
            "UPDATE support_stafflook SET role = 'privacy'",
            "UPDATE support_stafflook SET n = NULL",
        ],
    )
    def test_refuse_every_change(self, looks, statement):
        before = (
            list(LedgerLine.objects.order_by("n").values()),
            list(StaffLook.objects.order_by("n").values()),
        )
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
        assert (
            list(LedgerLine.objects.order_by("n").values()),
            list(StaffLook.objects.order_by("n").values()),
        ) == before

    def test_are_missed_when_somebody_took_one_away(self, looks):
        tables = {"looks_no_update": "support_stafflook"}
        for name in GUARDS:
            on = f" ON {tables.get(name, 'support_ledgerline')}" if connection.vendor == "postgresql" else ""
            with transaction.atomic():
                with connection.cursor() as cursor:
                    if connection.vendor == "postgresql":
                        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                    cursor.execute(f"DROP TRIGGER {name}{on}")
                assert any(name in line for line in wrong())
                with pytest.raises(services.LedgerChanged):
                    services.refuse_changed_ledger()
                transaction.set_rollback(True)
        services.refuse_changed_ledger()


class TestCheckLedger:
    @pytest.mark.parametrize(
        "columns", [{"what": "x"}, {"facts": "{}"}, {"at": ""}, {"person": b""}, {"hash": b"h"}]
    )
    def test_finds_a_line_that_was_changed(self, looks, columns):
        with unguarded():
            LedgerLine.objects.filter(n=2).update(**columns)
        assert any("Line 2 was changed." in line or "Line 3 was changed." in line for line in wrong())
        with pytest.raises(services.LedgerChanged):
            services.refuse_changed_ledger()

    @pytest.mark.parametrize("n", [1, 3])
    def test_finds_a_line_that_is_gone(self, looks, n):
        with unguarded():
            LedgerLine.objects.filter(n=n).delete()
        assert f"Line {n} is missing." in wrong()
        with pytest.raises(services.LedgerChanged):
            services.refuse_changed_ledger()

    def test_finds_the_last_line_gone_by_the_look_it_was_about(self, looks):
        with unguarded():
            LedgerLine.objects.filter(n=looks[-1].n).delete()
        assert wrong() == [f"StaffLook {looks[-1].pk} has no line."]

    def test_finds_a_look_that_was_changed_or_dropped(self, looks):
        with unguarded():
            StaffLook.objects.filter(pk=looks[0].pk).update(reason="She asked for it herself.")
        StaffLook.objects.filter(pk=looks[1].pk).delete()
        assert wrong() == [
            f"What line {looks[0].n} is about was changed.",
            f"What line {looks[1].n} is about is gone.",
        ]

    def test_finds_a_grant_that_was_changed(self, looks):
        grant = Grant.objects.first()
        Grant.objects.filter(pk=grant.pk).update(reason="Another reason altogether.")
        assert len(wrong()) == 1

    def test_takes_the_end_of_two_years_for_what_it_is(self, looks):
        services.refuse_changed_ledger()
        later = clock.now() + LOOKS_KEPT + DAY
        for now in (later - 2 * DAY, later):
            delete_ended_rows(now=now)
        delete_ended_rows(now=later + DAY)
        assert not StaffLook.objects.exists()
        assert not Grant.objects.exists()
        assert wrong(later + DAY) == []
        assert services.head().n == len(LedgerLine.objects.all()) > 0

    def test_takes_an_erasure_for_what_it_is(self, looks, alice):
        before = services.head()
        close_at_once(account_id=alice.pk, withdraw=False, now=clock.now())
        erase(account_id=alice.pk, now=clock.now())
        assert StaffLook.objects.count() == 1
        assert wrong() == []
        assert services.head() == before

    def test_is_not_troubled_by_a_member_of_staff_who_is_erased(self, looks):
        staff = looks[0].staff_id
        close_at_once(account_id=staff, withdraw=False, now=clock.now())
        erase(account_id=staff, now=clock.now())
        assert StaffLook.objects.filter(staff=None).count() == 3
        assert wrong() == []


class TestCheckAccessLedger:
    """`manage.py check_access_ledger`."""

    def test_prints_the_head(self, looks, capsys):
        call_command("check_access_ledger")
        assert services.head().hash.hex() in capsys.readouterr().out

    def test_fails_with_what_is_wrong(self, looks):
        StaffLook.objects.filter(pk=looks[0].pk).delete()
        with pytest.raises(CommandError, match="is gone"):
            call_command("check_access_ledger")


class TestSince:
    def test_gives_what_leads_from_any_line_to_the_head(self, looks):
        whole = services.since(0)
        assert whole.head == services.head()
        for after in range(whole.head.n + 1):
            previous = bytes(LedgerLine.objects.get(n=after).hash) if after else BEGIN
            found = services.since(after)
            for entry in found.entries:
                previous = hash_of(previous, entry)
            assert previous == found.head.hash == whole.head.hash

    def test_is_an_empty_ledger_at_first(self):
        assert services.since(0).head == services.head()
        assert services.head().hash == BEGIN
