"""Taking sealed messages into the log: a batch at a time, committed before anything is acknowledged."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction

from accounts.access import live_device_ids
from chat import access
from chat.events import LogAdvanced
from chat.lines import Line, frame_of
from chat.models import BODY_MAX_BYTES, RECORD_MAX_BYTES, ArchiveRecord, Conversation, Entry
from chat.refusals import MessageTooLong, PendingRemoval, RecordTaken, StaleEpoch
from prifora.kernel import crypto
from prifora.kernel.compiled import Compiled
from prifora.kernel.errors import Absent, NotSealed, Refused
from prifora.kernel.events import publish
from prifora.kernel.gates import lapsed
from prifora.kernel.ids import id_of_number
from prifora.kernel.inserting import insert_values, raise_numbers
from prifora.kernel.mls.checks import check_application
from prifora.kernel.mls.codec import MlsError
from prifora.kernel.pairs import among


class Archived(NamedTuple):
    """The archive record that goes with a message."""

    id: UUID
    record: bytes
    signature: bytes


class Pending(NamedTuple):
    """A message on its way in. `ident` is the SHA-256 of `body` (32 bytes).

    `lasts`: how long a disappearing one is kept; it has no archive record.
    """

    conversation_id: UUID
    sender_id: UUID
    device_id: UUID
    epoch: int
    ident: bytes
    body: bytes
    archive: Archived | None
    lasts: timedelta | None = None


class Outcome(NamedTuple):
    """What became of a message: its number in the log, or why not.

    `line` is the new line as devices hear it; none for a message that was there already.
    """

    seq: int = 0
    refusal: Refused | None = None
    line: dict[str, Any] | None = None


class _Record(NamedTuple):
    """A message in the archive, as columns of ArchiveRecord."""

    id: UUID
    created_at: datetime
    conversation_id: UUID
    seq: int
    record_id: UUID
    epoch: int
    sender_id: UUID
    device_ref: UUID
    record: bytes
    signature: bytes


@dataclass(slots=True)
class _Room:
    """What must be known of a conversation to judge messages for it; of its members, who sent some.

    `numbers`: of the batch's messages that are in its log, by ident. `taken`: of the batch's record ids,
    those that are in its archive. `before`: its last number until now.
    """

    id: UUID
    epoch: int
    before: int
    last_seq: int
    members: set[UUID]
    numbers: dict[bytes, int]
    taken: set[UUID]
    waits: bool
    blocked: bool
    lapsed: Refused | None


_CONVERSATIONS = Compiled(
    lambda ids: (
        Conversation.objects.select_for_update()
        .filter(pk__in=ids, ended_at=None)
        .order_by("pk")
        .values_list("pk", "family_id", "kind", "epoch", "last_seq")
    )
)


@transaction.atomic
def append_messages(batch: Sequence[Pending], *, now: datetime) -> list[Outcome]:
    """Take a batch into the logs in its order, in one transaction; one outcome per message, same order.

    A repeated message gets the number it has. One that is refused leaves the others as they are. The
    number of queries does not grow with the batch.
    """
    rooms = _rooms(batch)
    live = live_device_ids(one.device_id for one in batch)
    lines: list[Line] = []
    records: list[_Record] = []
    outcomes = []
    for one in batch:
        room = rooms.get(one.conversation_id)
        seq = room.numbers.get(one.ident) if room else None
        refusal = _refusal(one, room, live)
        if room and seq is None and refusal is None:
            refusal = _record_refusal(one, room)
        if room and seq is None and refusal is None:
            line = _place(one, room, records, now)
            lines.append(line)
            outcomes.append(Outcome(seq=line.seq, line=frame_of(line)))
        elif seq is not None and not isinstance(refusal, Absent | NotSealed):
            outcomes.append(Outcome(seq=seq))
        else:
            outcomes.append(Outcome(refusal=refusal))
    insert_values(Entry, Line._fields, lines)
    insert_values(ArchiveRecord, _Record._fields, records)
    changed = [(room.id, room.last_seq) for room in rooms.values() if room.last_seq > room.before]
    raise_numbers(Conversation, "last_seq", changed)
    for conversation_id, seq in changed:
        publish(LogAdvanced(conversation_id=conversation_id, seq=seq))
    return outcomes


def send_message(*, message: Pending, now: datetime) -> int:
    """Take one message into the log and return its number; raises why not."""
    outcome = append_messages([message], now=now)[0]
    if outcome.refusal is not None:
        raise outcome.refusal
    return outcome.seq


def _rooms(batch: Sequence[Pending]) -> dict[UUID, _Room]:
    """Return the conversations there are, each with those of the senders who belong to it, locked."""
    rows = _CONVERSATIONS.rows({one.conversation_id for one in batch})
    keys = [key for key, *_rest in rows]
    members = access.members_among(keys, {one.sender_id for one in batch})
    waits = access.waiting_removals(keys)
    ended = lapsed({family_id for _key, family_id, *_rest in rows}, access.Permission.SEND)
    blocked = access.blocked([key for key, _family_id, kind, *_rest in rows if kind == "direct"])
    rooms = {
        key: _Room(
            id=key,
            epoch=epoch,
            before=last_seq,
            last_seq=last_seq,
            members=members[key],
            numbers={},
            taken=set(),
            waits=key in waits,
            blocked=key in blocked,
            lapsed=ended.get(family_id),
        )
        for key, family_id, _kind, epoch, last_seq in rows
    }
    _note_known(batch, rooms)
    return rooms


def _note_known(batch: Sequence[Pending], rooms: dict[UUID, _Room]) -> None:
    """Note what of the batch is in the logs already, and which of its record ids are in the archives."""
    idents = [(one.conversation_id, one.ident) for one in batch]
    records = [(one.conversation_id, one.archive.id) for one in batch if one.archive]
    for key, ident, seq in among(Entry, ("conversation", "ident"), idents, "seq"):
        if key in rooms:
            rooms[key].numbers[ident] = seq
    for key, record_id, _seq in among(ArchiveRecord, ("conversation", "record_id"), records, "seq"):
        if key in rooms:
            rooms[key].taken.add(record_id)


def _record_refusal(one: Pending, room: _Room) -> Refused | None:
    """Note a message's record id as taken; return why it cannot be, or None."""
    if one.archive is None:
        return None
    before = len(room.taken)
    room.taken.add(one.archive.id)
    return RecordTaken() if len(room.taken) == before else None


