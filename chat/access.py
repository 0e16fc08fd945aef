"""Who may read and write where; the only door to conversations and their logs."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, Max, Model, OuterRef, Q, QuerySet, Sum

from chat.lines import frame_of
from chat.models import (
    ArchiveRecord,
    Conversation,
    Entry,
    HistoryBox,
    KeyPackage,
    Membership,
    Removal,
    SealedFile,
    Welcome,
)
from contacts.access import blocked_by, blocked_pairs, families_of, leads
from prifora.kernel import access
from prifora.kernel.access import Actor
from prifora.kernel.compiled import Compiled
from prifora.kernel.errors import Absent

LOG_PAGE = 500
NEWEST = 200
FILE_MAX_BYTES = 33 * 1024 * 1024
LIVES = (3600, 86_400, 604_800)
"""For how many seconds a disappearing message may be kept: an hour, a day, a week."""


class Permission(access.Permission):
    """What chat lets people do."""

    START = "chat:conversation:start"
    READ = "chat:conversation:read"
    SEND = "chat:message:send"
    COMMIT = "chat:commit:send"
    MANAGE = "chat:membership:manage"
    END = "chat:membership:end"
    KEYS = "chat:keys:store"
    GIVE = "chat:history:give"
    ERASE = "chat:message:erase"
    STORE = "chat:file:store"
    DROP = "chat:file:drop"


WRITING = (Permission.SEND, Permission.COMMIT, Permission.STORE)


def _open() -> QuerySet[Membership]:
    return Membership.objects.filter(left_at=None, conversation__ended_at=None, member__is_active=True)


_MEMBERS = Compiled(
    lambda ids: _open().filter(conversation_id__in=ids).values_list("conversation_id", "member_id")
)
_MEMBERS_AMONG = Compiled(
    lambda ids, people: (
        _open()
        .filter(conversation_id__in=ids, member_id__in=people)
        .values_list("conversation_id", "member_id")
    )
)
_REMOVALS = Compiled(
    lambda ids: Removal.objects.filter(conversation_id__in=ids).values_list("conversation_id")
)


def conversation(actor: Actor, conversation_id: UUID, permission: Permission) -> Conversation:
    """Return a conversation the actor belongs to now, through a device; else Absent (or DeviceNeeded).

    Where one of two people blocked the other, it is Absent for writing.
    """
    actor.device()
    membership = (
        _open()
        .filter(conversation_id=conversation_id, member_id=actor.id)
        .select_related("conversation")
        .first()
    )
    if membership is None or (permission in WRITING and _is_blocked(membership.conversation)):
        raise Absent
    actor.grant(permission, family=membership.conversation.family_id)
    return membership.conversation


def managed(actor: Actor, conversation_id: UUID, member_id: UUID, permission: Permission) -> Conversation:
    """Return a group whose members the actor may change: maker, family admin, or oneself leaving."""
    found = conversation(actor, conversation_id, Permission.READ)
    may = member_id == actor.id or found.made_by_id == actor.id or leads(actor.id, found.family_id)
    if not may or found.kind != "group":
        raise Absent
    actor.grant(permission, family=found.family_id)
    return found


def with_device(actor: Actor, permission: Permission) -> UUID:
    """Return the actor's device, granting what every device may do for itself."""
    device_id = actor.device()
    actor.grant(permission)
    return device_id


def may_start(actor: Actor, family_id: UUID, *, everyone: bool) -> UUID:
    """Return the actor's device, for a conversation of a family they are in; else Absent (or DeviceNeeded).

    The one of everyone is there whatever the family's plan: it holds the family's name.
    """
    device_id = actor.device()
    if family_id not in families_of(actor.id):
        raise Absent
    actor.grant(Permission.START, family=None if everyone else family_id)
    return device_id


def mine(actor: Actor) -> list[Conversation]:
    """Return the conversations the actor belongs to now, oldest first."""
    with_device(actor, Permission.READ)
    return list(
        Conversation.objects.filter(
            ended_at=None, memberships__member_id=actor.id, memberships__left_at=None
        ).order_by("created_at", "id")
    )


def memberships_of(conversation_ids: Iterable[UUID]) -> dict[UUID, list[Membership]]:
    """Return who belongs to conversations now, by conversation; one query."""
    grouped: dict[UUID, list[Membership]] = {one: [] for one in conversation_ids}
    for row in _open().filter(conversation_id__in=grouped).order_by("created_at", "id"):
        grouped[row.conversation_id].append(row)
    return grouped


def member_ids_of(conversation_ids: Iterable[UUID]) -> dict[UUID, set[UUID]]:
    """Return the account ids of everyone who belongs to conversations now, by conversation; one query."""
    return _grouped(conversation_ids, _MEMBERS)


def members_among(conversation_ids: Iterable[UUID], people: Iterable[UUID]) -> dict[UUID, set[UUID]]:
    """Return which of these people belong to conversations now, by conversation; one query."""
    return _grouped(conversation_ids, _MEMBERS_AMONG, people)


