"""What chat tells people's devices and the message path."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from prifora.kernel.events import Event


@dataclass(frozen=True, slots=True)
class ConversationJoined(Event):
    """A person belongs to a conversation now; their devices get keys as soon as a member adds them."""

    name: ClassVar[str] = "conversation.joined"
    conversation_id: UUID


@dataclass(frozen=True, slots=True)
class ConversationLeft(Event):
    """A person belongs to a conversation no more."""

    name: ClassVar[str] = "conversation.left"
    conversation_id: UUID


@dataclass(frozen=True, slots=True)
class ConversationChanged(Event):
    """Who belongs, who has keys or what waits for a commit changed."""

    name: ClassVar[str] = "conversation.changed"
    conversation_id: UUID


@dataclass(frozen=True, slots=True)
class MessageGone(Event):
    """The author of a message took it back: the server has nothing of what it said any more."""

    name: ClassVar[str] = "message.gone"
    conversation_id: UUID
    seq: int


@dataclass(frozen=True, slots=True)
class WelcomeWaiting(Event):
    """A device can join a conversation."""

    name: ClassVar[str] = "welcome.waiting"
    conversation_id: UUID


@dataclass(frozen=True, slots=True)
class KeysLow(Event):
    """A device should store more key packages."""

    name: ClassVar[str] = "keys.low"
    device_id: UUID


@dataclass(frozen=True, slots=True)
class LogAdvanced(Event):
    """A conversation's log is longer; for the message path inside the server, not for devices."""

    name: ClassVar[str] = "log.advanced"
    for_server: ClassVar[bool] = True
    conversation_id: UUID
    seq: int


@dataclass(frozen=True, slots=True)
class Delivered(Event):
    """Devices have stored a conversation up to a number, by account; for the server's message path."""

    name: ClassVar[str] = "log.delivered"
    for_server: ClassVar[bool] = True
    conversation_id: UUID
    at: dict[str, int]
