"""The payment provider behind a small interface: what it is told, and what of its answers we take in.

Cards and accounts are typed on the provider's own pages. Its answers still name whole account numbers: here
they are cut down to the last four before anything else sees them.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings

from payments.rules import CHOSEN, FIELDS, Method, Sent, masked
from prifora.kernel.money import Money

TIMEOUT = timedelta(seconds=10)
TRY_AGAIN = frozenset((401, 403, 409, 429))
"""Refusals that are about us or the moment, not about what was asked. 409: the same is being done already."""

LOCALES = {"nl": "nl_NL", "fr": "fr_FR", "en": "en_GB"}
LOOK_BACK = 50
"""How many of a customer's last payments are looked through for one whose answer was lost."""

Body = Mapping[str, Any]
T = TypeVar("T")


class Away(Exception):
    """The provider did not answer, or not now; what was asked may have been done. Ask again later."""


class Declined(Exception):
    """The provider understood and says no."""


class Undisclosed(Exception):
    """A programming error: something was about to be sent that nobody may be told (rules.FIELDS)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundSeen:
    """A refund as the provider tells it. `refund` is our number, empty when it was asked for elsewhere."""

    provider_id: str
    refund: str
    said: str
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargebackSeen:
    """A chargeback as the provider tells it."""

    provider_id: str
    amount: Money
    is_reversed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A payment as the provider tells it, without whatever we may not have. `payment` is our number."""

    provider_id: str
    payment: str
    said: str
    amount: Money
    method: str = ""
    failure: str = ""
    page_url: str = ""
    mandate_id: str = ""
    account: str = ""
    paid_at: datetime | None = None
    refunds: tuple[RefundSeen, ...] = ()
    chargebacks: tuple[ChargebackSeen, ...] = ()


class Provider(Protocol):
    """Somebody who takes payments. Everything raises Away or Declined; `once` makes asking again harmless."""

    def add_customer(self, body: Body, *, once: str) -> str:
        """Make a customer for a mandate; return its id."""

    def add_payment(self, sent: Sent, body: Body, *, once: str) -> Seen:
        """Begin a payment, or charge one."""

    def find_charge(self, *, customer_id: str, payment: UUID) -> Seen | None:
        """Return the charge of ours that was made already though its answer was lost, if it was."""

    def look(self, provider_id: str) -> Seen:
        """Return how a payment is now."""

    def add_refund(self, provider_id: str, body: Body, *, once: str) -> RefundSeen:
        """Pay back some of a payment, or find that this was asked already."""

    def forget_customer(self, customer_id: str) -> None:
        """Have a customer and every mandate of theirs deleted. One that is not there is forgotten already."""


def customer_body(*, holder: str) -> Body:
    """Return what is told to make a customer."""
    return {"name": holder}


def payment_body(
    *,
    payment: UUID,
    amount: Money,
    description: str,
    method: str,
    language: str,
    back_url: str,
    hook_url: str,
    customer_id: str = "",
) -> Body:
    """Return what is told to begin a payment; with `customer_id` it is the first of a mandate."""
    body = {
        "amount": _told(amount),
        "description": description,
        "method": method or [str(one) for one in CHOSEN],
        "locale": LOCALES.get(language, LOCALES["en"]),
        "metadata": {"payment": str(payment)},
        "redirectUrl": back_url,
        "webhookUrl": hook_url,
    }
    first = {"sequenceType": "first", "customerId": customer_id}
    return {**body, **first} if customer_id else body


def charge_body(
    *, payment: UUID, amount: Money, description: str, hook_url: str, customer_id: str, mandate_id: str
) -> Body:
    """Return what is told to charge a mandate."""
    body = {
        "amount": _told(amount),
        "description": description,
        "metadata": {"payment": str(payment)},
        "webhookUrl": hook_url,
        "sequenceType": "recurring",
        "customerId": customer_id,
    }
    return {**body, "mandateId": mandate_id} if mandate_id else body


def refund_body(*, refund: UUID, amount: Money, description: str) -> Body:
    """Return what is told to pay back."""
    return {"amount": _told(amount), "description": description, "metadata": {"refund": str(refund)}}


