"""Staff see the fields of their role, do the work of their role, and the customer sees that they looked."""

import re

import pytest

from prifora.kernel.policy import Role
from shop import access
from shop.models import Attempt, Disclosure, Order, Parcel, Product, Refund, Withdrawal
from tests.privacy.test_admin import act
from tests.shop import buying
from tests.shop.test_desk_forms import COVER
from tests.support import desk

pytestmark = pytest.mark.django_db
NEW = "/admin/shop/product/new/"
BY_CHANCE = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b[0-9A-F]{8}\b|\b[0-9A-Za-z]{64}\b")
"""Ids, order numbers and what forms are signed with: any digits may be in them."""


@pytest.fixture
def elsewhere(products, provider):
    """A paid order that goes to somebody else."""
    return buying.pay(buying.placed({"home-station": 1}, delivery=buying.ELSEWHERE))


@pytest.fixture
def finance():
    return desk.staff(Role.FINANCE)


@pytest.fixture
def logistic():
    return desk.staff(Role.LOGISTIC)


def shown(browser, row):
    page = browser.get(desk.path_of(type(row), row))
    return page.content.decode() if page.status_code == 200 else page.status_code


class TestLooking:
    @pytest.mark.obligation("PRI-69", "PRI-71", partial=True)
    def test_bookkeeping_sees_the_buyer_and_logistics_the_recipient(self, elsewhere, finance, logistic):
        bill, parcel = shown(finance, elsewhere), shown(logistic, Parcel.objects.get())
        assert "Riet Bakker" in bill
        assert "riet@mail.example" in bill
        assert "Opa Karel" not in bill
        assert "+31612345678" not in bill
        assert "Opa Karel" in parcel
        assert "+32470123456" in parcel
        assert "30595" in bill
        parcel = BY_CHANCE.sub("", parcel)
        for hidden in ("Riet", "riet@mail.example", "24711", "299"):
            assert hidden not in parcel

    def test_each_look_is_told_on_the_page_of_the_order(self, elsewhere, finance, logistic, visitor):
        shown(finance, elsewhere)
        shown(logistic, Parcel.objects.get())
        assert set(Disclosure.objects.values_list("to", flat=True)) == {"finance", "logistic"}
        page = visitor.get(f"/shop/order/{access.link_of(elsewhere.pk)}").content.decode()
        assert "iemand van onze boekhouding" in page
        assert "iemand die pakketten inpakt" in page

    def test_other_roles_and_other_tables_see_nothing(self, elsewhere, finance, logistic):
        parcel, attempt = Parcel.objects.get(), Attempt.objects.get()
        assert shown(finance, parcel) == shown(logistic, attempt) == 403
        for role in (Role.SUPPORT, Role.SYSTEM, Role.PRIVACY):
            other = desk.staff(role)
            assert shown(other, elsewhere) == shown(other, parcel) == 403
        assert not Disclosure.objects.exists()

    def test_the_list_names_nobody(self, elsewhere, finance):
        page = finance.get(desk.path_of(Order)).content.decode()
        assert elsewhere.number in page
        assert "Riet" not in page


class TestDoing:
    def test_logistics_counts_stock_and_packs(self, elsewhere, logistic, finance):
        product, parcel = Product.objects.get(slug="home-station"), Parcel.objects.get()
        act(logistic, product, "stock", change="3")
        assert Product.objects.get(pk=product.pk).stock == 7
        assert "not that many" in act(logistic, product, "stock", change="-99").content.decode()
        assert act(finance, product, "stock", change="3").status_code in (302, 404)
        act(logistic, parcel, "pack")
        parcel.refresh_from_db()
        assert (parcel.state, Product.objects.get(pk=product.pk).stock) == ("packed", 7)

    def test_bookkeeping_changes_prices_and_sale(self, products, finance, logistic):
        product = products["cover"]
        act(finance, product, "price", net="12.345")
        act(finance, product, "price", net="12.34")
        act(finance, product, "off")
        act(logistic, product, "on")
        product.refresh_from_db()
        assert (product.net_cents, product.on_sale) == (1234, False)

    def test_bookkeeping_lets_money_go_and_logistics_takes_goods_back(self, paid, finance, logistic):
        from shop import services

        order = buying.deliver(paid)
        lines = {one.pk for one in access.still_ours(order)}
        services.withdraw(order_id=order.pk, line_ids=lines, code="", now=buying.later())
        act(finance, Withdrawal.objects.get(), "refund")
        act(finance, Withdrawal.objects.get(), "refund")
        assert Refund.objects.count() == 1
        act(logistic, Parcel.objects.get(), "back")
        assert (Parcel.objects.get().state, Refund.objects.count()) == ("returned", 1)


class TestAddingAProduct:
    def test_bookkeeping_adds_it_logistics_counts_it_and_then_it_is_sold(
        self, db, finance, logistic, visitor
    ):
        listed = finance.get(desk.path_of(Product)).content.decode()
        assert 'href="new/"' in listed
        answer = finance.post(NEW, {**COVER, "stock": "50", "on_sale": "on"})
        product = Product.objects.get()
        assert answer.headers["Location"] == desk.path_of(Product, product)
        assert (product.net_cents, product.weight_grams, product.stock, product.on_sale) == (
            1234,
            200,
            0,
            False,
        )
        assert product.names == {code: f"name {code}" for code in ("nl", "fr", "en")}
        assert "name nl" not in visitor.get("/shop/nl").content.decode()
        act(logistic, product, "stock", change="3")
        act(finance, product, "on")
        for language in ("nl", "fr", "en"):
            page = visitor.get(f"/shop/{language}/p/cover-blue").content.decode()
            assert f"name {language}" in page
            assert f"text {language}" in page

    def test_no_other_role_can(self, db, logistic):
        assert 'href="new/"' not in logistic.get(desk.path_of(Product)).content.decode()
        others = [desk.staff(role) for role in (Role.SUPPORT, Role.SYSTEM, Role.PRIVACY)]
        for browser in (logistic, *others):
            assert browser.get(NEW).status_code == browser.post(NEW, COVER).status_code == 404
        assert not Product.objects.exists()

    def test_who_is_no_staff_is_sent_to_the_sign_in(self, db, visitor, alice, as_):
        for browser in (visitor, as_(alice)):
            assert browser.post(NEW, COVER).headers["Location"].startswith("/admin/login/")
        assert not Product.objects.exists()

    def test_no_other_table_takes_rows(self, db, finance):
        assert finance.post("/admin/shop/order/new/", {}).status_code == 404

    @pytest.mark.parametrize(
        ("language", "said"), [("nl", "Vul dit in."), ("fr", "Remplissez ce champ."), ("en", "Fill this in.")]
    )
    def test_what_is_wrong_is_said_in_the_language_of_staff(self, db, finance, language, said):
        page = finance.post(NEW, {**COVER, "name_fr": ""}, headers={"accept-language": language})
        assert page.status_code == 200
        assert said in page.content.decode()
        assert "text nl" in page.content.decode()
        assert not Product.objects.exists()

    def test_an_address_that_is_taken_changes_nothing(self, products, finance):
        before = Product.objects.get(slug="cover")
        page = finance.post(NEW, {**COVER, "slug": "cover"})
        assert "has this address already" in page.content.decode()
        after = Product.objects.get(slug="cover")
        assert (after.net_cents, after.names, after.on_sale) == (before.net_cents, before.names, True)
