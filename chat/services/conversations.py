"""Starting conversations, and who belongs to them."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.access import keys_of
from chat import access
from chat.events import ConversationChanged, ConversationJoined, ConversationLeft
from chat.models import DETAILS_MAX_BYTES, Conversation, HistoryBox, Membership
from chat.refusals import ConversationExists, GroupRefused
from chat.services.removals import end_conversation, end_place, propose_removals
from contacts.access import hold_family, is_blocked_pair, people_in_family
from prifora.kernel.errors import Absent, TooLarge
from prifora.kernel.events import publish
from prifora.kernel.mls.checks import check_new_group
from prifora.kernel.mls.codec import MlsError
from prifora.kernel.mls.proposals import names_us

PAIR = 2


@transaction.atomic
def start_conversation(
    *,
    conversation_id: UUID,
    family_id: UUID,
    kind: str,
    everyone: bool,
    maker_id: UUID,
    device_id: UUID,
    member_ids: Iterable[UUID],
    group_info: bytes,
    details: bytes,
    history_box: bytes,
    now: datetime,
) -> Conversation:
    """Store a new conversation whose keys only the maker's device has yet; it then adds the others.

    `group_info` is the GroupInfo of epoch 0, `details` at most DETAILS_MAX_BYTES sealed bytes, `history_box`
    the archive key of epoch 0 for the maker.
    Raises Absent when somebody is not in the family, ConversationExists, GroupRefused, TooLarge.
    """
    if len(details) > DETAILS_MAX_BYTES:
        raise TooLarge(attr="details")
    hold_family(family_id)
    members = _members(
        family_id=family_id, maker_id=maker_id, member_ids=member_ids, kind=kind, everyone=everyone
    )
    _check_new_group(
        conversation_id=conversation_id,
        group_info=group_info,
        maker_id=maker_id,
        device_id=device_id,
        now=now,
    )
    if kind == "direct":
        _refuse_second_pair(family_id, members)
    try:
        with transaction.atomic():
            conversation = Conversation.objects.create(
                pk=conversation_id,
                family_id=family_id,
                kind=kind,
                everyone=everyone,
                made_by_id=maker_id,
                group_info=group_info,
                details=details,
                created_at=now,
            )
    except IntegrityError as taken:
        raise ConversationExists(id=_existing(conversation_id, family_id, everyone=everyone)) from taken
    HistoryBox.objects.create(
        conversation=conversation,
        epoch=0,
        account_id=maker_id,
        device_ref=device_id,
        box=history_box,
        created_at=now,
    )
    _join(conversation, members, now)
    return conversation


@transaction.atomic
def add_member(*, conversation: Conversation, account_id: UUID, now: datetime) -> None:
    """Let somebody of the family belong to a group; a member's device then gives them keys."""
    hold_family(conversation.family_id)
    if account_id not in people_in_family(conversation.family_id):
        raise Absent
    if account_id not in access.people_in(conversation.pk):
        _join(conversation, [account_id], now)


@transaction.atomic
def end_member(*, conversation: Conversation, account_id: UUID, now: datetime) -> None:
    """End somebody's place: nothing is delivered to them from this moment, and their keys must go."""
    _leave(conversation, account_id, now)


@transaction.atomic
def join_everyone_conversations(*, family_id: UUID, account_id: UUID, now: datetime) -> None:
    """Let a person who joined a family belong to its conversation of everyone."""
    rooms = Conversation.objects.filter(family_id=family_id, everyone=True, ended_at=None)
    for conversation in rooms.select_for_update():
        if account_id not in access.people_in(conversation.pk):
            _join(conversation, [account_id], now)


@transaction.atomic
def leave_family(*, family_id: UUID, account_id: UUID, now: datetime) -> None:
    """End a person's place in every conversation of a family."""
    mine = Conversation.objects.filter(
        family_id=family_id, ended_at=None, memberships__member_id=account_id, memberships__left_at=None
    )
    for conversation in mine.order_by("pk"):
        _leave(conversation, account_id, now)


def _members(
    *, family_id: UUID, maker_id: UUID, member_ids: Iterable[UUID], kind: str, everyone: bool
) -> list[UUID]:
    family = set(people_in_family(family_id))
    members = family if everyone else {maker_id, *member_ids}
    if maker_id not in family or not members <= family:
        raise Absent
    if kind == "direct" and (len(members) != PAIR or everyone or is_blocked_pair(*members)):
        raise Absent
    return sorted(members, key=str)


def _check_new_group(
    *, conversation_id: UUID, group_info: bytes, maker_id: UUID, device_id: UUID, now: datetime
) -> None:
    try:
        group = check_new_group(group_info, group_id=conversation_id.bytes, now=now)
    except MlsError as wrong:
        raise GroupRefused(reason=wrong.code) from wrong
    owner, keys = group.owners[0], keys_of(maker_id)
    if not names_us(group.info.context.extensions):
        raise GroupRefused(reason="external_senders")
    if (owner.account_id, owner.device_id, owner.aik) != (maker_id, device_id, keys[0] if keys else b""):
        raise GroupRefused(reason="maker")


def _refuse_second_pair(family_id: UUID, members: list[UUID]) -> None:
    both = Conversation.objects.filter(family_id=family_id, kind="direct", ended_at=None)
    for member in members:
        both = both.filter(memberships__in=Membership.objects.filter(member_id=member, left_at=None))
    known = both.values_list("pk", flat=True).first()
    if known:
        raise ConversationExists(id=str(known))


def _existing(conversation_id: UUID, family_id: UUID, *, everyone: bool) -> str:
    found = (
        Conversation.objects.filter(family_id=family_id, everyone=True, ended_at=None) if everyone else None
    )
    known = found.values_list("pk", flat=True).first() if found is not None else None
    return str(known or conversation_id)


def _join(conversation: Conversation, members: list[UUID], now: datetime) -> None:
    Membership.objects.bulk_create(
        Membership(conversation=conversation, member_id=member, created_at=now) for member in members
    )
    publish(ConversationJoined(conversation_id=conversation.pk), to=members)
    publish(ConversationChanged(conversation_id=conversation.pk), to=access.people_in(conversation.pk))


def _leave(conversation: Conversation, account_id: UUID, now: datetime) -> None:
    locked = Conversation.objects.select_for_update().get(pk=conversation.pk)
    if not end_place(conversation=locked, account_id=account_id, now=now):
        raise Absent
    publish(ConversationLeft(conversation_id=locked.pk), to=[account_id])
    if locked.kind == "direct" or not access.people_in(locked.pk):
        end_conversation(conversation=locked, now=now)
    else:
        propose_removals(conversation=locked, account_id=account_id, now=now)
    publish(ConversationChanged(conversation_id=locked.pk), to=access.people_in(locked.pk))
