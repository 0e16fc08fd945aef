"""Whether the books are whole: what an accountant would look for, as sentences for the operator."""

from collections.abc import Iterator

from django.db import connection
from django.db.models import Q

from books import access
from books.models import Account, Bill, Document, Posting, Series, Term, What
from books.rules import kept_until, number_of
from prifora.kernel.money import Money, total

GUARDS = (
    "bills_are_not_changed",
    "bills_are_not_deleted",
    "postings_are_not_changed",
    "postings_are_not_deleted",
    "series_only_count_up",
    "series_are_not_deleted",
)
"""The triggers without which the books could be changed (migration 0002)."""

_TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')",
}


def check_books() -> list[str]:
    """Return a sentence for the operator about each thing that is wrong with the books; none when whole."""
    return [*_missing_guards(), *_holes(), *_unbalanced(), *_unbooked()]


def _missing_guards() -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(_TRIGGERS[connection.vendor])
        there = {name for (name,) in cursor.fetchall()}
    yield from (
        f"The trigger {name} is not there: rows could be changed." for name in GUARDS if name not in there
    )


def _holes() -> Iterator[str]:
    """Yield the numbers that no bill has, of the years of which nothing was let go of yet."""
    term = Term.objects.first()
    for series in Series.objects.order_by("name"):
        year = int(series.name.removeprefix("C"))
        if term is not None and term.over_at >= kept_until(year, one_stop=False):
            continue
        numbers = set(
            Bill.objects.filter(number__startswith=f"{series.name}-").values_list("number", flat=True)
        )
        wanted = {number_of(series.name, n) for n in range(1, series.last + 1)}
        yield from (f"There is no bill {number}." for number in sorted(wanted - numbers))
        yield from (f"Bill {number} was never numbered." for number in sorted(numbers - wanted))


def _unbalanced() -> Iterator[str]:
    for currency in Posting.objects.order_by("currency").values_list("currency", flat=True).distinct():
        off = total(access.balances(currency).values(), currency)
        if off:
            yield f"The ledger is off by {off}."


def _unbooked() -> Iterator[str]:
    """Yield the bills that are booked for another amount than stands on them."""
    for bill in Bill.objects.order_by("number").iterator():
        what = What.CREDIT if bill.kind == Document.CREDIT else What.SALE
        booked = Money(0, bill.currency)
        lines = Posting.objects.filter(Q(debit=Account.CUSTOMERS) | Q(credit=Account.CUSTOMERS))
        for line in lines.filter(what=what, event=bill.reference):
            booked += line.amount if line.debit == Account.CUSTOMERS else -line.amount
        if booked != (-bill.payable if bill.is_credit else bill.payable):
            yield f"Bill {bill.number} asks {bill.payable}, and {booked} is booked."
