"""What the shop tells the books: bills of what was paid, credit notes of what comes back."""

from collections.abc import Iterable
from datetime import datetime

from books import rules
from books import services as books
from prifora.kernel.money import Money
from prifora.kernel.terms import day_of
from shop import access
from shop.models import Attempt, Charge, Kind, Order, OrderLine, Withdrawal

BOOKED = {
    Kind.HARDWARE.value: "goods",
    Kind.OTHER.value: "goods",
    Kind.SUBSCRIPTION.value: "service",
    "delivery": "delivery",
}
"""What the books call what we sell."""


def bill_order(order: Order, attempt: Attempt, *, now: datetime) -> str:
    """Bill an order that is being paid; return the number of the invoice."""
    bill = books.bill(
        reference=attempt.pk,
        buyer=_buyer(order),
        lines=[_line(order, one) for one in access.lines_of(order)],
        paid=Money(order.total_cents, order.currency),
        at=day_of(now),
        language=order.language,
    )
    return bill.number


def bill_term(charge: Charge, attempt: Attempt, *, now: datetime) -> str:
    """Bill a further term of a subscription; return the number of the invoice."""
    order = charge.subscription.order
    name = charge.product.names.get(order.language) or charge.product.slug
    bill = books.bill(
        reference=attempt.pk,
        buyer=_buyer(order),
        lines=[
            rules.Line(
                description=f"{name} ({charge.first_day} – {charge.last_day})",
                quantity=charge.subscription.quantity,
                unit_net=Money(charge.net_cents, order.currency),
                vat_rate=charge.vat_rate,
                kind=rules.Kind(BOOKED[Kind.SUBSCRIPTION]),
            )
        ],
        paid=Money(charge.total_cents, order.currency),
        at=day_of(now),
        language=order.language,
    )
    return bill.number


def credit_lines(withdrawal: Withdrawal, lines: Iterable[OrderLine], *, now: datetime) -> tuple[str, Money]:
    """Write the credit note of what was given back; return its number and what it gives back in all."""
    order = withdrawal.order
    bill = books.credit(
        reference=withdrawal.pk,
        of=order.invoice,
        lines=[_line(order, one) for one in lines],
        at=day_of(now),
    )
    return bill.number, bill.payable


def _buyer(order: Order) -> rules.Buyer:
    said = access.buyer_of(order)
    return rules.Buyer(
        name=said["name"],
        company=said.get("company", ""),
        vat_id=said.get("vat_id", ""),
        address=(said["street"],),
        postcode=said["postcode"],
        city=said["city"],
        country=said["country"],
        language=order.language,
    )


def _line(order: Order, line: OrderLine) -> rules.Line:
    return rules.Line(
        description=line.name,
        quantity=line.quantity,
        unit_net=Money(line.net_cents, order.currency),
        vat_rate=order.vat_rate,
        kind=rules.Kind(BOOKED[line.kind]),
    )