def blocked(direct_ids: Iterable[UUID]) -> set[UUID]:
    """Return those conversations of two people of whom one has blocked the other; at most two queries."""
    members = member_ids_of(direct_ids)
    pairs = blocked_pairs({one for people in members.values() for one in people})
    return {key for key, people in members.items() if frozenset(people) in pairs}


def waiting_removals(conversation_ids: Iterable[UUID]) -> set[UUID]:
    """Return which conversations take no message until a removal is committed."""
    return {conversation_id for (conversation_id,) in _REMOVALS.rows(conversation_ids)}


def people_in(conversation_id: UUID) -> list[UUID]:
    """Return the account ids of everyone who belongs to a conversation now."""
    return list(_open().filter(conversation_id=conversation_id).values_list("member_id", flat=True))


def conversations_of(account_id: UUID) -> list[UUID]:
    """Return the ids of the conversations an account belongs to now."""
    rows = _open().filter(member_id=account_id, conversation__ended_at=None)
    return list(rows.values_list("conversation_id", flat=True))


def still_in(pairs: Iterable[tuple[UUID, UUID]]) -> set[tuple[UUID, UUID]]:
    """Return those (conversation, account) pairs that hold now; one query."""
    wanted = set(pairs)
    rows = _open().filter(
        conversation_id__in={one for one, _other in wanted}, member_id__in={other for _one, other in wanted}
    )
    return wanted & set(rows.values_list("conversation_id", "member_id"))


def log_after(conversation_id: UUID, seq: int, limit: int = LOG_PAGE) -> list[dict[str, Any]]:
    """Return the log after `seq` as frames, in order, at most `limit`; the caller checked who asks."""
    rows = Entry.objects.filter(conversation_id=conversation_id, seq__gt=seq).order_by("seq")
    return [frame_of(row) for row in rows[:limit]]


def first_seq(conversation_id: UUID, last_seq: int) -> int:
    """Return the number of the oldest line there is; the one after `last_seq` when there is none."""
    rows = Entry.objects.filter(conversation_id=conversation_id).order_by("seq")
    oldest = rows.values_list("seq", flat=True).first()
    return last_seq + 1 if oldest is None else oldest


def entry(
    actor: Actor, conversation_id: UUID, seq: int
) -> tuple[Conversation, Entry | None, ArchiveRecord | None]:
    """Return what is stored of one line: its conversation, the line and its archive record; else Absent.

    The line ends before its record does. The record is for who was given the key of its epoch.
    """
    found = conversation(actor, conversation_id, Permission.READ)
    line = Entry.objects.filter(conversation=found, seq=seq).first()
    record = _archive_for(actor.id, found.pk).filter(seq=seq).first()
    if line is None and record is None:
        raise Absent
    return found, line, record


def last_seqs(conversation_ids: Iterable[UUID]) -> dict[UUID, int]:
    """Return the newest number of each conversation's log; one query."""
    rows = Conversation.objects.filter(pk__in=list(conversation_ids))
    return dict(rows.values_list("pk", "last_seq"))


def archive_before(
    account_id: UUID, conversation_id: UUID, seq: int | None, limit: int
) -> QuerySet[ArchiveRecord]:
    """Return archived messages before `seq`, newest first, of epochs whose key an account was given.

    The caller checked that the account belongs there.
    """
    rows = _archive_for(account_id, conversation_id)
    if seq is not None:
        rows = rows.filter(seq__lt=seq)
    return rows.order_by("-seq")[:limit]


def epochs_of(account_id: UUID, conversation_id: UUID) -> set[int]:
    """Return the epochs whose archive key was sealed for an account."""
    rows = HistoryBox.objects.filter(conversation_id=conversation_id, account_id=account_id)
    return set(rows.values_list("epoch", flat=True))


def my_boxes(actor: Actor, conversation_id: UUID) -> QuerySet[HistoryBox]:
    """Return the archive keys sealed for the actor's account, oldest epoch first."""
    conversation(actor, conversation_id, Permission.READ)
    return HistoryBox.objects.filter(conversation_id=conversation_id, account_id=actor.id).order_by("epoch")


def my_welcomes(actor: Actor) -> QuerySet[Welcome]:
    """Return what lets the actor's device into conversations."""
    device_id = with_device(actor, Permission.READ)
    mine_now = _open().filter(member_id=actor.id).values("conversation_id")
    return Welcome.objects.filter(device_id=device_id, conversation_id__in=mine_now).order_by("created_at")


def file(actor: Actor, conversation_id: UUID, file_id: UUID) -> SealedFile:
    """Return a file of a conversation the actor belongs to now; else Absent."""
    found = conversation(actor, conversation_id, Permission.READ)
    return _file(conversation_id=found.pk, file_id=file_id)


def own_file(actor: Actor, conversation_id: UUID, file_id: UUID) -> SealedFile:
    """Return a file the actor put into a conversation they belong to now; else Absent."""
    found = conversation(actor, conversation_id, Permission.DROP)
    return _file(conversation_id=found.pk, file_id=file_id, uploader_id=actor.id)


