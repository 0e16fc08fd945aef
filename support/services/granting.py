"""Opening somebody's rows: one member of staff asks, another one says yes, and every row opened is a look."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from accounts.access import names_of
from accounts.services import note_in_log
from notices.services import tell
from prifora.kernel.errors import Absent, Conflict, Refused
from prifora.kernel.ids import new_id
from prifora.kernel.policy import Role
from support import access
from support.models import REASON_MAX, Grant, StaffLook
from support.rules import MINUTES_MAX
from support.services.ledger import pseudonym, row_digest, write_line

REASON_MIN = 10
TABLES_MAX = 20


class ReasonNeeded(Refused):
    """A look at a person without a reason of REASON_MIN to REASON_MAX characters."""

    code = "reason_needed"
    sentence = _("Write in at least ten characters why you look at this person.")


class TooLong(Refused):
    """More than MINUTES_MAX minutes, or less than one."""

    code = "too_long_open"
    sentence = _("Rows of a person can be open for one hour at most.")


class TablesNeeded(Refused):
    """No table, or one that the role may not see at all."""

    code = "tables_needed"
    sentence = _("Choose which tables you need.")


class SecondPersonNeeded(Refused):
    """The same account asks and says yes, or one whose role may not say yes."""

    status, code = 403, "second_person_needed"
    sentence = _("A colleague with the right role has to say yes. You cannot do that yourself.")


class NotWaiting(Conflict):
    """It was answered or ended already."""

    code = "not_waiting"
    sentence = _("This was answered already.")


@transaction.atomic
def ask_grant(
    *,
    staff_id: UUID,
    role: Role,
    subject_id: UUID,
    tables: Iterable[str],
    reason: str,
    minutes: int,
    now: datetime,
) -> Grant:
    """Ask a colleague to open `tables` (labels) of a person for `minutes`. Nothing is open yet.

    Raises ReasonNeeded, TooLong, TablesNeeded.
    """
    reason, wanted = reason.strip(), sorted(set(tables))
    if not REASON_MIN <= len(reason) <= REASON_MAX:
        raise ReasonNeeded(attr="reason")
    if not 1 <= minutes <= MINUTES_MAX:
        raise TooLong(attr="minutes")
    if not wanted or len(wanted) > TABLES_MAX or not set(wanted) <= set(access.tables_for(role)):
        raise TablesNeeded(attr="tables")
    grant = Grant.objects.create(
        asked_by_id=staff_id,
        role=role,
        subject_id=subject_id,
        tables=wanted,
        reason=reason,
        minutes=minutes,
        created_at=now,
    )
    _note("grant_asked", grant, staff_id, now, row=row_digest(grant), role=role.value, tables=wanted)
    return grant


@transaction.atomic
def approve_grant(*, grant_id: UUID, staff_id: UUID, now: datetime) -> Grant:
    """Open what a colleague asked for, and tell the person at once.

    Raises SecondPersonNeeded for who asked and for a role that may not say yes, Absent, NotWaiting.
    """
    grant = _locked(grant_id)
    role = access.role_of(staff_id)
    if role is None or role not in access.APPROVERS or grant.asked_by_id in (None, staff_id):
        raise SecondPersonNeeded
    if grant.approved_at is not None or grant.ended_at is not None:
        raise NotWaiting
    grant.approved_by_id, grant.approved_at = staff_id, now
    grant.save(update_fields=["approved_by", "approved_at"])
    _note("grant_approved", grant, staff_id, now, role=role.value)
    facts: dict[str, str | int] = {"role": grant.role, "minutes": grant.minutes}
    tell(account_ids=[grant.subject_id], kind="staff_access", facts=facts, once=f"grant:{grant.pk}", now=now)
    return grant


@transaction.atomic
def end_grant(*, grant_id: UUID, staff_id: UUID, now: datetime) -> Grant:
    """Refuse what waits, or close what is open: whoever asked, and whoever may say yes, at any time.

    Raises SecondPersonNeeded for anybody else, Absent, NotWaiting when it ended already.
    """
    grant = _locked(grant_id)
    if staff_id != grant.asked_by_id and access.role_of(staff_id) not in access.APPROVERS:
        raise SecondPersonNeeded
    if grant.ended_at is not None or (grant.approved_at is not None and not grant.is_open(now)):
        raise NotWaiting
    grant.ended_at = now
    grant.save(update_fields=["ended_at"])
    _note("grant_ended", grant, staff_id, now)
    return grant


@transaction.atomic
def note_look(*, grant: Grant, table: str, now: datetime) -> StaffLook:
    """Record that staff look at a person by a grant, before anything is shown; the person can read it.

    Raises SecondPersonNeeded unless the grant is open at `now` for this table.
    """
    grant = _locked(grant.pk)
    if not grant.is_open(now) or table not in grant.tables or grant.asked_by_id is None:
        raise SecondPersonNeeded
    look = StaffLook(
        staff_id=grant.asked_by_id,
        role=grant.role,
        subject_id=grant.subject_id,
        table=table,
        reason=grant.reason,
        created_at=now,
    )
    line = _note("look", grant, grant.asked_by_id, now, row=row_digest(look), role=grant.role, table=table)
    look.n = line
    look.save(force_insert=True)
    note_in_log(account_id=grant.subject_id, what="staff_look", who=grant.role, now=now)
    return look


@transaction.atomic
def note_ticket_look(
    *, staff_id: UUID, role: Role, ticket_id: UUID, subject_id: UUID, now: datetime
) -> StaffLook:
    """Record that staff open a question of a person, before it is shown; the person can read it.

    Who asks Customer Support something wants it to be read, so no colleague opens it.
    """
    account = names_of([subject_id])[subject_id]
    with override(account.profile.get("language") or settings.LANGUAGE_CODE):
        reason = gettext("You asked us for help.")
    look = StaffLook(
        staff_id=staff_id,
        role=role,
        subject_id=subject_id,
        table="tickets.Ticket",
        reason=reason,
        created_at=now,
    )
    facts = {
        "ticket": str(ticket_id),
        "by": pseudonym(staff_id).hex(),
        "row": row_digest(look),
        "role": role.value,
        "table": look.table,
    }
    look.n = write_line(what="look", person=subject_id, facts=facts, now=now).n
    look.save(force_insert=True)
    note_in_log(account_id=subject_id, what="staff_look", who=role.value, now=now)
    return look


def note_book_look(
    *, staff_id: UUID, role: Role, table: str, row: str, what: str, why: str, now: datetime
) -> None:
    """Record that staff look at a row of the books (its random id; empty for an export), and why.

    The row is about no account, so there is nobody to tell; the ledger is how it can be shown.
    """
    about = {"by": pseudonym(staff_id).hex(), "role": role.value, "table": table, "row": row}
    facts = {**about, "what": what, "why": why, "look": str(new_id())}
    write_line(what="books_look", person=None, facts=facts, now=now)


def note_prospect_look(*, staff_id: UUID, role: Role, row: str, what: str, now: datetime) -> None:
    """Record that staff look at, or do something with, somebody who wrote without an account.

    There is no account to tell; the ledger is how it can be shown.
    """
    about = {"by": pseudonym(staff_id).hex(), "role": role.value, "table": "prospects.Prospect", "row": row}
    write_line(
        what="prospect_look", person=None, facts={**about, "what": what, "look": str(new_id())}, now=now
    )


def _locked(grant_id: UUID) -> Grant:
    grant = Grant.objects.select_for_update().filter(pk=grant_id).first()
    if grant is None:
        raise Absent
    return grant


def _note(what: str, grant: Grant, staff_id: UUID, now: datetime, **facts: object) -> int:
    """Add a line about a grant and who did it; return its number."""
    said = {"grant": str(grant.pk), "by": pseudonym(staff_id).hex(), **facts}
    return write_line(what=what, person=grant.subject_id, facts=said, now=now).n
