"""Looking things up in the books."""

from uuid import uuid4

import pytest

from books import access, services
from books.models import Account
from prifora.kernel.errors import Absent
from prifora.kernel.money import Money
from tests.books.sales import DAY, sell, take_back

pytestmark = pytest.mark.django_db


class TestBills:
    def test_are_found_by_number_and_by_sale(self):
        bill = sell()
        assert access.bill_numbered(bill.number) == access.bill_of(bill.reference) == bill

    def test_that_are_not_there_are_absent(self):
        assert access.bill_of(uuid4()) is None
        for number in ("2026-000001", "", "%"):
            with pytest.raises(Absent):
                access.bill_numbered(number)

    def test_of_a_sale_are_not_its_credit_notes(self):
        bill = sell()
        backs = [take_back(bill, [part]) for part in bill.sold]
        assert access.bill_of(bill.reference) == bill
        assert access.bill_of(backs[0].reference) is None
        assert list(access.credits_of(bill.number)) == backs


class TestOwed:
    def test_is_what_was_billed_less_what_was_paid(self):
        bill, other = sell(), sell()
        services.received(reference=bill.reference, amount=Money(30000), at=DAY)
        assert access.owed(bill.reference) == Money(7400)
        assert access.owed(other.reference) == Money(37400)
        assert access.owed(uuid4()) == Money(0)

    def test_is_below_zero_when_we_owe_them(self):
        reference = uuid4()
        services.received(reference=reference, amount=Money(100), at=DAY)
        assert access.owed(reference) == Money(-100)


class TestBalances:
    def test_are_of_every_account_and_of_one_currency(self):
        services.paid_out(event=uuid4(), amount=Money(100), at=DAY)
        services.paid_out(event=uuid4(), amount=Money(900, "GBP"), at=DAY)
        assert access.balances().keys() == set(Account)
        assert access.balances()[Account.BANK] == Money(100)
        assert access.balances("GBP")[Account.BANK] == Money(900, "GBP")
