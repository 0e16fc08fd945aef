"""Telling people things, and the mail that says so. Each function is one use case."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from uuid import UUID

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from accounts.access import PARTS, email_of, everybody, names_of
from accounts.services import text_messages
from notices.events import NoticesChanged
from notices.letters import MAINTENANCE
from notices.models import Notice
from notices.rules import Facts, Letter, letter_of, letters
from prifora.kernel.claims import claim
from prifora.kernel.events import publish
from prifora.kernel.gates import allowing, restricted_people
from prifora.kernel.keystore import Erased

SENT_FOR = timedelta(days=30)
"""For how long a mail is tried: what is undelivered then stays in the Message Center alone."""

AGAIN_AFTER = timedelta(minutes=5)
"""The shortest wait after a failure; each wait is as long as all of it took so far."""

AT_ONCE = 100

SUBJECT = _("A letter in your PRIFORA Message Center")
BODY = _("“%(title)s” waits for you in your Message Center. Open PRIFORA to read it.")

log = structlog.get_logger(__name__)


@transaction.atomic
def tell(
    *, account_ids: Iterable[UUID], kind: str, facts: Facts | None = None, once: str, now: datetime
) -> int:
    """Put a letter of `kind` in the Message Center of each person; return how many had it not yet.

    A letter with a purpose goes only to who agrees to it now. `once` is the letter's name for each person (at
    most 80 characters): told again, nothing happens. Raises KeyError for a kind nobody declared, and for a
    fact that the letter's words want and `facts` lack.
    """
    letter, facts = letter_of(kind), dict(facts or {})
    _check(letter, facts)
    people = sorted(_agreeing(letter, set(account_ids), now), key=str)
    have = set(Notice.objects.filter(account_id__in=people, once=once).values_list("account_id", flat=True))
    due = now if letter.by_mail or letter.urgent else None
    made = [
        Notice(account_id=one, kind=kind, facts=facts, once=once, mail_due_at=due, created_at=now)
        for one in people
        if one not in have
    ]
    Notice.objects.bulk_create(made, ignore_conflicts=True)
    if made:
        publish(NoticesChanged(), to=[one.account_id for one in made])
    return len(made)


def announce_maintenance(*, on: date, begins: time, ends: time, now: datetime) -> int:
    """Tell everybody when the server cannot be reached; return how many did not know yet.

    They are told in parts, each a transaction; told again, only who was not reached before is told.
    """
    facts = {"away_on": on.isoformat(), "begins": f"{begins:%H:%M}", "ends": f"{ends:%H:%M}"}
    once = " ".join(["maintenance", *facts.values()])
    parts = (everybody(part) for part in range(PARTS))
    return sum(
        tell(account_ids=people, kind=MAINTENANCE.kind, facts=facts, once=once, now=now)
        for people in parts
        if people
    )


@transaction.atomic
def mark_read(*, account_id: UUID, notice_ids: Iterable[UUID] | None, now: datetime) -> int:
    """Mark a person's notices as read, all for None; return how many were not. Others' are left alone."""
    unread = Notice.objects.filter(account_id=account_id, read_at=None)
    if notice_ids is not None:
        unread = unread.filter(pk__in=list(notice_ids))
    count = unread.update(read_at=now)
    if count:
        publish(NoticesChanged(), to=[account_id])
    return count


def send_mail(*, now: datetime) -> int:
    """Send at most AT_ONCE of the mails that are due, those that waited longest first; return how many went.

    One for a purpose goes only to who agrees to it at this moment; while somebody's data may only be stored,
    only what a law asks is sent to them. A mail is sent at least once: it is taken in one transaction, sent
    outside of any, and noted as sent in another; when the process dies in between, it is sent again within a
    minute (kernel/claims.py). One that cannot be sent is tried again later and later until SENT_FOR is over,
    and keeps no other waiting.
    """
    _due(now).filter(created_at__lt=now - SENT_FOR).update(mail_due_at=None)
    due = _sendable(now).order_by("mail_due_at", "created_at")
    return sum(_send(pk, now) for pk in list(due.values_list("pk", flat=True)[:AT_ONCE]))


def _due(now: datetime) -> QuerySet[Notice]:
    return Notice.objects.filter(mail_due_at__lte=now)


def _check(letter: Letter, facts: Facts) -> None:
    """Raise KeyError when a letter wants a fact that is not there."""
    letter.filled(facts)
    letter.filled_mail(facts)
    letter.filled_path(facts)


def _sendable(now: datetime) -> QuerySet[Notice]:
    """Return what is due, without what must not go now: a restricted person gets only what a law asks."""
    due_by_law = [letter.kind for letter in letters() if letter.is_due_by_law]
    return _due(now).filter(Q(kind__in=due_by_law) | ~Q(account_id__in=restricted_people()))


def _agreeing(letter: Letter, people: set[UUID], now: datetime) -> set[UUID]:
    """Return those of these people to whom a letter may go: for an optional purpose, who agrees to it."""
    purposes = [one for one in (letter.purpose, letter.mail_purpose) if one]
    return {one for purpose in purposes for one in allowing(people, purpose, now=now)} if purposes else people


def _may_go(notice: Notice, letter: Letter, now: datetime) -> bool:
    asked = letter.mail_purpose or letter.purpose
    return not asked or notice.account_id in allowing([notice.account_id], asked, now=now)


def _send(pk: UUID, now: datetime) -> bool:
    """Send the mail of one notice unless somebody else does; return whether it went."""
    claimed = claim(_sendable(now), pk, now, "mail_due_at")
    mine = Notice.objects.filter(pk=pk)
    notice = mine.first()
    if claimed is None or notice is None:
        return False
    letter = letter_of(notice.kind)
    try:
        with claimed:
            went = _may_go(notice, letter, now) and _reach(notice, letter)
    except Exception as failure:  # noqa: BLE001  mail and text gateways fail in ways of their own
        log.warning("not_delivered", what="notice", kind=type(failure).__name__)
        mine.update(mail_due_at=now + max(AGAIN_AFTER, now - notice.created_at))
        return False
    mine.update(mail_due_at=None, mailed_at=now if went else None)
    return went


def _reach(notice: Notice, letter: Letter) -> bool:
    """Send the mail or text message of a notice; return whether there is a way to reach the person."""
    account = names_of([notice.account_id]).get(notice.account_id)
    if account is None:
        return False
    try:
        address, phone = email_of(account), account.profile.get("phone")
        language = account.profile.get("language") or settings.LANGUAGE_CODE
    except Erased:
        return False
    with override(language):
        subject, text = str(SUBJECT), _words(notice, letter)
    if address:
        EmailMessage(subject, text, to=[address]).send()
    elif phone and letter.urgent:
        text_messages().send(to=phone, text=text)
    else:
        return False
    return True


def _words(notice: Notice, letter: Letter) -> str:
    """Return what the mail says, in the language that is active."""
    parts = [letter.filled_mail(notice.facts), str(BODY) % {"title": letter.filled(notice.facts)[0]}]
    if letter.mail and letter.path:
        parts.append(f"{settings.ORIGIN}{letter.filled_path(notice.facts)}")
    return "\n\n".join(part for part in parts if part)
