"""Parcels: packed by staff, announced to the carrier, stopped, asked back, taken back in."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID, uuid5

import structlog
from django.db import transaction

from prifora.kernel.errors import Absent
from shop import access, rules
from shop.clients import Address, Label, carrier
from shop.models import Disclosure, Order, Parcel, ParcelState, ParcelStep
from shop.services.posting import post

AT_ONCE = 50
WAY_BACK = UUID("6a1c4c0e-6f0b-4d53-9c5b-0d0d4f0c7a11")
"""From it and a parcel's number the number of its way back is made."""

log = structlog.get_logger(__name__)


def note_step(parcel: Parcel, *, now: datetime) -> None:
    """Write down that a parcel came into its state."""
    ParcelStep.objects.create(parcel=parcel, state=parcel.state, created_at=now)


@transaction.atomic
def pack(*, parcel_id: UUID, now: datetime) -> None:
    """Note that the goods lie packed; the carrier is told within a minute. Raises Absent."""
    _move(parcel_id, {ParcelState.TO_PACK}, ParcelState.PACKED, now)


@transaction.atomic
def receive_return(*, parcel_id: UUID, now: datetime) -> Order:
    """Note that goods came back; the money may go. Raises Absent."""
    back = {ParcelState.RETURN_ASKED, ParcelState.RETURN_ANNOUNCED}
    return _move(parcel_id, back, ParcelState.RETURNED, now).order


def announce_parcels(*, now: datetime) -> int:
    """Announce what is packed, and what has to come back, to the carrier; return how many parcels.

    Exactly the fields of rules.MAY_GET go there, which is noted for the customer first. Twice is harmless:
    the carrier knows a parcel by its number.
    """
    due = Parcel.objects.filter(state__in=(ParcelState.PACKED, ParcelState.RETURN_ASKED))
    return sum(tried(_announce, one, now) for one in list(due.select_related("order")[:AT_ONCE]))


def stop(parcel: Parcel, *, now: datetime) -> bool:
    """Stop a parcel that the carrier does not know of yet; return whether that was so."""
    still_here = (ParcelState.TO_PACK, ParcelState.PACKED)
    if not Parcel.objects.filter(pk=parcel.pk, state__in=still_here).update(state=ParcelState.STOPPED):
        return False
    parcel.state = ParcelState.STOPPED
    note_step(parcel, now=now)
    return True


def ask_back(parcel: Parcel, *, now: datetime) -> None:
    """Have the carrier make a label with which the goods come back."""
    parcel.state = ParcelState.RETURN_ASKED
    parcel.save(update_fields=["state"])
    note_step(parcel, now=now)


def tried(act: Callable[[Parcel, datetime], bool], parcel: Parcel, now: datetime) -> bool:
    """Do something at the carrier; return whether it was done. What fails there is tried again later."""
    try:
        return act(parcel, now)
    except Exception as failure:  # noqa: BLE001  a carrier fails in ways of its own; it is asked again
        log.warning("carrier_failed", kind=type(failure).__name__)
        return False


def _announce(parcel: Parcel, now: datetime) -> bool:
    back = parcel.state == ParcelState.RETURN_ASKED
    reference = uuid5(WAY_BACK, str(parcel.pk)) if back else parcel.pk
    address = Address(**access.delivery_of(parcel.order))
    told = {"reference", "weight", *Address.__slots__}
    Disclosure.objects.create(
        order=parcel.order,
        to=rules.To.CARRIER,
        fields=rules.only_allowed(rules.To.CARRIER, told),
        created_at=now,
    )
    label = carrier().announce(
        reference=reference, address=address, weight_grams=parcel.weight_grams, back=back
    )
    return _keep_label(parcel, label, back=back, now=now)


@transaction.atomic
def _keep_label(parcel: Parcel, label: Label, *, back: bool, now: datetime) -> bool:
    url = label.url if label.url.startswith("https://") else ""
    if back:
        kept = {"return_id": label.carrier_id, "return_track": label.track, "return_url": url}
        state = ParcelState.RETURN_ANNOUNCED
    else:
        kept = {"carrier_id": label.carrier_id, "track": label.track, "track_url": url}
        state = ParcelState.ANNOUNCED
    if not Parcel.objects.filter(pk=parcel.pk, state=parcel.state).update(state=state, **kept):
        return False
    parcel.state = state
    note_step(parcel, now=now)
    if back:
        post(order=parcel.order, kind="send_back", once="send_back", facts={"track": label.track}, now=now)
    return True


def _move(parcel_id: UUID, before: set[ParcelState], after: ParcelState, now: datetime) -> Parcel:
    parcel = Parcel.objects.select_for_update().filter(pk=parcel_id, state__in=before).first()
    if parcel is None:
        raise Absent
    parcel.state = after
    parcel.save(update_fields=["state"])
    note_step(parcel, now=now)
    return parcel
