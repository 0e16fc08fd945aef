"""What others read of payments, by the reference they gave. Nobody is known here: they know who may."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from payments.models import Disclosure, Payment
from payments.rules import WORDS, RefundState, State
from prifora.kernel.errors import Absent
from prifora.kernel.money import Money, total

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a payment stands. `refunded` is what went back, `going_back` with what is under way."""

    state: State
    amount: Money
    method: str
    paid_at: datetime | None
    refunded: Money
    going_back: Money
    charged_back: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The provider was told something: which fields, in the provider's words, and what each is."""

    recipient: str
    at: datetime
    fields: tuple[str, ...]

    @property
    def words(self) -> "list[str | StrPromise]":
        """Return what was told, for who it is about."""
        return [WORDS.get(one, one) for one in self.fields]


def state(reference: UUID) -> State:
    """Return how far a payment is. Raises Absent when there is none of this reference."""
    return State(payment_of(reference).state)


def standing(reference: UUID) -> Standing:
    """Return all that whoever sells needs to know of a payment. Raises Absent."""
    payment = payment_of(reference)
    refunds = [one for one in payment.refunds.all() if one.state != RefundState.FAILED]
    taken = [one.amount for one in payment.chargebacks.filter(is_reversed=False)]
    return Standing(
        state=State(payment.state),
        amount=payment.amount,
        method=payment.method,
        paid_at=payment.paid_at,
        refunded=total((one.amount for one in refunds if one.state == RefundState.DONE), payment.currency),
        going_back=total((one.amount for one in refunds), payment.currency),
        charged_back=total(taken, payment.currency),
    )


def disclosures(reference: UUID) -> list[Told]:
    """Return what the provider was told of a payment, in order. None for one that is gone."""
    rows = Disclosure.objects.filter(payment__reference=reference).order_by("created_at", "once")
    return [
        Told(recipient=one.recipient, at=one.created_at, fields=tuple(sorted(one.fields))) for one in rows
    ]


def payment_of(reference: UUID) -> Payment:
    """Return a payment by what whoever sells calls it. Raises Absent."""
    payment = Payment.objects.filter(reference=reference).first()
    if payment is None:
        raise Absent
    return payment