class Mollie:
    """Mollie's API, version 2, by its own client; loaded only where somebody can pay, for it is large."""

    def __init__(self, *, url: str, key: str, within: timedelta = TIMEOUT) -> None:
        from mollie.api.client import Client

        class Api(Client):
            """The official client, but for what it would say of this machine by itself."""

            UNAME = "PRIFORA"

        self.api = Api(api_endpoint=url, timeout=int(within.total_seconds()), retry=0)
        self.api.set_api_key(key)

    def add_customer(self, body: Body, *, once: str) -> str:
        with _understood():
            return str(self.api.customers.create(_only(Sent.CUSTOMER, body), once)["id"])

    def add_payment(self, sent: Sent, body: Body, *, once: str) -> Seen:
        with _understood():
            return _seen(self.api.payments.create(_only(sent, body), once))

    def find_charge(self, *, customer_id: str, payment: UUID) -> Seen | None:
        from mollie.api.objects.customer import Customer

        with _understood():
            customer = Customer({"id": customer_id}, self.api)  # type: ignore[no-untyped-call]
            made = customer.payments.list(limit=LOOK_BACK)
            return _first(_seen, made, lambda one: one.payment == str(payment))

    def look(self, provider_id: str) -> Seen:
        with _understood():
            return _seen(self.api.payments.get(provider_id, embed="refunds,chargebacks"))

    def add_refund(self, provider_id: str, body: Body, *, once: str) -> RefundSeen:
        from mollie.api.objects.payment import Payment

        with _understood():
            refunds = Payment({"id": provider_id}, self.api).refunds  # type: ignore[no-untyped-call]
            ours = str(body["metadata"]["refund"])
            known = _first(_refund_seen, refunds.list(limit=LOOK_BACK), lambda one: one.refund == ours)
            return known or _refund_seen(refunds.create(_only(Sent.REFUND, body), once))

    def forget_customer(self, customer_id: str) -> None:
        try:
            with _understood():
                self.api.customers.delete(customer_id)
        except Declined:
            return  # it is not there any more


def provider(*, within: timedelta = TIMEOUT) -> Provider | None:
    """Return the configured provider, who is Away after `within`; nothing when nobody can pay here."""
    if not settings.MOLLIE_KEY:
        return None
    return Mollie(url=settings.MOLLIE_URL, key=settings.MOLLIE_KEY, within=within)


def recipient() -> str:
    """Return by which name the provider stands in the register of who receives data."""
    return urlsplit(settings.MOLLIE_URL).hostname or ""


@contextmanager
def _understood() -> Iterator[None]:
    """Turn whatever the client raises into Away or Declined, without the words: they can hold anything."""
    from mollie.api import error

    try:
        yield
    except error.ResponseError as answer:
        status = int(answer.status or 0)
        is_no = 400 <= status < 500 and status not in TRY_AGAIN  # noqa: PLR2004
        raise (Declined if is_no else Away) from None
    except (error.Error, KeyError, TypeError, ValueError, InvalidOperation):
        raise Away from None


def _only(sent: Sent, body: Body) -> dict[str, Any]:
    """Return `body`; raise Undisclosed when it says more than may be said on this occasion."""
    if more := body.keys() - FIELDS[sent]:
        raise Undisclosed(", ".join(sorted(more)))
    return dict(body)


def _first(read: Callable[[Any], T], found: Any, wanted: Callable[[T], bool]) -> T | None:
    return next((one for one in map(read, found) if wanted(one)), None)


def _seen(answer: Mapping[str, Any]) -> Seen:
    details = answer.get("details") or {}
    linked, embedded = answer.get("_links") or {}, answer.get("_embedded") or {}
    paid_at = answer.get("paidAt")
    return Seen(
        provider_id=str(answer["id"]),
        payment=_ours(answer, "payment"),
        said=str(answer["status"]),
        amount=_amount(answer["amount"]),
        method=_method(answer.get("method")),
        failure=str(details.get("failureReason") or details.get("bankReasonCode") or ""),
        page_url=str((linked.get("checkout") or {}).get("href") or ""),
        mandate_id=str(answer.get("mandateId") or ""),
        account=masked(str(details.get("consumerAccount") or details.get("cardNumber") or "")),
        paid_at=datetime.fromisoformat(paid_at) if paid_at else None,
        refunds=tuple(map(_refund_seen, embedded.get("refunds") or ())),
        chargebacks=tuple(map(_chargeback_seen, embedded.get("chargebacks") or ())),
    )


def _refund_seen(answer: Mapping[str, Any]) -> RefundSeen:
    return RefundSeen(
        provider_id=str(answer["id"]),
        refund=_ours(answer, "refund"),
        said=str(answer["status"]),
        amount=_amount(answer["amount"]),
    )


def _chargeback_seen(answer: Mapping[str, Any]) -> ChargebackSeen:
    return ChargebackSeen(
        provider_id=str(answer["id"]),
        amount=_amount(answer["amount"]),
        is_reversed=bool(answer.get("reversedAt")),
    )


def _ours(answer: Mapping[str, Any], name: str) -> str:
    """Return the number of ours that we gave along; nothing when it is not from us."""
    given = answer.get("metadata")
    return str(given.get(name) or "") if isinstance(given, Mapping) else ""


def _method(said: object) -> str:
    """Return how it was paid, when it is a way we know."""
    return str(said) if said in {str(one) for one in Method} else ""


def _told(amount: Money) -> dict[str, str]:
    """Return an amount as the provider writes it: units and cents."""
    return {"currency": amount.currency, "value": f"{amount.cents // 100}.{amount.cents % 100:02}"}


def _amount(told: Mapping[str, Any]) -> Money:
    """Return the amount the provider wrote; raises ValueError when it has no whole cents."""
    cents = Decimal(str(told["value"])) * 100
    if cents != cents.to_integral_value():
        raise ValueError("no whole cents")
    return Money(cents=int(abs(cents)), currency=str(told["currency"]))
