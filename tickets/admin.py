"""What Customer Support does with a question in the admin site: read it, answer, close it."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from prifora.kernel.desk import Act, Paragraph, offer, tell_beside
from prifora.kernel.policy import Role
from tickets import services
from tickets.models import Status, Ticket
from tickets.services import TEXT_MAX

TICKET = "tickets.Ticket"


class AnswerForm(forms.Form):
    """What the person reads."""

    text = forms.CharField(label=_("What the person reads"), widget=forms.Textarea, max_length=TEXT_MAX)


class CloseForm(forms.Form):
    """Nothing to fill in: the button is enough."""


def _said(ticket: Ticket) -> list[Paragraph]:
    return [Paragraph(one.at, one.by, one.text) for one in services.messages_of(ticket)]


def _answer(ticket: Ticket, filled: dict[str, Any], now: datetime) -> None:
    services.answer_ticket(ticket_id=ticket.pk, text=filled["text"], now=now)


def _close(ticket: Ticket, _filled: dict[str, Any], now: datetime) -> None:
    services.close_for_person(ticket_id=ticket.pk, now=now)


def _goes_on(ticket: Ticket) -> bool:
    return ticket.status != Status.CLOSED


tell_beside(TICKET, Role.SUPPORT, _said)
offer(
    Act(
        model=TICKET,
        name="answer",
        words=_("Answer"),
        role=Role.SUPPORT,
        form=AnswerForm,
        do=_answer,
        when=_goes_on,
    ),
    Act(
        model=TICKET,
        name="close",
        words=_("Close: it is done"),
        role=Role.SUPPORT,
        form=CloseForm,
        do=_close,
        when=_goes_on,
    ),
)
