"""The books in the admin site: for finance only, after a reason, recorded, and never changed."""

import io
import json
import re
import zipfile
from datetime import timedelta

import pytest
import time_machine

from books import services as books
from books.models import Bill, Posting
from prifora.kernel import clock
from prifora.kernel.policy import EVERY_ROW, Role
from support import access
from support.models import LedgerLine
from tests.books.sales import buyer, sell, take_back
from tests.support import desk

pytestmark = pytest.mark.django_db
OTHERS = [role for role in Role if role is not Role.FINANCE]
WHY = {"why": "customer"}


@pytest.fixture
def bill():
    return sell(buyer("BE"))


@pytest.fixture
def finance():
    return desk.staff(Role.FINANCE)


def fields_in(page):
    return set(re.findall(r'class="form-row field-(\w+)"', page.content.decode()))


def opened(browser, row):
    """Give a reason, and return the page of the row."""
    path = desk.path_of(type(row), row)
    answer = browser.post(path, WHY)
    assert (answer.status_code, answer.headers["Location"]) == (302, path)
    return browser.get(path)


def lines():
    return [json.loads(facts) for facts in LedgerLine.objects.order_by("n").values_list("facts", flat=True)]


class TestARow:
    def test_shows_nothing_before_a_reason(self, finance, bill):
        page = finance.get(desk.path_of(Bill, bill))
        assert page.status_code == 200
        assert not fields_in(page)
        for told in ("Jeanne", "Rue de", bill.number, "309"):
            assert told not in page.content.decode()
        assert not lines()

    @pytest.mark.parametrize("model", [Bill, Posting])
    def test_shows_what_its_policy_says_and_records_the_look(self, finance, bill, model):
        row = model.objects.first()
        page = opened(finance, row)
        own = {name for name, held in model.policy.fields.items() if Role.FINANCE in held.staff}
        assert fields_in(page) == own | set(EVERY_ROW)
        (line,) = lines()
        assert (line["row"], line["table"], line["why"]) == (str(row.pk), model._meta.label, "customer")
        assert line["role"] == "finance"

    def test_shows_to_whom_a_bill_is_written_but_not_its_seal(self, finance, bill):
        text = opened(finance, bill).content.decode()
        for told in ("Jeanne Désiré", "Rue de l’Été 7", "1000 Bruxelles BE", bill.number):
            assert told in text
        assert "sealed" not in text

    def test_closes_after_ten_minutes(self, finance, bill):
        assert fields_in(opened(finance, bill))
        with time_machine.travel(clock.now() + timedelta(minutes=11), tick=False):
            assert not fields_in(finance.get(desk.path_of(Bill, bill)))

    def test_opens_no_other_one(self, finance, bill):
        opened(finance, bill)
        assert not fields_in(finance.get(desk.path_of(Bill, sell())))

    @pytest.mark.parametrize("why", [{}, {"why": ""}, {"why": "curious"}])
    def test_needs_one_of_our_reasons(self, finance, bill, why):
        finance.post(desk.path_of(Bill, bill), why)
        assert not fields_in(finance.get(desk.path_of(Bill, bill)))
        assert not lines()

    def test_is_never_changed(self, finance, bill):
        opened(finance, bill)
        before = Bill.objects.values().get()
        for tail in ("change/", "delete/", "history/", "pdf/", "xml/"):
            answer = finance.post(
                desk.path_of(Bill, bill, tail), {**WHY, "net": 1, "_save": "Save", "post": "yes"}
            )
            assert answer.status_code in (200, 302, 403, 405), tail
        assert Bill.objects.values().get() == before

    def test_that_is_not_there_is_absent(self, finance, bill):
        path = desk.path_of(Bill, bill).replace(str(bill.pk), "0" * 8 + str(bill.pk)[8:])
        assert finance.get(path).status_code == 404


