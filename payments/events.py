"""What payments tells the others, inside the transaction in which it is written down; each thing once."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from prifora.kernel.events import Event
from prifora.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Paid(Event):
    """The money is ours. It can still come after Failed or Expired: then somebody paid at the last moment.

    `mandate` is what further payments can be charged to, when the buyer agreed to that.
    """

    name: ClassVar[str] = "payments.paid"

    reference: UUID
    amount: Money
    mandate: UUID | None


@dataclass(frozen=True, slots=True)
class Failed(Event):
    """Nothing was paid; `reason` is one of payments.rules.Reason."""

    name: ClassVar[str] = "payments.failed"

    reference: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class Expired(Event):
    """Nobody paid in time."""

    name: ClassVar[str] = "payments.expired"

    reference: UUID


@dataclass(frozen=True, slots=True)
class Refunded(Event):
    """Money went back. `refund`: as who asked called it; a new id when it was asked at the provider."""

    name: ClassVar[str] = "payments.refunded"

    reference: UUID
    refund: UUID
    amount: Money


@dataclass(frozen=True, slots=True)
class RefundFailed(Event):
    """Money did not go back, and is ours still. `was_told`: Refunded was said of it before, and is undone."""

    name: ClassVar[str] = "payments.refund_failed"

    reference: UUID
    refund: UUID
    amount: Money
    was_told: bool


@dataclass(frozen=True, slots=True)
class ChargedBack(Event):
    """The buyer's bank took money back."""

    name: ClassVar[str] = "payments.charged_back"

    reference: UUID
    amount: Money


@dataclass(frozen=True, slots=True)
class ChargebackReversed(Event):
    """What a bank took back is ours again."""

    name: ClassVar[str] = "payments.chargeback_reversed"

    reference: UUID
    amount: Money
