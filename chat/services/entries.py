"""What ends in a log without leaving a gap: messages taken back, and those whose time is over."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from chat import access
from chat.events import MessageGone
from chat.models import ArchiveRecord, Conversation, Entry
from prifora.kernel.errors import Absent
from prifora.kernel.events import publish


@transaction.atomic
def erase_message(*, conversation: Conversation, account_id: UUID, seq: int) -> None:
    """Empty a message its author takes back and delete its archive record; the line and its ident stay.

    Again, it changes nothing. Raises Absent unless `seq` is a message of this account.
    """
    mine = {"conversation": conversation, "seq": seq, "sender_id": account_id}
    line = Entry.objects.filter(kind="message", **mine)
    gone, _rows = ArchiveRecord.objects.filter(**mine).delete()
    if not gone and not line.exists():
        raise Absent
    if line.exclude(body=b"").update(body=b"") or gone:
        people = access.people_in(conversation.pk)
        publish(MessageGone(conversation_id=conversation.pk, seq=seq), to=people)


def empty_expired(*, now: datetime) -> int:
    """Empty every disappearing message whose time is over at `now`; return how many."""
    return Entry.objects.filter(expires_at__lte=now).exclude(body=b"").update(body=b"")
