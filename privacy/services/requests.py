"""What a person asks about their data, or complains about: filed, added to, taken back, read."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notices.rules import Letter
from notices.services import tell
from prifora.kernel.crypto import Unreadable
from prifora.kernel.errors import Conflict
from prifora.kernel.keystore import Erased
from prifora.kernel.sealing import open_bytes, seal_bytes
from prifora.kernel.terms import day_of
from privacy.authorities import Authority, authority_for
from privacy.deadlines import acknowledge_by, answer_by, days_left
from privacy.letters import COMPLAINT_RECEIVED, FOR_YOU, RECEIVED, WITHDRAWN
from privacy.models import Mandate, Request, RequestLine
from privacy.rights import GROUNDS, Reason, Right
from privacy.services.agents import Asking, agent_of, ask_for, mandate_of, write_agent
from privacy.services.consents import object_to_marketing

PLACE = "privacy_requestline.sealed"
TEXT_MAX = 4000
"""Characters of one line."""

LINES_MAX = 200


class RequestClosed(Conflict):
    """It was answered, refused or taken back: nothing can be added any more."""

    code = "request_closed"
    sentence = gettext_lazy("This request is closed. You can make a new one.")


class AskedForYou(Conflict):
    """Somebody else asks it: the person can say that they may not, not take it back."""

    code = "asked_for_you"
    sentence = gettext_lazy("Somebody asked this for you. You can say that they may not.")


class TooManyLines(Conflict):
    """LINES_MAX lines are there already."""

    code = "too_many_lines"
    sentence = gettext_lazy("So much was written about this already. Please wait for our answer.")


@dataclass(frozen=True, slots=True)
class Line:
    """Something that was said about a request. `by` is "person", "staff" or "agent"."""

    at: datetime
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why we do not do it: the reason's code, a sentence, and the article that allows it."""

    code: str
    text: str
    article: str


@dataclass(frozen=True, slots=True)
class AskedBy:
    """Who asks for a person, and by what they may. No name of whoever is erased."""

    mandate: Mandate
    agent_name: str


@dataclass(frozen=True, slots=True)
class Told:
    """A request as its person sees it. `remedy`: where else they can go, once there is a yes, no or later.

    `asked_by`: who asks it for them; None where they ask themselves.
    """

    request: Request
    asked_by: AskedBy | None
    days_left: int
    lines: list[Line]
    refusal: Refusal | None
    authority: Authority
    remedy: str


@transaction.atomic
def file_request(
    *, account: Any, right: Right, text: str, how: str, now: datetime, asking: Asking | None = None
) -> Request:
    """Take a request or complaint of a person; they are told by when it is answered.

    An objection ends marketing at once, whatever is answered to the rest of it. `asking`: somebody else asks
    it for the person, with `text` in their words; then nothing happens before it was seen that they may.
    """
    is_complaint = right is Right.COMPLAINT
    request = Request.objects.create(
        account_id=account.pk,
        kind=right,
        how=how,
        due_on=answer_by(now),
        acknowledge_on=acknowledge_by(now) if is_complaint else None,
        created_at=now,
    )
    if asking:
        ask_for(request, asking, now=now)
    write_line(request, by="agent" if asking else "person", text=text, now=now)
    if right is Right.OBJECTION and not asking:
        object_to_marketing(account_id=account.pk, how="request", now=now)
    tell_step(request, COMPLAINT_RECEIVED if is_complaint else RECEIVED, "received", now=now)
    return request


@transaction.atomic
def add_to_request(*, request_id: UUID, text: str, now: datetime) -> Request:
    """Add something a person says to their request. Raises RequestClosed, TooManyLines."""
    request = hold(request_id)
    write_line(request, by="person", text=text, now=now)
    return request


