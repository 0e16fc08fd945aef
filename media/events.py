"""What media tells the others."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from prifora.kernel.events import Event


@dataclass(frozen=True, slots=True)
class PortraitChanged(Event):
    """A person has another picture, or none any more."""

    name: ClassVar[str] = "account.portrait"
    account_id: UUID


@dataclass(frozen=True, slots=True)
class AlbumChanged(Event):
    """Something in an album changed, or who may see it, or it is gone."""

    name: ClassVar[str] = "album.changed"
    album_id: UUID
    family_id: UUID
