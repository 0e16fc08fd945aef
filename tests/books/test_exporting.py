"""What the accountant gets: every amount of a month, on both sides, and nobody's name."""

import csv
import io
import zipfile
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from books import services
from prifora.kernel.money import Money
from prifora.kernel.terms import day_of
from tests.books.sales import PEOPLE, buyer, line, sell, take_back

pytestmark = pytest.mark.django_db


def files(year, month):
    archive = zipfile.ZipFile(io.BytesIO(services.export(year, month)))
    return {name: rows(archive.read(name)) for name in archive.namelist()}


def rows(text):
    return list(csv.DictReader(io.StringIO(text.decode())))


class TestExport:
    def test_has_every_bill_and_both_sides_of_every_posting(self):
        bill = sell(buyer("BE"))
        services.received(reference=bill.reference, amount=bill.payable, at=bill.on)
        back = take_back(bill, [bill.sold[0]])
        made = files(2026, 11)
        assert made.keys() == {"bills.csv", "journal.csv", "vat.csv"}
        assert [(one["number"], one["takes_back"], one["total"]) for one in made["bills.csv"]] == [
            (bill.number, "", "374.00"),
            (back.number, bill.number, "-249.01"),
        ]
        debit, credit = (
            sum(Decimal(one[side] or 0) for one in made["journal.csv"]) for side in ("debit", "credit")
        )
        assert debit == credit == Decimal("374.00") * 2 + Decimal("249.01")
        assert {one["name"] for one in made["journal.csv"]} >= {"customers", "provider", "goods", "vat"}

    def test_names_nobody(self):
        for country in PEOPLE:
            sell(buyer(country))
            sell(buyer(country, business=True))
        archive = zipfile.ZipFile(io.BytesIO(services.export(2026, 11)))
        text = "".join(archive.read(name).decode() for name in archive.namelist())
        for name, address, postcode, city, _language in PEOPLE.values():
            for told in (name, *address, postcode, city, "Zorg & Zo"):
                assert told not in text
        assert "DE136695976" in text

    def test_starts_no_formula(self):
        sell(replace(buyer("DE", business=True), vat_id='=HYPERLINK("x")'))
        assert files(2026, 11)["bills.csv"][0]["vat_id"] == "HYPERLINKx"

    @pytest.mark.parametrize(
        ("first", "last", "after"),
        [
            (date(2026, 11, 1), date(2026, 11, 30), date(2026, 12, 1)),
            (date(2028, 2, 1), date(2028, 2, 29), date(2028, 3, 1)),
            (date(2026, 12, 1), date(2026, 12, 31), date(2027, 1, 1)),
            (date(2026, 3, 1), date(2026, 3, 31), date(2026, 4, 1)),
        ],
    )
    def test_is_of_whole_months(self, first, last, after):
        numbers = [sell(at=day).number for day in (first, last)]
        sell(at=after)
        sell(at=date(first.year - 1, 12, 31))
        assert [one["number"] for one in files(first.year, first.month)["bills.csv"]] == numbers

    def test_is_the_same_bytes_every_time(self):
        sell()
        assert services.export(2026, 11) == services.export(2026, 11)

    def test_of_a_month_without_sales_has_only_heads(self):
        assert files(2026, 1) == {"bills.csv": [], "journal.csv": [], "vat.csv": []}


class TestVatReport:
    def test_adds_up_a_quarter_by_country(self):
        sell(at=date(2026, 9, 30))
        first = sell(buyer("FR"), at=date(2026, 10, 1))
        sell(buyer("FR"), at=date(2026, 12, 31))
        sell(buyer("DE", business=True), at=date(2026, 11, 1))
        take_back(first, at=date(2026, 12, 1))
        sell(at=date(2027, 1, 1))
        assert rows(services.vat_report(2026, 4)) == [
            {"country": "DE", "vat_percentage": "0.00", "currency": "EUR", "net": "309.09", "vat": "0.00"},
            {"country": "FR", "vat_percentage": "20.00", "currency": "EUR", "net": "309.09", "vat": "61.82"},
        ]

    def test_has_what_stands_on_the_bills(self):
        bills = [sell(buyer("LU"), [line(99, rate="17", quantity=n)], paid=Money(0)) for n in range(1, 8)]
        (row,) = rows(services.vat_report(2026, 4))
        assert Decimal(row["vat"]) * 100 == sum(bill.vat for bill in bills)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 12, 31, 23, 30, tzinfo=ZoneInfo("UTC")), date(2027, 1, 1)),
        (datetime(2026, 3, 28, 23, 30, tzinfo=ZoneInfo("UTC")), date(2026, 3, 29)),
        (datetime(2026, 3, 29, 21, 59, tzinfo=ZoneInfo("UTC")), date(2026, 3, 29)),
        (datetime(2026, 3, 29, 22, 0, tzinfo=ZoneInfo("UTC")), date(2026, 3, 30)),
        (datetime(2026, 10, 25, 22, 59, tzinfo=ZoneInfo("UTC")), date(2026, 10, 25)),
        (datetime(2026, 10, 25, 23, 0, tzinfo=ZoneInfo("UTC")), date(2026, 10, 26)),
        (datetime(2028, 2, 29, 22, 59, tzinfo=ZoneInfo("UTC")), date(2028, 2, 29)),
    ],
)
def test_a_sale_is_of_the_day_it_is_here_with_and_without_summer_time(moment, day):
    """Bills take a day; whoever sells gets it from `day_of`. The year of the number follows."""
    assert day_of(moment) == day
    bill = sell(at=day_of(moment))
    assert bill.number.startswith(f"{day.year}-")
    assert (bill.ends_at - timedelta(days=1)).year == day.year + 7
