"""Changing who has keys: one commit per epoch, checked in every way that needs no secret."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.access import live_devices_of, names_of
from chat import access
from chat.events import ConversationChanged, LogAdvanced, WelcomeWaiting
from chat.models import BOX_MAX_BYTES, Claim, Conversation, Entry, HistoryBox, Removal, Welcome
from chat.refusals import CommitRefused, PendingRemoval, StaleEpoch
from chat.services.removals import propose_strays
from prifora.kernel import crypto
from prifora.kernel.errors import Absent
from prifora.kernel.events import publish
from prifora.kernel.mls.checks import Change, Group, check_commit, read_group
from prifora.kernel.mls.codec import MlsError
from prifora.kernel.mls.credential import Credential


@transaction.atomic
def commit_change(
    *,
    conversation_id: UUID,
    account_id: UUID,
    device_id: UUID,
    epoch: int,
    commit: bytes,
    group_info: bytes,
    welcome: bytes | None,
    boxes: Mapping[UUID, bytes],
    details: bytes | None,
    now: datetime,
) -> Entry:
    """Accept a commit into the log, with everything that belongs to it, or nothing of it.

    `boxes` holds the next epoch's archive key for every account with a leaf. The same commit again gets
    the same line. Raises Absent when the account belongs here no more, StaleEpoch, PendingRemoval,
    CommitRefused.
    """
    conversation = Conversation.objects.select_for_update().get(pk=conversation_id)
    if account_id not in access.people_in(conversation_id):
        raise Absent
    ident = crypto.digest(commit)
    known = Entry.objects.filter(conversation=conversation, ident=ident).first()
    if known is not None:
        return known
    if epoch != conversation.epoch:
        raise StaleEpoch(epoch=conversation.epoch)
    change = _checked(conversation, commit, group_info, welcome, now)
    if (change.sender.account_id, change.sender.device_id) != (account_id, device_id):
        raise CommitRefused(reason="device")
    _check_boxes(conversation, change, boxes)
    entry = _advance(conversation, change, commit, group_info, details, now)
    _store_boxes(conversation, device_id, boxes, now)
    _store_welcomes(conversation, change, welcome, now)
    Removal.objects.filter(conversation=conversation).delete()
    publish(LogAdvanced(conversation_id=conversation.pk, seq=entry.seq))
    if change.is_external:
        propose_strays(conversation=conversation, now=now)
    publish(ConversationChanged(conversation_id=conversation.pk), to=access.people_in(conversation.pk))
    return entry


def _checked(
    conversation: Conversation, commit: bytes, group_info: bytes, welcome: bytes | None, now: datetime
) -> Change:
    """Return what a commit changes, when MLS and the list of who belongs here both allow it."""
    before = read_group(bytes(conversation.group_info))
    removals = {bytes(row.ref): row.leaf_index for row in Removal.objects.filter(conversation=conversation)}
    try:
        change = check_commit(
            group=before, commit=commit, group_info=group_info, welcome=welcome, pending=removals, now=now
        )
    except MlsError as wrong:
        if wrong.code == "pending":
            raise PendingRemoval from wrong
        raise CommitRefused(reason=wrong.code) from wrong
    belongs = set(access.people_in(conversation.pk))
    _check_permission(before, change, belongs, set(removals.values()))
    return change


def _check_permission(before: Group, change: Change, belongs: set[UUID], asked: set[int]) -> None:
    """Hold the commit against who belongs here: the MLS group may only follow the server's list."""
    newcomers = [owner for owner, _ref in change.added]
    accounts = {owner.account_id for owner in [*before.owners.values(), *newcomers]}
    live = {(device.account_id, device.pk) for device in live_devices_of(accounts)}
    if not _are_certified([change.sender, *newcomers], belongs, live):
        raise CommitRefused(reason="owner")
    asked_devices = {before.owners[index].device_id for index in asked}
    for owner in change.removed:
        is_gone = owner.account_id not in belongs or (owner.account_id, owner.device_id) not in live
        is_own = owner.account_id == change.sender.account_id
        if not is_gone and not is_own and owner.device_id not in asked_devices:
            raise CommitRefused(reason="removed")


def _are_certified(owners: list[Credential], belongs: set[UUID], live: set[tuple[UUID, UUID]]) -> bool:
    """Return whether all are devices in use of accounts that belong here, under those accounts' own keys."""
    if any(one.account_id not in belongs or (one.account_id, one.device_id) not in live for one in owners):
        return False
    accounts = names_of(one.account_id for one in owners)
    return all(bytes(accounts[one.account_id].vault.aik) == one.aik for one in owners)


def _check_boxes(conversation: Conversation, change: Change, boxes: Mapping[UUID, bytes]) -> None:
    """Each account with keys gets a box; one that belongs here and has no device now may get one."""
    inside = {owner.account_id for owner in change.group.owners.values()}
    if not inside <= set(boxes) <= inside | set(access.people_in(conversation.pk)):
        raise CommitRefused(reason="history_boxes")
    if any(len(box) > BOX_MAX_BYTES for box in boxes.values()):
        raise CommitRefused(reason="history_boxes")


def _advance(
    conversation: Conversation,
    change: Change,
    commit: bytes,
    group_info: bytes,
    details: bytes | None,
    now: datetime,
) -> Entry:
    """Write the commit's line in the log and bring the conversation into the next epoch."""
    epoch = conversation.epoch
    conversation.epoch += 1
    conversation.last_seq += 1
    conversation.group_info = group_info
    if details is not None:
        conversation.details, conversation.details_epoch = details, conversation.epoch
    conversation.save(update_fields=["epoch", "last_seq", "group_info", "details", "details_epoch"])
    return Entry.objects.create(
        conversation=conversation,
        seq=conversation.last_seq,
        kind="commit",
        epoch=epoch,
        sender_id=change.sender.account_id,
        device_ref=change.sender.device_id,
        ident=crypto.digest(commit),
        body=commit,
        created_at=now,
    )


def _store_boxes(
    conversation: Conversation, device_id: UUID, boxes: Mapping[UUID, bytes], now: datetime
) -> None:
    HistoryBox.objects.bulk_create(
        HistoryBox(
            conversation=conversation,
            epoch=conversation.epoch,
            account_id=account_id,
            device_ref=device_id,
            box=box,
            created_at=now,
        )
        for account_id, box in boxes.items()
    )


def _store_welcomes(conversation: Conversation, change: Change, welcome: bytes | None, now: datetime) -> None:
    if welcome is None:
        return
    Welcome.objects.bulk_create(
        Welcome(
            conversation=conversation,
            device_id=owner.device_id,
            epoch=conversation.epoch,
            seq=conversation.last_seq,
            welcome=welcome,
            created_at=now,
        )
        for owner, _ref in change.added
    )
    Claim.objects.filter(ref__in=[ref for _owner, ref in change.added]).delete()
    publish(
        WelcomeWaiting(conversation_id=conversation.pk), to={owner.account_id for owner, _ref in change.added}
    )
