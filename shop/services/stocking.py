"""What lies on the shelf, and what staff change of the catalogue."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy

from prifora.kernel.errors import Refused
from shop.models import Product, StockLine


class NotThatMany(Refused):
    """A stock cannot fall below nothing."""

    status, code = 409, "not_that_many"
    sentence = gettext_lazy("There are not that many.")


class SlugTaken(Refused):
    """Another product has this address."""

    status, code = 409, "slug_taken"
    sentence = gettext_lazy("Another product has this address already.")


@transaction.atomic
def new_product(*, now: datetime, slug: str, **told: object) -> Product:
    """Add something new to the catalogue, with nothing on the shelf and not on sale. Raises SlugTaken.

    Logistics counts what comes in (`change_stock`); then it is put on sale (`change_sale`).
    """
    known = {**told, "on_sale": False, "created_at": now}
    product, is_new = Product.objects.get_or_create(slug=slug, defaults=known)
    if not is_new:
        raise SlugTaken
    return product


@transaction.atomic
def change_stock(*, product_id: UUID, change: int, now: datetime) -> Product:
    """Add pieces to a stock, or take some out (below zero). Raises NotThatMany."""
    product = Product.objects.select_for_update().get(pk=product_id)
    note_stock(product=product, change=change, why="counted", now=now)
    return product


@transaction.atomic
def change_price(*, product_id: UUID, net_cents: int) -> None:
    """Ask another price from now on; what was ordered keeps its own."""
    product = Product.objects.select_for_update().get(pk=product_id)
    product.net_cents = net_cents
    product.save(update_fields=["net_cents"])


@transaction.atomic
def change_sale(*, product_id: UUID, on_sale: bool) -> None:
    """Put a product on sale, or take it off."""
    product = Product.objects.select_for_update().get(pk=product_id)
    product.on_sale = on_sale
    product.save(update_fields=["on_sale"])


@transaction.atomic
def add_product(*, now: datetime, stock: int = 0, **told: object) -> Product:
    """Add something to the catalogue, or change what has this slug; its stock only grows by hand."""
    slug = told.pop("slug")
    product, made = Product.objects.update_or_create(slug=slug, defaults=told)
    if made and stock:
        note_stock(product=product, change=stock, why="counted", now=now)
    return product


def note_stock(*, product: Product, change: int, why: str, now: datetime) -> None:
    """Change the stock of a product that is locked, and write down why. Raises NotThatMany."""
    if product.stock + change < 0:
        raise NotThatMany
    product.stock += change
    product.save(update_fields=["stock"])
    StockLine.objects.create(product=product, change=change, why=why, created_at=now)
