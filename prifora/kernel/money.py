"""Money as whole cents of one currency, and VAT on it: nothing here is ever a float.

Halves are rounded away from zero, so a credit note takes back to the cent what the invoice asked. VAT is
reckoned over a sum of lines with one rate, as EN 16931 (BR-CO-17) wants it, not added up from rounded parts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Self

from babel.numbers import format_currency, get_currency_precision, list_currencies

CENT = Decimal("0.01")
PLACES = 2
"""How many decimals a currency must have to be one of ours: all of the countries we sell to have two."""

CURRENCIES = frozenset(code for code in list_currencies() if get_currency_precision(code) == PLACES)
"""ISO 4217 codes, from the Unicode tables in Babel."""

HUNDRED = Decimal(100)
DIGITS = 60
"""Enough to never lose a digit before rounding, whatever amount is asked."""


class CurrencyMismatch(TypeError):
    """Two amounts of different currencies were added or compared."""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount: `cents` may be below zero; `currency` is an ISO 4217 code with two decimals.

    Raises TypeError for cents that are no whole number, ValueError for a currency we do not know.
    """

    cents: int
    currency: str = "EUR"

    def __post_init__(self) -> None:
        if type(self.cents) is not int:
            raise TypeError("cents are a whole number")
        if self.currency not in CURRENCIES:
            raise ValueError("not a currency with cents")

    @classmethod
    def of(cls, amount: Decimal, currency: str = "EUR") -> Self:
        """Return an amount given in whole units, rounded to the cent."""
        return cls(_rounded(amount * 100), currency)

    @property
    def amount(self) -> Decimal:
        """The amount in whole units, with two decimals."""
        return Decimal(self.cents).scaleb(-PLACES)

    def vat_of(self, rate: Decimal) -> "Money":
        """Return the VAT that comes on top of this net amount; `rate` is a percentage (Decimal("21"))."""
        return self._times(rate / HUNDRED)

    def net_of(self, rate: Decimal) -> "Money":
        """Return what of this amount, with VAT at `rate` in it, is without VAT."""
        with localcontext(prec=DIGITS):
            return Money(_rounded(Decimal(self.cents) * HUNDRED / (HUNDRED + rate)), self.currency)

    def times(self, factor: Decimal) -> "Money":
        """Return a multiple or a part of it, rounded to the cent."""
        return self._times(factor)

    def split(self, weights: Sequence[int]) -> list["Money"]:
        """Return parts in proportion to `weights` (none below zero) that add up to exactly this amount.

        Cents that are left over go one by one to the parts that lost most by rounding, the first of equals.
        Raises ValueError when no weight is above zero.
        """
        whole = sum(weights)
        if whole <= 0 or min(weights) < 0:
            raise ValueError("nothing to split over")
        sign = -1 if self.cents < 0 else 1
        shares = [divmod(abs(self.cents) * weight, whole) for weight in weights]
        left = abs(self.cents) - sum(share for share, _rest in shares)
        by_loss = sorted(range(len(shares)), key=lambda n: (-shares[n][1], n))
        more = set(by_loss[:left])
        return [Money(sign * (share + (n in more)), self.currency) for n, (share, _rest) in enumerate(shares)]

    def words(self, language: str) -> str:
        """Return it as people write it in a language: "€ 1.234,50" in Dutch."""
        return format_currency(self.amount, self.currency, locale=language)

    def __add__(self, other: "Money") -> "Money":
        return Money(self.cents + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.cents - self._same(other), self.currency)

    def __mul__(self, number: int) -> "Money":
        if type(number) is not int:
            return NotImplemented
        return Money(self.cents * number, self.currency)

    __rmul__ = __mul__

    def __neg__(self) -> "Money":
        return Money(-self.cents, self.currency)

    def __abs__(self) -> "Money":
        return Money(abs(self.cents), self.currency)

    def __bool__(self) -> bool:
        return self.cents != 0

    def __lt__(self, other: "Money") -> bool:
        return self.cents < self._same(other)

    def __le__(self, other: "Money") -> bool:
        return self.cents <= self._same(other)

    def __gt__(self, other: "Money") -> bool:
        return self.cents > self._same(other)

    def __ge__(self, other: "Money") -> bool:
        return self.cents >= self._same(other)

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"

    def _same(self, other: "Money") -> int:
        """Return the cents of another amount in this currency."""
        if not isinstance(other, Money) or other.currency != self.currency:
            raise CurrencyMismatch
        return other.cents

    def _times(self, factor: Decimal) -> "Money":
        with localcontext(prec=DIGITS):
            return Money(_rounded(Decimal(self.cents) * factor), self.currency)


def total(amounts: Iterable[Money], currency: str = "EUR") -> Money:
    """Return the sum of amounts, all in `currency`; of none it is zero."""
    summed = Money(0, currency)
    for amount in amounts:
        summed += amount
    return summed


def _rounded(number: Decimal) -> int:
    with localcontext(prec=DIGITS):
        return int(number.to_integral_value(ROUND_HALF_UP))
