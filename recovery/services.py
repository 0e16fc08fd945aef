"""What people do to come back. Each function is one use case and one transaction."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.access import keys_of, names_of
from accounts.services import (
    Notice,
    change_vault,
    drop_lost_factors,
    note_in_log,
    send_notice,
    sign_in_recovered,
)
from contacts.access import bonded_with
from prifora.kernel import crypto, statements
from prifora.kernel.errors import Absent, Conflict, Refused, StatementRefused
from prifora.kernel.events import publish
from prifora.kernel.sealing import open_bytes, seal_bytes
from recovery import access
from recovery.access import Choice
from recovery.events import RecoveryChanged
from recovery.models import Approval, Outcome, Recovery, Relatives, Share
from recovery.rules import LASTS, MADE_UP, OPEN_MAX, USED_LASTS, may_choose, state_of

SLOT = "relatives"
NAME_PLACE = "recovery_recovery.sealed_name"


class RelativesRefused(Refused):
    """Not these people, not so many, not so soon, or no vault that they could open."""

    code = "relatives_refused"
    sentence = _("Choose two or three people of your family who use PRIFORA themselves.")


@transaction.atomic
def choose_relatives(
    *,
    account_id: UUID,
    by_station: bool,
    set_id: UUID,
    threshold: int,
    wait_hours: int,
    shares: list[dict[str, Any]],
    vault: dict[str, Any],
    now: datetime,
) -> Relatives:
    """Give a share to each of two or three relatives, in place of the earlier ones, and a slot in the vault.

    `shares` are account_id, box, signature; `vault` is the vault's new content (VaultChangeIn) with the slot.
    At a Home Station one relative and no waiting time will do; the log then holds the consent given there.
    Open recoveries end. Raises RelativesRefused, StatementRefused, Conflict, and what change_vault does.
    """
    chosen = [one["account_id"] for one in shares]
    fits = may_choose(shares=len(chosen), threshold=threshold, wait_hours=wait_hours, by_station=by_station)
    if not fits or not _may_hold(account_id, chosen) or not _opens(vault):
        raise RelativesRefused
    _check_shares(account_id, set_id, shares)
    change_vault(account_id=account_id, now=now, **vault)
    told = _forget(account_id, now)
    try:
        with transaction.atomic():
            relatives = Relatives.objects.create(
                pk=set_id, account_id=account_id, threshold=threshold, wait_hours=wait_hours, created_at=now
            )
    except IntegrityError as taken:
        raise Conflict from taken
    Share.objects.bulk_create(
        Share(relatives=relatives, holder_id=one["account_id"], box=one["box"], signature=one["signature"])
        for one in shares
    )
    what, who = ("relatives_consent", "station") if by_station else ("relatives_chosen", "you")
    note_in_log(account_id=account_id, what=what, who=who, now=now)
    publish(RecoveryChanged(account_id=account_id), to={account_id, *told, *chosen})
    return relatives


@transaction.atomic
def end_relatives(*, account_id: UUID, vault: dict[str, Any], now: datetime) -> None:
    """Have nobody's share count any more, and close the vault to them; open recoveries end.

    Raises Absent when nobody was chosen, RelativesRefused while the vault keeps their slot, and what
    change_vault does.
    """
    if access.relatives_of(account_id) is None:
        raise Absent
    if _opens(vault):
        raise RelativesRefused
    change_vault(account_id=account_id, now=now, **vault)
    told = _forget(account_id, now)
    note_in_log(account_id=account_id, what="relatives_ended", now=now)
    publish(RecoveryChanged(account_id=account_id), to={account_id, *told})


@transaction.atomic
def begin_recovery(
    *,
    recovery_id: UUID,
    account_id: UUID | None,
    by_station: bool,
    box_key: bytes,
    auth_key: bytes,
    proof: bytes,
    name: str,
    now: datetime,
) -> datetime:
    """Let a device ask to come back as a person; return until when, which is all it learns.

    Nothing is stored for nobody, for who chose no relatives, and for an id that is taken: it looks the same.
    At most OPEN_MAX are open for one person; the oldest ends.
    """
    if account_id is None:
        return now + LASTS
    relatives = Relatives.objects.select_for_update().filter(account_id=account_id).first()
    if relatives is None or Recovery.objects.filter(pk=recovery_id).exists():
        return now + LASTS
    waiting = access.open_ones(now).filter(account_id=account_id).order_by("-created_at", "-id")
    for oldest in waiting[OPEN_MAX - 1 :]:
        _end(oldest, Outcome.ENDED, now)
    recovery = Recovery.objects.create(
        pk=recovery_id,
        account_id=account_id,
        by_station=by_station,
        box_key=box_key,
        auth_key=auth_key,
        proof=proof,
        sealed_name=seal_bytes(name.encode(), person=account_id, place=NAME_PLACE),
        wait_until=now + timedelta(hours=relatives.wait_hours),
        ends_at=now + LASTS,
        created_at=now,
    )
    note_in_log(account_id=account_id, what="recovery_asked", now=now, who="somebody")
    send_notice(account=names_of([account_id])[account_id], notice=Notice.RECOVERY_ASKED)
    _tell(recovery)
    return recovery.ends_at


@transaction.atomic
def approve(*, recovery: Recovery, holder_id: UUID, box: bytes, signature: bytes) -> None:
    """Give a relative's share to who asks; the first time counts. Raises StatementRefused."""
    said = statements.returned_share(request_id=recovery.pk, relative_id=holder_id, box=box)
    keys = keys_of(holder_id)
    if keys is None or not statements.holds(public_key=keys[0], signature=signature, statement=said):
        raise StatementRefused
    Approval.objects.get_or_create(
        recovery=recovery, holder_id=holder_id, defaults={"box": box, "signature": signature}
    )
    _tell(recovery)


