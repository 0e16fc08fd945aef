"""The Message Center over HTTP."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from notices import access, services
from notices.access import Permission
from notices.shapes import NoticesOut, shown
from prifora.kernel import clock
from prifora.kernel.access import Kind
from prifora.kernel.api import Endpoint, parse, parse_query

EVERYBODY = (Kind.PERSON, Kind.STATION)


class NoticesQuery(serializers.Serializer):
    """From where on: those older than this one."""

    before = serializers.UUIDField(required=False)


class ReadIn(serializers.Serializer):
    """What was read; without `ids` all of it."""

    ids = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=500, required=False)


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
