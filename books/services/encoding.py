"""A bill for machines: an e-invoice as EN 16931 wants it, in the syntax of UN/CEFACT (CII)."""

from datetime import UTC, datetime, time
from decimal import Decimal

from django.utils.translation import override
from drafthorse.models.accounting import ApplicableTradeTax
from drafthorse.models.document import Document as Invoice
from drafthorse.models.note import IncludedNote
from drafthorse.models.party import PostalTradeAddress, TaxRegistration, TradeParty
from drafthorse.models.payment import PaymentTerms
from drafthorse.models.tradelines import LineItem

from books import access
from books.models import Bill
from books.rules import Buyer, Category, Line, VatGroup
from books.services.drawing import exemption, title_of

GUIDELINE = "urn:cen.eu:en16931:2017"
SCHEMA = "FACTUR-X_EN16931"
INVOICE, CREDIT_NOTE = "380", "381"
"""UNTDID 1001."""

PIECE = "C62"
"""UN/ECE recommendation 20."""

REASONS = {Category.REVERSE: "VATEX-EU-AE", Category.WITHIN_EU: "VATEX-EU-IC"}


def xml(number: str) -> bytes:
    """Return the bill with this number as an e-invoice, checked against the schema; raises Absent."""
    bill = access.bill_numbered(number)
    with override(bill.language):
        return _invoice(bill).serialize(schema=SCHEMA)


def _invoice(bill: Bill) -> Invoice:
    made = Invoice()
    made.context.guideline_parameter.id = GUIDELINE
    made.header.id = bill.number
    made.header.type_code = CREDIT_NOTE if bill.is_credit else INVOICE
    made.header.issue_date_time = _moment(bill)
    _parties(made, bill)
    made.trade.delivery.event.occurrence = _moment(bill)
    for n, line in enumerate(bill.sold, start=1):
        made.trade.items.add(_line(n, line, bill))
    _settle(made, bill)
    return made


def _parties(made: Invoice, bill: Bill) -> None:
    told, buyer = bill.seller, bill.buyer
    seller = made.trade.agreement.seller
    seller.name = told["name"]
    seller.legal_organization.id = ("", told["registration"])
    seller.electronic_address.uri_ID = ("EM", told["email"])
    _address(seller.address, (told["street"],), told["postcode"], told["city"], told["country"])
    _vat_id(seller, told["vat_id"])
    _buyer(made.trade.agreement.buyer, buyer)
    if Category.WITHIN_EU in {group.category for group in bill.totals.groups}:
        ship_to = made.trade.delivery.ship_to
        _address(ship_to.address, buyer.address, buyer.postcode, buyer.city, buyer.country)


def _buyer(party: TradeParty, buyer: Buyer) -> None:
    party.name = buyer.company or buyer.name
    if buyer.company:
        party.contact.person_name = buyer.name
    _address(party.address, buyer.address, buyer.postcode, buyer.city, buyer.country)
    if buyer.vat_id:
        _vat_id(party, buyer.vat_id)


def _vat_id(party: TradeParty, vat_id: str) -> None:
    registration = TaxRegistration()
    registration.id = ("VA", vat_id)
    party.tax_registrations.add(registration)


def _address(
    address: PostalTradeAddress, lines: tuple[str, ...], postcode: str, city: str, country: str
) -> None:
    names = ("line_one", "line_two", "line_three")
    for name, line in zip(names, [*lines[:2], " ".join(lines[2:])], strict=False):
        if line:
            setattr(address, name, line)
    address.postcode, address.city_name, address.country_id = postcode, city, country


def _line(n: int, line: Line, bill: Bill) -> LineItem:
    item = LineItem()
    item.document.line_id = str(n)
    item.product.name = line.description
    item.agreement.net.amount = line.unit_net.amount
    item.delivery.billed_quantity = (Decimal(line.quantity), PIECE)
    tax = item.settlement.trade_tax
    tax.type_code = "VAT"
    tax.category_code = bill.place.category_of(line.kind).value
    tax.rate_applicable_percent = line.vat_rate
    item.settlement.monetary_summation.total_amount = line.net.amount
    return item


def _settle(made: Invoice, bill: Bill) -> None:
    settlement, totals = made.trade.settlement, bill.totals
    settlement.currency_code = bill.currency
    for group in totals.groups:
        settlement.trade_tax.add(_tax(group))
    sums = settlement.monetary_summation
    sums.line_total = totals.net.amount
    sums.charge_total = sums.allowance_total = Decimal("0.00")
    sums.tax_basis_total = totals.net.amount
    sums.tax_total = (totals.vat.amount, bill.currency)
    sums.grand_total = totals.gross.amount
    if bill.rounding:
        sums.rounding_amount = Decimal(bill.rounding).scaleb(-2)
    sums.prepaid_total = Decimal(bill.paid).scaleb(-2)
    sums.due_amount = bill.due.amount
    if bill.due.cents > 0:
        settlement.terms.add(_terms(bill))
    if bill.is_credit:
        settlement.invoice_referenced_document.issuer_assigned_id = bill.of
    made.header.notes.add(_note(bill))


def _tax(group: VatGroup) -> ApplicableTradeTax:
    tax = ApplicableTradeTax()
    tax.type_code, tax.category_code = "VAT", group.category.value
    tax.basis_amount, tax.calculated_amount = group.net.amount, group.vat.amount
    tax.rate_applicable_percent = group.rate
    if group.category in REASONS:
        tax.exemption_reason, tax.exemption_reason_code = exemption(group.category), REASONS[group.category]
    return tax


def _terms(bill: Bill) -> PaymentTerms:
    terms = PaymentTerms()
    terms.due = _moment(bill)
    return terms


def _note(bill: Bill) -> IncludedNote:
    note = IncludedNote()
    note.content = f"{title_of(bill)} {bill.number}"
    return note


def _moment(bill: Bill) -> datetime:
    return datetime.combine(bill.on, time(), tzinfo=UTC)