class TestOtherRoles:
    @pytest.mark.parametrize("role", OTHERS)
    def test_see_nothing_of_the_books(self, role, bill):
        browser = desk.staff(role)
        base = desk.path_of(Bill)
        paths = [
            base,
            desk.path_of(Posting),
            *(desk.path_of(Bill, bill, tail) for tail in ("change/", "pdf/", "xml/")),
            f"{base}month/2026/11/",
            f"{base}vat/2026/4/",
        ]
        for path in paths:
            for answer in (browser.get(path), browser.post(path, WHY)):
                assert answer.status_code in (403, 404, 405), path
                assert b"Jeanne" not in answer.content
        assert "/admin/books/" not in browser.get("/admin/").content.decode()
        assert not lines()

    def test_and_people_who_are_not_staff_are_sent_to_sign_in(self, client, bill):
        for path in (
            desk.path_of(Bill),
            desk.path_of(Bill, bill, "pdf/"),
            f"{desk.path_of(Bill)}month/2026/11/",
        ):
            answer = client.get(path)
            assert answer.status_code == 302
            assert "sign-in" in answer.headers["Location"] or "login" in answer.headers["Location"]


class TestTheList:
    def test_names_nobody(self, finance, bill):
        take_back(bill)
        text = finance.get(desk.path_of(Bill)).content.decode()
        assert bill.number in text
        for told in ("Jeanne", "Désiré", "Bruxelles"):
            assert told not in text

    @pytest.mark.parametrize("by", ["number", "reference", "pk"])
    def test_is_searched_by_numbers(self, finance, bill, by):
        other = sell()
        text = finance.get(desk.path_of(Bill), {"q": str(getattr(bill, by))}).content.decode()
        assert str(bill.pk) in text
        assert str(other.pk) not in text

    @pytest.mark.parametrize("words", ["Jeanne", "%", "2026", "Bruxelles"])
    def test_is_not_searched_by_names(self, finance, bill, words):
        assert str(bill.pk) not in finance.get(desk.path_of(Bill), {"q": words}).content.decode()

    def test_offers_what_the_accountant_gets(self, finance, bill):
        text = finance.get(desk.path_of(Bill)).content.decode()
        today = clock.now()
        assert f'href="month/{today:%Y}/{today.month}/"' in text
        assert text.count('href="month/') == 15
        assert text.count('href="vat/') == 5
        assert 'href="month/' not in finance.get(desk.path_of(Posting)).content.decode()


class TestPapers:
    @pytest.mark.parametrize("kind", ["pdf", "xml"])
    def test_come_after_a_reason_and_are_recorded(self, finance, bill, kind):
        path = desk.path_of(Bill, bill, f"{kind}/")
        assert finance.get(path).status_code == 302
        assert not lines()
        opened(finance, bill)
        answer = finance.get(path)
        assert answer.content == getattr(books, kind)(bill.number)
        assert f'filename="{bill.number}.{kind}"' in answer.headers["Content-Disposition"]
        assert [line["what"] for line in lines()] == ["shown", kind]

    def test_of_a_month_and_a_quarter_are_recorded_too(self, finance, bill):
        base = desk.path_of(Bill)
        month, quarter = finance.get(f"{base}month/2026/11/"), finance.get(f"{base}vat/2026/4/")
        assert zipfile.ZipFile(io.BytesIO(month.content)).namelist() == [
            "bills.csv",
            "journal.csv",
            "vat.csv",
        ]
        assert quarter.content == books.vat_report(2026, 4)
        assert [line["what"] for line in lines()] == ["books-2026-11.zip", "vat-2026-q4.csv"]

    @pytest.mark.parametrize(
        "path", ["month/2026/13/", "month/2026/0/", "vat/2026/5/", "month/0/1/", "month/99999/1/"]
    )
    def test_of_a_month_that_no_calendar_has_are_absent(self, finance, path):
        assert finance.get(f"{desk.path_of(Bill)}{path}").status_code == 404


def test_every_table_of_the_books_that_staff_see_is_one_of_the_books():
    assert access.BOOKED == ("books.Bill", "books.Posting")
    assert not set(access.BOOKED) & set(access.SHOWN)
