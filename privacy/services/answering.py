"""What staff for privacy do with a request: say that it was read, write, take more time, answer, refuse.

Who may do it, and the written reason for it, are asked in the admin site (support/admin.py).
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.access import names_of
from prifora.kernel.errors import Conflict
from privacy.authorities import authority_for
from privacy.deadlines import EXTENSION_MONTHS_MAX, answer_by, may_extend
from privacy.letters import ACKNOWLEDGED, ANSWERED, EXTENDED, REFUSED, WRITTEN
from privacy.models import Request
from privacy.rights import GROUNDS, Reason
from privacy.services.mandates import refuse_without_mandate
from privacy.services.requests import close, hold, tell_step, write_line


class Extended(Conflict):
    """More time was taken already; there is one extension."""

    code = "extended_already"
    sentence = _("More time was taken already. That can be done once.")


class ExtendedTooLate(Conflict):
    """The first month is over, and more time must be told within it (GDPR art. 12(3))."""

    code = "extended_too_late"
    sentence = _("The first month is over: no more time can be taken. Answer now.")


@transaction.atomic
def acknowledge(*, request_id: UUID, now: datetime) -> Request:
    """Say that a person of ours has read it; said before, nothing happens. Raises RequestClosed."""
    request = hold(request_id)
    _note_read(request, now)
    return request


@transaction.atomic
def write_to_person(*, request_id: UUID, text: str, now: datetime) -> Request:
    """Write something to whoever asked, such as a question. Raises RequestClosed, TooManyLines."""
    request = hold(request_id)
    _note_read(request, now)
    write_line(request, by="staff", text=text, now=now)
    tell_step(request, WRITTEN, f"written {int(now.timestamp() * 1000)}", now=now, text=text)
    return request


@transaction.atomic
def extend(*, request_id: UUID, months: int, text: str, now: datetime) -> Request:
    """Take one or two months more, and tell why in `text`, within the first month.

    Raises Extended, ExtendedTooLate, RequestClosed, ValueError for another number of months.
    """
    if not 1 <= months <= EXTENSION_MONTHS_MAX:
        raise ValueError(months)
    request = hold(request_id)
    if request.extended_at is not None:
        raise Extended
    if not may_extend(request.created_at, now):
        raise ExtendedTooLate
    _note_read(request, now)
    write_line(request, by="staff", text=text, now=now)
    request.due_on = answer_by(request.created_at, more_months=months)
    request.extended_at, request.reminded = now, 0
    request.save(update_fields=["due_on", "extended_at", "reminded"])
    tell_step(request, EXTENDED, "extended", now=now, text=text, country=_country(request))
    return request


@transaction.atomic
def answer(*, request_id: UUID, text: str, now: datetime) -> Request:
    """Give the answer: it was done, or what we found.

    Raises RequestClosed, TooManyLines; where somebody else asks it without a proof that covers it,
    MandateUnchecked, MandateEnded or MandateTooNarrow.
    """
    request = hold(request_id)
    refuse_without_mandate(request, now=now)
    _note_read(request, now)
    write_line(request, by="staff", text=text, now=now)
    close(request, "answered", now=now)
    tell_step(request, ANSWERED, "answered", now=now, text=text, country=_country(request))
    return request


@transaction.atomic
def refuse(*, request_id: UUID, reason: Reason, text: str, now: datetime) -> Request:
    """Refuse, with a reason, its article and the remedies. Raises RequestClosed, TooManyLines."""
    request = hold(request_id)
    _note_read(request, now)
    write_line(request, by="staff", text=text, now=now)
    close(request, "refused", refusal=reason, now=now)
    more = {"country": _country(request), "reason": reason, "article": GROUNDS[reason].article}
    tell_step(request, REFUSED, "refused", now=now, text=text, **more)
    return request


def _note_read(request: Request, now: datetime) -> None:
    """Whoever does something with a request has read it."""
    if request.acknowledged_at is not None:
        return
    request.acknowledged_at = now
    request.save(update_fields=["acknowledged_at"])
    tell_step(request, ACKNOWLEDGED, "acknowledged", now=now)


def _country(request: Request) -> str:
    return authority_for(names_of([request.account_id])[request.account_id].profile).country
