"""One engine's part of `./run bench erasure`, on a database of its own; prints its rows as JSON."""

import base64
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from functools import partial
from typing import Any
from uuid import UUID

import django

django.setup()

from django.core.management import call_command  # noqa: E402  Django first
from django.db import transaction  # noqa: E402
from django.db.models import Model, QuerySet  # noqa: E402

from accounts.models import SECURITY_LOG_KEPT, LogLine  # noqa: E402
from bench import crowd  # noqa: E402
from bench.report import Row  # noqa: E402
from bench.run import progress  # noqa: E402
from bench.stopwatch import Spent, spent  # noqa: E402
from chat.models import ArchiveRecord, Entry  # noqa: E402
from media.clients import store  # noqa: E402
from media.models import Item, ItemPart, Part  # noqa: E402
from prifora.kernel import clock  # noqa: E402
from privacy import services  # noqa: E402

ROUNDS = 1
"""One run takes minutes; more of them make it no truer, since the limit is measured beside it."""
DUMP = "the same rows read by bare statements and written as JSON"
DELETES = "the same rows by one bare DELETE for each table, and their files"
DELETE = "the same rows by one bare DELETE"
LOCK = "how long it may be"
LONGEST_SECONDS = 1.0


def main() -> None:
    """Fill, measure, print."""
    call_command("migrate", verbosity=0)
    ours: list[UUID] = []
    bare: list[UUID] = []
    for number in range(2 * ROUNDS):
        progress(f"  somebody with years behind them, {number + 1} of {2 * ROUNDS}")
        (bare if number % 2 else ours).append(crowd.person(number))
    crowd.settle()
    rows = [*exports(ours), *erasures(ours, bare), *sweeps()]
    sys.stdout.write(json.dumps([asdict(row) for row in rows]))


def exports(people: list[UUID]) -> list[Row]:
    """Return what it costs to write down everything that is held of somebody."""
    mine, theirs = [], []
    for one in people:
        mine.append(spent(partial(export, one)))
        theirs.append(spent(partial(dump, one)))
    return _rows("export one person", mine, DUMP, theirs)


def erasures(people: list[UUID], others: list[UUID]) -> list[Row]:
    """Return what it costs to erase somebody, with everything they said and added."""
    mine, theirs = [], []
    for one, other in zip(people, others, strict=True):
        mine.append(spent(partial(erase, one)))
        theirs.append(spent(partial(bare_delete, other)))
    return [*_rows("erase one person", mine, DELETES, theirs), _longest("erase one person", mine)]


def sweeps() -> list[Row]:
    """Return what it costs to delete rows whose time is over."""
    owner = crowd.person(2 * ROUNDS)
    mine: list[Spent] = []
    theirs: list[Spent] = []
    for number in range(ROUNDS):
        progress(f"  {crowd.ENDED:,} ended rows, {number + 1} of {ROUNDS}")
        for found, work in ((mine, sweep), (theirs, bare_sweep)):
            crowd.ended_rows(owner)
            crowd.settle()
            found.append(spent(work))
            crowd.settle()
    what = f"sweep {crowd.ENDED:,} ended rows"
    return [*_rows(what, mine, DELETE, theirs), _longest(what, mine)]


def export(account_id: UUID) -> None:
    """Write everything that is held of somebody, as the server sends it."""
    for piece in services.export_pieces(account_id=account_id, now=clock.now()):
        assert piece  # noqa: S101  read, and dropped as the network would


def erase(account_id: UUID) -> None:
    """Erase somebody now."""
    services.close_at_once(account_id=account_id, withdraw=True, now=clock.now())
    services.erase(account_id=account_id, now=clock.now())


def sweep() -> None:
    """Delete what has ended."""
    gone = services.delete_ended_rows(now=clock.now())
    if gone["accounts.LogLine"] != crowd.ENDED:
        raise SystemExit(f"{gone['accounts.LogLine']} rows went, not {crowd.ENDED}.")


def bare_sweep() -> None:
    """Delete the same by one statement."""
    _bare(ended())


def ended() -> QuerySet[LogLine]:
    """Return the rows that a sweep deletes."""
    return LogLine.objects.filter(created_at__lt=clock.now() - SECURITY_LOG_KEPT)


def dump(account_id: UUID) -> None:
    """Read the bulk of somebody's rows and write them as JSON, no questions asked."""
    for rows in held_of(account_id):
        for row in rows.values_list().iterator(chunk_size=500):
            json.dumps([_plain(value) for value in row])


def bare_delete(account_id: UUID) -> None:
    """Delete the bulk of somebody's rows and their files, no questions asked."""
    parts = list(ItemPart.objects.filter(item__author_id=account_id).values_list("part_id", flat=True))
    entries, records, references, items = held_of(account_id)
    with transaction.atomic():
        for rows in (entries, records, references):
            _bare(rows)
        _bare(Part.objects.filter(pk__in=parts))
        _bare(items)
    store().remove(parts)


def held_of(account_id: UUID) -> Iterator[QuerySet[Any]]:
    """Yield what makes up nearly all rows about somebody."""
    yield Entry.objects.filter(sender_id=account_id)
    yield ArchiveRecord.objects.filter(sender_id=account_id)
    yield ItemPart.objects.filter(item__author_id=account_id)
    yield Item.objects.filter(author_id=account_id)


def _bare(rows: QuerySet[Model]) -> None:
    rows._raw_delete("default")  # type: ignore[attr-defined]


def _plain(value: object) -> object:
    return base64.b64encode(value).decode() if isinstance(value, bytes | memoryview) else str(value)


def _rows(what: str, ours: list[Spent], limit: str, bare: list[Spent]) -> list[Row]:
    return [
        Row(what, "s", [one.seconds for one in ours], limit, [one.seconds for one in bare]),
        Row(f"{what}: processor", "s", [one.cpu for one in ours], limit, [one.cpu for one in bare]),
    ]


def _longest(what: str, ours: list[Spent]) -> Row:
    return Row(f"{what}: longest transaction", "s", [one.longest for one in ours], LOCK, [LONGEST_SECONDS])


if __name__ == "__main__":
    main()
