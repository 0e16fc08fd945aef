"""Items of albums over HTTP. Bytes of parts are checked and moved before the handler's transaction begins."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from media import access, services
from media.access import PAGE, Permission
from media.api import EVERYBODY, AnyAccept
from media.models import Album, Item, Part
from media.services import StaleAlbum, Stowed
from media.shapes import PART_NAMES, ItemOut, ItemsOut, items_shape, page_shape
from prifora.kernel import clock
from prifora.kernel.api import Endpoint, parse, parse_query
from prifora.kernel.downloads import BYTES, RangeRefused, byte_range, is_known, sealed_headers
from prifora.kernel.fields import Base64Field
from prifora.kernel.problems import ProblemOut

META_MAX_BYTES = 16 * 1024
NUMBER_MAX = 2**53


class PartIn(serializers.Serializer):
    """A whole upload of mine, and the SHA-256 of its sealed bytes."""

    name = serializers.ChoiceField(choices=PART_NAMES)
    upload_id = serializers.UUIDField()
    sha256 = Base64Field(exactly=32)


class NewItem(serializers.Serializer):
    """What every new item says."""

    id = serializers.UUIDField()
    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1)
    sealed_key = Base64Field(at_least=48, at_most=256)
    sealed_meta = Base64Field(at_least=28, at_most=META_MAX_BYTES)


class ItemIn(NewItem):
    """A photo, film or sound whose parts were uploaded."""

    parts = PartIn(many=True, min_length=1, max_length=len(PART_NAMES))  # type: ignore[call-arg]

    def validate_parts(self, value: list[dict[str, Any]]) -> list[dict[str, Any]]:
        for key in ("name", "upload_id"):
            if len({one[key] for one in value}) != len(value):
                raise serializers.ValidationError(code="unique")
        return value


class CopyIn(NewItem):
    """The same bytes as another item, with its key under this album's."""

    from_item = serializers.UUIDField()


class MetaIn(serializers.Serializer):
    """What an item says about itself, signed by my device."""

    sealed_meta = Base64Field(at_least=28, at_most=META_MAX_BYTES)


class ChangesQuery(serializers.Serializer):
    """Changes after a number."""

    after = serializers.IntegerField(min_value=0, max_value=NUMBER_MAX, default=0)
    limit = serializers.IntegerField(min_value=1, max_value=PAGE, default=PAGE)


CHANGES = [OpenApiParameter("after", int), OpenApiParameter("limit", int)]


class Items(Endpoint):
    """POST and GET /albums/<id>/items."""

    permission = {"post": Permission.ADD, "get": Permission.READ}
    kinds = EVERYBODY
    body: dict[str, Any]
    item: Item
    known: Item | None = None
    stowed: list[Stowed]
    is_taken = False

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Check and move the bytes before the transaction of the handler begins: nobody else waits for it."""
        super().initial(request, *args, **kwargs)
        self.stowed = []
        if request.method == "POST":
            album = access.album(self.actor, kwargs["album_id"], Permission.ADD)
            self._stow(album, parse(ItemIn, request))

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Leave nothing in the store that no row names."""
        if not self.is_taken:
            services.undo_keeping([one.stored for one in getattr(self, "stowed", [])])
        return super().finalize_response(request, response, *args, **kwargs)

    @extend_schema(request=ItemIn, responses={201: ItemOut}, operation_id="addItem")
    def post(self, _request: Request, album_id: UUID) -> Response:
        """Add a photo, film or sound whose parts were uploaded. The same again gets the same answer."""
        access.album(self.actor, album_id, Permission.ADD)
        added = self.known or services.add_item(item=self.item, stowed=self.stowed)
        answer = _item(added, status.HTTP_201_CREATED)
        self.is_taken = added is self.item
        return answer

    @extend_schema(parameters=CHANGES, responses=ItemsOut, operation_id="listItems")
    def get(self, request: Request, album_id: UUID) -> Response:
        """List what changed in an album after a number, in that order; what was removed as `removed`."""
        album = access.album(self.actor, album_id, Permission.READ)
        query = parse_query(ChangesQuery, request)
        after, limit = query["after"], query["limit"]
        lines = ItemOut(items_shape(access.changed_items(album_id, after, limit)), many=True).data
        gone = access.tombstones(album_id, after, limit, of_remarks=False)
        return Response(page_shape(lines, gone, album, limit))

    def _stow(self, album: Album, body: dict[str, Any]) -> None:
        self.item = _new(body, album, self.actor)
        digests = {one["name"]: one["sha256"] for one in body["parts"]}
        self.known = services.known_item(item=self.item, digests=digests)
        if self.known is not None:
            return
        if self.item.version != album.version:
            raise StaleAlbum(album)
        checked = [
            services.check_upload(
                upload_id=one["upload_id"],
                account_id=self.actor.id,
                family_id=album.family_id,
                name=one["name"],
                digest=one["sha256"],
            )
            for one in body["parts"]
        ]
        for one, upload in zip(body["parts"], checked, strict=True):
            self.stowed.append(services.stow(upload=upload, name=one["name"], digest=one["sha256"]))


