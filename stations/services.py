"""What people and Home Stations do with each other. Each function is one use case and one transaction."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.access import has_vault, live_devices, names_of
from accounts.services import end_station_sessions, revoke_device, sign_in_station
from contacts.access import people_in_family, user_of
from contacts.services import admit_paired
from prifora.kernel import crypto
from prifora.kernel.erasure import Leaving
from prifora.kernel.errors import Absent, Conflict, Refused, SignatureRefused, StatementRefused
from prifora.kernel.events import publish
from prifora.kernel.fields import to_base64
from prifora.kernel.sealing import index_of, open_document, open_secret, seal_document, seal_secret
from stations import access
from stations.events import PairingApproved, StationChanged, StationUnpaired, StationWipe
from stations.models import (
    CHALLENGE_LASTS,
    PAIRING_LASTS,
    Challenge,
    Heartbeat,
    Pairing,
    Station,
    Wipe,
)

CARD = "stations_station.sealed_card"
WAITING_CARD = "stations_pairing.sealed_card"
NONCE_BYTES = 32


class PairingUnknown(Refused):
    """Wrong, expired or used: which of them is not said."""

    status, code = 404, "pairing_unknown"
    sentence = _("This code does not work. Look at the screen of the Home Station again.")


class AdmissionNeeded(Refused):
    """Whose Home Station it becomes has no keys yet, so the relative must say which ones theirs will be."""

    code = "admission_needed"
    sentence = _("This Home Station must first show its keys. Start it again and type the new code.")


class Unpaired(Refused):
    """The station proved its key but belongs to nobody any more; `wipe` says whether it must forget all."""

    status, code = 410, "station_unpaired"
    sentence = _("This Home Station is not connected to a family any more.")


@transaction.atomic
def start_pairing(
    *,
    pairing_id: UUID,
    lookup: bytes,
    proof: bytes,
    box_key: bytes,
    auth_key: bytes,
    card: dict[str, Any],
    now: datetime,
    aik: bytes | None = None,
) -> Pairing:
    """Let a new device wait under its code for PAIRING_LASTS. Raises Conflict when id or code is taken.

    `aik` is the identity key it made for a user who has none yet.
    """
    Pairing.objects.filter(lookup_hash=crypto.digest(lookup), station=None, expires_at__lte=now).delete()
    try:
        with transaction.atomic():
            return Pairing.objects.create(
                pk=pairing_id,
                lookup_hash=crypto.digest(lookup),
                proof=proof,
                box_key=box_key,
                auth_key=auth_key,
                aik=aik,
                sealed_card=seal_secret(_json(card), place=WAITING_CARD),
                expires_at=now + PAIRING_LASTS,
                created_at=now,
            )
    except IntegrityError as taken:
        raise Conflict from taken


@transaction.atomic
def approve_pairing(
    *,
    family_id: UUID,
    pairing_id: UUID,
    name: str,
    box: bytes,
    box_proof: bytes,
    now: datetime,
    admission: dict[str, Any] | None = None,
) -> Station:
    """Make the waiting device the Home Station of a family's user.

    `admission` (by, by_aik, aik, by_signature) approves the keys the device proposes for a user who has none
    yet. Raises PairingUnknown, AdmissionNeeded, StatementRefused, Conflict when the user has other keys.
    """
    pairing = (
        Pairing.objects.select_for_update().filter(pk=pairing_id, station=None, expires_at__gt=now).first()
    )
    user_id = user_of(family_id)
    if pairing is None or user_id is None:
        raise PairingUnknown
    _admit(family_id, user_id, pairing, admission)
    card = {**waiting_card(pairing), "name": name}
    mac = card.get("mac_address")
    station = Station.objects.create(
        family_id=family_id,
        user_id=user_id,
        auth_key=bytes(pairing.auth_key),
        sealed_card=seal_document(card, person=user_id, place=CARD),
        mac_index=index_of("mac", mac) if mac else None,
        last_seen_at=now,
        created_at=now,
    )
    pairing.station, pairing.box, pairing.box_proof = station, box, box_proof
    pairing.save(update_fields=["station", "box", "box_proof"])
    publish(PairingApproved(pairing_id=pairing.pk))
    _tell(station)
    return station


def poll_pairing(
    *, pairing: Pairing | None, message: bytes, signature: bytes, now: datetime
) -> dict[str, Any]:
    """Return how a pairing stands, to the device that waits. Raises SignatureRefused."""
    if pairing is None or not crypto.signature_valid(
        public_key=bytes(pairing.auth_key), signature=signature, message=message
    ):
        raise SignatureRefused
    if pairing.station is None:
        return {"state": "waiting" if pairing.expires_at > now else "expired"}
    return {
        "state": "approved",
        "box": bytes(pairing.box or b""),
        "proof": bytes(pairing.box_proof or b""),
        "station_id": pairing.station_id,
        "account_id": pairing.station.user_id,
        "family_id": pairing.station.family_id,
    }


@transaction.atomic
def make_challenge(*, station_id: UUID, now: datetime) -> bytes:
    """Return a nonce for a station to sign; given for any id, so that nobody learns which exist."""
    nonce = crypto.random_bytes(NONCE_BYTES)
    Challenge.objects.create(station_ref=station_id, nonce_hash=crypto.digest(nonce), created_at=now)
    return nonce


@transaction.atomic
def prove(*, station_id: UUID, nonce: bytes, signature: bytes, now: datetime) -> Station:
    """Return the station that signed `nonce`, locked, using the nonce up. Raises SignatureRefused."""
    fresh = Challenge.objects.filter(
        station_ref=station_id, nonce_hash=crypto.digest(nonce), created_at__gt=now - CHALLENGE_LASTS
    )
    used, _rows = fresh.delete()
    station = Station.objects.select_for_update().filter(pk=station_id).first()
    message = f"prifora station|{station_id}|{to_base64(nonce)}".encode()
    if (
        not used
        or station is None
        or not crypto.signature_valid(
            public_key=bytes(station.auth_key), signature=signature, message=message
        )
    ):
        raise SignatureRefused
    return station


@transaction.atomic
def sign_in(*, request: HttpRequest, station: Station, now: datetime) -> Station:
    """Start the session of a station that `prove` returned.

    Raises Unpaired when it belongs to nobody any more, SignatureRefused while its user's account is closed.
    """
    if station.unpaired_at:
        raise Unpaired(wipe=station.wipe != Wipe.NONE)
    if user_of(station.family_id) != station.user_id:
        raise SignatureRefused
    device = station.device if station.device and not station.device.revoked_at else None
    sign_in_station(request=request, account_id=station.user_id, device_id=device.pk if device else None)
    request.session["station_id"] = str(station.pk)
    # stored whole while the row is locked, so that an unpairing right after this finds the session
    request.session.save()
    station.last_seen_at = now
    station.save(update_fields=["last_seen_at"])
    return station


@transaction.atomic
def heartbeat(
    *, station: Station, network: str, signal: int | None, mac_address: str | None, now: datetime
) -> Station:
    """Note a sign of life; the station hears whether it must forget everything. Raises Absent if unpaired."""
    station = _hold(station)
    station.network, station.last_seen_at = network, now
    changed = ["network", "last_seen_at"]
    card = card_of(station)
    if mac_address and card.get("mac_address") != mac_address:
        card["mac_address"] = mac_address
        station.sealed_card = seal_document(card, person=station.user_id, place=CARD)
        station.mac_index = index_of("mac", mac_address)
        changed += ["sealed_card", "mac_index"]
    station.save(update_fields=changed)
    Heartbeat.objects.create(station=station, network=network, signal=signal, created_at=now)
    return station


@transaction.atomic
def rename(*, station: Station, name: str) -> Station:
    """Give a paired station another name; else Absent."""
    station = _hold(station)
    card = {**card_of(station), "name": name}
    station.sealed_card = seal_document(card, person=station.user_id, place=CARD)
    station.save(update_fields=["sealed_card"])
    _tell(station)
    return station


@transaction.atomic
def ask_wipe(*, station: Station) -> None:
    """Have a paired station forget everything as soon as it hears of it; else Absent."""
    station = _hold(station)
    station.wipe = Wipe.ASKED
    station.save(update_fields=["wipe"])
    publish(StationWipe(station_id=station.pk), to=[station.user_id])
    _tell(station)


@transaction.atomic
def confirm_wipe(*, station: Station) -> None:
    """Note that a station has forgotten everything."""
    station.wipe = Wipe.DONE
    station.save(update_fields=["wipe"])
    _tell(station)


@transaction.atomic
def unpair(*, station: Station, now: datetime) -> None:
    """Take a paired station out of its family; else Absent.

    Its devices are revoked, its sessions end, its MAC address and heartbeats are forgotten.
    """
    station = _hold(station)
    card = {key: value for key, value in card_of(station).items() if key != "mac_address"}
    station.sealed_card = seal_document(card, person=station.user_id, place=CARD)
    station.unpaired_at, station.mac_index = now, None
    if station.wipe == Wipe.NONE:
        station.wipe = Wipe.ASKED
    station.save(update_fields=["sealed_card", "unpaired_at", "mac_index", "wipe"])
    Heartbeat.objects.filter(station=station).delete()
    Pairing.objects.filter(station=station).delete()
    publish(StationUnpaired(station_id=station.pk), to=[station.user_id])
    # also what a station registered beside its device: no Home Station keeps keys without being paired
    others = access.paired().filter(user_id=station.user_id).exclude(device=None).values("device_id")
    for device in live_devices(station.user_id).filter(kind="station").exclude(pk__in=others):
        revoke_device(device=device, now=now)
    end_station_sessions(account_id=station.user_id)
    _tell(station)


@transaction.atomic
def unpair_device(*, device_id: UUID, now: datetime) -> None:
    """Unpair the station whose device was revoked: it must not come back with a new one."""
    station = access.paired().filter(device_id=device_id).first()
    if station is not None:
        unpair(station=station, now=now)


@transaction.atomic
def end_person(leaving: Leaving) -> None:
    """Have the Home Stations of somebody who is erased forget everything; nothing of them stays."""
    for station in Station.objects.filter(user_id=leaving.account_id).order_by("pk"):
        ended = station.pk
        station.delete()
        publish(StationWipe(station_id=ended), to=[leaving.account_id])
        publish(StationUnpaired(station_id=ended), to=[leaving.account_id])
        publish(StationChanged(station_id=ended), to=people_in_family(station.family_id))


def tell_person(account_id: UUID) -> dict[str, Any]:
    """Return how many Home Stations end with somebody."""
    return {"stations": access.paired().filter(user_id=account_id).count()}


def card_of(station: Station) -> dict[str, Any]:
    """Return what is sealed of a station: name, model, MAC address."""
    return open_document(station.sealed_card, person=station.user_id, place=CARD)


def waiting_card(pairing: Pairing) -> dict[str, Any]:
    """Return what a waiting device said about itself."""
    return json.loads(open_secret(bytes(pairing.sealed_card), place=WAITING_CARD))


def _admit(family_id: UUID, user_id: UUID, pairing: Pairing, admission: dict[str, Any] | None) -> None:
    if admission is None:
        if not has_vault(user_id) and names_of([user_id])[user_id].is_managed:
            raise AdmissionNeeded
        return
    if admission["aik"] != bytes(pairing.aik or b""):
        raise StatementRefused
    admit_paired(family_id=family_id, **admission)


def _hold(station: Station) -> Station:
    """Lock a paired station and read it again, so that nothing written now undoes an unpairing."""
    held = access.paired().select_for_update().filter(pk=station.pk).first()
    if held is None:
        raise Absent
    return held


def _tell(station: Station) -> None:
    publish(StationChanged(station_id=station.pk), to=people_in_family(station.family_id))


def _json(card: dict[str, Any]) -> bytes:
    return json.dumps(card, sort_keys=True).encode()


@transaction.atomic
def attach_newest(*, account_id: UUID, device_id: UUID) -> None:
    """Attach a station device that an account just registered to its station that has none yet.

    Registering follows signing in at once, so of several it is the one that signed in last.
    """
    device = live_devices(account_id).filter(pk=device_id, kind="station").first()
    waiting = access.paired().filter(user_id=account_id, device=None).order_by("-last_seen_at").first()
    if device is not None and waiting is not None:
        waiting.device = device
        waiting.save(update_fields=["device"])
        _tell(waiting)
