"""Sales to write bills of: who buys, what, and the bill of it."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

from books import services
from books.rules import Buyer, Kind, Line
from prifora.kernel.money import Money

DAY = date(2026, 11, 30)
PEOPLE = {
    "NL": ("Anneke Zwartjes", ("Dorpsstraat 12 bis",), "3511 AB", "Utrecht", "nl"),
    "BE": ("Jeanne Désiré", ("Rue de l’Été 7", "Boîte 3"), "1000", "Bruxelles", "fr"),
    "FR": ("Loïc Hébert", ("8 allée du Château",), "75001", "Paris", "fr"),
    "LU": ("Claude Weiß", ("1, Grand-Rue",), "1661", "Luxembourg", "fr"),
    "DE": ("Jürgen Groß", ("Königsweg 1",), "10115", "Berlin", "en"),
}
VAT_IDS = {
    "NL": "NL123456789B01",
    "BE": "BE0403019261",
    "FR": "FR83404833048",
    "LU": "LU15027442",
    "DE": "DE136695976",
}


def buyer(country="NL", *, business=False, **more):
    """Somebody in a country; a business has a name and a VAT number."""
    name, address, postcode, city, language = PEOPLE[country]
    told = {"name": name, "address": address, "postcode": postcode, "city": city, "country": country}
    company = {"company": "Zorg & Zo", "vat_id": VAT_IDS[country]} if business else {}
    return Buyer(**{"language": language, **told, **company, **more})


def line(cents=20579, *, rate="21", quantity=1, kind=Kind.GOODS, description="PRIFORA Home Station"):
    return Line(
        description=description,
        quantity=quantity,
        unit_net=Money(cents),
        vat_rate=Decimal(rate),
        kind=kind,
    )


def basket(rate="21"):
    """A Home Station, a year of the subscription, and having it sent: 374.00 euro with 21 %."""
    return [
        line(20579, rate=rate),
        line(9917, rate=rate, kind=Kind.SERVICE, description="PRIFORA, een jaar"),
        line(413, rate=rate, kind=Kind.DELIVERY, description="Bezorging"),
    ]


def sell(to=None, lines=None, *, paid=None, at=DAY, reference=None, language=None):
    """Write the bill of a sale, paid to the cent when not said otherwise; lines at the rate it must have."""
    to = to or buyer()
    rate = services.vat_rate(country=to.country, vat_id=to.vat_id, kind=Kind.GOODS, at=at)
    lines = lines or basket(str(rate))
    if paid is None:
        paid = gross(lines)
    return services.bill(
        reference=reference or uuid4(), buyer=to, lines=lines, paid=paid, at=at, language=language
    )


def gross(lines):
    """What lines with one rate cost with VAT."""
    net = sum(one.net.cents for one in lines)
    return Money(net) + Money(net).vat_of(lines[0].vat_rate)


def take_back(bill, lines=None, *, at=DAY, reference=None):
    """Write a credit note of all of a bill, or of some lines."""
    return services.credit(reference=reference or uuid4(), of=bill.number, lines=lines or bill.sold, at=at)
