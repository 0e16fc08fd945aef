"""Bills that are written at the same moment: no number is skipped, and nothing is written twice."""

from uuid import uuid4

import pytest
from django.db import transaction

from books import access, services
from books.models import Bill, Posting
from prifora.kernel.money import Money
from tests.books.sales import DAY, sell, take_back
from tests.race import at_once

pytestmark = pytest.mark.usefixtures("emptied_books")


class Undone(Exception):
    pass


def test_twenty_at_once_get_the_next_numbers_without_a_hole():
    numbers = at_once(*[lambda: sell().number] * 20)
    assert sorted(numbers) == [f"2026-{n:06}" for n in range(1, 21)]
    assert services.check_books() == []


def test_those_that_are_undone_leave_no_hole():
    def undone():
        try:
            with transaction.atomic():
                sell()
                raise Undone
        except Undone:
            return ""

    numbers = at_once(*[lambda: sell().number, undone] * 10)
    assert sorted(filter(None, numbers)) == [f"2026-{n:06}" for n in range(1, 11)]
    assert services.check_books() == []


def test_twenty_bills_of_one_sale_are_one():
    reference = uuid4()
    numbers = at_once(*[lambda: sell(reference=reference).number] * 20)
    assert set(numbers) == {"2026-000001"}
    assert access.owed(reference) == Money(37400)


def test_two_credit_notes_take_back_no_more_than_there_is():
    bill = sell()

    def credit():
        try:
            return take_back(bill).number
        except services.CreditTooMuch:
            return ""

    assert sorted(at_once(*[credit] * 4)) == ["", "", "", "C2026-000001"]
    assert access.owed(bill.reference) == Money(0)
    assert Bill.objects.count() == 2


def test_a_payment_told_twenty_times_at_once_is_booked_once():
    bill = sell()
    at_once(*[lambda: services.received(reference=bill.reference, amount=bill.payable, at=DAY)] * 20)
    assert access.owed(bill.reference) == Money(0)
    assert Posting.objects.filter(what="payment").count() == 1
