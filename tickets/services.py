"""Asking Customer Support, answering, and ending a question. Each function is one use case."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from django.db import transaction
from django.db.models import Min
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from notices.rules import DAY, Letter
from notices.services import tell
from prifora.kernel.crypto import Unreadable
from prifora.kernel.desk import Reminder
from prifora.kernel.errors import Conflict
from prifora.kernel.ids import new_id
from prifora.kernel.keystore import Erased
from prifora.kernel.sealing import open_bytes, open_secret, seal_bytes, seal_secret
from prifora.kernel.terms import ZONE, day_of, working_days_after
from tickets.letters import ANSWERED, CLOSED
from tickets.models import Feedback, Message, Status, Ticket

PLACE, BETTER = "tickets_message.sealed", "tickets_feedback.sealed"
TEXT_MAX = 4000
"""Characters of one message."""

MESSAGES_MAX = 200
OPEN_MAX = 5
"""Questions of one person that wait for us at the same time."""

ANSWER_WORKING_DAYS = 2
BEGIN_MAX = 80
"""Characters of a question by which its person knows it in a list."""


class TooManyOpen(Conflict):
    """OPEN_MAX questions of this person wait for an answer."""

    code = "too_many_tickets"
    sentence = _("Several questions of yours wait for our answer. Add to one of those, please.")


class TicketFull(Conflict):
    """MESSAGES_MAX messages are there already."""

    code = "ticket_full"
    sentence = _("So much was written about this already. Please ask a new question.")


class TicketClosed(Conflict):
    """It was closed in the meantime; the person can open it again, staff cannot."""

    code = "ticket_closed"
    sentence = _("This question was closed in the meantime.")


@dataclass(frozen=True, slots=True)
class Said:
    """A message, opened. `by` is "person" or "staff"."""

    id: UUID
    at: datetime
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class Begun:
    """A question as its person sees it in a list: `begins` are its first words."""

    ticket: Ticket
    is_late: bool
    begins: str


@transaction.atomic
def start_ticket(*, ticket_id: UUID, account_id: UUID, text: str, how: str, now: datetime) -> Ticket:
    """Take a question of a person; an answer is due within ANSWER_WORKING_DAYS.

    The same person asking the same with the same id again gets the question there is. Raises Conflict when
    the id is taken otherwise, TooManyOpen.
    """
    asked = {"account_id": account_id, "how": how, "due_on": _due_on(now), "created_at": now}
    ticket, is_new = Ticket.objects.get_or_create(pk=ticket_id, defaults=asked)
    if not is_new:
        if ticket.account_id != account_id or _first_words(ticket) != text:
            raise Conflict
        return ticket
    _refuse_too_many(account_id)
    _write(ticket, message_id=new_id(), by="person", text=text, now=now)
    return ticket


@transaction.atomic
def add_message(*, ticket_id: UUID, message_id: UUID, text: str, now: datetime) -> Ticket:
    """Add what a person says to their question. It waits for us again, also when it was answered or closed.

    The same with the same id again changes nothing. Raises Conflict when the id is taken otherwise,
    TicketFull, TooManyOpen.
    """
    ticket = _hold(ticket_id)
    said = Message.objects.filter(pk=message_id).first()
    if said is not None:
        if said.ticket_id != ticket.pk or said.by != "person" or _text_of(said, ticket.account_id) != text:
            raise Conflict
        return ticket
    _write(ticket, message_id=message_id, by="person", text=text, now=now)
    if ticket.status != Status.OPEN:
        ticket.status, ticket.settled_at, ticket.due_on = Status.OPEN, None, _due_on(now)
        ticket.save(update_fields=["status", "settled_at", "due_on"])
        _refuse_too_many(ticket.account_id)
    return ticket


@transaction.atomic
def answer_ticket(*, ticket_id: UUID, text: str, now: datetime) -> Ticket:
    """Answer a person, who is told that there is an answer. Raises TicketClosed, TicketFull."""
    ticket = _hold(ticket_id)
    if ticket.status == Status.CLOSED:
        raise TicketClosed
    said = _write(ticket, message_id=new_id(), by="staff", text=text, now=now)
    _settle(ticket, Status.ANSWERED, now)
    _tell(ticket, ANSWERED, f"answer {said.pk}", now)
    return ticket


@transaction.atomic
def close_ticket(*, ticket_id: UUID, now: datetime) -> Ticket:
    """End a question, as its person wants; ended before, nothing happens."""
    ticket = _hold(ticket_id)
    if ticket.status != Status.CLOSED:
        _settle(ticket, Status.CLOSED, now)
    return ticket


@transaction.atomic
def close_for_person(*, ticket_id: UUID, now: datetime) -> Ticket:
    """End a question because staff think that it is done, and tell its person. Raises TicketClosed."""
    ticket = _hold(ticket_id)
    if ticket.status == Status.CLOSED:
        raise TicketClosed
    _settle(ticket, Status.CLOSED, now)
    _tell(ticket, CLOSED, f"closed {ticket.pk} {int(now.timestamp() * 1000)}", now)
    return ticket


def give_feedback(*, feedback_id: UUID, text: str, now: datetime) -> None:
    """Keep what somebody thinks could be better, without who. The same id again changes nothing."""
    day = datetime.combine(day_of(now), time.min, ZONE)
    sealed = seal_secret(text.encode(), place=BETTER)
    Feedback.objects.get_or_create(pk=feedback_id, defaults={"sealed": sealed, "created_at": day})


def feedback_given(most: int) -> list[tuple[date, str]]:
    """Return what people think could be better, with the day, newest first. For code that checked who."""
    rows = Feedback.objects.order_by("-created_at", "id")[:most]
    return [(day_of(one.created_at), open_secret(bytes(one.sealed), place=BETTER).decode()) for one in rows]


def begun(tickets: Iterable[Ticket], now: datetime) -> list[Begun]:
    """Return questions as their person sees them in a list. For code that checked who asks. One query."""
    each = list(tickets)
    first = {one.ticket_id: one for one in Message.objects.filter(ticket__in=each, n=0)}
    return [
        Begun(one, is_late(one, now), _words_of(first.get(one.pk), one.account_id)[:BEGIN_MAX])
        for one in each
    ]


def messages_of(ticket: Ticket) -> list[Said]:
    """Return what was said about a question, oldest first, opened; nothing of whoever is erased."""
    found = []
    for message in ticket.messages.all():
        text = _text_of(message, ticket.account_id)
        if text is not None:
            found.append(Said(message.pk, message.created_at, message.by, text))
    return found


def waits(ticket: Ticket) -> bool:
    """Return whether a question waits for us."""
    return ticket.status == Status.OPEN


def is_late(ticket: Ticket, now: datetime) -> bool:
    """Return whether a question waits for us longer than it may."""
    return waits(ticket) and ticket.due_on < day_of(now)


def remind_of_questions(now: datetime) -> Reminder:
    """Return, for staff, how many questions wait for an answer, and by when the first one is due."""
    waiting = Ticket.objects.filter(status=Status.OPEN)
    first = waiting.aggregate(first=Min("due_on"))["first"]
    if first is None:
        return Reminder(gettext("No question waits for an answer."), late=False)
    told = {"count": waiting.count(), "day": date_format(first, DAY)}
    words = gettext("Questions that wait for an answer: %(count)s. The first one is due on %(day)s.")
    return Reminder(words % told, late=first < day_of(now))


def _due_on(now: datetime) -> date:
    return working_days_after(day_of(now), ANSWER_WORKING_DAYS)


def _hold(ticket_id: UUID) -> Ticket:
    return Ticket.objects.select_for_update().get(pk=ticket_id)


def _refuse_too_many(account_id: UUID) -> None:
    if Ticket.objects.filter(account_id=account_id, status=Status.OPEN).count() > OPEN_MAX:
        raise TooManyOpen


def _write(ticket: Ticket, *, message_id: UUID, by: str, text: str, now: datetime) -> Message:
    n = ticket.messages.count()
    if n >= MESSAGES_MAX:
        raise TicketFull
    sealed = seal_bytes(text.encode(), person=ticket.account_id, place=PLACE)
    return Message.objects.create(pk=message_id, ticket=ticket, n=n, by=by, sealed=sealed, created_at=now)


def _settle(ticket: Ticket, status: Status, now: datetime) -> None:
    ticket.status, ticket.settled_at = status, now
    ticket.save(update_fields=["status", "settled_at"])


def _tell(ticket: Ticket, letter: Letter, once: str, now: datetime) -> None:
    facts = {"asked_on": day_of(ticket.created_at).isoformat(), "ticket": str(ticket.pk)}
    tell(account_ids=[ticket.account_id], kind=letter.kind, facts=facts, once=once, now=now)


def _first_words(ticket: Ticket) -> str:
    return _words_of(ticket.messages.filter(n=0).first(), ticket.account_id)


def _words_of(message: Message | None, account_id: UUID) -> str:
    return (_text_of(message, account_id) if message else None) or ""


def _text_of(message: Message, account_id: UUID) -> str | None:
    try:
        return open_bytes(message.sealed, person=account_id, place=PLACE).decode()
    except (Erased, Unreadable):
        return None
