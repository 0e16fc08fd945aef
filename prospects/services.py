"""Writing to us without an account, answering, and ending it. Each function is one use case."""

from datetime import date, datetime, timedelta
from uuid import UUID

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Max, Min
from django.utils.formats import date_format
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from prifora.kernel.claims import deliver
from prifora.kernel.desk import Reminder
from prifora.kernel.errors import Absent, Conflict
from prifora.kernel.ids import new_id
from prifora.kernel.keystore import destroy_key
from prifora.kernel.sealing import index_of, seal_bytes, seal_document
from prifora.kernel.terms import day_of, working_days_after
from prospects import access
from prospects.letters import GREETING, HELLO, MAILS, PAGE
from prospects.models import KEPT, Line, Prospect, Source

TEXT_MAX = 4000
LINES_MAX = 100
ANSWER_WORKING_DAYS = 2
SENT_FOR = timedelta(days=30)
AT_ONCE = 100
DAY = "j F Y"

log = structlog.get_logger(__name__)


class TooMuchWritten(Conflict):
    """LINES_MAX lines are there already."""

    code = "too_much_written"
    sentence = _("So much was written already. Please wait for our answer.")


class NoMoreMail(Conflict):
    """The person wants no more mail of us."""

    code = "no_more_mail"
    sentence = _("This person wants no more mail of us.")


@transaction.atomic
def write_to_us(*, name: str, email: str, text: str, language: str, now: datetime) -> Prospect:
    """Keep what somebody without an account writes; a mail tells them so, with the link to what is kept.

    Somebody with this address who wrote before is the same prospect: the term begins anew, and they want
    mail again. Only what is given here is kept. Raises TooMuchWritten.
    """
    index, new = index_of("prospect", email.strip().lower()), new_id()
    due_on = working_days_after(day_of(now), ANSWER_WORKING_DAYS)
    first = {
        "id": new,
        # called only for somebody new: sealing makes a key
        "sealed": lambda: _seal_who(new, name, email),
        "language": language,
        "source": Source.FORM,
        "contacted_at": now,
        "due_on": due_on,
        "created_at": now,
    }
    known = Prospect.objects.select_for_update()
    prospect, is_new = known.get_or_create(email_index=index, defaults=first)
    if not is_new:
        told = access.who_wrote(prospect)
        prospect.sealed = _seal_who(prospect.pk, name or told["name"], email)
        if prospect.settled_at is not None:
            prospect.due_on, prospect.settled_at = due_on, None
        prospect.language, prospect.contacted_at, prospect.stopped_at = language, now, None
        changed = ["sealed", "language", "contacted_at", "due_on", "settled_at", "stopped_at"]
        prospect.save(update_fields=changed)
    _write(prospect, by="person", text=text, now=now)
    return prospect


@transaction.atomic
def answer_prospect(*, prospect_id: UUID, text: str, now: datetime) -> Prospect:
    """Answer somebody by mail; the term begins anew. Raises Absent, NoMoreMail, TooMuchWritten."""
    prospect = _hold(prospect_id)
    if prospect.stopped_at is not None:
        raise NoMoreMail
    _write(prospect, by="staff", text=text, now=now)
    prospect.contacted_at = prospect.settled_at = now
    prospect.save(update_fields=["contacted_at", "settled_at"])
    return prospect


@transaction.atomic
def settle_prospect(*, prospect_id: UUID, now: datetime) -> Prospect:
    """Note that no answer is needed; done before, nothing happens. Raises Absent."""
    prospect = _hold(prospect_id)
    if prospect.settled_at is None:
        prospect.settled_at = now
        prospect.save(update_fields=["settled_at"])
    return prospect


@transaction.atomic
def stop_mail(*, prospect_id: UUID, now: datetime) -> Prospect:
    """Write no more to somebody, as they want: no answer either, and no mail that still waits. Raises Absent.

    The term goes on counting from the last contact: this is none.
    """
    prospect = _hold(prospect_id)
    prospect.lines.update(mail_due_at=None)
    prospect.stopped_at, prospect.settled_at = now, prospect.settled_at or now
    prospect.save(update_fields=["stopped_at", "settled_at"])
    return prospect


