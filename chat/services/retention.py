"""How long a family keeps what is said in it, when it has chosen a time."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, F, OuterRef, QuerySet

from chat.models import ArchiveRecord, HistoryBox, SealedFile
from chat.services.files import drop_files
from contacts.access import retentions
from prifora.kernel.batches import Pace, delete_in_batches


def apply_retention(*, now: datetime) -> dict[str, int]:
    """Delete what is older than the family of its conversation wants to keep it; return how many, per kind.

    Lines of the log need nothing here: they go earlier than any family can choose. They go in batches, each
    its own transaction.
    """
    gone = {"records": 0, "files": 0, "boxes": 0}
    for family_id, days in retentions().items():
        for kind, number in _end(family_id, now - timedelta(days=days)).items():
            gone[kind] += number
    return gone


def _end(family_id: UUID, moment: datetime) -> dict[str, int]:
    old = {"conversation__family_id": family_id, "created_at__lt": moment}
    return {
        "records": delete_in_batches(ArchiveRecord.objects.filter(**old)),
        "files": _drop_in_batches(SealedFile.objects.filter(**old)),
        "boxes": delete_in_batches(_useless(HistoryBox.objects.filter(**old))),
    }


def _drop_in_batches(files: QuerySet[SealedFile]) -> int:
    pace, gone, more = Pace(), 0, True
    while more:
        with pace.timed() as number:
            some = drop_files(files[:number])
        gone, more = gone + some, some >= number
    return gone


def _useless(boxes: QuerySet[HistoryBox]) -> QuerySet[HistoryBox]:
    """Return those of past epochs in which nothing is kept that they would open."""
    same = {"conversation_id": OuterRef("conversation_id"), "epoch": OuterRef("epoch")}
    return boxes.filter(~Exists(ArchiveRecord.objects.filter(**same)), epoch__lt=F("conversation__epoch"))
