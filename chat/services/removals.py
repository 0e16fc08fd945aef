"""Taking keys away: the server asks, any member's device commits, and until then nothing is accepted."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.access import live_devices_of
from chat import access
from chat.events import ConversationChanged, LogAdvanced
from chat.models import Conversation, Entry, Membership, Removal, Welcome
from chat.services.files import drop_files
from prifora.kernel import crypto
from prifora.kernel.events import publish
from prifora.kernel.mls.checks import Group, leaf_indexes, read_group
from prifora.kernel.mls.proposals import removal


@transaction.atomic
def remove_device(*, account_id: UUID, device_id: UUID, now: datetime) -> None:
    """Ask for a revoked device's leaf to be removed in every conversation of its account."""
    mine = Conversation.objects.filter(pk__in=access.conversations_of(account_id), ended_at=None)
    for conversation in mine.select_for_update().order_by("pk"):
        Welcome.objects.filter(conversation=conversation, device_id=device_id).delete()
        propose_removals(conversation=conversation, device_id=device_id, now=now)
        publish(ConversationChanged(conversation_id=conversation.pk), to=access.people_in(conversation.pk))


@transaction.atomic
def remove_account(*, account_id: UUID, now: datetime) -> None:
    """Ask for every leaf of a closed account to be removed."""
    places = Conversation.objects.filter(
        ended_at=None, memberships__member_id=account_id, memberships__left_at=None
    )
    for conversation in places.select_for_update(of=("self",)).order_by("pk"):
        end_place(conversation=conversation, account_id=account_id, now=now)
        propose_removals(conversation=conversation, account_id=account_id, now=now)
        publish(ConversationChanged(conversation_id=conversation.pk), to=access.people_in(conversation.pk))


def end_place(*, conversation: Conversation, account_id: UUID, now: datetime) -> bool:
    """End somebody's place and drop what would still let them in; `conversation` is locked.

    Returns whether they had one.
    """
    Welcome.objects.filter(conversation=conversation, device__account_id=account_id).delete()
    place = Membership.objects.filter(conversation=conversation, member_id=account_id, left_at=None)
    return bool(place.update(left_at=now))


def end_conversation(*, conversation: Conversation, now: datetime) -> None:
    """End a conversation in which nobody can talk any more, and its files; `conversation` is locked."""
    conversation.ended_at = now
    conversation.save(update_fields=["ended_at"])
    drop_files(conversation.files.all())


def propose_removals(
    *,
    conversation: Conversation,
    now: datetime,
    account_id: UUID | None = None,
    device_id: UUID | None = None,
) -> None:
    """Write a signed removal proposal for each leaf of an account or device; `conversation` is locked.

    From the commit of this transaction no message is accepted until a member's commit carries them out.
    Where no device is left to do so, the leaves stay until somebody who belongs here comes back on another
    one (see propose_strays); where nobody can, the conversation ends.
    """
    group = read_group(bytes(conversation.group_info))
    asked = set(Removal.objects.filter(conversation=conversation).values_list("leaf_index", flat=True))
    targets = set(leaf_indexes(group, account_id=account_id, device_id=device_id)) - asked
    if set(group.owners) - _strays(conversation, group) - targets - asked:
        _propose_all(conversation, targets, now)
    elif not {owner.account_id for owner in group.owners.values()} & set(access.people_in(conversation.pk)):
        end_conversation(conversation=conversation, now=now)


def propose_strays(*, conversation: Conversation, now: datetime) -> None:
    """Ask for every leaf to be removed that nobody could remove before; `conversation` is locked.

    Due when somebody let themselves in: their commit cannot carry out what waited, and what was asked for
    the epoch before counts no more.
    """
    group = read_group(bytes(conversation.group_info))
    _propose_all(conversation, _strays(conversation, group), now)


def _strays(conversation: Conversation, group: Group) -> set[int]:
    """Return the leaves of people who belong here no more and of devices that ended."""
    belongs = set(access.people_in(conversation.pk))
    live = {device.pk for device in live_devices_of({one.account_id for one in group.owners.values()})}
    return {
        index
        for index, owner in group.owners.items()
        if owner.account_id not in belongs or owner.device_id not in live
    }


def _propose_all(conversation: Conversation, indexes: set[int], now: datetime) -> None:
    for index in sorted(indexes):
        _propose(conversation, index, now)
    if indexes:
        conversation.save(update_fields=["last_seq"])
        publish(LogAdvanced(conversation_id=conversation.pk, seq=conversation.last_seq))


def _propose(conversation: Conversation, index: int, now: datetime) -> None:
    body, ref = removal(group_id=conversation.pk.bytes, epoch=conversation.epoch, leaf_index=index)
    Removal.objects.create(conversation=conversation, ref=ref, leaf_index=index, created_at=now)
    conversation.last_seq += 1
    Entry.objects.create(
        conversation=conversation,
        seq=conversation.last_seq,
        kind="proposal",
        epoch=conversation.epoch,
        ident=crypto.digest(body),
        body=body,
        created_at=now,
    )
