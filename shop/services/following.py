"""Following parcels at the carrier: until they are there, and until what is given back is back."""

from datetime import datetime

from django.db import transaction

from shop.clients import carrier
from shop.models import Order, Parcel, ParcelState
from shop.services.posting import post
from shop.services.shipping import note_step, tried
from shop.services.withdrawing import goods_came_back


def track_parcels(*, now: datetime) -> int:
    """Ask the carrier how far parcels are; return how many moved."""
    moving = (ParcelState.ANNOUNCED, ParcelState.ON_ITS_WAY, ParcelState.RETURN_ANNOUNCED)
    due = Parcel.objects.filter(state__in=moving).select_related("order").order_by("created_at")
    return sum(tried(_track, one, now) for one in list(due))


def _track(parcel: Parcel, now: datetime) -> bool:
    if parcel.state == ParcelState.RETURN_ANNOUNCED:
        return _track_back(parcel, now)
    states = {"on_its_way": ParcelState.ON_ITS_WAY, "delivered": ParcelState.DELIVERED}
    state = states.get(carrier().state(parcel.carrier_id))
    return state is not None and state != parcel.state and _go_on(parcel, state, now)


def _track_back(parcel: Parcel, now: datetime) -> bool:
    if carrier().state(parcel.return_id) != "delivered":
        return False
    goods_came_back(parcel_id=parcel.pk, now=now)
    return True


@transaction.atomic
def _go_on(parcel: Parcel, state: ParcelState, now: datetime) -> bool:
    if not Parcel.objects.filter(pk=parcel.pk, state=parcel.state).update(state=state):
        return False
    parcel.state = state
    note_step(parcel, now=now)
    post(
        order=parcel.order,
        kind="on_its_way",
        once="on_its_way",
        facts={"track": parcel.track, "url": parcel.track_url},
        now=now,
    )
    if state == ParcelState.DELIVERED:
        Order.objects.filter(pk=parcel.order_id, delivered_at=None).update(delivered_at=now)
    return True
