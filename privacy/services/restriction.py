"""Only storing somebody's data (GDPR art. 18): asked by the person, ended after they were told."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.services import note_in_log
from notices.services import tell
from prifora.kernel.errors import Conflict
from prifora.kernel.terms import day_of
from privacy.letters import RESTRICTED, RESTRICTION_ENDED, RESTRICTION_ENDS
from privacy.models import Restriction
from privacy.rights import Cause

TOLD_BEFORE = timedelta(days=1)
"""So long before it ends somebody is told that it does."""


class NotRestricted(Conflict):
    """There is no restriction to end."""

    code = "not_restricted"
    sentence = _("Your data are not only stored: there is nothing to end.")


def restricted_people() -> set[UUID]:
    """Return everybody whose data may only be stored now; until it has really ended."""
    return set(Restriction.objects.values_list("account_id", flat=True))


def restriction_of(account_id: UUID) -> Restriction | None:
    """Return a person's restriction, if they asked for one."""
    return Restriction.objects.filter(account_id=account_id).first()


@transaction.atomic
def restrict(*, account_id: UUID, cause: Cause, now: datetime) -> Restriction:
    """Only store a person's data from the commit on. Asked again, it goes on, and does not end."""
    restriction, is_new = Restriction.objects.select_for_update().get_or_create(
        account_id=account_id, defaults={"cause": cause, "created_at": now}
    )
    restriction.cause, restriction.ends_at = cause, None
    restriction.save(update_fields=["cause", "ends_at"])
    if is_new:
        note_in_log(account_id=account_id, what="restricted", now=now)
        tell(account_ids=[account_id], kind=RESTRICTED.kind, once=f"restricted {restriction.pk}", now=now)
    return restriction


@transaction.atomic
def announce_end(*, account_id: UUID, now: datetime) -> Restriction:
    """Tell a person that their restriction ends TOLD_BEFORE from now on; announced already, that stays.

    Raises NotRestricted.
    """
    restriction = Restriction.objects.select_for_update().filter(account_id=account_id).first()
    if restriction is None:
        raise NotRestricted
    if restriction.ends_at is None:
        restriction.ends_at = now + TOLD_BEFORE
        restriction.save(update_fields=["ends_at"])
        tell(
            account_ids=[account_id],
            kind=RESTRICTION_ENDS.kind,
            facts={"ends_on": day_of(restriction.ends_at).isoformat()},
            once=f"ends {restriction.pk} {now.isoformat()}",
            now=now,
        )
    return restriction


def end_restrictions(*, now: datetime) -> int:
    """End the restrictions whose end was told and has come; return how many."""
    due = Restriction.objects.filter(ends_at__lte=now).values_list("pk", flat=True)
    return sum(_end(pk, now) for pk in list(due))


@transaction.atomic
def _end(pk: UUID, now: datetime) -> bool:
    """End one, unless its person changed their mind meanwhile."""
    restriction = Restriction.objects.select_for_update().filter(pk=pk, ends_at__lte=now).first()
    if restriction is None:
        return False
    note_in_log(account_id=restriction.account_id, what="restriction_ended", now=now)
    once = f"ended {restriction.pk}"
    tell(account_ids=[restriction.account_id], kind=RESTRICTION_ENDED.kind, once=once, now=now)
    restriction.delete()
    return True
