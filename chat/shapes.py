"""How conversations look on the wire, over HTTP and on the socket alike."""

from typing import Any

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers

from chat import access
from prifora.kernel.fields import Base64Field
from prifora.kernel.mls.checks import read_group


class DeliveredOut(serializers.Serializer):
    """How far somebody's devices have stored the log."""

    account_id = serializers.UUIDField()
    seq = serializers.IntegerField()


class ConversationOut(serializers.Serializer):
    """One of my conversations; its title is in `details`, sealed."""

    id = serializers.UUIDField()
    family_id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=["direct", "group"])
    everyone = serializers.BooleanField()
    made_by = serializers.UUIDField(allow_null=True)
    epoch = serializers.IntegerField()
    last_seq = serializers.IntegerField()
    member_ids = serializers.ListField(child=serializers.UUIDField())
    missing_ids = serializers.ListField(child=serializers.UUIDField())
    pending = serializers.BooleanField()
    details = Base64Field()
    details_epoch = serializers.IntegerField()
    delivered = DeliveredOut(many=True)
    created_at = serializers.DateTimeField()


class ConversationWithGroupOut(ConversationOut):
    """The same with the group's public state, for a device that joins."""

    group_info = Base64Field()


class StoredRecordOut(serializers.Serializer):
    """A message's archive record."""

    id = serializers.UUIDField(source="record_id")
    record = Base64Field()
    signature = Base64Field()


class EntryOut(serializers.Serializer):
    """All that is stored of one line, byte for byte.

    `ident` and `body` are empty when only the archive record is left, `body` alone when it was emptied.
    """

    seq = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=["message", "commit", "proposal"])
    epoch = serializers.IntegerField()
    account_id = serializers.UUIDField(allow_null=True)
    device_id = serializers.UUIDField(allow_null=True)
    ident = Base64Field()
    created_at = serializers.DateTimeField()
    body = Base64Field()
    expires_at = serializers.DateTimeField(allow_null=True)
    archive = StoredRecordOut(allow_null=True)
    delivered = DeliveredOut(many=True)


class FrameOut(serializers.Serializer):
    """One line of a log, as on the socket."""

    t = serializers.ChoiceField(choices=["log"])
    c = serializers.UUIDField()
    seq = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=["message", "commit", "proposal"])
    epoch = serializers.IntegerField()
    account = serializers.UUIDField(allow_null=True)
    device = serializers.UUIDField(allow_null=True)
    ident = serializers.CharField()
    at = serializers.CharField()
    body = serializers.CharField(allow_blank=True)
    until = serializers.CharField(allow_null=True)


ConversationsOut = inline_serializer("Conversations", {"items": ConversationOut(many=True)})
LogOut = inline_serializer(
    "ConversationLog",
    {
        "items": FrameOut(many=True),
        "first_seq": serializers.IntegerField(),
        "last_seq": serializers.IntegerField(),
    },
)


def conversations_shape(rows: list[Any]) -> list[dict[str, Any]]:
    """Return conversations as a member sees them; the number of queries does not grow."""
    ids = [row.pk for row in rows]
    members, waiting = access.memberships_of(ids), access.waiting_removals(ids)
    shapes = []
    for row in rows:
        group = read_group(bytes(row.group_info))
        inside = {owner.account_id for owner in group.owners.values()}
        belongs = members[row.pk]
        shapes.append(
            {
                "id": row.pk,
                "family_id": row.family_id,
                "kind": row.kind,
                "everyone": row.everyone,
                "made_by": row.made_by_id,
                "epoch": row.epoch,
                "last_seq": row.last_seq,
                "member_ids": [one.member_id for one in belongs],
                "missing_ids": [one.member_id for one in belongs if one.member_id not in inside],
                "pending": row.pk in waiting,
                "details": bytes(row.details),
                "details_epoch": row.details_epoch,
                "delivered": [{"account_id": one.member_id, "seq": one.delivered_seq} for one in belongs],
                "created_at": row.created_at,
                "group_info": bytes(row.group_info),
            }
        )
    return shapes


def entry_shape(conversation: Any, line: Any, record: Any) -> dict[str, Any]:
    """Return all that is stored of one line; one of `line` and `record` may be None."""
    row = line or record
    belongs = access.memberships_of([conversation.pk])[conversation.pk]
    return {
        "seq": row.seq,
        "kind": line.kind if line else "message",
        "epoch": row.epoch,
        "account_id": row.sender_id,
        "device_id": row.device_ref,
        "ident": bytes(line.ident) if line else b"",
        "created_at": row.created_at,
        "body": bytes(line.body) if line else b"",
        "expires_at": line.expires_at if line else None,
        "archive": record,
        "delivered": [{"account_id": one.member_id, "seq": one.delivered_seq} for one in belongs],
    }
