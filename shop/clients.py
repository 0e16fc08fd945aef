"""The carrier, behind a small interface: the parcels API of Sendcloud, or files on one's own machine.

What goes out is exactly `Address` and the weight; `as_sent` is the whole of it (rules.MAY_GET).
"""

import base64
import json
import urllib.request
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings

from prifora.kernel.ids import new_id

TIMEOUT = timedelta(seconds=20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """To whom a parcel goes."""

    name: str
    street: str
    postcode: str
    city: str
    country: str
    mobile: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What the carrier calls a parcel, and where it can be followed."""

    carrier_id: str
    track: str
    url: str


class Carrier(Protocol):
    """Somebody who brings parcels."""

    def announce(self, *, reference: UUID, address: Address, weight_grams: int, back: bool) -> Label:
        """Announce a parcel, or with `back` its way back to us. Twice with one reference is one parcel."""

    def state(self, carrier_id: str) -> str:
        """Return "announced", "on_its_way" or "delivered"."""


class Sendcloud:
    """Speaks the parcels API of Sendcloud (v2): JSON over HTTPS, key and secret as Basic authentication."""

    ON_ITS_WAY = frozenset((3, 5, 7, 12, 22, 62, 91, 92, 1999))
    DELIVERED = frozenset((11, 93))

    def __init__(self, url: str, key: str, secret: str) -> None:
        self.url = url.rstrip("/")
        self.pass_ = base64.b64encode(f"{key}:{secret}".encode()).decode()

    def announce(self, *, reference: UUID, address: Address, weight_grams: int, back: bool) -> Label:
        parcel = as_sent(reference=reference, address=address, weight_grams=weight_grams, back=back)
        told = self._ask("POST", "/parcels", {"parcel": parcel})["parcel"]
        return Label(
            carrier_id=str(told["id"]),
            track=str(told.get("tracking_number") or ""),
            url=str(told.get("tracking_url") or ""),
        )

    def state(self, carrier_id: str) -> str:
        number = int(self._ask("GET", f"/parcels/{int(carrier_id)}")["parcel"]["status"]["id"])
        if number in self.DELIVERED:
            return "delivered"
        return "on_its_way" if number in self.ON_ITS_WAY else "announced"

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        data = json.dumps(body).encode() if body is not None else None
        headers = {"Authorization": f"Basic {self.pass_}", "Content-Type": "application/json"}
        request = urllib.request.Request(self.url + path, data, headers, method=method)  # noqa: S310
        seconds = TIMEOUT.total_seconds()
        with urllib.request.urlopen(request, timeout=seconds) as answer:  # noqa: S310  # nosec B310
            return dict(json.load(answer))


class FolderCarrier:
    """Keeps each parcel as a file; for one's own machine. `manage.py move_parcel` moves one on."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def announce(self, *, reference: UUID, address: Address, weight_grams: int, back: bool) -> Label:
        self.folder.mkdir(parents=True, exist_ok=True)
        file = self.folder / f"{reference}.json"
        if not file.exists():
            sent = as_sent(reference=reference, address=address, weight_grams=weight_grams, back=back)
            track = f"3S{new_id().hex[:11].upper()}"
            kept = {"sent": sent, "track": track, "state": "announced"}
            file.write_text(json.dumps(kept, ensure_ascii=False, indent=1), encoding="utf-8")
        kept = json.loads(file.read_text(encoding="utf-8"))
        return Label(carrier_id=str(reference), track=kept["track"], url="")

    def state(self, carrier_id: str) -> str:
        file = self.folder / f"{UUID(carrier_id)}.json"
        return str(json.loads(file.read_text(encoding="utf-8"))["state"]) if file.exists() else "announced"

    def move(self, track: str, state: str) -> bool:
        """Bring the parcel with this tracking number into a state; return whether there is one."""
        for file in self.folder.glob("*.json"):
            kept = json.loads(file.read_text(encoding="utf-8"))
            if kept["track"] == track:
                file.write_text(json.dumps({**kept, "state": state}, ensure_ascii=False), encoding="utf-8")
                return True
        return False


def as_sent(*, reference: UUID, address: Address, weight_grams: int, back: bool) -> dict[str, Any]:
    """Return all that a carrier is told of a parcel."""
    return {
        "external_reference": str(reference),
        "name": address.name,
        "address": address.street,
        "postal_code": address.postcode,
        "city": address.city,
        "country": address.country,
        "telephone": address.mobile,
        "weight": f"{weight_grams / 1000:.3f}",
        "is_return": back,
        "request_label": True,
    }


def carrier() -> Carrier:
    """Return the configured carrier."""
    if settings.CARRIER_URL:
        return Sendcloud(settings.CARRIER_URL, settings.CARRIER_KEY, settings.CARRIER_SECRET)
    return FolderCarrier(settings.DATA_DIR / "parcels")
