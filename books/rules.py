"""What the books go by: who pays which VAT, how a bill adds up, until when it is kept. No Django."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from prifora.kernel.money import Money, total
from prifora.kernel.terms import end_of

ZERO = Decimal(0)
KEPT_YEARS = 7
"""Art. 52 (4) of the Dutch General Tax Act (AWR), from the end of the year."""

KEPT_YEARS_ONE_STOP = 10
"""Art. 369k of Directive 2006/112/EC: sales declared through the One Stop Shop."""

RATES: dict[str, tuple[tuple[date, Decimal], ...]] = {
    "NL": ((date(2012, 10, 1), Decimal(21)),),
    "BE": ((date(1996, 1, 1), Decimal(21)),),
    "FR": ((date(2014, 1, 1), Decimal(20)),),
    "LU": (
        (date(2015, 1, 1), Decimal(17)),
        (date(2023, 1, 1), Decimal(16)),
        (date(2024, 1, 1), Decimal(17)),
    ),
    "DE": (
        (date(2007, 1, 1), Decimal(19)),
        (date(2020, 7, 1), Decimal(16)),
        (date(2021, 1, 1), Decimal(19)),
    ),
}
"""Standard rates from the day they began, in the countries we sell to; nothing we sell has a lower one.

Source: European Commission, Taxes in Europe Database (TEDB). A test holds the last ones against the package
eu-vat-rates-data, which follows that database, so that its next version tells of a change.
"""


class Kind(StrEnum):
    """What is sold: something that is sent, something that is done, or the sending."""

    GOODS = "goods"
    SERVICE = "service"
    DELIVERY = "delivery"


class Category(StrEnum):
    """Why a line has the VAT it has (UNCL 5305, as EN 16931 uses it)."""

    STANDARD = "S"
    REVERSE = "AE"  # the buyer, a business in another country, pays it there: services
    WITHIN_EU = "K"  # the same for goods


@dataclass(frozen=True, slots=True, kw_only=True)
class Buyer:
    """To whom a bill is written: what must stand on it, and no more. A business has a `vat_id`."""

    name: str
    company: str = ""
    vat_id: str = ""
    address: tuple[str, ...]
    postcode: str
    city: str
    country: str
    language: str = "nl"

    def cleaned(self) -> "Buyer":
        """Return it as it can stand on paper and in XML."""
        texts: dict[str, Any] = {
            name: plain(text) for name in self.__slots__ if isinstance(text := getattr(self, name), str)
        }
        lines = tuple(line for part in self.address if (line := plain(part)))
        return replace(self, address=lines, **texts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a bill: `quantity` (1 or more) times a price without VAT; `vat_rate` is a percentage."""

    description: str
    quantity: int
    unit_net: Money
    vat_rate: Decimal
    kind: Kind

    @property
    def net(self) -> Money:
        """What the line costs without VAT."""
        return self.unit_net * self.quantity


@dataclass(frozen=True, slots=True)
class Place:
    """Where VAT is owed for a sale, and whether that is declared through the One Stop Shop."""

    country: str
    one_stop: bool = False
    is_reverse: bool = False

    def category_of(self, kind: Kind) -> Category:
        """Return why a line of this kind has the VAT it has."""
        if not self.is_reverse:
            return Category.STANDARD
        return Category.REVERSE if kind is Kind.SERVICE else Category.WITHIN_EU

    def rate(self, on: date) -> Decimal:
        """Return the percentage of VAT on `on`; nothing where the buyer pays it."""
        return ZERO if self.is_reverse else standard_rate(self.country, on)


@dataclass(frozen=True, slots=True)
class VatGroup:
    """All lines with the same VAT together: EN 16931 reckons VAT over this sum (BR-CO-17)."""

    category: Category
    rate: Decimal
    net: Money
    vat: Money


@dataclass(frozen=True, slots=True)
class Totals:
    """What a bill adds up to."""

    groups: tuple[VatGroup, ...]
    net: Money
    vat: Money

    @property
    def gross(self) -> Money:
        """With VAT."""
        return self.net + self.vat


class NotSoldThere(ValueError):
    """We do not sell to this country, or did not on that day."""


def standard_rate(country: str, on: date) -> Decimal:
    """Return the standard rate of VAT (a percentage) in a country on a day; raises NotSoldThere."""
    begun = [rate for since, rate in RATES.get(country, ()) if since <= on]
    if not begun:
        raise NotSoldThere
    return begun[-1]


def place_of_vat(*, seller: str, buyer: str, is_business: bool, one_stop: bool) -> Place:
    """Return where VAT is owed on a sale from one country to another.

    To a business elsewhere the buyer owes it (art. 138 and 196 of Directive 2006/112/EC); to people elsewhere
    we owe it where they live, through the One Stop Shop (art. 33, 58, 369a), or at home while we sell so
    little abroad that we are not registered for it (art. 59c). Raises NotSoldThere.
    """
    if buyer not in RATES:
        raise NotSoldThere
    if seller == buyer or (not is_business and not one_stop):
        return Place(seller)
    return Place(buyer, one_stop=not is_business, is_reverse=is_business)


def totals(lines: Sequence[Line], place: Place, currency: str = "EUR") -> Totals:
    """Add lines up: VAT once for each group, groups in the order they come."""
    nets: dict[tuple[Category, Decimal], list[Money]] = {}
    for line in lines:
        nets.setdefault((place.category_of(line.kind), line.vat_rate), []).append(line.net)
    groups = tuple(
        VatGroup(category, rate, net := total(amounts, currency), net.vat_of(rate))
        for (category, rate), amounts in nets.items()
    )
    net = total((one.net for one in groups), currency)
    return Totals(groups, net, total((one.vat for one in groups), currency))


def rounding_of(gross: Money, paid: Money, pieces: int) -> Money:
    """Return what must be added to `gross` so that it is what was paid, where that is only rounding.

    People are told prices with VAT. Of some of these no price without VAT in whole cents exists, so that a
    bill may be off by a cent for each piece (EN 16931 has a place for it, BT-114). More is a debt.
    """
    off = paid - gross
    return off if paid and abs(off.cents) <= pieces else Money(0, gross.currency)


def kept_until(year: int, *, one_stop: bool) -> datetime:
    """Return the moment until which what was booked in a year is kept: seven or ten years after it."""
    return end_of(date(year + (KEPT_YEARS_ONE_STOP if one_stop else KEPT_YEARS), 12, 31))


def number_of(series: str, n: int) -> str:
    """Return the n-th number of a series: "2026-000001"."""
    return f"{series}-{n:06}"


def series_of(year: int, *, is_credit: bool) -> str:
    """Return the series that bills of a year are numbered in: credit notes have their own."""
    return f"C{year}" if is_credit else str(year)


def plain(text: str) -> str:
    """Return what people wrote without what cannot be seen (Unicode category C), and single spaces."""
    shown = (" " if sign.isspace() else sign for sign in unicodedata.normalize("NFC", text))
    return " ".join("".join(sign for sign in shown if unicodedata.category(sign)[0] != "C").split())


def pieces_of(lines: Iterable[Line]) -> int:
    """Return how many things are on a bill."""
    return sum(line.quantity for line in lines)
