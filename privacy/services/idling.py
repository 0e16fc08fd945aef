"""Accounts that nobody uses: warned twice, then closed like any other, with the days in which to come back.

An account counts as used while its person, their Home Station or anybody else in their families uses PRIFORA
(docs/decisions/0026-idle-accounts.md).
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import date, datetime, timedelta
from uuid import UUID

import structlog
from django.db import transaction

from accounts import access as accounts
from accounts.services import note_in_log
from contacts import access as contacts
from notices.services import tell
from prifora.kernel.gates import restricted_people
from prifora.kernel.terms import day_of
from privacy.models import Closure, Idle
from privacy.rules import WARNED_DAYS, closes_on, perhaps_idle, warns_on
from privacy.services.closing import GRACE, ErasureBegan, keep_account
from privacy.services.retention import is_believed
from stations import access as stations

Act = Callable[[UUID, datetime], bool]
AGAIN = timedelta(days=WARNED_DAYS[1])

log = structlog.get_logger(__name__)


def close_idle(*, now: datetime) -> dict[str, int]:
    """Keep who is back; close, warn again and warn whose time has come at `now`; return how many of each.

    Does nothing while the clock cannot be believed (rules.judge), nor to people whose data may only be stored
    (kernel/gates.py). Nobody is closed who was not warned
    WARNED_DAYS before, however long the server was off. Each account is a transaction. Raises
    ExceptionGroup, after the last.
    """
    if not is_believed(now):
        return {}
    today, spared = day_of(now), restricted_people()
    known = set(Idle.objects.values_list("account_id", flat=True))
    known |= set(Closure.objects.values_list("account_ref", flat=True))
    candidates = [one for one, used in accounts.unused_since(perhaps_idle(today)) if warns_on(used) <= today]
    due = Idle.objects.filter(closing=False)
    again = due.filter(warned_again_on=None, warned_on__lte=today - AGAIN, closes_on__lte=today + AGAIN)
    over = due.filter(warned_again_on__lte=today - AGAIN, closes_on__lte=today)
    closing = Idle.objects.filter(closing=True)
    steps = {
        "kept": (_keep, set(closing.values_list("account_id", flat=True))),
        "closed": (_close, set(over.values_list("account_id", flat=True)) - spared),
        "warned_again": (_warn_again, set(again.values_list("account_id", flat=True)) - spared),
        "warned": (_warn, {*candidates} - known - spared),
    }
    failed: list[Exception] = []
    done = {name: _each(act, people, now, failed) for name, (act, people) in steps.items()}
    if failed:
        raise ExceptionGroup("some idle accounts were left as they are", failed)
    return done


@transaction.atomic
def end_idling(*, account_id: UUID, now: datetime) -> bool:
    """An account is used: no warning counts any more, and a closing that began by itself is undone.

    Return whether there was one of these. Raises ErasureBegan when it is too late.
    """
    idle = Idle.objects.select_for_update().filter(account_id=account_id).first()
    if idle is None:
        return False
    if idle.closing:
        keep_account(account_id=account_id, now=now)
    idle.delete()
    return True


def _each(act: Act, people: Iterable[UUID], now: datetime, failed: list[Exception]) -> int:
    done = 0
    for account_id in people:
        try:
            done += act(account_id, now)
        except Exception as failure:  # noqa: BLE001  one that fails keeps none of the others
            log.warning("idle_failed", kind=type(failure).__name__)
            failed.append(failure)
    return done


def _last_use(account_id: UUID) -> date:
    """Return the last day on which a person, their Home Station or somebody of their families was here."""
    days = set(accounts.used_on({account_id, *contacts.bonded_with(account_id)}).values())
    seen = stations.last_seen_of(account_id)
    return max(days | ({day_of(seen)} if seen else set()))


@transaction.atomic
def _warn(account_id: UUID, now: datetime) -> bool:
    used, today = _last_use(account_id), day_of(now)
    if warns_on(used) > today:
        return False
    ends = closes_on(used, warned_on=today)
    Idle.objects.create(account_id=account_id, used_on=used, warned_on=today, closes_on=ends, created_at=now)
    _write(account_id, "privacy.idle", used, ends, now)
    return True


@transaction.atomic
def _warn_again(account_id: UUID, now: datetime) -> bool:
    idle, today = _still_idle(account_id), day_of(now)
    if idle is None:
        return False
    idle.warned_again_on, idle.closes_on = today, max(idle.closes_on, today + AGAIN)
    idle.save(update_fields=["warned_again_on", "closes_on"])
    _write(account_id, "privacy.idle_again", idle.used_on, idle.closes_on, now)
    return True


@transaction.atomic
def _close(account_id: UUID, now: datetime) -> bool:
    idle = _still_idle(account_id)
    if idle is None:
        return False
    due_at = now + GRACE
    _closure, is_new = Closure.objects.get_or_create(
        account_ref=account_id, defaults={"due_at": due_at, "created_at": now}
    )
    idle.closing = is_new
    idle.save(update_fields=["closing"])
    note_in_log(account_id=account_id, what="closing_idle", who="system", now=now)
    _write(account_id, "privacy.idle_closed", idle.used_on, day_of(due_at), now)
    return is_new


def _keep(account_id: UUID, now: datetime) -> bool:
    """Undo a closing when somebody of the person's families was here since."""
    idle = Idle.objects.filter(account_id=account_id).first()
    if idle is None or _last_use(account_id) <= idle.used_on:
        return False
    with suppress(ErasureBegan):
        return end_idling(account_id=account_id, now=now)
    return False


def _still_idle(account_id: UUID) -> Idle | None:
    """Return what is known of an idle account, locked; forget it when it was used since."""
    idle = Idle.objects.select_for_update().filter(account_id=account_id).first()
    if idle is not None and _last_use(account_id) > idle.used_on:
        idle.delete()
        return None
    return idle


def _write(account_id: UUID, kind: str, used: date, ends: date, now: datetime) -> None:
    facts = {"used_on": used.isoformat(), "ends_on": ends.isoformat()}
    tell(account_ids=[account_id], kind=kind, facts=facts, once=f"{kind} {used} {ends}", now=now)
