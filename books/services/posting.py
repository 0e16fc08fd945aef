"""What is booked: every amount goes from one account to another, once, and stays."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction

from books import access
from books.models import Account, Bill, Posting, What
from books.rules import Kind, kept_until
from prifora.kernel.money import Money

SALES = {Kind.GOODS: Account.GOODS, Kind.SERVICE: Account.SERVICES, Kind.DELIVERY: Account.DELIVERY}
"""Where the sale of each kind of thing is booked."""


class BookedOtherwise(ValueError):
    """This happened before, with other amounts or on another day: one of the two is wrong."""


@dataclass(frozen=True, slots=True)
class Move:
    """An amount that goes from `credit` to `debit`; one below zero goes the other way."""

    debit: Account
    credit: Account
    amount: Money
    country: str = ""
    rate: Decimal | None = None


def received(*, reference: UUID, amount: Money, at: date, event: UUID | None = None) -> None:
    """Book that the payment provider got `amount` for a sale on the day `at`.

    Here and below: `event` tells apart what happens to one sale several times; what happened once is booked
    once, however often it is told. Raises BookedOtherwise when it is told differently.
    """
    move = Move(Account.PROVIDER, Account.CUSTOMERS, amount)
    _book_for_sale(What.PAYMENT, reference, move, at, event)


def paid_back(*, reference: UUID, amount: Money, at: date, event: UUID | None = None) -> None:
    """Book that a customer got `amount` back through the payment provider."""
    move = Move(Account.CUSTOMERS, Account.PROVIDER, amount)
    _book_for_sale(What.REFUND, reference, move, at, event)


def lost(*, reference: UUID, amount: Money, at: date, event: UUID | None = None) -> None:
    """Book that a customer's bank took a payment back: they owe it again."""
    move = Move(Account.CUSTOMERS, Account.PROVIDER, amount)
    _book_for_sale(What.CHARGEBACK, reference, move, at, event)


def fee(*, reference: UUID, amount: Money, at: date, event: UUID | None = None) -> None:
    """Book what the payment provider keeps for a payment."""
    _book_for_sale(What.FEE, reference, Move(Account.FEES, Account.PROVIDER, amount), at, event)


def give_up(*, reference: UUID, amount: Money, at: date, event: UUID | None = None) -> None:
    """Book that nobody will pay `amount` any more."""
    _book_for_sale(What.WRITE_OFF, reference, Move(Account.LOST, Account.CUSTOMERS, amount), at, event)


def paid_out(*, event: UUID, amount: Money, at: date) -> None:
    """Book that the payment provider put `amount` on our bank account; of no sale in particular."""
    move = Move(Account.BANK, Account.PROVIDER, amount)
    book(What.PAYOUT, event=event, reference=None, number="", at=at, moves=[move], one_stop=False)


def book_bill(bill: Bill) -> None:
    """Book a new bill: sales and VAT, by kind, country and percentage, against what the customer owes.

    A credit note is booked for the sale whose invoice it takes back.
    """
    invoice = access.bill_numbered(bill.of) if bill.is_credit else bill
    sign = -1 if bill.is_credit else 1
    book(
        What.CREDIT if bill.is_credit else What.SALE,
        event=bill.reference,
        reference=invoice.reference,
        number=bill.number,
        at=bill.on,
        moves=[
            Move(move.debit, move.credit, move.amount * sign, move.country, move.rate) for move in _sold(bill)
        ],
        one_stop=bill.one_stop,
    )


@transaction.atomic
def book(
    what: What,
    *,
    event: UUID,
    reference: UUID | None,
    number: str,
    at: date,
    moves: Iterable[Move],
    one_stop: bool,
) -> None:
    """Book something that happened, in the caller's transaction. Raises BookedOtherwise."""
    ends_at = kept_until(at.year, one_stop=one_stop)
    lines = [
        _line(move, what=what, event=event, n=n, reference=reference, number=number, on=at, ends_at=ends_at)
        for n, move in enumerate(move for move in moves if move.amount)
    ]
    try:
        with transaction.atomic():
            Posting.objects.bulk_create(lines)
    except IntegrityError:
        there = Posting.objects.filter(what=what, event=event).order_by("n")
        if [_said(line) for line in there] != [_said(line) for line in lines]:
            raise BookedOtherwise from None


def _book_for_sale(what: What, reference: UUID, move: Move, at: date, event: UUID | None) -> None:
    if move.amount.cents <= 0:
        raise ValueError("nothing to book")
    invoice = access.bill_of(reference)
    book(
        what,
        event=event or reference,
        reference=reference,
        number=invoice.number if invoice else "",
        at=at,
        moves=[move],
        one_stop=bool(invoice and invoice.one_stop),
    )


def _sold(bill: Bill) -> Iterable[Move]:
    """Yield what a bill moves: sales by kind and percentage, VAT by percentage, and what is rounded off."""
    nets: dict[tuple[Kind, Decimal], Money] = {}
    for line in bill.sold:
        key = (line.kind, line.vat_rate)
        nets[key] = nets.get(key, Money(0, bill.currency)) + line.net
    for (kind, rate), net in nets.items():
        yield Move(Account.CUSTOMERS, SALES[kind], net, bill.country, rate)
    for group in bill.totals.groups:
        yield Move(Account.CUSTOMERS, Account.VAT, group.vat, bill.country, group.rate)
    yield Move(Account.CUSTOMERS, Account.ROUNDING, Money(bill.rounding, bill.currency))


def _line(move: Move, **about: object) -> Posting:
    debit, credit = move.debit, move.credit
    if move.amount.cents < 0:
        debit, credit = credit, debit
    amount = abs(move.amount)
    return Posting(
        debit=debit,
        credit=credit,
        cents=amount.cents,
        currency=amount.currency,
        country=move.country,
        rate=move.rate,
        **about,
    )


def _said(line: Posting) -> tuple[object, ...]:
    """Return what must be the same when something is told twice."""
    return (line.reference, line.on, line.debit, line.credit, line.cents, line.currency)
