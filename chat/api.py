"""Conversations over HTTP."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.exceptions import ParseError, UnsupportedMediaType
from rest_framework.request import Request
from rest_framework.response import Response

from chat import access, services
from chat.access import LIVES, Permission
from chat.refusals import CommitRefused
from chat.shapes import (
    ConversationOut,
    ConversationsOut,
    ConversationWithGroupOut,
    LogOut,
    conversations_shape,
)
from prifora.kernel import clock
from prifora.kernel.access import Kind
from prifora.kernel.api import Endpoint, items, parse, parse_query
from prifora.kernel.errors import NotSealed
from prifora.kernel.fields import Base64Field

EVERYBODY = (Kind.PERSON, Kind.STATION)
GROUP_INFO_MAX = 512 * 1024
COMMIT_MAX = 512 * 1024


class ConversationIn(serializers.Serializer):
    """A new conversation, made on my device."""

    id = serializers.UUIDField()
    family_id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=["direct", "group"])
    everyone = serializers.BooleanField(required=False, default=False)
    member_ids = serializers.ListField(child=serializers.UUIDField(), max_length=100)
    group_info = Base64Field(at_least=64, at_most=GROUP_INFO_MAX)
    details = Base64Field(at_least=28, at_most=4096)
    history_box = Base64Field(at_least=48, at_most=256)


class BoxIn(serializers.Serializer):
    """The next epoch's archive key for one account."""

    account_id = serializers.UUIDField()
    box = Base64Field(at_least=48, at_most=256)


class CommitIn(serializers.Serializer):
    """A change of who has keys."""

    epoch = serializers.IntegerField(min_value=0, max_value=2**53)
    commit = Base64Field(at_least=64, at_most=COMMIT_MAX)
    group_info = Base64Field(at_least=64, at_most=GROUP_INFO_MAX)
    welcome = Base64Field(at_least=32, at_most=COMMIT_MAX, required=False)
    history_boxes = BoxIn(many=True, max_length=100)  # type: ignore[call-arg]
    details = Base64Field(at_least=28, at_most=4096, required=False)


class CommitOut(serializers.Serializer):
    """Where the commit stands in the log, and the epoch after it."""

    seq = serializers.IntegerField()
    epoch = serializers.IntegerField()


class ArchiveIn(serializers.Serializer):
    """The same message, sealed for the archive and signed by my device."""

    id = serializers.UUIDField()
    record = Base64Field(at_least=28)
    signature = Base64Field(exactly=64)


@extend_schema_field({"type": "integer", "enum": [*LIVES, None]})
class LifeField(serializers.Field):
    """For how many seconds a disappearing message is kept."""

    default_error_messages = {"invalid": serializers.IntegerField.default_error_messages["invalid"]}

    def to_internal_value(self, data: object) -> timedelta:
        if isinstance(data, bool) or not isinstance(data, int) or data not in LIVES:
            self.fail("invalid")
        return timedelta(seconds=data)


class MessageIn(serializers.Serializer):
    """A sealed message; one that disappears (`ttl`) has no archive record."""

    ident = Base64Field(exactly=32)
    epoch = serializers.IntegerField(min_value=0, max_value=2**53)
    body = Base64Field(at_least=1)
    archive = ArchiveIn(required=False, allow_null=True)
    ttl = LifeField(required=False, allow_null=True, source="lasts")


class SeqOut(serializers.Serializer):
    """A number in the log."""

    seq = serializers.IntegerField()


class SeqIn(serializers.Serializer):
    """A number in the log."""

    seq = serializers.IntegerField(min_value=0, max_value=2**53)


class MemberIn(serializers.Serializer):
    """Somebody of the family."""

    account_id = serializers.UUIDField()


class LogIn(serializers.Serializer):
    """From where to read."""

    after = serializers.IntegerField(min_value=0, max_value=2**53, default=0)
    limit = serializers.IntegerField(min_value=1, max_value=access.LOG_PAGE, default=access.LOG_PAGE)


class Conversations(Endpoint):
    """GET and POST /conversations."""

    permission = {"get": Permission.READ, "post": Permission.START}
    kinds = EVERYBODY

    @extend_schema(responses=ConversationsOut, operation_id="listConversations")
    def get(self, _request: Request) -> Response:
        """List my conversations."""
        return items(ConversationOut, conversations_shape(access.mine(self.actor)))

    @extend_schema(request=ConversationIn, responses={201: ConversationOut}, operation_id="startConversation")
    def post(self, request: Request) -> Response:
        """Start a conversation with people of one of my families."""
        body = parse(ConversationIn, request)
        device_id = access.may_start(self.actor, body["family_id"], everyone=body["everyone"])
        made = services.start_conversation(
            conversation_id=body["id"],
            family_id=body["family_id"],
            kind=body["kind"],
            everyone=body["everyone"],
            maker_id=self.actor.id,
            device_id=device_id,
            member_ids=body["member_ids"],
            group_info=body["group_info"],
            details=body["details"],
            history_box=body["history_box"],
            now=clock.now(),
        )
        return Response(ConversationOut(conversations_shape([made])[0]).data, status=status.HTTP_201_CREATED)


