"""What stations tell the others."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from prifora.kernel.events import Event


@dataclass(frozen=True, slots=True)
class StationChanged(Event):
    """Something about a Home Station changed."""

    name: ClassVar[str] = "station.changed"
    station_id: UUID


@dataclass(frozen=True, slots=True)
class StationWipe(Event):
    """A Home Station must forget everything."""

    name: ClassVar[str] = "station.wipe"
    station_id: UUID


@dataclass(frozen=True, slots=True)
class StationUnpaired(Event):
    """A Home Station belongs to nobody any more."""

    name: ClassVar[str] = "station.unpaired"
    station_id: UUID


@dataclass(frozen=True, slots=True)
class PairingApproved(Event):
    """A relative entered the code a new device shows."""

    name: ClassVar[str] = "pairing.approved"
    pairing_id: UUID
