"""What an order keeps no longer: first its address, then its customer, at last all of it.

A key is destroyed with the last thing sealed under it, so that no copy of the database opens it again.
The rows that the books need go with their term (models.held).
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from prifora.kernel.keystore import destroy_key
from prifora.kernel.terms import day_of
from shop import rules
from shop.models import Delivery, Order, Parcel, ParcelState, Refund, State, Subscription, SubscriptionState

AT_ONCE = 500


def reduce_orders(*, now: datetime) -> int:
    """Let go of what orders need no longer at `now`; return how many were touched."""
    return _forget_addresses(now) + _forget_unpaid(now) + _forget_customers(now)


def _forget_addresses(now: datetime) -> int:
    """Delete delivery addresses some time after the parcel came, unless it is on its way back."""
    moving = Parcel.objects.filter(
        order=OuterRef("order"), state__in=(ParcelState.RETURN_ASKED, ParcelState.RETURN_ANNOUNCED)
    )
    over = Delivery.objects.filter(order__delivered_at__lt=now - rules.DELIVERY_KEPT)
    gone, _rows = over.exclude(Exists(moving)).delete()
    return gone


def _forget_unpaid(now: datetime) -> int:
    """Delete orders that nobody paid, and their keys."""
    over = Order.objects.filter(state__in=(State.PLACED, State.CANCELLED), kept_until__lte=now)
    ids = list(over.values_list("pk", flat=True)[:AT_ONCE])
    return sum(_delete(order_id) for order_id in ids)


@transaction.atomic
def _delete(order_id: UUID) -> int:
    order = Order.objects.select_for_update().filter(pk=order_id).first()
    if order is None or order.state not in (State.PLACED, State.CANCELLED):
        return 0
    order.delete()
    transaction.on_commit(lambda: destroy_key(order_id))
    return 1


def _forget_customers(now: datetime) -> int:
    """Reduce orders to what the books need once there is nothing left to write to their customer about."""
    goes_on = Subscription.objects.filter(order=OuterRef("pk")).filter(
        ~Q(state=SubscriptionState.ENDED) | Q(paid_until__gt=day_of(now) - rules.CONTACT_KEPT_ENDED)
    )
    waits = Refund.objects.filter(attempt__order=OuterRef("pk"), done_at=None)
    goods = Parcel.objects.filter(order=OuterRef("pk")).exclude(state=ParcelState.STOPPED)
    settled = Order.objects.filter(reduced_at=None, state__in=(State.PAID, State.REFUNDED)).exclude(
        Exists(goes_on) | Exists(waits)
    )
    long_ago, recent = now - rules.CONTACT_KEPT, now - rules.CONTACT_KEPT_ENDED
    over = settled.filter(Q(Exists(goods), delivered_at__lt=long_ago) | Q(~Exists(goods), paid_at__lt=recent))
    ids = list(over.values_list("pk", flat=True)[:AT_ONCE])
    return sum(_reduce(order_id, now) for order_id in ids)


@transaction.atomic
def _reduce(order_id: UUID, now: datetime) -> int:
    order = Order.objects.select_for_update().get(pk=order_id)
    for rows in (order.posts, order.codes, order.disclosures):
        rows.all().delete()
    for kept in ("buyer", "delivery"):
        if hasattr(order, kept):
            getattr(order, kept).delete()
    Parcel.objects.filter(order=order).update(track="", track_url="", return_track="", return_url="")
    order.reduced_at = now
    order.save(update_fields=["reduced_at"])
    transaction.on_commit(lambda: destroy_key(order_id))
    return 1
