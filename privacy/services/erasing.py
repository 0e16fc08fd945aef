"""The eraser: one step after the other, each a transaction that also says that it was done.

A step that has much to do does it in pieces, each a transaction: nobody waits long, memory does not grow.
Whatever happens to the process, who goes on begins after the last step that was done. What a step does
outside the database may be done twice.
"""

import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from uuid import UUID

import structlog
from django.db import connection, transaction

from accounts.access import names_of
from accounts.services import close_account
from media.services import forget_bytes
from prifora.kernel import ledger, limits
from prifora.kernel.batches import Pace
from prifora.kernel.erasure import Ending, Leaving, endings
from prifora.kernel.keystore import destroy_key
from privacy.models import Closure, ErasureLine
from privacy.services.certificate import mail_certificate
from privacy.services.plan import Part, plan, rows_about
from privacy.services.retention import is_believed

Act = Callable[[Closure, datetime], bool | None]
"""Does a step, or a piece of it: then it returns True, and is called again."""

FIRST = "write down"

PACE = Pace()
"""How much of a step that is done in pieces is done at once."""

TIDY_TIMES, TIDY_AGAIN_SECONDS = 50, 0.1
"""How often SQLite's log is to be emptied while somebody else is just putting it away, and how soon again."""
ANOTHER_IS_AT_IT = -1
"""How many pages SQLite says the log has when it cannot even look."""

log = structlog.get_logger(__name__)


class Incomplete(Exception):
    """Rows about the person were there again after all of them had gone; the eraser begins anew."""


def steps() -> dict[str, Act]:
    """Return what erasing somebody takes, in order: first it is written down, last it is looked at."""
    return {
        FIRST: _write_down,
        **{f"empty {one.app}": partial(_empty, one.empty) for one in endings() if one.empty},
        "shut": _shut,
        "certificate": _send_certificate,
        **{f"end {ending.app}": partial(_end, ending) for ending in endings()},
        "key": _destroy_key,
        **{f"rows {part.name}": partial(_forget, part) for part in plan()},
        "bytes": _forget_bytes,
        "check": _check,
    }


def erase_due(*, now: datetime) -> int:
    """Erase everybody whose time is over at `now`, and whoever a crash left half erased; return how many.

    Nobody's erasure begins while the clock cannot be believed (rules.judge). One that fails keeps no other
    from ending: ExceptionGroup, after the last.
    """
    due = list(Closure.objects.exclude(done="").values_list("account_ref", flat=True))
    if is_believed(now):
        waiting = Closure.objects.filter(done="", due_at__lte=now)
        due += waiting.values_list("account_ref", flat=True)
    failed = []
    for account_id in due:
        try:
            erase(account_id=account_id, now=now)
        except Exception as failure:  # noqa: BLE001  whatever it is, the others still have to go
            log.warning("erasure_failed", kind=type(failure).__name__)
            failed.append(failure)
    if failed:
        raise ExceptionGroup("some people could not be erased", failed)
    return len(due)


def erase(*, account_id: UUID, now: datetime) -> None:
    """Erase somebody who closed their account, from the step that is next; nothing when all is done.

    Raises Incomplete when rows came back meanwhile; the next time it begins anew.
    """
    while do_step(account_id=account_id, now=now):
        pass
    tidy()


def do_step(*, account_id: UUID, now: datetime) -> bool:
    """Do the next step and note it, both or neither, or a piece of it; return whether there was one to do."""
    begun = time.monotonic()
    is_half_done: bool | None = None
    try:
        with transaction.atomic():
            closure = Closure.objects.select_for_update().filter(account_ref=account_id).first()
            if closure is None:
                return False
            name, act = _next(closure.done)
            is_half_done = act(closure, now)
            if closure.pk is not None and not is_half_done:
                closure.done = name
                closure.save(update_fields=["done"])
    except Incomplete:
        Closure.objects.filter(account_ref=account_id).update(done=FIRST)
        raise
    if is_half_done:
        PACE.took(time.monotonic() - begun)
    return True


def tidy() -> None:
    """Leave nothing of what was deleted in SQLite's log; what others still read goes the next time."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            for _time in range(TIDY_TIMES):
                _is_busy, pages, _done = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                if pages != ANOTHER_IS_AT_IT:
                    return
                time.sleep(TIDY_AGAIN_SECONDS)


def copy_ledger() -> None:
    """Have in the database every line of the list of erasures."""
    known = set(ErasureLine.objects.values_list("n", flat=True))
    missing = [line for line in ledger.ledger().lines() if line.n not in known]
    ErasureLine.objects.bulk_create(
        [
            ErasureLine(
                n=line.n,
                person=line.person,
                at=line.at,
                counts=line.counts,
                previous=line.previous,
                hash=line.hash,
            )
            for line in missing
        ],
        ignore_conflicts=True,
    )


def _next(done: str) -> tuple[str, Act]:
    """Return the step after one; from the first on when a release has no such step any more."""
    every = list(steps().items())
    names = [name for name, _act in every]
    return every[names.index(done) + 1 if done in names else 0]


def _write_down(closure: Closure, now: datetime) -> None:
    account_id = closure.account_ref
    counts = {"rows": rows_about(account_id), "withdrawn": closure.withdraw}
    ledger.write_down(account_id=account_id, now=now, counts=counts)
    copy_ledger()
    names = {name for ending in endings() for name in ending.names(account_id)}
    closure.names = sorted(str(name) for name in names)
    closure.save(update_fields=["names"])


def _empty(empty: Callable[[Leaving], bool], closure: Closure, now: datetime) -> bool:
    return empty(_leaving(closure, now))


def _shut(closure: Closure, _now: datetime) -> None:
    account = names_of([closure.account_ref]).get(closure.account_ref)
    if account is not None:
        close_account(account=account)


def _send_certificate(closure: Closure, _now: datetime) -> None:
    person = ledger.digest_of(closure.account_ref)
    line = next(line for line in ledger.ledger().lines() if line.person == person)
    mail_certificate(closure, line)


def _end(ending: Ending, closure: Closure, now: datetime) -> bool:
    return bool(ending.end(_leaving(closure, now)))


def _leaving(closure: Closure, now: datetime) -> Leaving:
    return Leaving(closure.account_ref, closure.withdraw, now, PACE.rows)


def _destroy_key(closure: Closure, _now: datetime) -> None:
    destroy_key(closure.account_ref)


def _forget(part: Part, closure: Closure, _now: datetime) -> bool:
    return part.carry_out(closure.account_ref, at_once=PACE.rows)


def _forget_bytes(closure: Closure, _now: datetime) -> None:
    forget_bytes({UUID(name) for name in closure.names})
    limits.forget(str(closure.account_ref))


def _check(closure: Closure, _now: datetime) -> None:
    """Look whether anything is left; then nothing of the erasure itself stays but its line."""
    destroy_key(closure.account_ref)
    left = rows_about(closure.account_ref)
    if left:
        log.warning("erasure_incomplete", count=sum(left.values()))
        raise Incomplete
    closure.delete()
