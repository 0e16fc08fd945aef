"""The cart is a small signed note in the browser."""

from django.http import HttpResponse
from django.test import RequestFactory

from prifora.kernel.policy import Kind
from prifora.kernel.stores import names_of
from shop.carts import NAME, put, read_cart, write_cart


def reading(value):
    request = RequestFactory().get("/")
    request.COOKIES[NAME] = value
    return read_cart(request)


def test_what_is_written_is_read():
    value = write_cart(HttpResponse(), {"cover": 2}).cookies[NAME].value
    assert reading(value) == {"cover": 2}
    assert reading(value[:-1]) == reading("") == reading("x.y.z") == {}


def test_pieces_stay_within_bounds():
    assert put({}, "cover", 99) == {"cover": 10}
    assert put({"cover": 1}, "cover", 0) == put({"cover": 1}, "cover", -3) == {}
    many = {f"p{number}": 1 for number in range(20)}
    assert put(many, "one-more", 1) == many


def test_its_cookie_is_declared():
    assert NAME in names_of(Kind.COOKIE)
