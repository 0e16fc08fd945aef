"""The cart: a signed cookie, only while something is in it. Nothing of it is stored on the server."""

from collections.abc import Mapping

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from prifora.kernel.stores import CART_KEPT
from shop.rules import MOST_OF_ONE

NAME = "__Host-cart" if settings.SECURE else "cart"
SALT = "shop cart"
PRODUCTS_MAX = 20


def read_cart(request: HttpRequest) -> dict[str, int]:
    """Return the pieces of each product (by slug) in the cart; nothing of one that we did not sign."""
    try:
        kept = signing.loads(request.COOKIES.get(NAME, ""), salt=SALT, max_age=CART_KEPT)
    except signing.BadSignature:
        return {}
    return {str(slug): int(number) for slug, number in kept.items()} if isinstance(kept, dict) else {}


def put(cart: Mapping[str, int], slug: str, number: int) -> dict[str, int]:
    """Return a cart with so many pieces of a product in it; none takes it out."""
    rest = {one: pieces for one, pieces in cart.items() if one != slug}
    pieces = min(max(number, 0), MOST_OF_ONE)
    return {**rest, slug: pieces} if pieces and len(rest) < PRODUCTS_MAX else rest


def write_cart(response: HttpResponse, cart: Mapping[str, int]) -> HttpResponse:
    """Let the reader's browser keep a cart, or forget an empty one."""
    if not cart:
        response.delete_cookie(NAME, path="/", samesite="Lax")
        return response
    response.set_cookie(
        NAME,
        signing.dumps(dict(cart), salt=SALT, compress=True),
        max_age=CART_KEPT,
        path="/",
        secure=settings.SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response
