"""Forms come from our own pages, and a refusal is a page."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import RequestFactory

from prifora.kernel.limits import Limit
from shop.models import Order
from shop.site import refuse_foreign
from tests.shop import buying


@pytest.mark.parametrize(
    "headers",
    [{}, {"origin": "http://testserver"}, {"sec-fetch-site": "same-origin"}, {"sec-fetch-site": "none"}],
)
def test_takes_our_own_forms(headers):
    refuse_foreign(RequestFactory().post("/", headers=headers))


@pytest.mark.parametrize(
    "headers", [{"origin": "null"}, {"origin": "https://x.example"}, {"sec-fetch-site": "same-site"}]
)
def test_refuses_those_of_others(headers):
    with pytest.raises(PermissionDenied):
        refuse_foreign(RequestFactory().post("/", headers=headers))
    refuse_foreign(RequestFactory().get("/", headers=headers))


@pytest.mark.django_db
def test_too_many_orders_are_a_page_that_says_so(visitor, products, provider):
    for _order in range(Limit.ORDER_PLACE.value.number + 1):
        visitor.post("/shop/nl/cart", {"slug": "family-year", "pieces": "1"})
        page = visitor.post("/shop/nl/checkout", {**buying.FORM, "order": "1"})
    assert (page.status_code, Order.objects.count()) == (429, Limit.ORDER_PLACE.value.number)
    assert page.headers["Retry-After"]
