"""What the stand-in knows: customers, mandates, payments and what goes back of them, in Mollie's own shapes.

Names that begin with an underscore are the stand-in's own and are never answered.
"""

import json
import secrets
import sqlite3
import string
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

Thing = dict[str, Any]
OPEN, PENDING, PAID = "open", "pending", "paid"
UNPAID = (OPEN, PENDING)
LETTERS = string.ascii_letters + string.digits


class Unknown(KeyError):
    """There is no such thing."""


class Impossible(ValueError):
    """It cannot be done now; the words say why."""


def moment(seconds: float) -> str:
    """Return a time as Mollie writes it."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def new_id(prefix: str) -> str:
    """Return an id nobody guesses."""
    return f"{prefix}_{''.join(secrets.choice(LETTERS) for _ in range(12))}"


class Book:
    """Everything, in memory and in a file. `tell(payment)` is called after each change a shop hears of."""

    def __init__(
        self, *, file: str, tell: Callable[[Thing], None], clearing: float = 3, expires: float = 900
    ) -> None:
        self.lock, self.tell = threading.RLock(), tell
        self.clearing, self.expires = clearing, expires
        self.store = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
        self.store.execute("CREATE TABLE IF NOT EXISTS thing (id TEXT PRIMARY KEY, body TEXT NOT NULL)")
        rows = self.store.execute("SELECT id, body FROM thing ORDER BY rowid")
        self.things: dict[str, Thing] = {name: json.loads(body) for name, body in rows}
        self.answers: dict[str, tuple[str, int, Thing]] = {}
        """What was answered to an idempotency key: to what, and how."""

    # looking

    def get(self, name: str, kind: str) -> Thing:
        """Return a thing of a kind; raises Unknown."""
        found = self.things.get(name)
        if found is None or found["resource"] != kind:
            raise Unknown(name)
        return found

    def all(self, kind: str, **having: Any) -> list[Thing]:
        """Return the things of a kind with these values, newest first."""
        with self.lock:
            found = [one for one in self.things.values() if one["resource"] == kind]
        wanted = [one for one in found if all(one.get(name) == value for name, value in having.items())]
        return wanted[::-1]

    def by_token(self, token: str) -> Thing:
        """Return the payment whose page this is; raises Unknown."""
        for one in self.all("payment", _token=token):
            return one
        raise Unknown(token)

    def left(self, payment: Thing) -> Decimal:
        """Return how much of a payment can go back."""
        gone = [
            one
            for one in self.all("refund", paymentId=payment["id"])
            if one["status"] not in ("failed", "canceled")
        ]
        gone += [one for one in self.all("chargeback", paymentId=payment["id"]) if not one["reversedAt"]]
        return Decimal(payment["amount"]["value"]) - sum(Decimal(one["amount"]["value"]) for one in gone)

    def mandates(self, customer_id: str) -> list[Thing]:
        """Return what may be charged to a customer."""
        return self.all("mandate", _customer=customer_id, status="valid")

    # what the shop asks for

    def add_customer(self, asked: Thing) -> Thing:
        """Make a customer."""
        known = {name: asked.get(name) for name in ("name", "email", "locale", "metadata")}
        made = {"resource": "customer", "id": new_id("cst"), "mode": "test", "createdAt": moment(time.time())}
        return self._keep({**made, **known, "_refuses": False})

    def forget_customer(self, customer_id: str) -> None:
        """Delete a customer and every mandate."""
        with self.lock:
            self.get(customer_id, "customer")
            for one in [*self.all("mandate", _customer=customer_id), self.things[customer_id]]:
                self._drop(one)

    def add_payment(self, asked: Thing) -> Thing:
        """Begin a payment, or charge one; raises Impossible, Unknown."""
        with self.lock:
            now, sequence = time.time(), asked.get("sequenceType", "oneoff")
            if sequence != "oneoff":
                self.get(str(asked.get("customerId")), "customer")
            methods = asked.get("method") or []
            payment = {
                "resource": "payment",
                "id": new_id("tr"),
                "mode": "test",
                "createdAt": moment(now),
                "status": OPEN,
                "isCancelable": False,
                "profileId": "pfl_standin",
                "sequenceType": sequence,
                "method": None,
                "details": None,
                "mandateId": None,
                **{name: asked.get(name) for name in ("amount", "description", "metadata", "locale")},
                **{name: asked.get(name) for name in ("redirectUrl", "webhookUrl", "customerId")},
                "_token": secrets.token_urlsafe(24),
                "_methods": [methods] if isinstance(methods, str) else methods,
                "_due": None,
            }
            if sequence == "recurring":
                return self._charge(payment, asked, now)
            payment["expiresAt"] = moment(now + self.expires)
            payment["_due"] = [now + self.expires, "expire"]
            return self._keep(payment)

    def _charge(self, payment: Thing, asked: Thing, now: float) -> Thing:
        mandates = self.mandates(str(payment["customerId"]))
        wanted = asked.get("mandateId")
        mandate = next((one for one in mandates if wanted in (None, one["id"])), None)
        if mandate is None:
            raise Impossible("No suitable mandates found for customer")
        refuses = self.get(str(payment["customerId"]), "customer")["_refuses"]
        payment |= {
            "status": PENDING,
            "method": mandate["method"],
            "mandateId": mandate["id"],
            "details": dict(mandate["details"]),
            "_due": [now + self.clearing, "bounce" if refuses else "settle"],
        }
        return self._keep(payment)

    def add_refund(self, payment_id: str, asked: Thing) -> Thing:
        """Pay back; raises Impossible when that is more than is left."""
        with self.lock:
            payment = self.get(payment_id, "payment")
            if payment["status"] != PAID or not 0 < Decimal(asked["amount"]["value"]) <= self.left(payment):
                raise Impossible("The specified amount cannot be refunded")
            made = {"resource": "refund", "id": new_id("re"), "createdAt": moment(time.time())}
            known = {name: asked.get(name) for name in ("amount", "description", "metadata")}
            due = [time.time() + self.clearing, "refunded"]
            return self._keep({**made, **known, "paymentId": payment_id, "status": "pending", "_due": due})

    # what happens

    def pay(self, payment_id: str, *, method: str, details: Thing, later: float | None = None) -> None:
        """Somebody paid; with `later`, the money comes after so many seconds."""
        with self.lock:
            payment = self._unpaid(payment_id, OPEN)
            payment |= {"method": method, "details": details}
            if later is None:
                self._paid(payment)
            else:
                payment |= {"status": PENDING, "_due": [time.time() + later, "settle"]}
            self._changed(payment)

    def settle(self, payment_id: str) -> None:
        """The money has come."""
        with self.lock:
            payment = self._unpaid(payment_id)
            self._paid(payment)
            self._changed(payment)

    def fail(self, payment_id: str, reason: str = "") -> None:
        """The bank says no."""
        self._over(payment_id, "failed", "failedAt", {"failureReason": reason} if reason else {})

    def bounce(self, payment_id: str) -> None:
        """There is not enough on the account (ISO 20022 AM04)."""
        why = {"bankReasonCode": "AM04", "bankReason": "Insufficient funds"}
        self._over(payment_id, "failed", "failedAt", why)

    def cancel(self, payment_id: str) -> None:
        """The buyer does not want to any more."""
        self._over(payment_id, "canceled", "canceledAt", {})

    def expire(self, payment_id: str) -> None:
        """Nobody paid in time."""
        self._over(payment_id, "expired", "expiredAt", {})

    def charge_back(self, payment_id: str) -> None:
        """The buyer's bank takes all of it that is left back."""
        with self.lock:
            payment = self.get(payment_id, "payment")
            left = self.left(payment)
            if payment["status"] != PAID or left <= 0:
                raise Impossible("There is nothing to take back")
            self._keep(
                {
                    "resource": "chargeback",
                    "id": new_id("chb"),
                    "amount": {**payment["amount"], "value": f"{left:.2f}"},
                    "createdAt": moment(time.time()),
                    "reversedAt": None,
                    "reason": {"code": "MD06", "description": "Refund request by end customer"},
                    "paymentId": payment_id,
                }
            )
            self.tell(payment)

    def reverse(self, payment_id: str) -> None:
        """The bank gives back what it took."""
        for one in self.all("chargeback", paymentId=payment_id, reversedAt=None):
            self._keep({**one, "reversedAt": moment(time.time())})
        self.tell(self.get(payment_id, "payment"))

    def refunded(self, refund_id: str) -> None:
        """A refund has arrived."""
        self._end_refund(refund_id, "refunded")

    def refund_failed(self, refund_id: str) -> None:
        """A refund came back: there is no such account any more."""
        self._end_refund(refund_id, "failed")

    def refuse(self, payment_id: str) -> None:
        """From now on there is not enough on this customer's account; or again there is."""
        with self.lock:
            customer = self.get(str(self.get(payment_id, "payment")["customerId"]), "customer")
            self._keep({**customer, "_refuses": not customer["_refuses"]})

    def go_on(self, now: float) -> None:
        """Do what is due."""
        with self.lock:
            due = [one for one in self.things.values() if one.get("_due") and one["_due"][0] <= now]
            for one in due:
                getattr(self, one["_due"][1])(one["id"])

    def _unpaid(self, payment_id: str, *states: str) -> Thing:
        payment = self.get(payment_id, "payment")
        if payment["status"] not in (states or UNPAID):
            raise Impossible(f"The payment is {payment['status']}")
        return payment

    def _over(self, payment_id: str, status: str, at: str, details: Thing) -> None:
        with self.lock:
            payment = self._unpaid(payment_id)
            payment |= {"status": status, at: moment(time.time()), "_due": None}
            payment["details"] = {**(payment["details"] or {}), **details} or None
            self._changed(payment)

    def _paid(self, payment: Thing) -> None:
        payment |= {"status": PAID, "paidAt": moment(time.time()), "_due": None}
        if payment["sequenceType"] != "first":
            return
        is_card = payment["method"] == "creditcard"
        mandate = {
            "resource": "mandate",
            "id": new_id("mdt"),
            "mode": "test",
            "status": "valid",
            "method": "creditcard" if is_card else "directdebit",
            "details": payment["details"],
            "createdAt": moment(time.time()),
            "_customer": payment["customerId"],
        }
        payment["mandateId"] = self._keep(mandate)["id"]

    def _end_refund(self, refund_id: str, status: str) -> None:
        with self.lock:
            refund = self.get(refund_id, "refund")
            self._keep({**refund, "status": status, "_due": None})
            self.tell(self.get(refund["paymentId"], "payment"))

    def _changed(self, payment: Thing) -> None:
        self._keep(payment)
        self.tell(payment)

    def _keep(self, thing: Thing) -> Thing:
        with self.lock:
            self.things[thing["id"]] = thing
            self.store.execute(
                "INSERT INTO thing VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body",
                (thing["id"], json.dumps(thing)),
            )
        return thing

    def _drop(self, thing: Thing) -> None:
        del self.things[thing["id"]]
        self.store.execute("DELETE FROM thing WHERE id = ?", (thing["id"],))


def shown(thing: Thing) -> Iterator[tuple[str, Any]]:
    """Yield what of a thing is answered."""
    yield from ((name, value) for name, value in thing.items() if not name.startswith("_"))