def _refusal(one: Pending, room: _Room | None, live: set[UUID]) -> Refused | None:
    """Return why a message is not taken, or None."""
    if room is None or one.sender_id not in room.members or one.device_id not in live or room.blocked:
        return Absent()
    sealed = _seal_refusal(one)
    if sealed is not None or room.lapsed is not None:
        return sealed or room.lapsed
    if one.epoch != room.epoch:
        return StaleEpoch(epoch=room.epoch)
    return PendingRemoval() if room.waits else None


def _seal_refusal(one: Pending) -> Refused | None:
    if len(one.body) > BODY_MAX_BYTES or (one.archive and len(one.archive.record) > RECORD_MAX_BYTES):
        return MessageTooLong()
    try:
        epoch = check_application(one.body, group_id=one.conversation_id.bytes)
    except MlsError:
        return NotSealed()
    is_true = epoch == one.epoch and crypto.same(crypto.digest(one.body), one.ident)
    is_true = is_true and (one.lasts is None or one.archive is None)
    return None if is_true else NotSealed()


def _place(one: Pending, room: _Room, records: list[_Record], now: datetime) -> Line:
    """Give a message the next number; its line, and its archive record among `records`."""
    room.last_seq += 1
    seq, kept = room.last_seq, one.archive
    room.numbers[one.ident] = seq
    key = id_of_number(room.id, seq)
    author = (one.sender_id, one.device_id)
    if kept:
        records.append(
            _Record(key, now, room.id, seq, kept.id, one.epoch, *author, kept.record, kept.signature)
        )
    until = now + one.lasts if one.lasts else None
    return Line(key, now, room.id, seq, "message", one.epoch, *author, one.ident, one.body, until)
