"""Remarks about items over HTTP: a heart, a comment, "take me off this"; only members can read which."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from media import access, services
from media.access import Permission
from media.api import EVERYBODY
from media.items_api import CHANGES, ChangesQuery
from media.models import Remark
from media.shapes import RemarkOut, RemarksOut, page_shape, remarks_shape
from prifora.kernel import clock
from prifora.kernel.api import Endpoint, parse, parse_query
from prifora.kernel.fields import Base64Field
from prifora.kernel.limits import Limit, enforce

REMARK_MAX_BYTES = 8 * 1024


class RemarkIn(serializers.Serializer):
    """What I say, sealed under the album's key and signed by my device."""

    id = serializers.UUIDField()
    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1)
    sealed = Base64Field(at_least=28, at_most=REMARK_MAX_BYTES)
    signature = Base64Field(exactly=64)


class ItemRemarks(Endpoint):
    """POST /albums/<id>/items/<id>/remarks."""

    permission = Permission.REMARK
    kinds = EVERYBODY

    @extend_schema(request=RemarkIn, responses={201: RemarkOut}, operation_id="makeRemark")
    def post(self, request: Request, album_id: UUID, item_id: UUID) -> Response:
        """Say something about an item. The same again gets the same answer."""
        access.album(self.actor, album_id, Permission.REMARK)
        access.item(self.actor, album_id, item_id)
        body = parse(RemarkIn, request)
        enforce(Limit.REMARK_MAKE, str(self.actor.id))
        remark = Remark(
            album_id=album_id,
            item_id=item_id,
            author_id=self.actor.id,
            device_ref=self.actor.device(),
            created_at=clock.now(),
            **body,
        )
        made = services.make_remark(remark=remark, author_id=self.actor.id)
        return Response(RemarkOut(remarks_shape([made])[0]).data, status=status.HTTP_201_CREATED)


class Remarks(Endpoint):
    """GET /albums/<id>/remarks."""

    permission = Permission.READ
    kinds = EVERYBODY

    @extend_schema(parameters=CHANGES, responses=RemarksOut, operation_id="listRemarks")
    def get(self, request: Request, album_id: UUID) -> Response:
        """List what was said about items after a number, in that order; what was removed as `removed`."""
        album = access.album(self.actor, album_id, Permission.READ)
        query = parse_query(ChangesQuery, request)
        after, limit = query["after"], query["limit"]
        lines = RemarkOut(remarks_shape(access.changed_remarks(album_id, after, limit)), many=True).data
        gone = access.tombstones(album_id, after, limit, of_remarks=True)
        return Response(page_shape(lines, gone, album, limit))


class RemarkPage(Endpoint):
    """DELETE /albums/<id>/remarks/<id>."""

    permission = Permission.UNSAY
    kinds = EVERYBODY

    @extend_schema(responses={204: None}, operation_id="removeRemark")
    def delete(self, _request: Request, album_id: UUID, remark_id: UUID) -> Response:
        """Take a remark back; for who made it and the owner of the album."""
        remark = access.own_remark(self.actor, album_id, remark_id)
        services.remove_remark(remark=remark, account_id=self.actor.id)
        return Response(status=status.HTTP_204_NO_CONTENT)
