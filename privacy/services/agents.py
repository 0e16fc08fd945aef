"""Mails to who asks for another person: noted with each step, sent until they are sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.core.mail import EmailMessage
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from prifora.kernel.claims import deliver
from prifora.kernel.keystore import Erased
from prifora.kernel.sealing import open_bytes, open_document, seal_bytes, seal_document
from prifora.kernel.terms import day_of
from privacy.letters import TO_AGENT
from privacy.models import AgentLetter, Mandate, Request
from privacy.rights import Agent

WHO, WORDS = "privacy_mandate.sealed", "privacy_agentletter.sealed"
SENT_FOR = timedelta(days=30)
AT_ONCE = 100
HELLO, GREETING = _("Dear %(name)s,"), _("Kind regards, PRIFORA")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Who asks for a person, as what, and where and in which language the answer can go."""

    agent: Agent
    name: str
    email: str
    language: str


def ask_for(request: Request, asking: Asking, *, now: datetime) -> Mandate:
    """Note that somebody else asks a request. They have shown nothing yet."""
    document = {"name": asking.name, "email": asking.email, "language": asking.language}
    sealed = seal_document(document, person=request.account_id, place=WHO)
    return Mandate.objects.create(request=request, agent=asking.agent, sealed=sealed, created_at=now)


def mandate_of(request: Any) -> Mandate | None:
    """Return by what somebody else asks a request; None where the person asks themselves."""
    return getattr(request, "mandate", None)


def agent_of(mandate: Mandate) -> dict[str, str]:
    """Return who asks for a person: name, e-mail address and language. Raises Erased."""
    told = open_document(mandate.sealed, person=mandate.request.account_id, place=WHO)
    return {name: str(value) for name, value in told.items()}


def write_agent(mandate: Mandate, kind: str, facts: Mapping[str, str], *, text: str, now: datetime) -> None:
    """Note that who asks is told of a step, with words of ours; it goes within a minute."""
    request = mandate.request
    said = {**facts, "asked_on": day_of(request.created_at).isoformat(), "number": number_of(mandate)}
    sealed = seal_bytes(text.encode(), person=request.account_id, place=WORDS) if text else b""
    AgentLetter.objects.create(
        mandate=mandate, kind=kind, facts=said, sealed=sealed, due_at=now, created_at=now
    )


def number_of(mandate: Mandate) -> str:
    """Return by what who asks calls their request: the beginning of its id, which says nothing of anybody."""
    return mandate.request_id.hex[:8].upper()


def write_to_agents(*, now: datetime) -> int:
    """Send the mails that are due, the oldest first; return how many went."""
    AgentLetter.objects.filter(due_at__lte=now, created_at__lt=now - SENT_FOR).update(due_at=None)
    due = AgentLetter.objects.filter(due_at__lte=now).order_by("due_at", "created_at")
    return sum(_send_letter(pk, now) for pk in list(due.values_list("pk", flat=True)[:AT_ONCE]))


def _send_letter(pk: UUID, now: datetime) -> bool:
    """Send one mail, unless somebody else does; return whether it went. It is tried again when it fails."""
    rows = AgentLetter.objects.select_related("mandate__request")
    return deliver(rows, pk, now, lambda one: _mail(one).send(), what="letter to an agent", gone=Erased)


def _mail(letter: AgentLetter) -> EmailMessage:
    agent, words = agent_of(letter.mandate), TO_AGENT[letter.kind]
    with override(agent["language"]):
        title, text = words.filled(letter.facts)
        said: list[Any] = [HELLO % {"name": agent["name"]}, text, _words_of(letter)]
        body = [*said, words.filled_mail(letter.facts), GREETING]
        return EmailMessage(title, "\n\n".join(str(one) for one in body if one) + "\n", to=[agent["email"]])


def _words_of(letter: AgentLetter) -> str:
    sealed, person = bytes(letter.sealed), letter.mandate.request.account_id
    return open_bytes(sealed, person=person, place=WORDS).decode() if sealed else ""