class Copies(Endpoint):
    """POST /albums/<id>/items/copy."""

    permission = Permission.ADD
    kinds = EVERYBODY

    @extend_schema(request=CopyIn, responses={201: ItemOut}, operation_id="copyItem")
    def post(self, request: Request, album_id: UUID) -> Response:
        """Add what another album of the family has; its bytes are stored once."""
        album = access.album(self.actor, album_id, Permission.ADD)
        body = parse(CopyIn, request)
        source = access.copied_item(self.actor, body["from_item"], album.family_id)
        return _item(
            services.copy_item(item=_new(body, album, self.actor), source=source), status.HTTP_201_CREATED
        )


class ItemMeta(Endpoint):
    """PUT /albums/<id>/items/<id>/meta."""

    permission = Permission.CAPTION
    kinds = EVERYBODY

    @extend_schema(request=MetaIn, responses=ItemOut, operation_id="captionItem")
    def put(self, request: Request, album_id: UUID, item_id: UUID) -> Response:
        """Change what an item says about itself; for its author and the owner of the album."""
        item = access.own_item(self.actor, album_id, item_id, Permission.CAPTION)
        body = parse(MetaIn, request)
        return _item(
            services.caption_item(item=item, account_id=self.actor.id, device_id=self.actor.device(), **body)
        )


class ItemPage(Endpoint):
    """DELETE /albums/<id>/items/<id>."""

    permission = Permission.REMOVE
    kinds = EVERYBODY

    @extend_schema(responses={204: None}, operation_id="removeItem")
    def delete(self, _request: Request, album_id: UUID, item_id: UUID) -> Response:
        """Remove an item; for its author and the owner of the album."""
        item = access.own_item(self.actor, album_id, item_id, Permission.REMOVE)
        services.remove_item(item=item, account_id=self.actor.id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class PartPage(Endpoint):
    """GET /albums/<id>/items/<id>/parts/<name>."""

    permission = Permission.READ
    kinds = EVERYBODY
    content_negotiation_class = AnyAccept
    part: Part | None = None

    @extend_schema(
        parameters=[
            OpenApiParameter("name", str, OpenApiParameter.PATH, enum=PART_NAMES),
            *(
                OpenApiParameter(one, str, OpenApiParameter.HEADER)
                for one in ("Range", "If-Range", "If-None-Match")
            ),
        ],
        responses={
            (200, BYTES): OpenApiTypes.BINARY,
            (206, BYTES): OpenApiTypes.BINARY,
            304: None,
            416: ProblemOut,
        },
        operation_id="getPart",
    )
    def get(self, request: Request, album_id: UUID, item_id: UUID, name: str) -> Any:
        """Fetch sealed bytes of an item, or the one range of them that is asked for (206)."""
        self.part = access.part(self.actor, album_id, item_id, name)
        size, tag = self.part.size, f'"{self.part.part_id}"'
        told = {"ETag": tag, "Accept-Ranges": "bytes"}
        if is_known(request.headers.get("If-None-Match"), tag):
            return HttpResponse(status=status.HTTP_304_NOT_MODIFIED, headers=told)
        same = request.headers.get("If-Range") in (None, tag)
        asked = byte_range(request.headers.get("Range"), size) if same else None
        start, end = asked or (0, size)
        if asked:
            told["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
        return StreamingHttpResponse(
            services.read_sealed(self.part.pk, start, end),
            status=status.HTTP_206_PARTIAL_CONTENT if asked else status.HTTP_200_OK,
            content_type=BYTES,
            headers={**sealed_headers(end - start), **told},
        )

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        answer = super().finalize_response(request, response, *args, **kwargs)
        if self.part and answer.status_code == RangeRefused.status:
            answer.headers["Content-Range"] = f"bytes */{self.part.size}"
        return answer


def _new(body: dict[str, Any], album: Album, actor: Any) -> Item:
    """Return an item that is not saved yet."""
    return Item(
        id=body["id"],
        album_id=album.pk,
        author_id=actor.id,
        device_ref=actor.device(),
        version=body["version"],
        sealed_key=body["sealed_key"],
        sealed_meta=body["sealed_meta"],
        created_at=clock.now(),
    )


def _item(item: Item, code: int = status.HTTP_200_OK) -> Response:
    return Response(ItemOut(items_shape([item])[0]).data, status=code)
