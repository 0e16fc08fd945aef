"""Writing invoices and credit notes: numbered without holes, booked at once, never changed afterwards."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from books import access
from books.models import Bill, Document, Posting, Series
from books.rules import (
    Buyer,
    Category,
    Kind,
    Line,
    Place,
    kept_until,
    number_of,
    pieces_of,
    place_of_vat,
    plain,
    rounding_of,
    series_of,
    totals,
)
from books.services.posting import book_bill
from prifora.kernel.errors import Conflict
from prifora.kernel.money import CurrencyMismatch, Money, total

MOST = 10**11
"""Cents on one line: a billion euro. More is a mistake."""


class SellerUnknown(Exception):
    """The settings do not say who sells (SELLER_NAME and what follows it), so nothing can be billed."""


class UnfitLines(ValueError):
    """No lines at all, or one of nothing, of less than nothing, or of more than anybody pays (MOST)."""


class WrongRate(ValueError):
    """A line has another percentage of VAT than the law asks for this buyer on this day."""


class CreditTooMuch(Conflict):
    """More would be taken back than was sold."""

    code = "credit_too_much"
    sentence = _("This is more than what is left of the invoice.")


def vat_rate(*, country: str, vat_id: str, kind: Kind, at: date) -> Decimal:
    """Return the percentage of VAT on something we sell to this country; `vat_id` is empty for people.

    Raises rules.NotSoldThere.
    """
    return _place(country, vat_id).rate(at)


@transaction.atomic
def bill(
    *,
    reference: UUID,
    buyer: Buyer,
    lines: Sequence[Line],
    paid: Money,
    at: date,
    language: str | None = None,
) -> Bill:
    """Write the invoice of a sale, in the caller's transaction; the one there is when it has one already.

    `paid` is what was paid for it before now; a difference of at most a cent for each piece is rounding.
    Raises NotSoldThere, WrongRate, UnfitLines, CurrencyMismatch, SellerUnknown; Conflict when the sale has
    one with other lines.
    """
    series = _lock(series_of(at.year, is_credit=False))
    known = access.bill_of(reference)
    if known is not None:
        if known.lines != _written(lines):
            raise Conflict
        return known
    place = _place(buyer.country, buyer.vat_id)
    _refuse_unfit(lines, place, paid, at)
    summed = totals(lines, place, paid.currency)
    written = Bill(
        kind=Document.INVOICE,
        reference=reference,
        on=at,
        language=language or buyer.language,
        paid=paid.cents,
        rounding=rounding_of(summed.gross, paid, pieces_of(lines)).cents,
    )
    _fill(
        written,
        lines=lines,
        place=place,
        buyer=buyer.cleaned(),
        seller=_seller(),
        currency=paid.currency,
        series=series,
    )
    ends_at = written.ends_at
    Posting.objects.filter(reference=reference, ends_at__lt=ends_at).update(ends_at=ends_at)
    return written


@transaction.atomic
def credit(*, reference: UUID, of: str, lines: Sequence[Line], at: date) -> Bill:
    """Write a credit note of (part of) the invoice numbered `of`; the one there is when told twice.

    `reference` is of the taking back, not of the sale. Lines are as on the invoice, or less: what is left of
    it is what may be taken back, per kind and percentage. Once all is, nothing is left of rounding either.
    Raises Absent, CreditTooMuch, UnfitLines, CurrencyMismatch; Conflict for the same reference with other
    lines.
    """
    invoice = access.bill_numbered(of, lock=True)  # two credits of one invoice wait for each other
    known = Bill.objects.filter(kind=Document.CREDIT, reference=reference).first()
    if known is not None:
        if known.of != of or known.lines != _written(lines):
            raise Conflict
        return known
    if invoice.is_credit or not lines or any(line.net.cents <= 0 for line in lines):
        raise UnfitLines
    earlier = list(access.credits_of(of))
    left = _left(invoice, earlier, lines)
    written = Bill(kind=Document.CREDIT, reference=reference, of=of, on=at, language=invoice.language)
    if not left:
        back = total((one.payable for one in earlier), invoice.currency)
        gross = totals(lines, invoice.place, invoice.currency).gross
        written.rounding = (invoice.payable - back - gross).cents
    _fill(
        written,
        lines=lines,
        place=invoice.place,
        buyer=invoice.buyer,
        seller=invoice.seller,
        currency=invoice.currency,
        series=_lock(series_of(at.year, is_credit=True)),
    )
    return written


def _place(country: str, vat_id: str) -> Place:
    return place_of_vat(
        seller=settings.SELLER["country"],
        buyer=country,
        is_business=bool(vat_id),
        one_stop=settings.SELLER_ONE_STOP,
    )


def _seller() -> dict[str, str]:
    if not settings.SELLER["name"]:
        raise SellerUnknown
    return dict(settings.SELLER)


def _refuse_unfit(lines: Sequence[Line], place: Place, paid: Money, at: date) -> None:
    if not lines or any(line.quantity < 1 or not 0 <= line.net.cents <= MOST for line in lines):
        raise UnfitLines
    if any(line.unit_net.currency != paid.currency for line in lines):
        raise CurrencyMismatch
    if any(line.vat_rate != place.rate(at) for line in lines):
        raise WrongRate


def _left(invoice: Bill, earlier: Sequence[Bill], lines: Sequence[Line]) -> bool:
    """Return whether anything of an invoice is left after these lines; raises CreditTooMuch."""
    left: dict[tuple[Kind, Category, Decimal], int] = defaultdict(int)
    for bill_, sign in ((invoice, 1), *((one, -1) for one in earlier)):
        for line in bill_.sold:
            left[_sort(line, invoice.place)] += sign * line.net.cents
    for line in lines:
        if line.unit_net.currency != invoice.currency:
            raise CurrencyMismatch
        left[_sort(line, invoice.place)] -= line.net.cents
    if min(left.values()) < 0:
        raise CreditTooMuch
    return any(left.values())


def _sort(line: Line, place: Place) -> tuple[Kind, Category, Decimal]:
    return (line.kind, place.category_of(line.kind), line.vat_rate)


def _fill(
    written: Bill,
    *,
    lines: Sequence[Line],
    place: Place,
    buyer: Buyer,
    seller: dict[str, str],
    currency: str,
    series: Series,
) -> None:
    """Complete a bill, number and store it, and book it."""
    summed = totals(lines, place, currency)
    written.country, written.one_stop, written.reverse = place.country, place.one_stop, place.is_reverse
    written.seller, written.lines, written.currency = seller, _written(lines), currency
    written.net, written.vat = summed.net.cents, summed.vat.cents
    written.ends_at = kept_until(written.on.year, one_stop=place.one_stop)
    written.seal(buyer)
    written.number = _next_number(series)
    written.save(force_insert=True)
    book_bill(written)


def _written(lines: Sequence[Line]) -> list[dict[str, object]]:
    return [
        {
            "description": plain(line.description),
            "quantity": line.quantity,
            "unit_net": line.unit_net.cents,
            "vat_rate": str(line.vat_rate),
            "kind": line.kind.value,
        }
        for line in lines
    ]


def _lock(name: str) -> Series:
    """Return a series, held until the end of the transaction: whoever else wants a number of it waits."""
    Series.objects.bulk_create([Series(name=name)], ignore_conflicts=True)
    return Series.objects.select_for_update().get(name=name)


def _next_number(series: Series) -> str:
    """Count a series up by one; a transaction that is undone leaves no hole."""
    Series.objects.filter(pk=series.pk).update(last=F("last") + 1)
    series.refresh_from_db(fields=["last"])
    return number_of(series.name, series.last)
