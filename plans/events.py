"""What plans tell the others."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from prifora.kernel.events import Event


@dataclass(frozen=True, slots=True)
class PlanChanged(Event):
    """What a family has paid for, or what it may do now, is something else."""

    name: ClassVar[str] = "plan.changed"
    family_id: UUID
