"""Looking things up in the books. Who may is decided by who asks: the shop for its own sales, and staff."""

from uuid import UUID

from django.db.models import QuerySet, Sum

from books.models import Account, Bill, Document, Posting
from prifora.kernel.errors import Absent
from prifora.kernel.money import Money


def bill_numbered(number: str, *, lock: bool = False) -> Bill:
    """Return the bill with this number, held until the end of the transaction with `lock`; raises Absent."""
    bills = Bill.objects.select_for_update() if lock else Bill.objects
    found = bills.filter(number=number).first()
    if found is None:
        raise Absent
    return found


def bill_of(reference: UUID) -> Bill | None:
    """Return the invoice of a sale, if there is one."""
    return Bill.objects.filter(kind=Document.INVOICE, reference=reference).first()


def credits_of(number: str) -> QuerySet[Bill]:
    """Return the credit notes of an invoice, in the order they were written."""
    return Bill.objects.filter(of=number).order_by("number")


def owed(reference: UUID) -> Money:
    """Return what the customer of a sale owes us; below zero: what we owe them. Of nothing it is zero."""
    lines = Posting.objects.filter(reference=reference)
    return _balance(lines, Account.CUSTOMERS)


def balances(currency: str = "EUR") -> dict[Account, Money]:
    """Return the balance of every account: what came in less what went out. They add up to zero."""
    lines = Posting.objects.filter(currency=currency)
    return {account: _balance(lines, account, currency) for account in Account}


def _balance(lines: QuerySet[Posting], account: Account, currency: str = "EUR") -> Money:
    came = lines.filter(debit=account).aggregate(sum=Sum("cents"))["sum"] or 0
    went = lines.filter(credit=account).aggregate(sum=Sum("cents"))["sum"] or 0
    return Money(int(came) - int(went), currency)
