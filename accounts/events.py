"""What accounts tells the others."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from prifora.kernel.events import Event


@dataclass(frozen=True, slots=True)
class DeviceAdded(Event):
    """An account has one more device; those who share conversations may have to let it in."""

    name: ClassVar[str] = "account.device"
    account_id: UUID
    device_id: UUID


@dataclass(frozen=True, slots=True)
class DeviceRevoked(Event):
    """A device may no longer do anything; its keys must leave every conversation."""

    name: ClassVar[str] = "account.device"
    account_id: UUID
    device_id: UUID


@dataclass(frozen=True, slots=True)
class SessionsEnded(Event):
    """Some sessions of an account are over; sockets of these must close."""

    name: ClassVar[str] = "account.signed_out"
    account_id: UUID


@dataclass(frozen=True, slots=True)
class SignedIn(Event):
    """A person proved anew who they are and is in; a Home Station that comes back by itself is not that."""

    name: ClassVar[str] = "account.signed_in"
    account_id: UUID


@dataclass(frozen=True, slots=True)
class AccountClosed(Event):
    """An account is closed or suspended; nothing of it may be reachable."""

    name: ClassVar[str] = "account.closed"
    account_id: UUID


@dataclass(frozen=True, slots=True)
class VaultChanged(Event):
    """An account's vault has new content: its other devices open it again, and its people see new keys."""

    name: ClassVar[str] = "account.vault"
    account_id: UUID


@dataclass(frozen=True, slots=True)
class EncryptionKeyChanged(Event):
    """What is boxed for an account from now on, an ended device cannot open. No device is told by this."""

    name: ClassVar[str] = "account.key"
    account_id: UUID


@dataclass(frozen=True, slots=True)
class RingChanged(Event):
    """One device wrote down whom its person trusts; the others read it."""

    name: ClassVar[str] = "account.ring"
    account_id: UUID


@dataclass(frozen=True, slots=True)
class PersonTold(Event):
    """A person is told by mail and text message what happened to their account; `what` names it."""

    name: ClassVar[str] = "account.told"
    account_id: UUID
    what: str


@dataclass(frozen=True, slots=True)
class AccountUsed(Event):
    """An account is used on a day on which it was not used yet."""

    name: ClassVar[str] = "account.used"
    account_id: UUID
