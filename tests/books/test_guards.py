"""The database itself refuses to change the books or to lose a row before its time, whoever writes SQL."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from books.models import Bill, Posting, Series, Term
from tests.books.sales import DAY, sell, take_back

pytestmark = pytest.mark.django_db
BEYOND = "'2999-01-01 00:00:00+00:00'"


def refused(statement):
    with pytest.raises(DatabaseError, match="the books are only added to"), transaction.atomic():
        run(statement)


def run(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.rowcount


@pytest.fixture
def bill():
    bill = sell()
    take_back(bill, [bill.sold[0]])
    return bill


class TestBills:
    @pytest.mark.obligation("PER-43", partial=True)
    def test_are_not_changed_in_any_column(self, bill):
        before = list(Bill.objects.order_by("pk").values())
        for field in Bill._meta.local_concrete_fields:
            refused(f'UPDATE books_bill SET "{field.column}" = "{field.column}"')
        refused("UPDATE books_bill SET net = 1")
        refused("UPDATE books_bill SET sealed = ''")
        assert list(Bill.objects.order_by("pk").values()) == before

    def test_are_not_deleted(self, bill):
        refused("DELETE FROM books_bill")
        with pytest.raises(DatabaseError), transaction.atomic():
            bill.delete()
        assert Bill.objects.count() == 2


class TestPostings:
    def test_are_not_changed_in_any_column_but_that_they_stay_longer(self, bill):
        other = {
            "what": "'fee'",
            "n": "9",
            "number": "'x'",
            "debit": "'1000'",
            "credit": "'1000'",
            "cents": "1",
        }
        other |= {"currency": "'GBP'", "country": "'XX'", "rate": "1", "on": "'2026-01-01'"}
        other |= dict.fromkeys(("id", "event", "reference"), f"'{uuid4().hex}'")
        other |= {"created_at": BEYOND}
        assert other.keys() == {f.column for f in Posting._meta.local_concrete_fields} - {"ends_at"}
        for column, value in other.items():
            refused(f'UPDATE books_posting SET "{column}" = {value} WHERE n = 0')

    def test_never_stay_shorter(self, bill):
        before = Posting.objects.first().ends_at
        with pytest.raises(DatabaseError), transaction.atomic():
            Posting.objects.update(ends_at=before - timedelta(seconds=1))
        Posting.objects.update(ends_at=before + timedelta(days=1))
        assert set(Posting.objects.values_list("ends_at", flat=True)) == {before + timedelta(days=1)}

    def test_are_not_deleted(self, bill):
        refused("DELETE FROM books_posting")
        refused("DELETE FROM books_posting WHERE n = 0")

    @pytest.mark.parametrize("wrong", [{"cents": 0}, {"cents": -1}, {"credit": "1300"}])
    def test_move_something_between_two_accounts(self, wrong):
        told = {
            "what": "fee",
            "event": uuid4(),
            "n": 0,
            "on": DAY,
            "debit": "1300",
            "credit": "1100",
            "cents": 1,
        }
        with pytest.raises(IntegrityError), transaction.atomic():
            Posting.objects.create(**{**told, "ends_at": sell().ends_at, **wrong})

    def test_are_booked_once(self, bill):
        line = Posting.objects.first()
        line.pk, line._state.adding = uuid4(), True
        with pytest.raises(IntegrityError), transaction.atomic():
            line.save(force_insert=True)


class TestSeries:
    def test_count_up_by_one_and_nothing_else(self, bill):
        for change in ("last = last", "last = last + 2", "last = last - 1", "last = 0", "name = 'x'"):
            refused(f"UPDATE books_series SET {change}")
        refused("DELETE FROM books_series")
        assert set(Series.objects.values_list("name", "last")) == {("2026", 1), ("C2026", 1)}


class TestTerm:
    def test_lets_go_of_what_is_over_and_of_nothing_else(self):
        old, new = sell(at=date(2013, 1, 1)), sell()
        Term.objects.create(over_at=old.ends_at)
        assert Bill.objects.filter(pk=old.pk).delete()[0] == 1
        refused(f"DELETE FROM books_bill WHERE number = '{new.number}'")
        Term.objects.update(over_at=new.ends_at - timedelta(seconds=1))
        refused(f"DELETE FROM books_bill WHERE number = '{new.number}'")
