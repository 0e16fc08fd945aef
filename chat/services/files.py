"""Files sent in conversations: which there are. Their sealed bytes are in media's store."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from chat import access
from chat.models import Conversation, SealedFile
from chat.refusals import FileTaken
from contacts.access import hold_family
from media.services import Arrived, hold_room, is_same, remove_after_commit
from prifora.kernel.errors import Absent


@transaction.atomic
def keep_file(
    *, conversation: Conversation, account_id: UUID, file_id: UUID, arrived: Arrived, now: datetime
) -> SealedFile:
    """Keep bytes that are in the store as a file of a conversation; the same again gets the same file.

    Where another file is returned, nothing names the new bytes. Raises QuotaFull, Absent when the account
    belongs there no more, FileTaken when the id names another file.
    """
    hold_family(conversation.family_id)
    locked = Conversation.objects.select_for_update().get(pk=conversation.pk)
    if locked.ended_at is not None or account_id not in access.people_in(locked.pk):
        raise Absent
    known = SealedFile.objects.filter(conversation=locked, file_id=file_id).first()
    if known is None:
        hold_room(locked.family_id, arrived.size)
        return SealedFile.objects.create(
            id=arrived.name,
            conversation=locked,
            file_id=file_id,
            uploader_id=account_id,
            size=arrived.size,
            created_at=now,
        )
    if known.uploader_id != account_id or not is_same(arrived.name, known.pk):
        raise FileTaken
    return known


@transaction.atomic
def drop_files(rows: QuerySet[SealedFile]) -> int:
    """Forget files; their bytes go when this is committed. Return how many."""
    names = list(rows.values_list("pk", flat=True))
    SealedFile.objects.filter(pk__in=names).delete()
    remove_after_commit(names)
    return len(names)


def drop_file(*, file: SealedFile) -> None:
    """Forget one file its uploader takes back."""
    drop_files(SealedFile.objects.filter(pk=file.pk))
