"""Catalogue, cart and checkout as a browser gets them: no cookie before the cart, the whole price before the button."""

import pytest

from shop.models import Order
from tests.shop import buying

pytestmark = pytest.mark.django_db
BUTTONS = {
    "nl": "Bestelling met betalingsverplichting",
    "fr": "Commande avec obligation de paiement",
    "en": "Order with obligation to pay",
}


@pytest.fixture
def full(visitor, products, provider):
    """A browser with a Home Station in its cart."""
    visitor.post("/shop/nl/cart", {"slug": "home-station", "add": "1"})
    return visitor


class TestCatalogue:
    def test_leads_to_the_readers_language(self, visitor):
        assert visitor.get("/shop").headers["Location"] == "/shop/nl"

    @pytest.mark.parametrize("language", BUTTONS)
    def test_sets_no_cookie_and_has_no_script(self, visitor, products, language):
        for path in ("", "/p/home-station", "/cart", "/terms", "/withdrawal"):
            page = visitor.get(f"/shop/{language}{path}")
            assert page.status_code == 200
            assert not page.cookies
            assert b"<script" not in page.content
            assert page.headers["Cache-Control"] == "no-store"

    def test_shows_prices_with_vat(self, visitor, products):
        assert "€ 299,00" in visitor.get("/shop/nl").content.decode().replace("\xa0", " ")

    def test_what_is_not_there_is_not_found(self, visitor, products):
        for path in ("/shop/xx", "/shop/nl/p/nothing", "/shop/order/nothing", "/shop/order/" + "A" * 43):
            assert visitor.get(path).status_code == 404


class TestCart:
    def test_is_a_signed_cookie_while_something_is_in_it(self, full):
        assert set(full.cookies) == {"cart"}
        assert full.cookies["cart"]["httponly"]
        full.post("/shop/nl/cart", {"slug": "home-station", "pieces": "0"})
        assert full.cookies["cart"].value == ""

    def test_a_changed_one_is_empty(self, full):
        full.cookies["cart"] = full.cookies["cart"].value + "x"
        assert "leeg" in full.get("/shop/nl/cart").content.decode()

    def test_forms_of_other_sites_are_refused(self, visitor, products):
        form = {"slug": "home-station", "add": "1"}
        for header in (
            {"origin": "https://evil.example"},
            {"origin": "null"},
            {"sec-fetch-site": "cross-site"},
        ):
            assert visitor.post("/shop/nl/cart", form, headers=header).status_code == 403


class TestCheckout:
    @pytest.mark.obligation("PRI-37", "PRI-41")
    @pytest.mark.obligation("PRI-39", "PRI-40", "PRI-42", "PRI-43", "PRI-44", partial=True)
    @pytest.mark.parametrize(
        "name", ["name", "street", "postcode", "city", "country", "email", "mobile", "method", "holder"]
    )
    def test_asks_for_everything_that_is_needed(self, full, name):
        form = {**buying.FORM, "order": "1"}
        del form[name]
        page = full.post("/shop/nl/checkout", form)
        assert page.status_code == 400
        assert 'role="alert"' in page.content.decode()
        assert not Order.objects.exists()

    def test_shows_the_whole_price_of_the_country_before_the_button(self, full):
        form = {**buying.FORM, "country": "LU", "postcode": "L-1234", "mobile": "+352 621 123 456"}
        page = full.post("/shop/nl/checkout", form).content.decode().replace("\xa0", " ")
        assert "€ 300,19" in page
        assert BUTTONS["nl"] in page
        assert not Order.objects.exists()

    @pytest.mark.parametrize("language", BUTTONS)
    def test_the_button_names_the_duty_to_pay(self, full, language):
        assert BUTTONS[language] in full.post(f"/shop/{language}/checkout", buying.FORM).content.decode()

    @pytest.mark.obligation("PRI-38", partial=True)
    def test_orders_and_leads_on_to_pay(self, full, provider):
        answer = full.post("/shop/nl/checkout", {**buying.FORM, "order": "1"})
        order = Order.objects.get()
        assert answer.headers["Location"].startswith("/shop/order/")
        assert full.cookies["cart"].value == ""
        page = full.get(answer.headers["Location"])
        assert "/shop/payments/" in page.headers["Refresh"]
        assert order.total_cents == 29900 + 695

    def test_change_shows_the_form_again(self, full):
        page = full.post("/shop/nl/checkout", {**buying.FORM, "change": "1"})
        assert (page.status_code, Order.objects.count()) == (200, 0)
        assert "Riet Bakker" in page.content.decode()

    def test_an_empty_cart_leads_back(self, visitor, products):
        assert visitor.get("/shop/nl/checkout").headers["Location"] == "/shop/nl/cart"

    def test_sold_out_in_between_is_said(self, full, products):
        buying.placed({"home-station": 5})
        page = full.post("/shop/nl/checkout", {**buying.FORM, "order": "1"})
        assert page.status_code == 409
        assert "niet genoeg" in page.content.decode()
