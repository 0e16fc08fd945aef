"""How far a person's devices have stored a conversation: noted for many at once, and told."""

from collections import defaultdict
from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from chat.events import Delivered
from chat.models import Membership
from prifora.kernel.events import publish
from prifora.kernel.inserting import raise_numbers

AT_ONCE = 500

Receipts = Mapping[tuple[UUID, UUID], int]
"""By conversation and account: up to which number a device of theirs has stored the log."""


def acknowledge_many(receipts: Receipts) -> None:
    """Note who has stored what; never goes back, nor beyond the log. Who is no member is passed over."""
    each = list(receipts.items())
    for at in range(0, len(each), AT_ONCE):
        _note(dict(each[at : at + AT_ONCE]))


def acknowledge(*, conversation_id: UUID, account_id: UUID, seq: int) -> None:
    """Note that one of an account's devices has stored the log up to `seq`, as `acknowledge_many` does."""
    acknowledge_many({(conversation_id, account_id): seq})


@transaction.atomic
def _note(receipts: Receipts) -> None:
    conversations, people = zip(*receipts, strict=True)
    rows = (
        Membership.objects.select_for_update(of=("self",))
        .filter(conversation_id__in=set(conversations), member_id__in=set(people), left_at=None)
        .order_by("pk")
        .values_list("pk", "conversation_id", "member_id", "delivered_seq", "conversation__last_seq")
    )
    raised: list[tuple[UUID, int]] = []
    told: dict[UUID, dict[str, int]] = defaultdict(dict)
    for key, conversation_id, account_id, so_far, last in rows:
        seq = receipts.get((conversation_id, account_id), 0)
        if so_far < seq <= last:
            raised.append((key, seq))
            told[conversation_id][str(account_id)] = seq
    raise_numbers(Membership, "delivered_seq", raised)
    for conversation_id, at in told.items():
        publish(Delivered(conversation_id=conversation_id, at=at))
