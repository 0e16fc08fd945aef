"""Letters to customers: noted with what they tell of, sent until they are sent, with their papers."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import override

from books import services as books
from prifora.kernel.claims import claim
from prifora.kernel.errors import Absent
from prifora.kernel.money import Money
from prifora.kernel.terms import ZONE
from shop import access
from shop.letters import AGAIN, GREETING, HELLO, LETTERS, NEXT_GOODS, NEXT_NOTHING, PAGE, PAPERS
from shop.models import Order, OrderLine, Post, Withdrawal
from shop.papers import legal_paper, paper

AGAIN_AFTER = timedelta(minutes=5)
SENT_FOR = timedelta(days=30)
AT_ONCE = 100
PDF = "application/pdf"

log = structlog.get_logger(__name__)


def post(
    *,
    order: Order,
    kind: str,
    once: str,
    now: datetime,
    facts: Mapping[str, str | int] | None = None,
    at_once: bool = False,
) -> bool:
    """Note that a letter has to go; return whether it was not noted before. With `at_once` it goes on commit.

    `once` is its name for this order: noted again, it is the same letter. Others go within a minute.
    """
    row = Post(
        order=order,
        kind=kind,
        once=once,
        facts=dict(facts or {}, moment=now.isoformat()),
        due_at=now,
        created_at=now,
    )
    if Post.objects.filter(order=order, once=once).exists():
        return False
    Post.objects.bulk_create([row], ignore_conflicts=True)
    if at_once:
        transaction.on_commit(lambda: send_post(row.pk, now=now))
    return True


def send_posts(*, now: datetime) -> int:
    """Send the letters that are due, the oldest first; return how many went."""
    Post.objects.filter(due_at__lte=now, created_at__lt=now - SENT_FOR).update(due_at=None)
    due = Post.objects.filter(due_at__lte=now).order_by("due_at", "created_at")
    return sum(send_post(pk, now=now) for pk in list(due.values_list("pk", flat=True)[:AT_ONCE]))


def send_post(post_id: UUID, *, now: datetime) -> bool:
    """Send one letter, unless somebody else does; return whether it went. It is tried again when it fails."""
    mine = Post.objects.filter(pk=post_id)
    claimed = claim(mine, post_id, now)
    row = mine.select_related("order__buyer").first()
    if claimed is None or row is None:
        return False
    try:
        with claimed:
            _send(row.order, row.kind, row.facts)
    except Absent:
        mine.update(due_at=None)
        return False
    except Exception as failure:  # noqa: BLE001  mail gateways fail in ways of their own
        log.warning("not_delivered", what="letter of the shop", kind=type(failure).__name__)
        mine.update(due_at=now + max(AGAIN_AFTER, now - row.created_at))
        return False
    mine.update(due_at=None, sent_at=now)
    return True


def mail_code(*, order: Order, name: str, code: str, now: datetime) -> None:
    """Mail an activation code: at once, since it is kept nowhere. Raises what the mail gateway raises."""
    _send(order, "code", {"product": name, "code": code, "moment": now.isoformat()})


def receipt(withdrawal: Withdrawal) -> bytes:
    """Return the paper that proves that, and when, an order was given back."""
    order = withdrawal.order
    with override(order.language):
        letter = LETTERS["withdrawn"]
        facts = _facts(order, {"withdrawal": str(withdrawal.pk), "moment": withdrawal.created_at.isoformat()})
        about = [access.buyer_of(order)["name"], f"{order.invoice}"]
        parts = [("", about), ("", (str(letter.text) % facts).split("\n\n"))]
        return paper(str(letter.title), parts, language=order.language)


def _send(order: Order, kind: str, said: Mapping[str, Any]) -> None:
    buyer, letter = access.buyer_of(order), LETTERS[kind]
    with override(order.language):
        facts = _facts(order, said)
        link = f"{settings.ORIGIN}/shop/order/{access.link_of(order.pk)}"
        body = [
            str(HELLO) % {"name": buyer["name"]},
            str(letter.text) % facts,
            str(PAGE) % {"link": link},
            str(GREETING),
        ]
        mail = EmailMessage(str(letter.title) % facts, "\n\n".join(body) + "\n", to=[buyer["email"]])
        for name in letter.papers:
            file = _paper(order, name, said)
            if file:
                mail.attach(f"prifora-{PAPERS[name]}.pdf", file, PDF)
        mail.send()


def _paper(order: Order, name: str, said: Mapping[str, Any]) -> bytes:
    """Return a paper that goes along with a letter; nothing where there is none."""
    if name in ("terms", "withdrawal"):
        return legal_paper(name, order.language)
    if name == "receipt":
        return receipt(Withdrawal.objects.select_related("order").get(pk=said["withdrawal"]))
    number = said.get("credit" if name == "credit" else "invoice") or (
        "" if name == "credit" else order.invoice
    )
    return books.pdf(number) if number else b""


def _facts(order: Order, said: Mapping[str, Any]) -> dict[str, str]:
    """Return everything a letter may say, in words of the language in force."""
    facts = {name: _shown(name, value) for name, value in said.items()}
    facts["total"] = Money(order.total_cents, order.currency).words(order.language)
    facts["amount"] = Money(int(said.get("cents", 0)), order.currency).words(order.language)
    facts["again"] = str(AGAIN) % facts if "again_on" in facts else ""
    facts.setdefault("url", "")
    withdrawal = Withdrawal.objects.filter(pk=said["withdrawal"]).first() if "withdrawal" in said else None
    lines = access.lines_of(order)
    if withdrawal is not None:
        lines = [one.line for one in withdrawal.withdrawn.select_related("line").order_by("line__place")]
        facts["refund_on"] = _day(withdrawal.refund_by)
        facts["next"] = str(NEXT_GOODS if withdrawal.waits_for_goods else NEXT_NOTHING)
    facts["lines"] = "\n".join(
        f"{_counted(one)}: {Money(one.gross_cents, order.currency).words(order.language)}" for one in lines
    )
    return facts


def _counted(line: OrderLine) -> str:
    """Return a line with how many pieces it is; of bringing it there is one, which nobody counts."""
    return f"{line.quantity} × {line.name}" if line.product_id else line.name


def _shown(name: str, value: Any) -> str:
    if name.endswith("_on"):
        return _day(date.fromisoformat(str(value)))
    if name == "moment":
        return date_format(localtime(datetime.fromisoformat(str(value)), ZONE), "j F Y, H:i")
    return str(value)


def _day(day: date) -> str:
    return date_format(day, "j F Y")
