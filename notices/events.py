"""What notices tells the others."""

from dataclasses import dataclass
from typing import ClassVar

from prifora.kernel.events import Event


@dataclass(frozen=True, slots=True)
class NoticesChanged(Event):
    """Those who hear it were told something, or read it on another device."""

    name: ClassVar[str] = "notices.changed"
