"""Who may help whom to come back; the only door to relatives, their shares and recoveries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from accounts.access import account_of, login_name
from contacts.access import bonded_with, near_to
from prifora.kernel import access
from prifora.kernel.access import Actor
from prifora.kernel.errors import Absent
from recovery.models import Outcome, Recovery, Relatives, Share


class Permission(access.Permission):
    """What recovery lets people and Home Stations do."""

    READ = "recovery:relatives:read"
    CHOOSE = "recovery:relatives:choose"
    HOLD = "recovery:share:read"
    HEAR = "recovery:request:read"
    APPROVE = "recovery:request:approve"
    VETO = "recovery:request:veto"


@dataclass(frozen=True, slots=True)
class Choice:
    """How many relatives must help somebody, and who keeps a share that counts: in a family with them now."""

    threshold: int
    counting: set[UUID]


def may_choose(actor: Actor) -> None:
    """Let everybody choose their own relatives, from a device. Raises DeviceNeeded."""
    actor.device()
    actor.grant(Permission.CHOOSE)


def my_relatives(actor: Actor) -> Relatives:
    """Return whom the actor chose; else Absent."""
    found = relatives_of(actor.id)
    if found is None:
        raise Absent
    actor.grant(Permission.READ)
    return found


def held_by(actor: Actor) -> list[Share]:
    """Return the shares of others that the actor keeps and that count now. Raises DeviceNeeded."""
    actor.device()
    actor.grant(Permission.HOLD)
    return _held(actor.id)


def heard_by(actor: Actor, now: datetime) -> list[Recovery]:
    """Return the open recoveries of the actor and of those whose share they keep. Raises DeviceNeeded."""
    actor.device()
    actor.grant(Permission.HEAR)
    people = {share.relatives.account_id for share in _held(actor.id)} | {actor.id}
    return list(
        open_ones(now)
        .filter(account_id__in=people)
        .prefetch_related("approvals")
        .order_by("created_at", "id")
    )


def as_relative(actor: Actor, recovery_id: UUID, now: datetime) -> Recovery:
    """Return an open recovery of somebody whose share the actor keeps, locked; else Absent."""
    actor.device()
    recovery = _open_one(recovery_id, now)
    if actor.id not in counting(recovery.account_id):
        raise Absent
    actor.grant(Permission.APPROVE)
    return recovery


def as_concerned(actor: Actor, recovery_id: UUID, now: datetime) -> Recovery:
    """Return an open recovery of the actor or of somebody whose share they keep, locked; else Absent."""
    actor.device()
    recovery = _open_one(recovery_id, now)
    if actor.id != recovery.account_id and actor.id not in counting(recovery.account_id):
        raise Absent
    actor.grant(Permission.VETO)
    return recovery


def asked(recovery_id: UUID) -> Recovery | None:
    """Return a recovery by id, locked; the caller checks the asking device's signature."""
    return Recovery.objects.select_for_update().filter(pk=recovery_id).first()


def account_by(login: str) -> UUID | None:
    """Return the account that signs in by `login` and may be asked for by a browser, or None.

    A managed account has no sign-in of its own: only its Home Station asks for it.
    """
    account = account_of(login_name(login))
    return account.pk if account and not account.is_managed else None


def relatives_of(account_id: UUID) -> Relatives | None:
    """Return whom a person chose. For code that already checked who asks."""
    return Relatives.objects.prefetch_related("shares").filter(account_id=account_id).first()


def counting(account_id: UUID) -> set[UUID]:
    """Return who keeps a share of a person that counts: in a family with them now."""
    chosen = choices_of([account_id]).get(account_id)
    return chosen.counting if chosen else set()


def choices_of(account_ids: Iterable[UUID]) -> dict[UUID, Choice]:
    """Return what people chose, by person, for those who did; the number of queries does not grow."""
    chosen = Relatives.objects.prefetch_related("shares").filter(account_id__in=set(account_ids))
    near = near_to(one.account_id for one in chosen)
    return {
        one.account_id: Choice(
            one.threshold, {share.holder_id for share in one.shares.all()} & near[one.account_id]
        )
        for one in chosen
    }


def open_ones(now: datetime) -> QuerySet[Recovery]:
    """Return the recoveries that are open, of people whose account is."""
    return Recovery.objects.filter(outcome=Outcome.OPEN, ends_at__gt=now, account__is_active=True)


def _open_one(recovery_id: UUID, now: datetime) -> Recovery:
    found = open_ones(now).select_for_update(of=("self",)).filter(pk=recovery_id).first()
    if found is None:
        raise Absent
    return found


def _held(account_id: UUID) -> list[Share]:
    rows = Share.objects.filter(holder_id=account_id, relatives__account__is_active=True)
    rows = rows.select_related("relatives").order_by("created_at", "id")
    near = bonded_with(account_id)
    return [one for one in rows if one.relatives.account_id in near]
