"""Whether the books are whole: each thing that could be wrong is found."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from books import services
from books.models import Bill, Posting, Series
from books.services.checking import _TRIGGERS as LIST
from books.services.checking import GUARDS
from prifora.kernel.money import Money
from tests.books.sales import sell, take_back
from tests.rows import unguarded

pytestmark = pytest.mark.django_db


@pytest.fixture
def bill():
    bill = sell()
    sell(paid=Money(0))
    take_back(bill, [bill.sold[1]])
    return bill


class TestCheckBooks:
    def test_finds_nothing_wrong_with_whole_books(self, bill):
        assert services.check_books() == []

    def test_finds_a_bill_that_is_gone(self, bill):
        with unguarded():
            Bill.objects.filter(pk=bill.pk).delete()
        assert services.check_books() == ["There is no bill 2026-000001."]

    def test_finds_a_bill_that_was_never_numbered(self, bill):
        with unguarded():
            Series.objects.filter(name="C2026").update(last=0)
        assert services.check_books() == ["Bill C2026-000001 was never numbered."]

    @pytest.mark.parametrize("change", [{"cents": 1}, {"debit": "1100"}])
    def test_finds_a_bill_that_is_booked_otherwise(self, bill, change):
        with unguarded():
            Posting.objects.filter(event=bill.reference, n=0).update(**change)
        (said,) = services.check_books()
        assert said.startswith("Bill 2026-000001 asks 374.00 EUR, and ")

    @pytest.mark.parametrize("guard", GUARDS)
    def test_finds_a_guard_that_is_missing(self, guard):
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute(f"DROP TRIGGER {guard}")
            else:
                cursor.execute(f"DROP FUNCTION {guard}() CASCADE")
        assert services.check_books() == [f"The trigger {guard} is not there: rows could be changed."]

    def test_looks_for_every_guard_there_is(self):
        with connection.cursor() as cursor:
            cursor.execute(LIST[connection.vendor])
            names = {name for (name,) in cursor.fetchall()}
        assert set(GUARDS) == {name for name in names if name.startswith(("bills_", "postings_", "series_"))}


class TestCommands:
    def test_say_that_the_books_are_whole(self, bill, capsys):
        call_command("check_books")
        assert capsys.readouterr().out == "The books are whole.\n"

    def test_say_what_is_wrong(self, bill):
        with unguarded():
            Bill.objects.filter(pk=bill.pk).delete()
        with pytest.raises(CommandError, match="There is no bill 2026-000001"):
            call_command("check_books")

    def test_write_what_the_accountant_gets(self, bill, tmp_path):
        call_command("export_books", 2026, 11, to=tmp_path / "books.zip")
        call_command("export_books", 2026, 4, vat=True, to=tmp_path / "vat.csv")
        assert (tmp_path / "books.zip").read_bytes() == services.export(2026, 11)
        assert (tmp_path / "vat.csv").read_bytes() == services.vat_report(2026, 4)

    @pytest.mark.parametrize(("number", "vat"), [(0, False), (13, False), (5, True)])
    def test_refuse_a_month_that_no_calendar_has(self, number, vat, tmp_path):
        with pytest.raises(CommandError):
            call_command("export_books", 2026, number, vat=vat, to=tmp_path / "x")
