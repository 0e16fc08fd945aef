"""Reading the shop: the catalogue is everybody's, an order opens by its link alone.

The link is made from the order's number and a secret of the server, so that no table holds one and a copy of
the database opens nothing.
"""

import base64
import binascii
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from books import services as books
from books.rules import Kind
from payments import services as payments
from prifora.kernel import crypto, sealing
from prifora.kernel.errors import Absent
from prifora.kernel.keystore import Erased
from prifora.kernel.money import Money
from prifora.kernel.terms import day_of
from shop import rules
from shop.models import DueCode, Order, OrderLine, Product, State, Subscription

MAC_BYTES = 16
BUYER, DELIVERY = "shop_buyer.sealed", "shop_delivery.sealed"


def catalogue() -> QuerySet[Product]:
    """Return what is for sale, in the order in which it is shown."""
    return Product.objects.filter(on_sale=True).order_by("place", "slug")


def product(slug: str) -> Product:
    """Return something that is for sale. Raises Absent."""
    found = catalogue().filter(slug=slug).first()
    if found is None:
        raise Absent
    return found


def available(one: Product, now: datetime) -> int:
    """Return how many pieces can be ordered at `now`: what lies there and is set apart for nobody."""
    if not one.ships:
        return rules.MOST_OF_ONE
    apart = one.reservations.filter(ends_at__gt=now).values_list("quantity", flat=True)
    return max(0, one.stock - sum(apart))


def vat_rate(*, country: str, vat_id: str, today: date) -> Decimal:
    """Return the percentage of VAT on what somebody in a country buys. Raises books.rules.NotSoldThere."""
    return books.vat_rate(country=country, vat_id=vat_id, kind=Kind.GOODS, at=today)


def price_at_home(net: Money, today: date) -> Money:
    """Return a price as the catalogue shows it: with VAT, as people where the shop is pay it."""
    return net + net.vat_of(vat_rate(country=rules.HOME, vat_id="", today=today))


def link_of(order_id: UUID) -> str:
    """Return the unguessable end of the address of an order's page."""
    return base64.urlsafe_b64encode(order_id.bytes + _mac(order_id)).rstrip(b"=").decode()


def order_by_link(link: str) -> Order:
    """Return the order that a link opens. Raises Absent for every other link, and once contact has ended."""
    try:
        raw = base64.urlsafe_b64decode(link + "=" * (-len(link) % 4))
        order_id = UUID(bytes=raw[:MAC_BYTES])
    except (ValueError, binascii.Error) as wrong:
        raise Absent from wrong
    if not crypto.same(raw[MAC_BYTES:], _mac(order_id)):
        raise Absent
    order = Order.objects.filter(pk=order_id, reduced_at=None).first()
    if order is None:
        raise Absent
    return order


def buyer_of(order: Order) -> dict[str, str]:
    """Return who ordered. Raises Absent once that is no longer kept."""
    row = getattr(order, "buyer", None)
    return _opened(row, order, BUYER)


def delivery_of(order: Order) -> dict[str, str]:
    """Return to whom the parcel goes. Raises Absent once that is no longer kept, or when nothing is sent."""
    row = getattr(order, "delivery", None)
    return _opened(row, order, DELIVERY)


def ships(order: Order) -> bool:
    """Return whether an order needs a parcel."""
    return any(line.product is not None and line.product.ships for line in lines_of(order))


def lines_of(order: Order) -> list[OrderLine]:
    """Return the lines of an order, delivery cost last."""
    return list(order.lines.select_related("product", "withdrawn"))


def still_ours(order: Order) -> list[OrderLine]:
    """Return the lines that a customer can still give back, without the delivery cost."""
    return [line for line in lines_of(order) if line.product_id and not hasattr(line, "withdrawn")]


def may_withdraw(order: Order, today: date) -> bool:
    """Return whether (a part of) an order can be given back today."""
    if order.state != State.PAID or not still_ours(order):
        return False
    return rules.may_withdraw(
        ordered_on=day_of(order.paid_at or order.created_at),
        delivered_on=day_of(order.delivered_at) if order.delivered_at else None,
        ships=ships(order),
        today=today,
    )


def subscription_of(order: Order, subscription_id: UUID) -> Subscription:
    """Return a subscription of an order. Raises Absent."""
    found = order.subscriptions.select_related("product", "next_product").filter(pk=subscription_id).first()
    if found is None:
        raise Absent
    return found


def other_plans(subscription: Subscription) -> QuerySet[Product]:
    """Return what the next term of a subscription can be of instead."""
    now_on = subscription.next_product_id or subscription.product_id
    return catalogue().filter(kind=subscription.product.kind, with_station=False).exclude(pk=now_on)


def codes_of(order: Order) -> list[DueCode]:
    """Return the activation codes of an order, given out or not; the codes themselves are nowhere."""
    return list(order.codes.all())


def told_of(order: Order) -> list[tuple[datetime, str, list[str]]]:
    """Return who outside the shop's own work got which fields of an order, and when, the first one first."""
    provider = [one for attempt in order.attempts.all() for one in payments.disclosures(attempt.pk)]
    told = [(one.at, one.recipient, [str(word) for word in one.words]) for one in provider]
    told += [(one.created_at, one.to, list(one.fields)) for one in order.disclosures.all()]
    return sorted(told, key=lambda one: one[0])


def _opened(row: object, order: Order, place: str) -> dict[str, str]:
    if row is None:
        raise Absent
    try:
        return sealing.open_document(row.sealed, person=order.pk, place=place)  # type: ignore[attr-defined]
    except Erased as gone:
        raise Absent from gone


def _mac(order_id: UUID) -> bytes:
    return crypto.mac(crypto.derive(settings.SEAL_KEY, "shop order link"), order_id.bytes)[:MAC_BYTES]