@transaction.atomic
def veto(*, recovery: Recovery, by: UUID, now: datetime) -> None:
    """Stop somebody who asks to come back as another; whatever relatives approved is forgotten."""
    _end(recovery, Outcome.VETOED, now)
    who = "you" if by == recovery.account_id else "relative"
    note_in_log(account_id=recovery.account_id, what="recovery_vetoed", now=now, who=who)
    _tell(recovery)


@transaction.atomic
def poll(
    *,
    request: HttpRequest,
    recovery: Recovery | None,
    at: int,
    message: bytes,
    signature: bytes,
    now: datetime,
) -> dict[str, Any]:
    """Return how a recovery stands to the device that asks, and when it is ready sign it in with the shares.

    A Home Station has a session already. Who does not prove the asking device's key, asks with a message
    that was heard before, or asks about something that no relative has answered to, hears what is made up.
    """
    if (
        recovery is None
        or at <= recovery.polled_at
        or not crypto.signature_valid(
            public_key=bytes(recovery.auth_key), signature=signature, message=message
        )
    ):
        return MADE_UP
    recovery.polled_at = at
    recovery.save(update_fields=["polled_at"])
    account = names_of([recovery.account_id])[recovery.account_id]
    answered = recovery.outcome == Outcome.VETOED or recovery.approvals.exists()
    if not account.is_active or not answered:
        return MADE_UP
    answer = standings([recovery], now)[recovery.pk]
    if answer["state"] != "ready":
        return answer
    if recovery.outcome != Outcome.USED:
        _use(recovery, account, now)
    if not recovery.by_station:
        sign_in_recovered(request=request, account=account, now=now)
    return answer | {"account_id": account.pk, "shares": _shares(recovery)}


def standings(recoveries: Iterable[Recovery], now: datetime) -> dict[UUID, dict[str, Any]]:
    """Return how recoveries stand, by id: state, how many relatives gave their share and how many must."""
    each = list(recoveries)
    chosen = access.choices_of(one.account_id for one in each)
    return {one.pk: _standing(one, chosen.get(one.account_id), now) for one in each}


