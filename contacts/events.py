"""What contacts tells the others."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from prifora.kernel.events import Event


@dataclass(frozen=True, slots=True)
class FamilyChanged(Event):
    """Something about a family or its people changed."""

    name: ClassVar[str] = "family.changed"
    family_id: UUID


@dataclass(frozen=True, slots=True)
class BondBegan(Event):
    """A person joined a family."""

    name: ClassVar[str] = "family.changed"
    family_id: UUID
    account_id: UUID


@dataclass(frozen=True, slots=True)
class BondEnded(Event):
    """A person left, was removed or was refused; from now on nothing of the family is theirs."""

    name: ClassVar[str] = "family.left"
    family_id: UUID
    account_id: UUID


@dataclass(frozen=True, slots=True)
class BlockChanged(Event):
    """One person blocked another, or stopped doing so."""

    name: ClassVar[str] = "family.changed"
    blocker_id: UUID
    blocked_id: UUID
