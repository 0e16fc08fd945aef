"""The ledger of looks: adding to it, checking it, and what clients get of it.

Lines are only added, one at a time, in the transaction of what they tell. Looks and grants lie in tables of
their own, which end after two years and with the person; their lines hold a digest of them and stay.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from prifora.kernel import ledger as erasures
from prifora.kernel.crypto import digest
from support.models import LOOKS_KEPT, Grant, LedgerLine, StaffLook
from support.rules import BEGIN, entry_of, hash_of

ONE_AT_A_TIME = 0x6C6F6F6B
"""The lock on PostgreSQL under which a line is added; SQLite has one writer at a time anyway."""

PAGE = 1000
GUARDS = ("ledger_no_update", "ledger_no_delete", "looks_no_update")
"""The triggers without which lines could be changed (migration 0002)."""

_TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')",
}


class LedgerChanged(Exception):
    """Lines of the ledger of looks were changed, or are no longer kept from being changed."""


@dataclass(frozen=True, slots=True)
class Head:
    """How far the ledger is, and the hash of its last line."""

    n: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Since:
    """What came after a line: the digests of the lines in order, and the present head."""

    head: Head
    entries: list[bytes] = field(default_factory=list)


def pseudonym(account_id: UUID) -> bytes:
    """Return what stands for an account in the ledger (32 bytes), and in the list of erasures."""
    return erasures.digest_of(account_id)


@transaction.atomic
def write_line(*, what: str, person: UUID | None, facts: dict[str, Any], now: datetime) -> LedgerLine:
    """Add a line in the caller's transaction. `facts` (JSON-ready) name nobody and hold a random id."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
    last = head()
    line = LedgerLine(
        n=last.n + 1,
        at=now.isoformat(),
        what=what,
        person=pseudonym(person) if person else b"",
        facts=json.dumps(facts, sort_keys=True),
        created_at=now,
    )
    line.hash = hash_of(last.hash, _entry(line))
    line.save(force_insert=True)
    return line


def head() -> Head:
    """Return the present head; number 0 when there is no line yet."""
    last = LedgerLine.objects.order_by("-n").values_list("n", "hash").first()
    return Head(last[0], bytes(last[1])) if last else Head(0, BEGIN)


def since(after: int) -> Since:
    """Return at most PAGE digests of the lines after number `after`, and the head that they lead to.

    Where there are more, the head is that of the last one given: who asks goes on from there.
    """
    lines = list(LedgerLine.objects.filter(n__gt=after).order_by("n")[:PAGE])
    if not lines:
        last = head()
        return Since(last) if last.n <= after else since(after)  # one was added in between
    return Since(Head(lines[-1].n, bytes(lines[-1].hash)), [_entry(line) for line in lines])


def row_digest(row: StaffLook | Grant) -> str:
    """Return the digest (hex) of what a look or grant says for good; its random id makes it tell nothing."""
    at = row.created_at.astimezone(UTC).isoformat()
    said = [str(row.pk), at, str(row.role), str(row.subject_id), row.reason]
    said.append(row.table if isinstance(row, StaffLook) else json.dumps([row.tables, row.minutes]))
    return digest(b"prifora/1 look row " + json.dumps(said).encode()).hex()


def refuse_changed_ledger() -> None:
    """Raise LedgerChanged when lines were changed or could be. Called before anything starts."""
    if any(_broken_guards()) or any(_broken_chain()):
        raise LedgerChanged


@transaction.atomic
def check_ledger(*, now: datetime) -> list[str]:
    """Return a sentence for the operator about each thing that is wrong with the ledger; none when whole.

    Where the chain is whole it looks for rows: each look and grant is as its line says, and one that is gone
    is older than LOOKS_KEPT or about somebody who was erased.
    """
    wrong = [*_broken_guards(), *_broken_chain()]
    return wrong or list(_broken_rows(now))


def _broken_guards() -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(_TRIGGERS[connection.vendor])
        there = {name for (name,) in cursor.fetchall()}
    yield from (
        f"The trigger {name} is not there: lines could be changed." for name in GUARDS if name not in there
    )


def _broken_chain() -> Iterator[str]:
    previous, n = BEGIN, 0
    for line in LedgerLine.objects.order_by("n").iterator():
        n += 1
        if line.n != n:
            yield f"Line {n} is missing."
            n = line.n
        elif bytes(line.hash) != hash_of(previous, _entry(line)):
            yield f"Line {n} was changed."
        previous = bytes(line.hash)


def _broken_rows(now: datetime) -> Iterator[str]:
    looks = {look.n: look for look in StaffLook.objects.exclude(n=None)}
    grants = {str(grant.pk): grant for grant in Grant.objects.all()}
    erased = {line.person for line in erasures.ledger().lines()}
    for line in LedgerLine.objects.filter(what__in=("look", "grant_asked")).order_by("n").iterator():
        facts = json.loads(line.facts)
        row = looks.pop(line.n, None) if line.what == "look" else grants.pop(facts["grant"], None)
        if row is not None and row_digest(row) != facts["row"]:
            yield f"What line {line.n} is about was changed."
        elif row is None and not _may_be_gone(line, now, erased):
            yield f"What line {line.n} is about is gone."
    yield from _without_line([*looks.values(), *grants.values()])


def _may_be_gone(line: LedgerLine, now: datetime, erased: set[bytes]) -> bool:
    return datetime.fromisoformat(line.at) <= now - LOOKS_KEPT or bytes(line.person) in erased


def _without_line(rows: Iterable[StaffLook | Grant]) -> Iterator[str]:
    yield from (f"{type(row).__name__} {row.pk} has no line." for row in rows)


def _entry(line: LedgerLine) -> bytes:
    return entry_of(n=line.n, at=line.at, what=line.what, person=bytes(line.person), facts=line.facts)
