"""After a backup was put back: whoever was erased since is erased again, before anybody can see the data.

The list of erasures lies beside the key store and has a copy in the database. Where the list is longer, older
data was put back; where the copy is, an older key store was.
"""

import json
from datetime import datetime
from uuid import UUID

import structlog
from django.contrib.auth import get_user_model
from django.db import transaction

from prifora.kernel import ledger
from prifora.kernel.keystore import destroy_key, store
from prifora.kernel.ledger import Broken, Line
from privacy.models import Closure, ErasureLine
from privacy.services.erasing import copy_ledger, erase

log = structlog.get_logger(__name__)


def replay_erasures(*, now: datetime) -> int:
    """Compare the list of erasures with its copy, and erase again whoever came back; return how many.

    Nothing is done where they agree. Raises Broken when either was changed: then nothing may start.
    """
    book = ledger.ledger()
    lines, copy = book.lines(), _copied()
    ledger.check(lines)
    ledger.check(copy)
    shared = min(len(lines), len(copy))
    if lines[:shared] != copy[:shared]:
        raise Broken
    for line in copy[shared:]:
        book.put(line)
    if len(lines) == len(copy):
        return 0
    erased = {line.person: line for line in (*lines, *copy)}
    _destroy_keys_of(set(erased))
    back = _people_of(set(erased))
    for account_id in back:
        _erase_again(account_id, erased[ledger.digest_of(account_id)], now)
    copy_ledger()
    log.warning("erasures_replayed", count=len(back))
    return len(back)


def _copied() -> list[Line]:
    rows = ErasureLine.objects.order_by("n")
    return [
        Line(row.n, bytes(row.person), row.at, row.counts, bytes(row.previous), bytes(row.hash))
        for row in rows
    ]


def _people_of(digests: set[bytes]) -> list[UUID]:
    """Return whose accounts are there although they were erased, and whose erasure is half done."""
    accounts = set(get_user_model()._default_manager.values_list("pk", flat=True))
    begun = set(Closure.objects.exclude(done="").values_list("account_ref", flat=True))
    return sorted(one for one in accounts | begun if ledger.digest_of(one) in digests)


def _destroy_keys_of(digests: set[bytes]) -> None:
    """Destroy the keys that an older key store brought back."""
    for person in map(UUID, store().people()):
        if ledger.digest_of(person) in digests:
            destroy_key(person)


def _erase_again(account_id: UUID, line: Line, now: datetime) -> None:
    withdraw = json.loads(line.counts)["withdrawn"]
    with transaction.atomic():
        Closure.objects.update_or_create(
            account_ref=account_id, defaults={"due_at": now, "done": "", "withdraw": withdraw}
        )
    erase(account_id=account_id, now=now)
