"""What happens to conversations when somebody who talked in them is erased."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from chat import access
from chat.events import ConversationLeft, MessageGone
from chat.models import ArchiveRecord, Conversation, Entry, SealedFile
from chat.services.files import drop_files
from chat.services.removals import remove_account
from prifora.kernel.batches import delete_some
from prifora.kernel.erasure import Leaving
from prifora.kernel.events import publish

LINES_AT_ONCE = 1_000
"""At most in one transaction: devices hear of each."""


@transaction.atomic
def end_person(leaving: Leaving) -> bool:
    """End somebody's place in every conversation; one in which nobody is left ends with all it holds.

    Goes on for `leaving.at_once` lines of one conversation, and returns whether there is more to do.
    What they said stays with those they said it to, unless it is withdrawn: then it is emptied for everybody,
    and what two people said to each other goes as a whole.
    """
    remove_account(account_id=leaving.account_id, now=leaving.now)
    for conversation in _ever_in(leaving.account_id).select_for_update().order_by("pk"):
        is_over = not access.people_in(conversation.pk)
        is_half_done, at_once = False, min(LINES_AT_ONCE, leaving.at_once)
        if is_over or (leaving.withdraw and conversation.kind == "direct"):
            is_half_done = _end(conversation, leaving.now, at_once)
        elif leaving.withdraw:
            is_half_done = _withdraw(conversation, leaving.account_id, at_once)
        if is_half_done:
            return True
    return False


def stored_names(account_id: UUID) -> set[UUID]:
    """Return the files that may go with somebody: those of every conversation they ever were in."""
    mine = SealedFile.objects.filter(conversation__in=_ever_in(account_id))
    return set(mine.values_list("pk", flat=True))


def tell_person(account_id: UUID) -> dict[str, Any]:
    """Return in how many conversations somebody is, how many are with one other, and what they said there."""
    mine = Conversation.objects.filter(pk__in=access.conversations_of(account_id), ended_at=None)
    return {
        "conversations": {
            "number": mine.count(),
            "direct": mine.filter(kind="direct").count(),
            "messages": ArchiveRecord.objects.filter(sender_id=account_id).count(),
            "files": SealedFile.objects.filter(uploader_id=account_id).count(),
        }
    }


def _ever_in(account_id: UUID) -> QuerySet[Conversation]:
    said = Entry.objects.filter(sender_id=account_id).values("conversation_id")
    kept = ArchiveRecord.objects.filter(sender_id=account_id).values("conversation_id")
    belonged = Conversation.objects.filter(memberships__member_id=account_id).values("pk")
    every = Conversation.objects.all()
    return every.filter(pk__in=belonged) | every.filter(pk__in=said) | every.filter(pk__in=kept)


def _end(conversation: Conversation, now: datetime, at_once: int) -> bool:
    """Take a conversation from everybody, then delete what it holds; return whether more of it is left."""
    if conversation.ended_at is None:
        people = access.people_in(conversation.pk)
        conversation.ended_at = now
        conversation.save(update_fields=["ended_at"])
        publish(ConversationLeft(conversation_id=conversation.pk), to=people)
    for rows in (conversation.archive.all(), conversation.entries.all(), conversation.history_boxes.all()):
        if delete_some(rows, at_once=at_once)[1]:
            return True
    if drop_files(conversation.files.all()[:at_once]) == at_once:
        return True
    conversation.delete()
    return False


def _withdraw(conversation: Conversation, account_id: UUID, at_once: int) -> bool:
    """Empty what somebody said; the lines and their idents stay, or the log would have gaps.

    Returns whether more of it is left.
    """
    mine: dict[str, Any] = {"conversation": conversation, "sender_id": account_id}
    lines = Entry.objects.filter(kind="message", **mine).exclude(body=b"").order_by("seq")
    records = ArchiveRecord.objects.filter(**mine).order_by("seq")
    first = {seq for rows in (lines, records) for seq in rows.values_list("seq", flat=True)[:at_once]}
    gone = sorted(first)[:at_once]
    lines.filter(seq__in=gone).update(body=b"")
    records.filter(seq__in=gone).delete()
    people = access.people_in(conversation.pk)
    for seq in gone:
        publish(MessageGone(conversation_id=conversation.pk, seq=seq), to=people)
    files = conversation.files.filter(uploader_id=account_id)
    return len(gone) == at_once or drop_files(files[:at_once]) == at_once
