"""What others do with those who look and buy, and this shop does not; and what its terms have of their own."""

import re

import pytest
from django.test import Client

from shop import access, legal
from tests import unlinkable

pytestmark = pytest.mark.django_db
PUBLIC = (
    *("/privacy", "/privacy/nl", "/privacy/fr/1", "/privacy/en/home-station", "/privacy/nl/legal"),
    *("/shop/nl", "/shop/fr/p/home-station", "/shop/en/cart", "/shop/nl/terms", "/shop/fr/withdrawal"),
)
TRADED = re.compile(r"partner|promotion|advert|segment|affiliate|campaign")


class TestBrowsing:
    @pytest.mark.obligation("PER-22", "PER-32")
    @pytest.mark.obligation("PRE-21", partial=True)
    def test_of_somebody_who_is_signed_in_is_written_down_nowhere(self, as_, alice, products):
        client = as_(alice)
        before = unlinkable.places_of(alice.pk), unlinkable.places_of("keyword-of-alice")
        for path in PUBLIC:
            assert client.get(f"{path}?q=keyword-of-alice").status_code == 200, path
        client.post("/shop/nl/cart", {"slug": "home-station", "add": "1"})
        assert (unlinkable.places_of(alice.pk), unlinkable.places_of("keyword-of-alice")) == before
        assert before[0]
        assert not before[1]

    @pytest.mark.obligation("PER-31", partial=True)
    def test_needs_no_cookie(self, products):
        browser = Client()
        for path in PUBLIC:
            browser.cookies.clear()
            assert browser.get(path).status_code == 200, path

    @pytest.mark.obligation("PRE-21", partial=True)
    def test_of_orders_is_shown_to_who_ordered(self, paid):
        page = Client().get(f"/shop/order/{access.link_of(paid.pk)}").content.decode()
        assert "home-station nl" in page
        assert paid.invoice in page


class TestOthers:
    @pytest.mark.obligation("PER-37")
    @pytest.mark.parametrize("language", ["nl", "fr", "en"])
    def test_are_named_nowhere_where_one_buys(self, visitor, products, language):
        for path in ("", "/p/home-station", "/cart"):
            page = visitor.get(f"/shop/{language}{path}").content.decode()
            assert not re.search(r"https?://(?!testserver)", page)
        visitor.post(f"/shop/{language}/cart", {"slug": "home-station", "add": "1"})
        page = visitor.get(f"/shop/{language}/checkout").content.decode()
        assert not TRADED.search(page)
        assert re.findall(r'type="checkbox" name="(\w+)"', page) == ["elsewhere"]


class TestTerms:
    @pytest.mark.obligation("PIM-04", partial=True)
    @pytest.mark.parametrize("language", ["nl", "fr", "en"])
    def test_are_a_document_of_their_own_with_a_version_of_its_own(self, visitor, order, language):
        for path in (f"/shop/{language}", f"/privacy/{language}", f"/privacy/{language}/home-station"):
            page = visitor.get(path).content.decode()
            assert f'href="/privacy/{language}"' in page
            assert f'href="/shop/{language}/terms"' in page
        terms = visitor.get(f"/shop/{language}/terms").content.decode()
        assert visitor.get(f"/privacy/{language}").content.decode() != terms
        assert order.terms_version == legal.VERSION
