"""From a cart to an order: what it costs, that it is there, and who orders it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from prifora.kernel import keystore, sealing
from prifora.kernel.errors import Refused
from prifora.kernel.money import Money
from prifora.kernel.terms import day_of
from shop import access, rules
from shop.legal import VERSION
from shop.models import Buyer, Delivery, Kind, Order, OrderLine, Product, Reservation, State

ADDRESS = ("name", "street", "postcode", "city", "country", "mobile")
"""What a carrier needs to bring a parcel."""


class NothingOrdered(Refused):
    """There is nothing in the cart that is for sale."""

    status, code = 409, "nothing_ordered"
    sentence = gettext_lazy("There is nothing in your cart.")


class SoldOut(Refused):
    """Not so many pieces are there; `left` is how many are."""

    status, code = 409, "sold_out"
    sentence = gettext_lazy("We have not enough of this left. Please change your cart.")


@dataclass(frozen=True, slots=True)
class CartLine:
    """One product in a cart, and what all pieces of it cost with VAT."""

    product: Product
    quantity: int
    net: Money
    gross: Money


@dataclass(frozen=True, slots=True)
class Cart:
    """What is in a cart and what it costs in one country; `delivery` is nothing when nothing is sent."""

    lines: tuple[CartLine, ...]
    delivery_net: Money
    delivery: Money
    price: rules.Price
    country: str
    vat_rate: Decimal

    @property
    def ships(self) -> bool:
        """Whether a parcel is needed."""
        return any(line.product.ships for line in self.lines)

    @property
    def continues(self) -> bool:
        """Whether there is a subscription in it, which goes on until it is ended."""
        return any(line.product.kind == Kind.SUBSCRIPTION for line in self.lines)


def price_cart(
    wanted: Mapping[str, int], *, today: date, country: str = rules.HOME, vat_id: str = ""
) -> Cart:
    """Return what a cart (pieces by slug) costs in a country. What is not for sale falls out."""
    products = access.catalogue().filter(slug__in=wanted)
    pieces = [(one, min(wanted[one.slug], _most(one))) for one in products]
    pieces = [(one, number) for one, number in pieces if number > 0]
    nets = [Money(one.net_cents) * number for one, number in pieces]
    sent = any(one.ships for one, _number in pieces)
    delivery = Money(rules.DELIVERY_NET[country] if sent else 0)
    rate = access.vat_rate(country=country, vat_id=vat_id, today=today)
    price = rules.price_of([*nets, delivery], rate)
    lines = tuple(
        CartLine(one, number, net, gross)
        for (one, number), net, gross in zip(pieces, nets, price.lines, strict=False)
    )
    return Cart(lines, delivery, price.lines[-1], price, country, rate)


@transaction.atomic
def place_order(
    *,
    wanted: Mapping[str, int],
    buyer: Mapping[str, str],
    delivery: Mapping[str, str] | None,
    method: str,
    language: str,
    now: datetime,
) -> Order:
    """Take an order and set its goods apart for RESERVED_FOR; nothing is paid yet.

    `buyer` and `delivery` are checked already (forms.CheckoutForm). Raises NothingOrdered, and SoldOut when
    there is less than is wanted: products are locked while it is counted, so that no piece is promised twice.
    """
    cart = price_cart(wanted, today=day_of(now), country=buyer["country"], vat_id=buyer.get("vat_id", ""))
    if not cart.lines:
        raise NothingOrdered
    _refuse_sold_out(cart, now)
    order = Order.objects.create(
        created_at=now,
        language=language,
        country=cart.country,
        method=method,
        vat_rate=cart.vat_rate,
        total_cents=cart.price.total.cents,
        terms_version=VERSION,
        one_stop_shop=cart.country != rules.HOME and not buyer.get("vat_id"),
        kept_until=now + rules.UNPAID_KEPT,
    )
    _keep_details(order, cart, buyer, delivery)
    _keep_lines(order, cart)
    Reservation.objects.bulk_create(
        Reservation(
            order=order, product=line.product, quantity=line.quantity, ends_at=now + rules.RESERVED_FOR
        )
        for line in cart.lines
        if line.product.ships
    )
    return order


@transaction.atomic
def hold_again(*, order_id: UUID, now: datetime) -> Order:
    """Set the goods of an unpaid order apart anew, to try paying again. Raises SoldOut, NothingOrdered."""
    order = Order.objects.select_for_update().filter(pk=order_id, state=State.PLACED).first()
    if order is None:
        raise NothingOrdered
    held = list(order.reservations.select_related("product").order_by("product_id"))
    for one in held:
        locked = Product.objects.select_for_update().get(pk=one.product_id)
        if one.ends_at <= now and access.available(locked, now) < one.quantity:
            raise SoldOut
    until = min(now + rules.RESERVED_FOR, order.created_at + rules.HELD_AT_MOST)
    order.reservations.update(ends_at=until)
    order.kept_until = max(order.kept_until, until + timedelta(days=1))
    order.save(update_fields=["kept_until"])
    return order


def name_of(product: Product, language: str) -> str:
    """Return what a product is called in a language."""
    return str(product.names.get(language) or product.names.get("en") or product.slug)


def _most(product: Product) -> int:
    """Return how many pieces may be in one order: one subscription, and a handful of things."""
    return 1 if product.kind == Kind.SUBSCRIPTION else rules.MOST_OF_ONE


def _refuse_sold_out(cart: Cart, now: datetime) -> None:
    """Lock what is sent, always in the same order, and refuse when there is too little of it."""
    wanted = {line.product.pk: line.quantity for line in cart.lines if line.product.ships}
    for one in Product.objects.select_for_update().filter(pk__in=wanted).order_by("pk"):
        left = access.available(one, now)
        if left < wanted[one.pk]:
            raise SoldOut(left=left)


def _keep_details(
    order: Order, cart: Cart, buyer: Mapping[str, str], delivery: Mapping[str, str] | None
) -> None:
    keystore.key_of(order.pk)
    sealed = sealing.seal_document(dict(buyer), person=order.pk, place=access.BUYER)
    Buyer.objects.create(order=order, sealed=sealed)
    if cart.ships:
        to = {name: (delivery or buyer)[name] for name in ADDRESS}
        sealed = sealing.seal_document(to, person=order.pk, place=access.DELIVERY)
        Delivery.objects.create(order=order, sealed=sealed)


def _keep_lines(order: Order, cart: Cart) -> None:
    rows = [
        OrderLine(
            order=order,
            product=line.product,
            name=name_of(line.product, order.language),
            kind=line.product.kind,
            quantity=line.quantity,
            net_cents=line.product.net_cents,
            gross_cents=line.gross.cents,
            place=place,
        )
        for place, line in enumerate(cart.lines)
    ]
    if cart.ships:
        with override(order.language):
            called = _("Delivery")
        rows.append(
            OrderLine(
                order=order,
                name=called,
                kind="delivery",
                quantity=1,
                net_cents=cart.delivery_net.cents,
                gross_cents=cart.delivery.cents,
                place=len(rows),
            )
        )
    OrderLine.objects.bulk_create(rows)
