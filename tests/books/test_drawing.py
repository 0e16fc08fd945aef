"""Bills on paper: what can be read from the PDF, in three languages, always the same bytes."""

import io
import json
import os
import subprocess
import sys
from datetime import date

import pypdf
import pytest
from django.utils.translation import override

from books import services
from books.models import Bill
from books.services.drawing import LAYOUTS, _said
from prifora.kernel.errors import Absent
from prifora.kernel.money import Money
from tests.books.sales import buyer, line, sell, take_back

pytestmark = pytest.mark.django_db


def paper(bill):
    return pypdf.PdfReader(io.BytesIO(services.pdf(bill.number)))


def words(bill):
    """What is on the paper; spaces of every width are one."""
    return " ".join("\n".join(page.extract_text() for page in paper(bill).pages).split())


class TestPdf:
    @pytest.mark.parametrize(
        ("country", "said"),
        [
            (
                "NL",
                (
                    *("Factuur", "2026-000001", "30 november 2026", "Anneke Zwartjes", "Dorpsstraat 12 bis"),
                    *("3511 AB Utrecht", "Nederland", "PRIFORA Home Station", "€ 205,79", "21 %"),
                    *(
                        "Totaal zonder btw € 309,09",
                        "Btw 21 % over € 309,09 € 64,91",
                        "Totaal met btw € 374,00",
                    ),
                    *("Betaald € 374,00", "Nog te betalen € 0,00", "Btw-nummer NL000099998B57"),
                ),
            ),
            (
                "BE",
                (
                    *(
                        "Facture",
                        "30 novembre 2026",
                        "Jeanne Désiré",
                        "Rue de l’Été 7",
                        "Boîte 3",
                        "Belgique",
                    ),
                    *("Total hors TVA 309,09 €", "TVA 21 % sur 309,09 € 64,91 €", "Total TTC 374,00 €"),
                    *("Payé 374,00 €", "Reste à payer 0,00 €", "Pays de la TVA : Belgique"),
                ),
            ),
            (
                "DE",
                (
                    *("Invoice", "30 November 2026", "Jürgen Groß", "Königsweg 1", "Germany", "€309.09"),
                    *("VAT 19 % on €309.09 €58.73", "Total with VAT €367.82", "VAT country: Germany"),
                ),
            ),
        ],
    )
    def test_says_everything_in_the_buyer_s_language(self, country, said):
        text = words(sell(buyer(country)))
        for one in said:
            assert one in text, (one, text)

    def test_of_a_credit_note_says_what_it_takes_back(self):
        bill = sell()
        text = words(take_back(bill, at=date(2026, 12, 1)))
        for one in ("Creditnota", "C2026-000001", "1 december 2026", bill.number, "Je krijgt terug € 374,00"):
            assert one in text, (one, text)
        assert "Betaald" not in text

    @pytest.mark.obligation("PRI-38", "PRE-13", partial=True)
    def test_to_a_business_abroad_says_why_there_is_no_vat(self):
        text = words(sell(buyer("DE", business=True), language="nl"))
        for one in ("Zorg & Zo", "DE136695976", "0 %", "Btw verlegd", "art. 138", "Duitsland"):
            assert one in text, (one, text)

    def test_says_what_was_rounded(self):
        assert "Afronding € -0,01" in words(sell(lines=[line(20579)], paid=Money(24900)))

    def test_says_what_is_still_to_pay(self):
        text = words(sell(paid=Money(0)))
        assert "Nog te betalen € 374,00" in text
        assert "Betaald" not in text

    @pytest.mark.parametrize("country", ["NL", "BE", "DE"])
    def test_is_the_same_bytes_every_time(self, country, settings):
        bill = sell(buyer(country))
        first = services.pdf(bill.number)
        settings.SELLER = {**settings.SELLER, "name": "Somebody else", "street": "Elsewhere 2"}
        with override("fr"):
            assert services.pdf(bill.number) == first

    def test_is_for_the_archive_and_can_be_read_aloud(self):
        """PDF/A-2a and PDF/UA-1: tagged, in a language, with a title, and with its fonts in it."""
        made = paper(sell(buyer("BE")))
        assert made.trailer["/Root"]["/MarkInfo"]["/Marked"]
        assert made.trailer["/Root"]["/Lang"] == "fr"
        assert made.metadata.title == "Facture 2026-000001"
        about = made.trailer["/Root"]["/Metadata"].get_data().decode()
        assert "pdfaid:part" in about
        assert "pdfuaid:part" in about

    def test_goes_on_on_the_next_page(self):
        made = paper(sell(lines=[line(100 + n, description=f"Onderdeel {n}") for n in range(60)]))
        assert len(made.pages) > 1
        assert "Omschrijving" in made.pages[1].extract_text()
        assert "Onderdeel 59" in "".join(page.extract_text() for page in made.pages)

    def test_takes_what_people_write_for_text_and_not_for_a_program(self):
        name = '#read("/etc/passwd") *x* $y$ <z> \\ "q"'
        assert name in words(sell(buyer(name=name)))

    @pytest.mark.parametrize("name", ["日本 太郎", "😀", "Ștefan Łukasz", "Анна", "محمد"])
    def test_is_there_in_every_script(self, name):
        bill = sell(buyer(name=name))
        assert bill.number in words(bill)
        assert name in services.xml(bill.number).decode()
        assert services.pdf(bill.number) == services.pdf(bill.number)

    def test_of_no_bill_is_absent(self):
        with pytest.raises(Absent):
            services.pdf("2026-999999")


def test_is_the_same_bytes_in_another_process():
    """No clock, no random number and no font of the machine gets in."""
    program = (
        "import sys, json, django; django.setup(); from datetime import date; from books.services import drawing;"
        "said = json.loads(sys.argv[1]); made = drawing.draw(said, layout=1, on=date(2026, 11, 30));"
        "sys.stdout.buffer.write(made)"
    )
    bill = sell()
    with override(bill.language):
        said = json.dumps(_said(bill))
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "prifora.settings"}
    made = subprocess.run(
        [sys.executable, "-c", program, said],
        capture_output=True,
        check=True,
        cwd=LAYOUTS.parents[1],
        env=environment,
    )
    assert made.stdout == services.pdf(bill.number)


def test_every_bill_names_a_layout_that_is_there():
    assert (LAYOUTS / f"{Bill(layout=1).layout}.typ").exists()
    assert Bill._meta.get_field("layout").default == 1
