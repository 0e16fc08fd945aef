"""What states a payment goes through, what the provider may be told, when what is due again. No tables."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import reduce
from typing import TYPE_CHECKING, TypeVar

from django.utils.translation import gettext_lazy as _

from prifora.kernel.terms import ZONE, day_of

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


class State(StrEnum):
    """How far a payment is. A later one of this list wins over an earlier one, whichever comes first."""

    WAITING = "waiting"  # the provider does not know of it yet
    OPEN = "open"
    PENDING = "pending"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    FAILED = "failed"
    PAID = "paid"


class RefundState(StrEnum):
    """How far a refund is; later ones win. One that was done can fail: the account was closed."""

    WAITING = "waiting"
    SENT = "sent"
    DONE = "done"
    FAILED = "failed"


class Method(StrEnum):
    """How somebody can pay, in the provider's words."""

    IDEAL = "ideal"
    BANCONTACT = "bancontact"
    CARD = "creditcard"
    DIRECT_DEBIT = "directdebit"  # only charged to a mandate, never chosen by a buyer


CHOSEN = (Method.IDEAL, Method.BANCONTACT, Method.CARD)
"""What a buyer can choose from; each of them can begin a mandate."""


class Reason(StrEnum):
    """Why nothing was paid."""

    CANCELLED = "cancelled"
    REFUSED = "refused"
    NO_MONEY = "no_money"
    NO_MANDATE = "no_mandate"


class Sent(StrEnum):
    """On what occasions the provider is told something."""

    CUSTOMER = "customer"
    PAYMENT = "payment"
    CHARGE = "charge"
    REFUND = "refund"


FIELDS: dict[Sent, frozenset[str]] = {
    Sent.CUSTOMER: frozenset(("name",)),
    Sent.PAYMENT: frozenset(
        (
            *("amount", "description", "method", "locale", "metadata"),
            *("redirectUrl", "webhookUrl", "sequenceType", "customerId"),
        )
    ),
    Sent.CHARGE: frozenset(
        ("amount", "description", "metadata", "webhookUrl", "sequenceType", "customerId", "mandateId")
    ),
    Sent.REFUND: frozenset(("amount", "description", "metadata")),
}
"""All that may leave, by occasion, as the provider names it. Anything else is refused (clients.py)."""

WORDS: "dict[str, StrPromise]" = {
    "name": _("the name of who pays"),
    "metadata": _("a random number, so that we find it again"),
    "amount": _("the amount"),
    "description": _("what it is for: the number of your order"),
    "method": _("the way of paying you chose"),
    "locale": _("your language"),
    "redirectUrl": _("the page to come back to"),
    "webhookUrl": _("where our system can be told"),
    "sequenceType": _("whether further payments follow"),
    "customerId": _("the provider’s own number for who pays"),
    "mandateId": _("the provider’s own number of your permission"),
}
"""What each field is, for who it is about."""

_STATES = {
    "open": State.OPEN,
    "pending": State.PENDING,
    "authorized": State.PENDING,
    "paid": State.PAID,
    "failed": State.FAILED,
    "canceled": State.CANCELLED,
    "expired": State.EXPIRED,
}
_REFUND_STATES = {
    "queued": RefundState.SENT,
    "pending": RefundState.SENT,
    "processing": RefundState.SENT,
    "refunded": RefundState.DONE,
    "failed": RefundState.FAILED,
    "canceled": RefundState.FAILED,
}
NO_MONEY = frozenset(("insufficient_funds", "AM04"))
"""How the provider says that there was not enough: for cards, and for direct debits (ISO 20022)."""

ENDED = frozenset((State.EXPIRED, State.CANCELLED, State.FAILED))
"""Nothing was paid, and no more is expected."""

KEPT = timedelta(days=7 * 365)
"""Seven years, as the books are; `kept_from` counts so that they end with calendar years."""

UNPAID_KEPT = timedelta(days=90)
SAID_MAX = 140
"""How long what a payment is for may be: statements of banks have no more room."""

BEGUN_FOR = timedelta(hours=1)
"""How long a buyer has to go to the provider's page."""

SOONEST, LATEST = timedelta(minutes=1), timedelta(hours=6)
"""The shortest and the longest wait before something that did not work is tried again."""

WATCHED_FOR = timedelta(days=400)
"""How long a bank may take money back: thirteen months for a direct debit nobody agreed to."""

UNUSED_FOR = timedelta(days=3 * 365)
"""A mandate nobody uses ends by itself after three years (SEPA rulebook)."""

Ranked = TypeVar("Ranked", State, RefundState)


def further(one: Ranked, other: Ranked) -> Ranked:
    """Return the later of two states. The order in which they are heard of makes no difference."""
    order = list(type(one))
    return max(one, other, key=order.index)


def furthest(states: Iterable[Ranked], start: Ranked) -> Ranked:
    """Return where all of these lead from `start`."""
    return reduce(further, states, start)


def state_of(said: str) -> State:
    """Return what the provider's word for a payment means; a word we do not know tells nothing."""
    return _STATES.get(said, State.WAITING)


def refund_state_of(said: str) -> RefundState:
    """Return what the provider's word for a refund means; a word we do not know tells nothing."""
    return _REFUND_STATES.get(said, RefundState.WAITING)


def reason_of(state: State, failure: str) -> Reason:
    """Return why a payment that ended was not paid."""
    if state is State.CANCELLED:
        return Reason.CANCELLED
    return Reason.NO_MONEY if failure in NO_MONEY else Reason.REFUSED


def wait_after_failure(*, age: timedelta) -> timedelta:
    """Return how long to wait before trying again what did not work for `age`."""
    return min(max(SOONEST, age / 2), LATEST)


def wait_before_look(*, state: State, age: timedelta, is_refunding: bool) -> timedelta | None:
    """Return when to ask the provider again by ourselves, in case it does not tell us; None: never.

    `age` is how long ago it was begun, or paid.
    """
    if state in ENDED or (state is State.PAID and age > WATCHED_FOR):
        return None
    if state is State.PAID and not is_refunding:
        return min(max(timedelta(days=1), age / 2), timedelta(days=30))
    return min(max(SOONEST, age / 4), timedelta(days=1))


def kept_from(day: date, *, years: int) -> datetime:
    """Return from when KEPT counts, so that a row of `day` ends `years` years after the end of its year."""
    return datetime(day.year + 1 + years, 1, 1, tzinfo=ZONE).astimezone(UTC) - KEPT


def kept_unpaid_from(moment: datetime) -> datetime:
    """Return from when KEPT counts, so that what nobody paid ends after UNPAID_KEPT."""
    return moment + UNPAID_KEPT - KEPT


def year_kept_from(moment: datetime, *, years: int) -> datetime:
    """Return `kept_from` of the local day of a moment."""
    return kept_from(day_of(moment), years=years)


def check(*, cents: int, description: str) -> None:
    """Raise ValueError for an amount nobody can pay, and for a description that is too long or empty."""
    if cents <= 0 or not 0 < len(description) <= SAID_MAX:
        raise ValueError("nothing to pay, or no room for what it is for")


def masked(number: str) -> str:
    """Return an account or card number with all hidden but the last four, and an IBAN's country."""
    plain = "".join(one for one in number if one.isalnum())
    country = plain[:2].upper() if plain[:2].isalpha() else ""
    return f"{country}•••• {plain[-SHOWN:]}" if plain else ""


SHOWN = 4
