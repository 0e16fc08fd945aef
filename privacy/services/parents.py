"""A child names a parent of their family; what they agree to counts while that one approves (GDPR art. 8)."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.access import names_of
from accounts.services import note_in_log
from contacts.access import share_a_family
from notices.services import tell
from prifora.kernel.errors import Absent, Conflict, Refused
from prifora.kernel.keystore import Erased
from prifora.kernel.terms import day_of, months_after
from privacy.letters import PARENT_APPROVED, PARENT_ASKED, PARENT_REFUSED
from privacy.models import ParentalApproval

ADULT_YEARS = 16
"""From this age on somebody agrees by themselves (GDPR art. 8; Belgium and France ask less)."""


class NotAChild(Conflict):
    """Who did not tell that they are younger than ADULT_YEARS needs nobody's approval."""

    code = "not_a_child"
    sentence = _("This is only for who is younger than 16.")


class NoParent(Refused):
    """Somebody who told that they are a child themselves cannot approve for another."""

    code = "no_parent"
    sentence = _("Choose somebody who is older: a parent, or who looks after you.")


def is_child(account: Any, today: date) -> bool:
    """Return whether a person told that they are younger than ADULT_YEARS; an erased one counts as one."""
    try:
        born = account.profile.get("date_of_birth")
    except Erased:
        return True
    return bool(born) and months_after(date.fromisoformat(str(born)), 12 * ADULT_YEARS) > today


def approved(account_ids: Iterable[UUID]) -> set[UUID]:
    """Return those of these people for whom a parent approves, who is in a family with them now."""
    rows = ParentalApproval.objects.filter(child_id__in=set(account_ids), approved_at__isnull=False)
    return {one.child_id for one in rows if share_a_family(one.child_id, one.parent_id)}


def parent_of(account: Any, *, now: datetime) -> dict[str, Any]:
    """Return whether a person is a child, and whom they named, ready for JSON."""
    row = ParentalApproval.objects.filter(child_id=account.pk).first()
    return {
        "is_child": is_child(account, day_of(now)),
        "parent_id": row.parent_id if row else None,
        "approved_at": row.approved_at if row else None,
    }


def children_of(account_id: UUID) -> list[ParentalApproval]:
    """Return the children who named somebody, those who wait first."""
    rows = ParentalApproval.objects.filter(parent_id=account_id)
    return sorted(rows, key=lambda one: (one.approved_at is not None, one.created_at))


@transaction.atomic
def name_parent(*, account: Any, parent_id: UUID, now: datetime) -> None:
    """Have a child ask a parent of their family to approve; another one than before begins anew.

    Raises NotAChild, Absent for who is in no family with them, NoParent.
    """
    today = day_of(now)
    if not is_child(account, today):
        raise NotAChild
    parent = names_of([parent_id]).get(parent_id)
    if parent is None or not parent.is_active or not share_a_family(account.pk, parent_id):
        raise Absent
    if is_child(parent, today):
        raise NoParent
    row, is_new = ParentalApproval.objects.select_for_update().get_or_create(
        child_id=account.pk, defaults={"parent_id": parent_id, "created_at": now}
    )
    if not is_new and row.parent_id == parent_id:
        return
    row.parent_id, row.approved_at, row.created_at = parent_id, None, now
    row.save(update_fields=["parent", "approved_at", "created_at"])
    tell(account_ids=[parent_id], kind=PARENT_ASKED.kind, once=_once(row, now), now=now)


@transaction.atomic
def drop_parent(*, account_id: UUID) -> None:
    """Have nobody approve for a child any more; nobody there, nothing."""
    ParentalApproval.objects.filter(child_id=account_id).delete()


@transaction.atomic
def approve_child(*, parent_id: UUID, child_id: UUID, now: datetime) -> None:
    """Approve what a child agrees to, from the commit on. Raises Absent for one who asked somebody else."""
    row = _held(parent_id, child_id)
    if row.approved_at is not None:
        return
    row.approved_at = now
    row.save(update_fields=["approved_at"])
    note_in_log(account_id=child_id, what="parent_approved", who="parent", now=now)
    tell(account_ids=[child_id], kind=PARENT_APPROVED.kind, once=_once(row, now), now=now)


@transaction.atomic
def refuse_child(*, parent_id: UUID, child_id: UUID, now: datetime) -> None:
    """Say no to a child, or no longer yes: everything optional is off from the commit on. Raises Absent."""
    row = _held(parent_id, child_id)
    row.delete()
    note_in_log(account_id=child_id, what="parent_refused", who="parent", now=now)
    tell(account_ids=[child_id], kind=PARENT_REFUSED.kind, once=_once(row, now), now=now)


def _held(parent_id: UUID, child_id: UUID) -> ParentalApproval:
    asked = ParentalApproval.objects.select_for_update().filter(parent_id=parent_id, child_id=child_id)
    row = asked.first()
    if row is None or not share_a_family(parent_id, child_id):
        raise Absent
    return row


def _once(row: ParentalApproval, now: datetime) -> str:
    return f"parent {row.pk} {now.isoformat()}"
