"""Short ways to fill the shop, to order, to pay, and to let time pass."""

from datetime import timedelta

from django.db import transaction

from payments import events
from payments import services as payments
from payments.models import Payment
from prifora.kernel import clock
from prifora.kernel.events import publish
from shop import services
from shop.models import Attempt, Order, Parcel, Product

LINES = ("nl", "fr", "en")
BUYER = {
    "name": "Riet Bakker",
    "email": "riet@mail.example",
    "mobile": "+31612345678",
    "street": "Lindelaan 12",
    "postcode": "1234 AB",
    "city": "UTRECHT",
    "country": "NL",
    "company": "",
    "vat_id": "",
    "holder": "M. Bakker",
}
FORM = {**BUYER, "mobile": "06 12345678", "postcode": "1234ab", "city": "Utrecht", "method": "ideal"}
ELSEWHERE = {
    "name": "Opa Karel",
    "street": "Dorpsstraat 3",
    "postcode": "2000",
    "city": "ANTWERPEN",
    "country": "BE",
    "mobile": "+32470123456",
}


def product(slug, *, net=1000, stock=5, **more):
    """Put something on sale."""
    words = {language: f"{slug} {language}" for language in LINES}
    told = {"kind": "other", "picture": "cover", "names": words, "texts": words, **more}
    return services.add_product(slug=slug, net_cents=net, stock=stock, now=clock.now(), **told)


def products():
    """A Home Station, a subscription by the year and by the month, and a cover."""
    product(
        "home-station", net=24711, kind="hardware", picture="station", with_station=True, weight_grams=2400
    )
    product("family-year", net=8182, stock=0, kind="subscription", picture="year", months=12)
    product("family-month", net=822, stock=0, kind="subscription", picture="month", months=1)
    product("cover", net=1653, weight_grams=200)
    return {one.slug: one for one in Product.objects.all()}


def placed(wanted, *, buyer=BUYER, delivery=None, language="nl", method="ideal", now=None):
    """Place an order and ask its payment; return it."""
    now = now or clock.now()
    order = services.place_order(
        wanted=wanted, buyer=buyer, delivery=delivery, method=method, language=language, now=now
    )
    services.ask_payment(order=order, now=now)
    return order


def attempt_of(order):
    return Attempt.objects.filter(order=order).latest("created_at")


@transaction.atomic
def say_paid(attempt, *, mandate=None):
    """Have payments say that an attempt was paid."""
    Payment.objects.filter(reference=attempt.pk).update(state=payments.State.PAID, paid_at=clock.now())
    publish(events.Paid(reference=attempt.pk, amount=payments.standing(attempt.pk).amount, mandate=mandate))


def pay(order, *, mandate=None):
    """Have an order paid; return it anew."""
    payment = Payment.objects.get(reference=attempt_of(order).pk)
    if payment.mandate_id:
        payment.mandate.is_valid = True
        payment.mandate.save(update_fields=["is_valid"])
    say_paid(attempt_of(order), mandate=mandate or payment.mandate_id)
    return Order.objects.get(pk=order.pk)


def deliver(order, *, now=None):
    """Let the parcel of an order be packed and brought."""
    now = now or clock.now()
    parcel = Parcel.objects.get(order=order)
    services.pack(parcel_id=parcel.pk, now=now)
    services.announce_parcels(now=now)
    parcel.refresh_from_db()
    move(parcel.track, "delivered")
    services.track_parcels(now=now)
    return Order.objects.get(pk=order.pk)


def move(track, state):
    from shop.clients import carrier

    assert carrier().move(track, state)


def later(**span):
    return clock.now() + timedelta(**span)
