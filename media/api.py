"""Portraits over HTTP: picture bytes in, picture bytes out."""

from typing import Any, cast
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from media import access, services
from media.access import Permission
from media.rules import SENT_MAX_BYTES
from prifora.kernel.access import Kind
from prifora.kernel.api import Endpoint
from prifora.kernel.limits import Limit, enforce

EVERYBODY = (Kind.PERSON, Kind.STATION)
PICTURES_IN = {
    "image/jpeg": OpenApiTypes.BINARY,
    "image/png": OpenApiTypes.BINARY,
    "image/webp": OpenApiTypes.BINARY,
}


class PictureParser(BaseParser):
    """Takes the bytes as they are; what they really hold is for the decoder to say."""

    media_type = "image/*"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        """Return at most one byte more than may be sent, so that too much can be told from enough."""
        return stream.read(SENT_MAX_BYTES + 1)


class AnyAccept(BaseContentNegotiation):
    """Callers ask for image/webp here; a refusal is told in JSON all the same."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return next((one for one in parsers if str(request.content_type).startswith("image/")), None)

    def select_renderer(self, request: Request, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type


class PortraitOut(serializers.Serializer):
    """The picture people see from now on."""

    version = serializers.UUIDField()


class MyPortrait(Endpoint):
    """PUT and DELETE /me/portrait."""

    permission = Permission.CHANGE
    parser_classes = [PictureParser]
    content_negotiation_class = AnyAccept
    picture: bytes

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Decode before the transaction of the handler begins: nobody else has to wait for it."""
        super().initial(request, *args, **kwargs)
        if request.method == "PUT":
            enforce(Limit.PORTRAIT_CHANGE, str(self.actor.id))
            self.picture = services.make_portrait(cast(bytes, request.data or b""))

    @extend_schema(request=PICTURES_IN, responses=PortraitOut, operation_id="setPortrait")
    def put(self, _request: Request) -> Response:
        """Show this picture of me to my families."""
        portrait = services.set_portrait(account_id=access.my_portrait(self.actor), picture=self.picture)
        return Response(PortraitOut(portrait).data)

    @extend_schema(responses={204: None}, operation_id="removePortrait")
    def delete(self, _request: Request) -> Response:
        """Show no picture of me any more."""
        services.remove_portrait(account_id=access.my_portrait(self.actor))
        return Response(status=status.HTTP_204_NO_CONTENT)


class PortraitPage(Endpoint):
    """GET /accounts/<id>/portrait."""

    permission = Permission.SEE
    kinds = EVERYBODY
    content_negotiation_class = AnyAccept

    @extend_schema(
        parameters=[OpenApiParameter("If-None-Match", str, OpenApiParameter.HEADER)],
        responses={(200, "image/webp"): OpenApiTypes.BINARY, 304: None},
        operation_id="getPortrait",
    )
    def get(self, request: Request, account_id: UUID) -> HttpResponse:
        """Show the picture of somebody I share a family with."""
        portrait = access.portrait(self.actor, account_id)
        tag = f'"{portrait.version}"'
        if request.headers.get("If-None-Match") == tag:
            return HttpResponse(status=status.HTTP_304_NOT_MODIFIED, headers=picture_headers(tag))
        picture = services.picture_of(portrait)
        return HttpResponse(picture, content_type="image/webp", headers=picture_headers(tag))


def picture_headers(tag: str) -> dict[str, str]:
    """Return what makes a browser show these bytes as a picture only, and ask again each time."""
    return {
        "Cache-Control": "private, no-cache",
        "Content-Disposition": 'inline; filename="portrait.webp"',
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "ETag": tag,
        "X-Content-Type-Options": "nosniff",
    }
