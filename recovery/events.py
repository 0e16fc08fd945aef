"""What recovery tells the others."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from prifora.kernel.events import Event


@dataclass(frozen=True, slots=True)
class RecoveryChanged(Event):
    """Who helps a person to come back changed, or somebody asks to come back as them, or that ended."""

    name: ClassVar[str] = "recovery.changed"
    account_id: UUID