@transaction.atomic
def withdraw_request(*, request_id: UUID, now: datetime) -> Request:
    """Take back a request: nothing more is done about it. Raises RequestClosed, AskedForYou."""
    request = hold(request_id)
    if mandate_of(request):
        raise AskedForYou
    close(request, "withdrawn", now=now)
    tell_step(request, WITHDRAWN, "withdrawn", now=now)
    return request


def requests_of(*, account: Any, now: datetime) -> list[Told]:
    """Return everything a person asked, newest first, with what was said, in the language in force."""
    mine = Request.objects.filter(account_id=account.pk).order_by("-created_at", "-id")
    whole = mine.select_related("mandate").prefetch_related("lines")
    return [told(one, account=account, now=now) for one in whole]


def told(request: Request, *, account: Any, now: datetime) -> Told:
    """Return one request as its person sees it, in the language in force."""
    authority = authority_for(account.profile)
    said = request.refusal and GROUNDS[Reason(request.refusal)]
    closed = request.outcome in ("answered", "refused") or request.extended_at is not None
    words = {"name": authority.name, "site": authority.site.removeprefix("https://")}
    remedy = _("Do you not agree? You can complain to %(name)s (%(site)s). You can also go to court.") % words
    return Told(
        request=request,
        asked_by=_asked_by(mandate_of(request)),
        days_left=days_left(request.due_on, day_of(now)),
        lines=lines_of(request),
        refusal=Refusal(request.refusal, str(said.words), said.article) if said else None,
        authority=authority,
        remedy=remedy if closed else "",
    )


def _asked_by(mandate: Mandate | None) -> AskedBy | None:
    if mandate is None:
        return None
    try:
        return AskedBy(mandate, agent_of(mandate)["name"])
    except Erased:
        return AskedBy(mandate, "")


def lines_of(request: Request) -> list[Line]:
    """Return what was said about a request, oldest first, opened; nothing of whoever is erased."""
    found = []
    for line in request.lines.all():
        try:
            text = open_bytes(line.sealed, person=request.account_id, place=PLACE).decode()
        except (Erased, Unreadable):
            continue
        found.append(Line(line.created_at, line.by, text))
    return found


def hold(request_id: UUID) -> Request:
    """Return an open request, locked. Raises RequestClosed. For code that checked who asks."""
    locked = Request.objects.select_for_update(of=("self",)).select_related("mandate")
    request = locked.get(pk=request_id)
    if request.closed_at is not None:
        raise RequestClosed
    return request


def write_line(request: Request, *, by: str, text: str, now: datetime) -> None:
    """Add a line, sealed under the person's key. Raises TooManyLines."""
    n = request.lines.count()
    if n >= LINES_MAX:
        raise TooManyLines
    sealed = seal_bytes(text.encode(), person=request.account_id, place=PLACE)
    RequestLine.objects.create(request=request, n=n, by=by, sealed=sealed, created_at=now)


def close(request: Request, outcome: str, *, refusal: str = "", now: datetime) -> None:
    """End a request that is held."""
    request.outcome, request.refusal, request.closed_at = outcome, refusal, now
    request.save(update_fields=["outcome", "refusal", "closed_at"])


def tell_step(
    request: Request, letter: Letter, step: str, *, now: datetime, text: str = "", **more: str
) -> None:
    """Tell the person of a request that it came one step further, once for each `step`.

    Where somebody else asks it, they are told too, by mail, with the words of ours in `text`.
    """
    facts = {"right": request.kind, "due_on": request.due_on.isoformat(), **more}
    if request.acknowledge_on:
        facts["acknowledge_on"] = request.acknowledge_on.isoformat()
    mandate = mandate_of(request)
    kind = letter.kind
    if mandate is not None:
        facts["agent"] = mandate.agent
        write_agent(mandate, kind, facts, text=text, now=now)
        kind = FOR_YOU[kind].kind if kind in FOR_YOU else kind
    once = f"request {request.pk} {step}"
    tell(account_ids=[request.account_id], kind=kind, facts=facts, once=once, now=now)
