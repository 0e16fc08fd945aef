"""The end of the term: everything is there to the last minute, and an hour later nothing is."""

from datetime import date, timedelta

import pytest

from books import services
from books.models import Bill, Posting, Series, Term
from prifora.kernel.policy import Role, Seen
from privacy.models import Sweep
from privacy.services import delete_ended_rows
from tests.books.sales import buyer, sell, take_back

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
REDUCED = {
    *("id", "created_at", "kind", "number", "reference", "of", "on", "language", "sealed", "seller", "lines"),
    *("currency", "net", "vat", "rounding", "paid", "country", "one_stop", "reverse", "layout", "ends_at"),
}
"""What is kept of a sale for all those years. No e-mail, no mobile number, no other address, no bank account."""


def sold(country="NL", **more):
    """A sale with everything that can happen to it in its year."""
    bill = sell(buyer(country), **more)
    services.received(reference=bill.reference, amount=bill.payable, at=bill.on)
    back = take_back(bill, [bill.sold[0]], at=bill.on)
    services.paid_back(reference=bill.reference, amount=back.payable, at=bill.on, event=back.reference)
    return bill


def swept(now):
    """Sweep at `now`, by a clock that came there steadily."""
    Sweep.objects.all().delete()
    delete_ended_rows(now=now)
    return Bill.objects.count(), Posting.objects.count()


class TestTheTerm:
    @pytest.mark.obligation("PER-12", "PRI-89", partial=True)
    @pytest.mark.parametrize(
        ("country", "on", "end"),
        [
            ("NL", date(2026, 1, 1), date(2033, 12, 31)),
            ("NL", date(2026, 12, 31), date(2033, 12, 31)),
            ("BE", date(2026, 12, 31), date(2036, 12, 31)),
            ("NL", date(2028, 2, 29), date(2035, 12, 31)),
        ],
    )
    def test_ends_with_the_seventh_or_tenth_year(self, country, on, end):
        bill = sold(country, at=on)
        assert bill.one_stop == (country == "BE")
        assert (bill.ends_at - DAY).date() <= end <= bill.ends_at.date()
        assert swept(bill.ends_at - MINUTE) == (2, Posting.objects.count())
        delete_ended_rows(now=bill.ends_at + HOUR)
        assert (Bill.objects.count(), Posting.objects.count()) == (0, 0)

    def test_ends_for_each_bill_apart(self):
        sold("NL", at=date(2026, 5, 1))
        abroad, later = sold("FR", at=date(2026, 5, 1)), sold("NL", at=date(2027, 5, 1))
        assert swept(later.ends_at - MINUTE)[0] == 4
        assert services.check_books() == []
        assert swept(later.ends_at + MINUTE)[0] == 2
        assert set(Bill.objects.values_list("one_stop", flat=True)) == {True}
        assert services.check_books() == []
        assert swept(abroad.ends_at + MINUTE) == (0, 0)

    def test_leaves_only_how_far_the_numbers_were(self):
        bill = sold()
        assert swept(bill.ends_at + MINUTE) == (0, 0)
        assert set(Series.objects.values_list("name", "last")) == {("2026", 1), ("C2026", 1)}

    def test_does_not_end_because_a_clock_jumped(self):
        bill = sold()
        delete_ended_rows(now=bill.ends_at - 400 * DAY)
        assert delete_ended_rows(now=bill.ends_at + DAY) == {}
        assert Bill.objects.count() == 2
        assert Term.objects.get().over_at == bill.ends_at - 400 * DAY


class TestLetGo:
    def test_only_ever_moves_on(self):
        first = sold().ends_at
        for now, over_at in ((first, first), (first - DAY, first), (first + DAY, first + DAY)):
            services.let_go(now)
            assert Term.objects.get().over_at == over_at


class TestWhatIsKept:
    @pytest.mark.obligation("PRI-89", partial=True)
    def test_is_the_reduced_set_of_fields(self):
        assert {field.name for field in Bill._meta.local_concrete_fields} == REDUCED
        assert set(Bill().sealed or {}) == set()
        told = {"name", "company", "vat_id", "address", "postcode", "city", "country", "language"}
        assert set(buyer().__slots__) == told

    def test_names_no_account_no_family_and_no_order(self):
        for model in (Bill, Posting, Series, Term):
            assert not [field for field in model._meta.get_fields() if field.is_relation]

    def test_is_for_finance_only_and_sealed_where_it_names_somebody(self):
        for model in (Bill, Posting):
            for name, held in model.policy.fields.items():
                assert set(held.staff) <= {Role.FINANCE}, name
        assert Bill.policy.fields["sealed"].seen is Seen.SEALED
        assert not Bill.policy.fields["sealed"].staff
