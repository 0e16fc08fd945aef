"""Letting somebody read what was said before they came: archive keys a member passes on."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from chat import access
from chat.events import ConversationChanged
from chat.models import Conversation, HistoryBox
from chat.refusals import BoxesRefused
from prifora.kernel.errors import Absent
from prifora.kernel.events import publish


@transaction.atomic
def give_boxes(
    *,
    conversation: Conversation,
    giver_id: UUID,
    device_id: UUID,
    account_id: UUID,
    boxes: Mapping[int, bytes],
    now: datetime,
) -> None:
    """Store archive keys, by epoch, that a member sealed for another; those that are there stay.

    Raises Absent when one of the two belongs here no more, BoxesRefused for an epoch the giver has no key of.
    """
    locked = Conversation.objects.select_for_update().get(pk=conversation.pk)
    if not {giver_id, account_id} <= set(access.people_in(locked.pk)):
        raise Absent
    if not set(boxes) <= access.epochs_of(giver_id, locked.pk):
        raise BoxesRefused
    held = access.epochs_of(account_id, locked.pk)
    new = {epoch: box for epoch, box in boxes.items() if epoch not in held}
    if not new:
        return
    HistoryBox.objects.bulk_create(
        HistoryBox(
            conversation=locked,
            epoch=epoch,
            account_id=account_id,
            device_ref=device_id,
            box=box,
            created_at=now,
        )
        for epoch, box in new.items()
    )
    publish(ConversationChanged(conversation_id=locked.pk), to=[account_id])