@transaction.atomic
def erase_prospect(*, prospect_id: UUID) -> None:
    """Erase somebody who wrote to us, as they want: every row, and the key. Raises Absent."""
    _hold(prospect_id).delete()
    transaction.on_commit(lambda: destroy_key(prospect_id))


def forget_ended(now: datetime) -> None:
    """Erase whoever wrote, or was written to, last longer ago than KEPT. Every sweep begins with it."""
    over = Prospect.objects.filter(contacted_at__lt=now - KEPT)
    for prospect_id in list(over.values_list("pk", flat=True)):
        _forget(prospect_id, now)


def send_mails(*, now: datetime) -> int:
    """Send the mails that are due, the oldest first; return how many went."""
    Line.objects.filter(mail_due_at__lte=now, created_at__lt=now - SENT_FOR).update(mail_due_at=None)
    due = Line.objects.filter(mail_due_at__lte=now).order_by("mail_due_at", "created_at")
    return sum(_send_mail(pk, now) for pk in list(due.values_list("pk", flat=True)[:AT_ONCE]))


def remind_of_prospects(now: datetime) -> Reminder:
    """Return, for staff, how many people without an account wait for an answer, and by when."""
    waiting = Prospect.objects.filter(settled_at=None)
    first = waiting.aggregate(first=Min("due_on"))["first"]
    if first is None:
        return Reminder(gettext("Nobody without an account waits for an answer."), late=False)
    told = {"count": waiting.count(), "day": _day(first)}
    words = gettext("Without an account, %(count)s people wait for an answer. The first is due on %(day)s.")
    return Reminder(words % told, late=first < day_of(now))


def is_late(prospect: Prospect, now: datetime) -> bool:
    """Return whether somebody waits for us longer than they should."""
    return prospect.settled_at is None and prospect.due_on < day_of(now)


@transaction.atomic
def _forget(prospect_id: UUID, now: datetime) -> None:
    """Erase somebody unless they wrote again in the meantime."""
    mine = Prospect.objects.select_for_update().filter(pk=prospect_id, contacted_at__lt=now - KEPT)
    if mine.delete()[0]:
        transaction.on_commit(lambda: destroy_key(prospect_id))


def _hold(prospect_id: UUID) -> Prospect:
    prospect = Prospect.objects.select_for_update().filter(pk=prospect_id).first()
    if prospect is None:
        raise Absent
    return prospect


def _seal_who(prospect_id: UUID, name: str, email: str) -> bytes:
    return seal_document({"name": name, "email": email}, person=prospect_id, place=access.WHO)


def _write(prospect: Prospect, *, by: str, text: str, now: datetime) -> None:
    last = prospect.lines.aggregate(last=Max("n"))["last"]
    n = 0 if last is None else last + 1
    if n >= LINES_MAX:
        raise TooMuchWritten
    sealed = seal_bytes(text.encode(), person=prospect.pk, place=access.WORDS)
    Line.objects.create(prospect=prospect, n=n, by=by, sealed=sealed, mail_due_at=now, created_at=now)


def _send_mail(pk: UUID, now: datetime) -> bool:
    """Send one mail, unless somebody else does; return whether it went. It is tried again when it fails."""
    rows, sent = Line.objects.select_related("prospect"), lambda one: _mail(one).send()
    return deliver(rows, pk, now, sent, what="mail to a prospect", gone=Absent, field="mail_due_at")


def _mail(line: Line) -> EmailMessage:
    """Return the mail of a line. What the person wrote is not in it: anybody can fill in any address."""
    prospect, words = line.prospect, MAILS[line.by]
    link = f"{settings.ORIGIN}/contact/kept/{access.link_of(prospect.pk)}"
    with override(prospect.language):
        said = [HELLO, words.text % {"due_on": _day(prospect.due_on)}]
        if line.by == "staff":
            said.append(access.lines_of(prospect)[line.n].text)
        body = "\n\n".join(str(one) for one in (*said, PAGE % {"link": link}, GREETING))
        return EmailMessage(str(words.title), f"{body}\n", to=[access.who_wrote(prospect)["email"]])


def _day(day: date) -> str:
    return date_format(day, DAY)
