"""The Message Center over HTTP."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from notices import access, clients, services
from notices.access import Permission
from notices.shapes import NoticesOut, PushOut, shown
from prifora.kernel import clock
from prifora.kernel.access import Kind
from prifora.kernel.api import Endpoint, parse, parse_query
from prifora.kernel.fields import Base64Field, to_base64

EVERYBODY = (Kind.PERSON, Kind.STATION)


class NoticesQuery(serializers.Serializer):
    """From where on: those older than this one."""

    before = serializers.UUIDField(required=False)


class ReadIn(serializers.Serializer):
    """What was read; without `ids` all of it."""

    ids = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=500, required=False)


class PushIn(serializers.Serializer):
    """What a browser gave when it was asked (RFC 8291): where to push, and its two keys."""

    endpoint = serializers.CharField(max_length=1000)
    p256dh = Base64Field(exactly=65)
    auth = Base64Field(exactly=16)


class Notices(Endpoint):
    """GET /notices."""

    permission = Permission.READ
    kinds = EVERYBODY

    @extend_schema(parameters=[NoticesQuery], responses=NoticesOut, operation_id="listNotices")
    def get(self, request: Request) -> Response:
        """Read what the platform told me, newest first, fifty at a time."""
        before: UUID | None = parse_query(NoticesQuery, request).get("before")
        found, more = access.my_notices(self.actor, before=before)
        unread = access.count_unread(self.actor)
        return Response(NoticesOut({"items": map(shown, found), "more": more, "unread": unread}).data)


class NoticesRead(Endpoint):
    """POST /notices/read."""

    permission = Permission.MARK
    kinds = EVERYBODY

    @extend_schema(request=ReadIn, responses={204: None}, operation_id="markNoticesRead")
    def post(self, request: Request) -> Response:
        """Mark what I read as read, on all my devices."""
        body = parse(ReadIn, request)
        mine = access.may_mark(self.actor)
        services.mark_read(account_id=mine, notice_ids=body.get("ids"), now=clock.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class Push(Endpoint):
    """GET, PUT and DELETE /notices/push: whether the device I use is told that something is new."""

    permission = dict.fromkeys(("get", "put", "delete"), Permission.PUSH)

    @extend_schema(responses=PushOut, operation_id="readPush")
    def get(self, request: Request) -> Response:
        """Read whether this device is told, and with what key its browser is asked for an address."""
        device_id = access.my_device(self.actor)
        told = {"key": clients.public_key(), "on": access.is_pushed_to(device_id)}
        return Response(PushOut(told).data)

    @extend_schema(request=PushIn, responses={204: None}, operation_id="startPush")
    def put(self, request: Request) -> Response:
        """Have this device told, at the address its browser gave."""
        body = parse(PushIn, request)
        device_id = access.my_device(self.actor)
        address = clients.Address(
            endpoint=body["endpoint"],
            keys={name: to_base64(body[name]) for name in ("p256dh", "auth")},
        )
        services.push_to(account_id=self.actor.id, device_id=device_id, address=address, now=clock.now())
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(responses={204: None}, operation_id="stopPush")
    def delete(self, request: Request) -> Response:
        """Tell this device no more."""
        services.stop_pushing_to(device_id=access.my_device(self.actor))
        return Response(status=status.HTTP_204_NO_CONTENT)
