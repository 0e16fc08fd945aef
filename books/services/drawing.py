"""A bill on paper: a PDF that is the same to the byte whenever it is made, since all in it is stored."""

import json
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import typst
from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal
from django.utils.translation import gettext as _
from django.utils.translation import override

from books import access
from books.models import Bill
from books.rules import Buyer, Category, VatGroup
from prifora.kernel.money import Money

LAYOUTS = Path(__file__).parent.parent / "layouts"
STANDARDS: Any = ["a-2a", "ua-1"]
"""For the archive (ISO 19005-2), and for people who have it read to them (ISO 14289-1)."""

LOCALES = {"nl": "nl", "fr": "fr", "en": "en_GB"}


def pdf(number: str) -> bytes:
    """Return the bill with this number as a PDF, in the buyer's language; raises Absent."""
    bill = access.bill_numbered(number)
    with override(bill.language):
        return draw(_said(bill), layout=bill.layout, on=bill.on)


def draw(said: dict[str, Any], *, layout: int, on: date) -> bytes:
    """Return what is said as a PDF in a layout, dated `on`; whoever draws it gets the same bytes.

    Where a name has letters that our fonts lack (Chinese, say) the standards allow no PDF; then it is a plain
    one, with boxes for these. The e-invoice has them.
    """
    try:
        return _compiled(said, layout, on, STANDARDS)
    except typst.TypstError:
        return _compiled(said, layout, on, [])


def _compiled(said: dict[str, Any], layout: int, on: date, standards: Any) -> bytes:
    made = typst.compile(
        LAYOUTS / f"{layout}.typ",
        root=LAYOUTS,
        format="pdf",
        font_paths=_fonts(),
        sys_inputs={"bill": json.dumps(said, ensure_ascii=False, sort_keys=True)},
        pdf_standards=standards,
        timestamp=datetime.combine(on, time(), tzinfo=UTC),
    )
    if not isinstance(made, bytes):
        raise TypeError("not one document")
    return made


def exemption(category: Category) -> str:
    """Return why no VAT is asked, in the language in force; nothing where it is."""
    return {
        Category.STANDARD: "",
        Category.REVERSE: _("VAT reverse charged: art. 196 of Directive 2006/112/EC."),
        Category.WITHIN_EU: _(
            "Supply within the European Union without VAT: art. 138 of Directive 2006/112/EC."
        ),
    }[category]


def title_of(bill: Bill) -> str:
    """Return what kind of bill it is, in the language in force."""
    return _("Credit note") if bill.is_credit else _("Invoice")


@cache
def _fonts() -> typst.Fonts:
    """Only the fonts that come with the program: those of a machine would make other bytes."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)


def _said(bill: Bill) -> dict[str, Any]:
    """Return everything that stands on a bill, in words, in the language in force."""
    seller, buyer = bill.seller, bill.buyer
    return {
        "title": f"{title_of(bill)} {bill.number}",
        "heading": title_of(bill),
        "language": bill.language,
        "day": [bill.on.year, bill.on.month, bill.on.day],
        "seller": [
            seller["name"],
            seller["street"],
            f"{seller['postcode']} {seller['city']}",
            _country(seller["country"], bill.language),
        ],
        "footer": [
            seller["name"],
            _("VAT number %(number)s") % {"number": seller["vat_id"]},
            _("Company number %(number)s") % {"number": seller["registration"]},
            seller["email"],
        ],
        "to": _("To"),
        "buyer": _buyer(buyer, bill.language),
        "facts": _facts(bill),
        "columns": [
            _("What you bought"),
            _("Quantity"),
            _("Price without VAT"),
            _("VAT"),
            _("Amount without VAT"),
        ],
        "lines": [
            [
                line.description,
                str(line.quantity),
                _money(line.unit_net, bill),
                _percent(line.vat_rate, bill),
                _money(line.net, bill),
            ]
            for line in bill.sold
        ],
        "sums": _sums(bill),
        "notes": _notes(bill),
    }


def _buyer(buyer: Buyer, language: str) -> list[str]:
    vat = _("VAT number %(number)s") % {"number": buyer.vat_id} if buyer.vat_id else ""
    place = f"{buyer.postcode} {buyer.city}"
    lines = [buyer.company, buyer.name, *buyer.address, place, _country(buyer.country, language), vat]
    return [line for line in lines if line]


def _facts(bill: Bill) -> list[list[str]]:
    facts = [[_("Number"), bill.number], [_("Dated"), _day(bill.on, bill)]]
    if bill.is_credit:
        facts.append([_("Takes back invoice"), bill.of])
    return facts


def _sums(bill: Bill) -> list[list[Any]]:
    """Return the lines below a bill: words, amount, and whether it is one of the two that count."""
    rounding, paid = Money(bill.rounding, bill.currency), Money(bill.paid, bill.currency)
    sums: list[list[Any]] = [[_("Total without VAT"), _money(bill.totals.net, bill), False]]
    sums += [[_vat_words(group, bill), _money(group.vat, bill), False] for group in bill.totals.groups]
    if rounding:
        sums.append([_("Rounding"), _money(rounding, bill), False])
    if bill.is_credit:
        return [*sums, [_("Total you get back"), _money(bill.payable, bill), True]]
    sums.append([_("Total with VAT"), _money(bill.payable, bill), True])
    if paid:
        sums.append([_("Paid"), _money(paid, bill), False])
    return [*sums, [_("Still to pay"), _money(bill.due, bill), True]]


def _notes(bill: Bill) -> list[str]:
    notes = [exemption(group.category) for group in bill.totals.groups]
    if bill.one_stop:
        country = _country(bill.country, bill.language)
        notes.append(_("VAT country: %(country)s. We pay this VAT there for you.") % {"country": country})
    return [note for note in notes if note]


def _vat_words(group: VatGroup, bill: Bill) -> str:
    return _("VAT %(rate)s on %(net)s") % {"rate": _percent(group.rate, bill), "net": _money(group.net, bill)}


def _money(amount: Money, bill: Bill) -> str:
    return amount.words(LOCALES[bill.language])


def _percent(rate: Decimal, bill: Bill) -> str:
    return format_decimal(rate, locale=LOCALES[bill.language]) + "\u00a0%"


def _day(day: date, bill: Bill) -> str:
    return format_date(day, "long", locale=LOCALES[bill.language])


def _country(code: str, language: str) -> str:
    return Locale.parse(LOCALES[language]).territories[code]
