"""Mollie's API, version 2, as far as a shop like ours uses it."""

import json
import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import parse_qs

from tools.stand_in.book import OPEN, Book, Impossible, Thing, Unknown, shown

METHODS = {"ideal": "iDEAL", "bancontact": "Bancontact", "creditcard": "Card"}
TITLES = {400: "Bad Request", 401: "Unauthorized Request", 404: "Not Found", 422: "Unprocessable Entity"}
KEY = re.compile(r"Bearer (test|live)_\w+\Z")
AMOUNT = re.compile(r"\d{1,7}\.\d\d\Z")


class Refused(Exception):
    """An error as Mollie answers it."""

    def __init__(self, status: int, detail: str, field: str = "") -> None:
        super().__init__(detail)
        more = {"field": field} if field else {}
        self.status, self.body = status, {"status": status, "title": TITLES[status], "detail": detail, **more}


class Api:
    """Answers requests below /v2/."""

    def __init__(self, book: Book) -> None:
        self.book, self.base = book, ""
        name = "([A-Za-z0-9_]+)"
        self.routes: list[tuple[str, str, Callable[..., tuple[int, Thing | None]]]] = [
            ("POST", "customers", self.add_customer),
            ("GET", f"customers/{name}", self.customer),
            ("DELETE", f"customers/{name}", self.forget_customer),
            ("GET", f"customers/{name}/mandates", self.mandates),
            ("GET", f"customers/{name}/payments", self.customer_payments),
            ("POST", "payments", self.add_payment),
            ("GET", "payments", self.payments),
            ("GET", f"payments/{name}", self.payment),
            ("POST", f"payments/{name}/refunds", self.add_refund),
            ("GET", f"payments/{name}/refunds", self.refunds),
            ("GET", f"payments/{name}/chargebacks", self.chargebacks),
            ("GET", "methods", self.methods),
        ]

    def answer(
        self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, Thing | None, bool]:
        """Return status and body for a request, and whether this was answered before (same key)."""
        key = headers.get("Idempotency-Key", "") if method != "GET" else ""
        what = f"{method} {path} {body.decode()}"
        try:
            if not KEY.match(headers.get("Authorization", "")):
                raise Refused(401, "Missing authentication, or failed to authenticate")
            with self.book.lock:
                if key in self.book.answers:
                    before, status, answer = self.book.answers[key]
                    if before != what:
                        raise Refused(400, "The idempotency key was used for another request")
                    return status, answer, True
                status, made = self._answer(method, path, parse_qs(query), body)
                if key:
                    self.book.answers[key] = what, status, made or {}
            return status, made, False
        except Refused as refused:
            return refused.status, refused.body, False

    def _answer(
        self, method: str, path: str, query: dict[str, list[str]], body: bytes
    ) -> tuple[int, Thing | None]:
        for wanted, pattern, act in self.routes:
            found = re.fullmatch(pattern, path)
            if found and wanted == method:
                try:
                    return act(
                        *found.groups(), **({"asked": read(body)} if method == "POST" else {"query": query})
                    )
                except Unknown:
                    raise Refused(404, "No such resource exists") from None
                except Impossible as why:
                    raise Refused(422, str(why)) from None
        raise Refused(404, "No such resource exists")

    def add_customer(self, asked: Thing) -> tuple[int, Thing]:
        return 201, dict(shown(self.book.add_customer(asked)))

    def customer(self, name: str, query: Any) -> tuple[int, Thing]:
        return 200, dict(shown(self.book.get(name, "customer")))

    def forget_customer(self, name: str, query: Any) -> tuple[int, None]:
        self.book.forget_customer(name)
        return 204, None

    def mandates(self, name: str, query: Any) -> tuple[int, Thing]:
        return 200, listed("mandates", [dict(shown(one)) for one in self.book.mandates(name)])

    def customer_payments(self, name: str, query: Any) -> tuple[int, Thing]:
        self.book.get(name, "customer")
        return 200, listed("payments", [self.seen(one) for one in self.book.all("payment", customerId=name)])

    def add_payment(self, asked: Thing) -> tuple[int, Thing]:
        check_amount(asked)
        if not asked.get("description"):
            raise Refused(422, "The description is missing", "description")
        if asked.get("sequenceType") != "recurring" and not asked.get("redirectUrl"):
            raise Refused(422, "The redirect URL is missing", "redirectUrl")
        return 201, self.seen(self.book.add_payment(asked))

    def payments(self, query: Any) -> tuple[int, Thing]:
        return 200, listed("payments", [self.seen(one) for one in self.book.all("payment")][:50])

    def payment(self, name: str, query: dict[str, list[str]]) -> tuple[int, Thing]:
        return 200, self.seen(self.book.get(name, "payment"), query.get("embed", [""])[0])

    def add_refund(self, name: str, asked: Thing) -> tuple[int, Thing]:
        check_amount(asked)
        return 201, dict(shown(self.book.add_refund(name, asked)))

    def refunds(self, name: str, query: Any) -> tuple[int, Thing]:
        self.book.get(name, "payment")
        return 200, listed("refunds", [dict(shown(one)) for one in self.book.all("refund", paymentId=name)])

    def chargebacks(self, name: str, query: Any) -> tuple[int, Thing]:
        self.book.get(name, "payment")
        taken = self.book.all("chargeback", paymentId=name)
        return 200, listed("chargebacks", [dict(shown(one)) for one in taken])

    def methods(self, query: Any) -> tuple[int, Thing]:
        known = [{"resource": "method", "id": name, "description": word} for name, word in METHODS.items()]
        return 200, listed("methods", known)

    def seen(self, payment: Thing, embed: str = "") -> Thing:
        """Return a payment as it is answered."""
        name = payment["id"]
        answer = dict(shown(payment))
        links = {"self": {"href": f"{self.base}/v2/payments/{name}", "type": "application/hal+json"}}
        if payment["status"] == OPEN:
            links["checkout"] = {"href": f"{self.base}/checkout/{payment['_token']}", "type": "text/html"}
        refunds = self.book.all("refund", paymentId=name)
        chargebacks = self.book.all("chargeback", paymentId=name)
        if payment["status"] == "paid":
            answer["amountRemaining"] = {**payment["amount"], "value": f"{self.book.left(payment):.2f}"}
        parts = {"refunds": refunds, "chargebacks": chargebacks}
        embedded = {
            part: [dict(shown(one)) for one in parts[part]] for part in embed.split(",") if part in parts
        }
        return {**answer, "_links": links, **({"_embedded": embedded} if embed else {})}


def read(body: bytes) -> Thing:
    """Return the body of a request; raises Refused."""
    try:
        asked = json.loads(body)
    except ValueError:
        raise Refused(400, "The request body is no valid JSON") from None
    if not isinstance(asked, dict):
        raise Refused(400, "The request body is no object")
    return asked


def check_amount(asked: Thing) -> None:
    """Refuse what is no amount."""
    amount = asked.get("amount")
    value = str(amount.get("value")) if isinstance(amount, dict) else ""
    try:
        is_good = bool(AMOUNT.match(value)) and Decimal(value) > 0 and len(str(amount.get("currency"))) == 3  # type: ignore[union-attr]
    except (InvalidOperation, AttributeError):
        is_good = False
    if not is_good:
        raise Refused(422, "The amount is invalid", "amount")


def listed(name: str, things: list[Thing]) -> Thing:
    """Return a list as Mollie answers it."""
    return {"count": len(things), "_embedded": {name: things}, "_links": {"self": None, "next": None}}