class ConversationPage(Endpoint):
    """GET /conversations/<id>."""

    permission = Permission.READ
    kinds = EVERYBODY

    @extend_schema(responses=ConversationWithGroupOut, operation_id="getConversation")
    def get(self, _request: Request, conversation_id: UUID) -> Response:
        """Show one conversation with the public state of its group."""
        found = access.conversation(self.actor, conversation_id, Permission.READ)
        return Response(ConversationWithGroupOut(conversations_shape([found])[0]).data)


class Commits(Endpoint):
    """POST /conversations/<id>/commits."""

    permission = Permission.COMMIT
    kinds = EVERYBODY

    @extend_schema(request=CommitIn, responses={201: CommitOut}, operation_id="commitChange")
    def post(self, request: Request, conversation_id: UUID) -> Response:
        """Change who has keys, one epoch at a time."""
        body = parse(CommitIn, request)
        found = access.conversation(self.actor, conversation_id, Permission.COMMIT)
        entry = services.commit_change(
            conversation_id=found.pk,
            account_id=self.actor.id,
            device_id=self.actor.device(),
            epoch=body["epoch"],
            commit=body["commit"],
            group_info=body["group_info"],
            welcome=body.get("welcome"),
            boxes=_one_each(body["history_boxes"]),
            details=body.get("details"),
            now=clock.now(),
        )
        return Response(
            CommitOut({"seq": entry.seq, "epoch": entry.epoch + 1}).data, status=status.HTTP_201_CREATED
        )


class Messages(Endpoint):
    """POST /conversations/<id>/messages."""

    permission = Permission.SEND
    kinds = EVERYBODY

    @extend_schema(request=MessageIn, responses={201: SeqOut}, operation_id="sendMessage")
    def post(self, request: Request, conversation_id: UUID) -> Response:
        """Send one sealed message. Content without the envelope is refused with 422."""
        found = access.conversation(self.actor, conversation_id, Permission.SEND)
        body = _sealed_message(request)
        archive = body.get("archive")
        seq = services.send_message(
            message=services.Pending(
                conversation_id=found.pk,
                sender_id=self.actor.id,
                device_id=self.actor.device(),
                epoch=body["epoch"],
                ident=body["ident"],
                body=body["body"],
                archive=services.Archived(**archive) if archive else None,
                lasts=body.get("lasts"),
            ),
            now=clock.now(),
        )
        return Response(SeqOut({"seq": seq}).data, status=status.HTTP_201_CREATED)


class Log(Endpoint):
    """GET /conversations/<id>/log."""

    permission = Permission.READ
    kinds = EVERYBODY

    @extend_schema(
        parameters=[
            OpenApiParameter("after", {"type": "integer", "minimum": 0, "maximum": 2**53}),
            OpenApiParameter("limit", {"type": "integer", "minimum": 1, "maximum": access.LOG_PAGE}),
        ],
        responses=LogOut,
        operation_id="readLog",
    )
    def get(self, request: Request, conversation_id: UUID) -> Response:
        """Read a conversation's sealed log from a number on."""
        query = parse_query(LogIn, request)
        found = access.conversation(self.actor, conversation_id, Permission.READ)
        rows = access.log_after(found.pk, query["after"], query["limit"])
        first = access.first_seq(found.pk, found.last_seq)
        return Response({"items": rows, "first_seq": first, "last_seq": found.last_seq})


class Members(Endpoint):
    """POST /conversations/<id>/members."""

    permission = Permission.MANAGE

    @extend_schema(request=MemberIn, responses={204: None}, operation_id="addMember")
    def post(self, request: Request, conversation_id: UUID) -> Response:
        """Let somebody of the family belong to a group."""
        body = parse(MemberIn, request)
        found = access.managed(self.actor, conversation_id, body["account_id"], Permission.MANAGE)
        services.add_member(conversation=found, account_id=body["account_id"], now=clock.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class Member(Endpoint):
    """DELETE /conversations/<id>/members/<account>."""

    permission = Permission.END

    @extend_schema(responses={204: None}, operation_id="endMember")
    def delete(self, _request: Request, conversation_id: UUID, account_id: UUID) -> Response:
        """Take somebody out of a group, or leave it."""
        found = access.managed(self.actor, conversation_id, account_id, Permission.END)
        services.end_member(conversation=found, account_id=account_id, now=clock.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class DeliveredPage(Endpoint):
    """PUT /conversations/<id>/delivered."""

    permission = Permission.READ
    kinds = EVERYBODY

    @extend_schema(request=SeqIn, responses={204: None}, operation_id="acknowledge")
    def put(self, request: Request, conversation_id: UUID) -> Response:
        """Say how far this device has stored the log."""
        body = parse(SeqIn, request)
        found = access.conversation(self.actor, conversation_id, Permission.READ)
        services.acknowledge(conversation_id=found.pk, account_id=self.actor.id, seq=body["seq"])
        return Response(status=status.HTTP_204_NO_CONTENT)


def _sealed_message(request: Request) -> dict[str, Any]:
    """Return a message in its envelope; anything else, whatever its form, is not sealed."""
    try:
        shape = MessageIn(data=request.data)
    except (ParseError, UnsupportedMediaType) as plain:
        raise NotSealed from plain
    if not shape.is_valid():
        raise NotSealed
    return shape.validated_data


def _one_each(boxes: list[dict[str, Any]]) -> dict[UUID, bytes]:
    """Return boxes by account; two for one account are refused."""
    by_account = {one["account_id"]: one["box"] for one in boxes}
    if len(by_account) != len(boxes):
        raise CommitRefused(reason="history_boxes")
    return by_account
