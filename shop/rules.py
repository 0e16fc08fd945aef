"""Prices, VAT, days and whitelists of the shop; pure functions without tables.

Which VAT is owed where, the books know; here it is reckoned over the sum of the lines, as they do.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from prifora.kernel.money import Money
from prifora.kernel.terms import end_of, is_working_day

HOME = "NL"
"""Where the shop is: the country whose VAT is in the prices of the catalogue."""

COUNTRIES = ("NL", "BE", "FR", "LU", "DE")

DELIVERY_NET = {"NL": 574, "BE": 657, "FR": 946, "LU": 946, "DE": 822}
"""What bringing a parcel costs, in cents without VAT, however many things are in it."""

MOST_OF_ONE = 10
"""Pieces of one product in one order: this is a shop for families."""

RESERVED_FOR = timedelta(minutes=45)
HELD_AT_MOST = timedelta(days=1)
"""So long after the order its goods are no longer set apart anew, however often one begins to pay."""

UNPAID_KEPT = timedelta(days=7)
"""How long an order that nobody paid is there, so that it can be paid after all."""

CODE_MAILED_AFTER = timedelta(minutes=10)
"""After so long an activation code that nobody asked on the order page goes by mail alone."""

WITHDRAW_DAYS, REFUND_DAYS = 14, 14
"""Directive 2011/83/EU art. 9(1) and 13(1), (3)."""

REFUND_DAYS_BEFORE = 1
"""The money goes back so many days before the term is over, whether or not the goods came in."""

CONTACT_KEPT = timedelta(days=730)
"""The two years in which goods must be as promised (Directive (EU) 2019/771 art. 10(1))."""

CONTACT_KEPT_ENDED = timedelta(days=90)
"""The same after a subscription without goods has ended."""

DELIVERY_KEPT = timedelta(days=60)
"""The delivery address after the parcel came: the term to give it back, the way back, and some room."""

BOOK_YEARS, ONE_STOP_SHOP_YEARS = 7, 10
"""Art. 52 AWR; art. 369k Directive 2006/112/EC. Both count from 1 January after the year of the invoice."""

YEAR_MONTHS = 12
NOTICE_DAYS = {1: 7, YEAR_MONTHS: 30}
"""How many days before a new term of so many months the customer is told."""

TRIES_AFTER = (0, 3, 10, 20)
"""On which days after the term began its charge is tried; each failure is told."""

DEBIT_DAYS = 7
"""So long a direct debit may be on its way after the grace before we no longer wait for it."""

GRACE_DAYS = 30
"""So long a subscription waits for its charge; then it ends. Nothing of the family is ever deleted for it."""


class To(StrEnum):
    """Who got to see something of an order."""

    CARRIER = "carrier"
    FINANCE = "finance"
    LOGISTIC = "logistic"


MAY_GET: dict[To, frozenset[str]] = {
    To.CARRIER: frozenset(("reference", "name", "street", "postcode", "city", "country", "mobile", "weight")),
    To.FINANCE: frozenset(
        ("name", "company", "vat_id", "street", "postcode", "city", "country", "email", "holder")
    ),
    To.LOGISTIC: frozenset(("name", "street", "postcode", "city", "country", "mobile")),
}
"""The only fields that each of them ever gets (X-01). For the payment provider see payments.rules."""


class NotWhitelisted(ValueError):
    """Our bug: something would be told to somebody who may not have it."""


def only_allowed(to: To, fields: Iterable[str]) -> list[str]:
    """Return the names of fields about to be told; raises NotWhitelisted for one that must not be."""
    told = sorted(fields)
    if not MAY_GET[to].issuperset(told):
        raise NotWhitelisted(to.value)
    return told


@dataclass(frozen=True, slots=True)
class Price:
    """What lines cost together, and each of them with its share of the VAT; the shares add up."""

    net: Money
    total: Money
    lines: tuple[Money, ...]

    @property
    def vat(self) -> Money:
        """The VAT in it."""
        return self.total - self.net


def price_of(nets: Sequence[Money], rate: Decimal) -> Price:
    """Return the price of lines without VAT at one rate."""
    net = sum(nets, Money(0))
    whole = net + net.vat_of(rate)
    shares = whole.split([one.cents for one in nets]) if net else [Money(0) for _one in nets]
    return Price(net, whole, tuple(shares))


def notice_day(paid_until: date, months: int) -> date:
    """Return the day on which the customer is told of the next term."""
    return paid_until - timedelta(days=NOTICE_DAYS.get(months, max(NOTICE_DAYS.values())))


def last_day_to_withdraw(from_day: date) -> date:
    """Return the last day on which an order can be given back; `from_day` itself does not count.

    When that is no working day, the term lasts until the end of the next one (Regulation 1182/71 art. 3(4)).
    """
    day = from_day + timedelta(days=WITHDRAW_DAYS)
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def may_withdraw(*, ordered_on: date, delivered_on: date | None, ships: bool, today: date) -> bool:
    """Return whether an order can be given back today: also as long as its parcel is not there."""
    if ships and delivered_on is None:
        return True
    return today <= last_day_to_withdraw(max(ordered_on, delivered_on or ordered_on))


def refund_by(withdrawn_on: date) -> date:
    """Return the last day on which the money must be on its way back."""
    return withdrawn_on + timedelta(days=REFUND_DAYS)


def books_end(invoiced_on: date, *, one_stop_shop: bool) -> datetime:
    """Return the moment from which even the books keep nothing of an order."""
    years = ONE_STOP_SHOP_YEARS if one_stop_shop else BOOK_YEARS
    return end_of(date(invoiced_on.year + years, 12, 31))
