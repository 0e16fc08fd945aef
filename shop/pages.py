"""The pages before an order: the catalogue, the cart, the checkout, and what the law wants said."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from prifora.kernel import clock
from prifora.kernel.errors import Absent
from prifora.kernel.limits import Limit, enforce
from prifora.kernel.money import Money
from prifora.kernel.terms import day_of
from shop import access, legal, rules, services
from shop.carts import put, read_cart, write_cart
from shop.forms import METHODS, NAMES, CheckoutForm
from shop.models import Product
from shop.site import page, readers_language, show


@require_safe
def door(request: HttpRequest) -> HttpResponse:
    """Lead to the catalogue in the reader's language."""
    return redirect(f"/shop/{readers_language()}")


@page("GET")
def catalogue(request: HttpRequest, language: str) -> HttpResponse:
    """Everything that is for sale."""
    shown = [_shown(one, language) for one in access.catalogue()]
    return show(request, "catalogue", {"products": shown, "path": ""}, language=language)


@page("GET")
def product(request: HttpRequest, language: str, slug: str) -> HttpResponse:
    """One product, and the button that puts it in the cart."""
    told = {"product": _shown(access.product(slug), language), "path": f"/p/{slug}"}
    return show(request, "product", told, language=language)


@page("GET", "POST")
def cart(request: HttpRequest, language: str) -> HttpResponse:
    """What is in the cart. A form puts a product in it: `add` to what is there, or `pieces` in all."""
    kept = read_cart(request)
    if request.method == "POST":
        slug = access.product(request.POST.get("slug", "")).slug
        added = kept.get(slug, 0) + _number(request.POST.get("add", "0"))
        pieces = _number(request.POST["pieces"]) if "pieces" in request.POST else added
        return write_cart(redirect(f"/shop/{language}/cart"), put(kept, slug, pieces))
    priced = services.price_cart(kept, today=day_of(clock.now()))
    lines = [
        {**_shown(one.product, language), "pieces": one.quantity, "gross": _words(one.gross, language)}
        for one in priced.lines
    ]
    told = {"lines": lines, "cart": priced, "path": "/cart", **_sums(priced, language)}
    return show(request, "cart", told, language=language)


@page("GET", "POST")
def checkout(request: HttpRequest, language: str) -> HttpResponse:
    """Ask what is needed, show it with the price to pay, and take the order: three steps, one address."""
    kept, now = read_cart(request), clock.now()
    priced = services.price_cart(kept, today=day_of(now))
    if not priced.lines:
        return redirect(f"/shop/{language}/cart")
    asked = request.POST if request.method == "POST" else None
    form = CheckoutForm(asked, ships=priced.ships, initial={"country": _country_of(language)})
    if asked is None or "change" in asked or not form.is_valid():
        wrong = asked is not None and "change" not in asked
        told = {"form": form, "path": "/checkout", "wrong": wrong and form.errors, **_sums(priced, language)}
        return show(request, "checkout", told, language=language, status=400 if wrong else 200)
    if "order" not in asked:
        return _review(request, language, form, kept)
    enforce(Limit.ORDER_PLACE, request.META.get("REMOTE_ADDR", ""))
    order = services.place_order(
        wanted=kept,
        buyer=form.buyer(),
        delivery=form.delivery(),
        method=form.cleaned_data["method"],
        language=language,
        now=now,
    )
    return write_cart(redirect(f"/shop/order/{access.link_of(order.pk)}/pay"), {})


@page("GET")
def text(request: HttpRequest, language: str, name: str) -> HttpResponse:
    """The terms, or what there is to know about giving an order back."""
    if name not in legal.NAMES:
        raise Absent
    told = {"text": legal.text(name, language), "version": legal.VERSION, "path": f"/{name}"}
    return show(request, "text", told, language=language)


def _review(request: HttpRequest, language: str, form: CheckoutForm, kept: dict[str, int]) -> HttpResponse:
    """Show everything once more, with the VAT of the customer's country, beside the button that orders."""
    buyer = form.buyer()
    priced = services.price_cart(
        kept, today=day_of(clock.now()), country=buyer["country"], vat_id=buyer["vat_id"]
    )
    lines = [
        {
            "name": services.name_of(one.product, language),
            "pieces": one.quantity,
            "gross": _words(one.gross, language),
        }
        for one in priced.lines
    ]
    to = form.delivery() or buyer
    told = {
        "form": form,
        "lines": lines,
        "cart": priced,
        "buyer": {**buyer, "country": NAMES[buyer["country"]]},
        "to": {**to, "country": NAMES[to["country"]]} if priced.ships else None,
        "method": dict(METHODS)[form.cleaned_data["method"]],
        "vat": _words(priced.price.vat, language),
        "rate": priced.vat_rate.normalize(),
        **_sums(priced, language),
    }
    return show(request, "review", told, language=language)


def _shown(one: Product, language: str) -> dict[str, Any]:
    now = clock.now()
    left = access.available(one, now)
    return {
        "slug": one.slug,
        "kind": one.kind,
        "months": one.months,
        "name": services.name_of(one, language),
        "text": one.texts.get(language) or one.texts.get("en") or "",
        "picture": f"shop/pictures/{one.picture}.svg",
        "price": _words(access.price_at_home(Money(one.net_cents), day_of(now)), language),
        "left": left,
        "few": one.ships and 0 < left <= FEW,
        "most": range(1, min(rules.MOST_OF_ONE, left) + 1),
    }


FEW = 5
"""So many pieces or fewer: the page says so."""


def _sums(priced: services.Cart, language: str) -> dict[str, str]:
    return {"total": _words(priced.price.total, language), "delivery": _words(priced.delivery, language)}


def _words(amount: Money, language: str) -> str:
    return amount.words(language)


def _country_of(language: str) -> str:
    return "FR" if language == "fr" else rules.HOME


def _number(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= len("100") else 0