def named_files(names: Iterable[UUID]) -> set[UUID]:
    """Return which names of the store are files of conversations; one query."""
    return set(SealedFile.objects.filter(pk__in=set(names)).values_list("pk", flat=True))


def stored_for(family_id: UUID) -> tuple[int, int]:
    """Return how many bytes and files lie in the store for the conversations of a family."""
    rows = SealedFile.objects.filter(conversation__family_id=family_id)
    found = rows.aggregate(size=Sum("size"), files=Count("id"))
    return found["size"] or 0, found["files"]


def package_count(device_id: UUID) -> int:
    """Return how many single-use key packages of a device are left."""
    return package_counts([device_id])[device_id]


def package_counts(device_ids: Iterable[UUID]) -> dict[UUID, int]:
    """Return how many single-use key packages are left, by device; one query."""
    counts = dict.fromkeys(device_ids, 0)
    rows = KeyPackage.objects.filter(device_id__in=counts, is_last=False).values_list("device_id")
    return counts | dict(rows.annotate(left=Count("id")))


def authors_between(since: datetime, until: datetime) -> set[UUID]:
    """Return who wrote something that is kept from `since` to just before `until`. For code.

    Goes by the archive: the log also has receipts, which devices send by themselves.
    """
    return _people(ArchiveRecord, "sender_id", since, until)


def senders_of_files(since: datetime, until: datetime) -> set[UUID]:
    """Return who sent a file in a conversation from `since` to just before `until`. For code."""
    return _people(SealedFile, "uploader_id", since, until)


def _grouped(
    conversation_ids: Iterable[UUID], query: Compiled, *lists: Iterable[UUID]
) -> dict[UUID, set[UUID]]:
    grouped: dict[UUID, set[UUID]] = {one: set() for one in conversation_ids}
    for conversation_id, member_id in query.rows(grouped, *lists):
        grouped[conversation_id].add(member_id)
    return grouped


@dataclass(frozen=True, slots=True)
class Said:
    """What others said to somebody: when last, and whether some of it is on none of their devices."""

    newest_at: datetime
    is_unstored: bool


def said_between(people: QuerySet, *, since: datetime, until: datetime) -> dict[UUID, Said]:
    """Return what was said to `people` (a query for ids) after `since`, by account; one query. For code."""
    heard = "conversation__memberships"
    rows = (
        _said()
        .filter(
            created_at__gt=since,
            created_at__lte=until,
            conversation__ended_at=None,
            **{f"{heard}__member_id__in": people, f"{heard}__left_at": None},
        )
        .annotate(to=F(f"{heard}__member_id"), stored=F(f"{heard}__delivered_seq"))
        .exclude(sender_id=F("to"))
        .values_list("to")
        .annotate(newest=Max("created_at"), unstored=Count("pk", filter=Q(seq__gt=F("stored"))))
    )
    return {to: Said(newest, unstored > 0) for to, newest, unstored in rows.order_by()}


def is_waiting(account_id: UUID, *, since: datetime) -> bool:
    """Return whether somebody they did not block said something to an account that is new. For code.

    New is what was said after `since`, and what none of their devices has stored, among the NEWEST lines of
    each conversation that are still there.
    """
    return (
        _said()
        .filter(
            Q(created_at__gt=since) | Q(seq__gt=F("conversation__memberships__delivered_seq")),
            seq__gt=F("conversation__last_seq") - NEWEST,
            conversation__ended_at=None,
            conversation__memberships__member_id=account_id,
            conversation__memberships__left_at=None,
        )
        .exclude(sender_id__in=[account_id, *blocked_by(account_id)])
        .exclude(body=b"")
        .exists()
    )


def _said() -> QuerySet[Entry]:
    """Return the lines in which people say something; what devices send by themselves is not archived."""
    kept = ArchiveRecord.objects.filter(conversation_id=OuterRef("conversation_id"), seq=OuterRef("seq"))
    return Entry.objects.filter(Q(Exists(kept)) | Q(expires_at__isnull=False), kind="message")


def _people(model: type[Model], column: str, since: datetime, until: datetime) -> set[UUID]:
    rows = model._default_manager.filter(created_at__gte=since, created_at__lt=until)
    return set(rows.exclude(**{column: None}).values_list(column, flat=True).distinct())


def _is_blocked(found: Conversation) -> bool:
    return found.kind == "direct" and bool(blocked([found.pk]))


def _archive_for(account_id: UUID, conversation_id: UUID) -> QuerySet[ArchiveRecord]:
    boxes = HistoryBox.objects.filter(conversation_id=conversation_id, account_id=account_id)
    return ArchiveRecord.objects.filter(conversation_id=conversation_id, epoch__in=boxes.values("epoch"))


def _file(**wanted: UUID) -> SealedFile:
    found = SealedFile.objects.filter(**wanted).first()
    if found is None:
        raise Absent
    return found
