"""Invoices and credit notes: numbered in a row, once for each sale, and adding up."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st

from books import access, services
from books.models import Account, Bill, Document, Posting
from books.rules import Kind
from prifora.kernel.errors import Absent, Conflict
from prifora.kernel.money import CurrencyMismatch, Money, total
from tests.books.sales import DAY, basket, buyer, gross, line, sell, take_back

pytestmark = pytest.mark.django_db
MANY = how(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


class TestBill:
    def test_has_a_number_an_amount_and_is_booked(self):
        bill = sell()
        assert (bill.number, bill.kind, bill.on) == ("2026-000001", Document.INVOICE, DAY)
        assert (bill.net, bill.vat, bill.rounding, bill.paid) == (30909, 6491, 0, 37400)
        assert (bill.payable, bill.due) == (Money(37400), Money(0))
        assert access.owed(bill.reference) == Money(37400)
        assert access.balances()[Account.VAT] == Money(-6491)
        assert access.balances()[Account.SERVICES] == Money(-9917)

    def test_has_the_next_number_and_begins_anew_with_the_year(self):
        days = [
            date(2026, 12, 31),
            date(2027, 1, 1),
            date(2026, 12, 31),
            date(2028, 2, 29),
            date(2027, 1, 31),
        ]
        assert [sell(at=day).number for day in days] == [
            "2026-000001",
            "2027-000001",
            "2026-000002",
            "2028-000001",
            "2027-000002",
        ]

    def test_leaves_no_hole_when_it_is_undone(self):
        sell()
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            sell()
            1 / 0  # noqa: B018
        assert sell().number == "2026-000002"

    def test_of_a_sale_is_written_once(self):
        reference = uuid4()
        first = sell(reference=reference)
        assert sell(reference=reference, at=date(2026, 12, 1)) == first
        with pytest.raises(Conflict):
            sell(reference=reference, lines=[line()])
        assert Bill.objects.count() == 1
        assert access.owed(reference) == Money(37400)

    def test_keeps_to_whom_it_is_written_sealed_and_who_sold_it(self):
        anneke = buyer()
        bill = Bill.objects.get(pk=sell(anneke).pk)
        assert bill.buyer == anneke
        assert bill.seller == settings.SELLER
        for told in ("Anneke", "Dorpsstraat", "3511"):
            assert told.encode() not in bytes(bill.sealed)

    @pytest.mark.parametrize("name", ["Jan\x07\x00", "Jan\n", " Jan \u200b", "J\ud800an", "\u202eJan"])
    def test_leaves_out_what_cannot_be_seen(self, name):
        bill = sell(buyer(name=name, address=(name, "\x01")), [line(description=f"{name} x")])
        assert (bill.buyer.name, bill.buyer.address) == ("Jan", ("Jan",))
        assert bill.sold[0].description == "Jan x"
        assert services.pdf(bill.number)
        assert services.xml(bill.number)

    def test_cannot_be_read_with_another_one_s_seal(self):
        from prifora.kernel.crypto import Unreadable

        one, other = sell(), sell(buyer("BE"))
        one.sealed = other.sealed
        with pytest.raises(Unreadable):
            _ = one.buyer

    @pytest.mark.obligation("PRI-42", partial=True)
    @pytest.mark.parametrize(
        ("to", "rate", "country", "one_stop", "reverse"),
        [
            (buyer("NL"), "21", "NL", False, False),
            (buyer("NL", business=True), "21", "NL", False, False),
            (buyer("BE"), "21", "BE", True, False),
            (buyer("FR"), "20", "FR", True, False),
            (buyer("LU"), "17", "LU", True, False),
            (buyer("DE"), "19", "DE", True, False),
            (buyer("DE", business=True), "0", "DE", False, True),
        ],
    )
    def test_asks_the_vat_of_the_country(self, to, rate, country, one_stop, reverse):
        bill = sell(to, basket(rate))
        assert (bill.country, bill.one_stop, bill.reverse) == (country, one_stop, reverse)
        assert (bill.ends_at - timedelta(days=1)).year == (2036 if one_stop else 2033)
        assert Posting.objects.filter(event=bill.reference).exclude(ends_at=bill.ends_at).count() == 0

    def test_asks_our_vat_of_people_abroad_while_we_are_not_in_the_one_stop_shop(self, settings):
        settings.SELLER_ONE_STOP = False
        bill = sell(buyer("FR"), basket("21"))
        assert (bill.country, bill.one_stop) == ("NL", False)

    @pytest.mark.parametrize(("to", "rate"), [(buyer("FR"), "21"), (buyer("NL"), "0"), (buyer("BE"), "6")])
    def test_with_another_rate_is_refused(self, to, rate):
        with pytest.raises(services.WrongRate):
            sell(to, basket(rate))
        assert not Bill.objects.exists()

    @pytest.mark.parametrize(
        "lines", [[], [line(quantity=0)], [line(quantity=-1)], [line(-1)], [line(10**11 + 1)]]
    )
    def test_of_nothing_is_refused(self, lines):
        with pytest.raises(services.UnfitLines):
            services.bill(reference=uuid4(), buyer=buyer(), lines=lines, paid=Money(0), at=DAY)

    def test_in_two_currencies_is_refused(self):
        with pytest.raises(CurrencyMismatch):
            services.bill(reference=uuid4(), buyer=buyer(), lines=basket(), paid=Money(37400, "GBP"), at=DAY)

    def test_to_a_country_we_do_not_sell_to_is_refused(self):
        with pytest.raises(services.NotSoldThere):
            services.bill(
                reference=uuid4(), buyer=replace(buyer(), country="US"), lines=basket(), paid=Money(1), at=DAY
            )

    def test_is_refused_while_nobody_said_who_sells(self, settings):
        settings.SELLER = {**settings.SELLER, "name": ""}
        with pytest.raises(services.SellerUnknown):
            sell()
        assert not Bill.objects.exists()

    def test_rounds_a_price_that_does_not_come_out(self):
        """249.00 euro with 21 % is no price without VAT in whole cents."""
        bill = sell(lines=[line(20579)], paid=Money(24900))
        assert (bill.net + bill.vat, bill.rounding, bill.payable) == (24901, -1, Money(24900))
        assert access.owed(bill.reference) == Money(24900)
        assert access.balances()[Account.ROUNDING] == Money(1)

    def test_that_was_not_paid_yet_asks_all_of_it(self):
        bill = sell(paid=Money(0))
        assert (bill.payable, bill.due, bill.rounding) == (Money(37400), Money(37400), 0)


class TestVatRate:
    @pytest.mark.parametrize(
        ("country", "vat_id", "rate"), [("FR", "", 20), ("FR", "FR83404833048", 0), ("NL", "NL1", 21)]
    )
    def test_is_what_a_line_must_have(self, country, vat_id, rate):
        assert services.vat_rate(country=country, vat_id=vat_id, kind=Kind.SERVICE, at=DAY) == rate


class TestCredit:
    def test_of_all_leaves_nothing(self):
        bill = sell(lines=[line(20579)], paid=Money(24900))
        back = take_back(bill, at=date(2027, 1, 31))
        assert (back.number, back.kind, back.of) == ("C2027-000001", Document.CREDIT, bill.number)
        assert (back.payable, back.rounding) == (Money(24900), -1)
        assert back.buyer == bill.buyer
        assert access.owed(bill.reference) == Money(0)
        assert not any(access.balances().values())

    def test_of_a_part_leaves_the_rest(self):
        bill = sell()
        back = take_back(bill, [bill.sold[0]])
        assert back.payable == Money(20579 + 4322)
        assert access.owed(bill.reference) == Money(37400 - 24901)

    def test_of_less_than_a_line_is_possible(self):
        """A month that somebody could not use."""
        bill = sell()
        part = line(826, kind=Kind.SERVICE, description="November")
        assert take_back(bill, [part]).payable == Money(826 + 173)

    def test_of_all_in_parts_leaves_nothing(self):
        bill = sell(paid=Money(37403))
        for part in bill.sold:
            take_back(bill, [part])
        assert total(one.payable for one in access.credits_of(bill.number)) == bill.payable
        assert not any(access.balances().values()) or access.balances()[Account.CUSTOMERS] == Money(0)
        assert access.owed(bill.reference) == Money(0)

    @MANY
    @given(
        st.lists(st.tuples(st.integers(1, 99999), st.integers(1, 9)), min_size=1, max_size=6),
        st.integers(-5, 5),
    )
    def test_of_all_line_by_line_always_leaves_nothing(self, sold, off):
        lines = [line(cents, quantity=quantity) for cents, quantity in sold]
        bill = sell(lines=lines, paid=gross(lines) + Money(min(max(off, -len(lines)), len(lines))))
        for part in bill.sold:
            take_back(bill, [part])
        assert access.owed(bill.reference) == Money(0)
        with pytest.raises(services.CreditTooMuch):
            take_back(bill, [line(1)])

    @pytest.mark.parametrize(
        "lines",
        [
            [line(20580)],
            [line(20579), line(1)],
            [line(1, rate="0")],
            [line(9918, kind=Kind.SERVICE)],
            [line(20579, quantity=2)],
        ],
    )
    def test_of_more_than_was_sold_is_refused(self, lines):
        bill = sell()
        with pytest.raises(services.CreditTooMuch):
            take_back(bill, lines)
        assert access.owed(bill.reference) == Money(37400)

    def test_of_what_was_taken_back_already_is_refused(self):
        bill = sell()
        take_back(bill)
        with pytest.raises(services.CreditTooMuch):
            take_back(bill, [bill.sold[1]])

    def test_is_written_once(self):
        bill, reference = sell(), uuid4()
        first = take_back(bill, [bill.sold[0]], reference=reference)
        assert take_back(bill, [bill.sold[0]], reference=reference) == first
        with pytest.raises(Conflict):
            take_back(bill, [bill.sold[1]], reference=reference)
        assert Bill.objects.count() == 2

    def test_of_nothing_or_of_a_credit_note_is_refused(self):
        bill = sell()
        back = take_back(bill, [bill.sold[0]])
        for of, lines in ((bill.number, []), (back.number, bill.sold), (bill.number, [line(0)])):
            with pytest.raises(services.UnfitLines):
                services.credit(reference=uuid4(), of=of, lines=lines, at=DAY)

    def test_of_a_bill_that_is_not_there_is_refused(self):
        with pytest.raises(Absent):
            services.credit(reference=uuid4(), of="2026-000009", lines=basket(), at=DAY)

    def test_keeps_to_the_vat_of_the_bill(self):
        """A rate that changed since does not matter: what was paid goes back."""
        bill = sell(buyer("DE"), basket("16"), at=date(2020, 12, 31))
        back = take_back(bill, at=date(2021, 1, 1))
        assert back.payable == bill.payable
        assert (back.country, back.one_stop) == ("DE", True)