def _standing(recovery: Recovery, chosen: Choice | None, now: datetime) -> dict[str, Any]:
    needed = chosen.threshold if chosen else MADE_UP["needed"]
    holders = chosen.counting if chosen else set()
    approvals = sum(one.holder_id in holders for one in recovery.approvals.all())
    state = state_of(
        outcome=recovery.outcome,
        approvals=approvals,
        needed=needed,
        wait_until=recovery.wait_until,
        ends_at=recovery.ends_at,
        now=now,
    )
    return {"state": state, "approvals": approvals, "needed": needed, "wait_until": recovery.wait_until}


def name_of(recovery: Recovery) -> str:
    """Return what the asking device calls itself."""
    return open_bytes(recovery.sealed_name, person=recovery.account_id, place=NAME_PLACE).decode()


def _use(recovery: Recovery, account: Any, now: datetime) -> None:
    recovery.outcome, recovery.ends_at = Outcome.USED, now + USED_LASTS
    recovery.save(update_fields=["outcome", "ends_at"])
    for other in access.open_ones(now).filter(account_id=account.pk):
        _end(other, Outcome.ENDED, now)
    drop_lost_factors(account)
    note_in_log(account_id=account.pk, what="recovered_by_relatives", now=now)
    send_notice(account=account, notice=Notice.RECOVERED_BY_RELATIVES)
    _tell(recovery)


def _shares(recovery: Recovery) -> list[dict[str, Any]]:
    relatives = access.relatives_of(recovery.account_id)
    return [
        {
            "account_id": one.holder_id,
            "set_id": relatives.pk if relatives else None,
            "box": bytes(one.box),
            "signature": bytes(one.signature),
            "aik": (keys_of(one.holder_id) or (b"", b""))[0],
        }
        for one in _counting_approvals(recovery)
    ]


def _counting_approvals(recovery: Recovery) -> list[Approval]:
    holders = access.counting(recovery.account_id)
    return [one for one in recovery.approvals.all() if one.holder_id in holders]


def _may_hold(account_id: UUID, chosen: list[UUID]) -> bool:
    """Return whether each of these is another person of a family of the account, and has keys."""
    known = bonded_with(account_id)
    return len(set(chosen)) == len(chosen) and all(one in known and keys_of(one) for one in chosen)


def _opens(vault: dict[str, Any]) -> bool:
    return any(slot["name"] == SLOT for slot in vault["slots"])


def _check_shares(account_id: UUID, set_id: UUID, shares: Iterable[dict[str, Any]]) -> None:
    keys = keys_of(account_id)
    for one in shares:
        said = statements.share(
            account_id=account_id, set_id=set_id, relative_id=one["account_id"], box=one["box"]
        )
        if keys is None or not statements.holds(
            public_key=keys[0], signature=one["signature"], statement=said
        ):
            raise StatementRefused


def _forget(account_id: UUID, now: datetime) -> set[UUID]:
    """Forget whom a person chose, and end what is asked of them; return who kept a share."""
    present = Relatives.objects.select_for_update().filter(account_id=account_id)
    told = {share.holder_id for one in present for share in one.shares.all()}
    for recovery in Recovery.objects.filter(account_id=account_id, ends_at__gt=now):
        _end(recovery, Outcome.ENDED, now)
    present.delete()
    return told


def _end(recovery: Recovery, outcome: Outcome, now: datetime) -> None:
    recovery.outcome, recovery.ends_at = outcome, now
    recovery.save(update_fields=["outcome", "ends_at"])
    Approval.objects.filter(recovery=recovery).update(box=b"", signature=b"")


def _tell(recovery: Recovery) -> None:
    account_id = recovery.account_id
    publish(RecoveryChanged(account_id=account_id), to={account_id, *access.counting(account_id)})
