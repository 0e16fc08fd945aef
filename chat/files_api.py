"""Files of conversations over HTTP: sealed bytes in, the same bytes out, never whole in memory."""

import io
from typing import Any, cast
from uuid import UUID

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from chat import access, services
from chat.access import FILE_MAX_BYTES, Permission
from media.services import Arrived, Stream, keep_sealed, read_sealed, receive_sealed, undo_keeping
from prifora.kernel import clock
from prifora.kernel.access import Kind
from prifora.kernel.api import Endpoint
from prifora.kernel.downloads import BYTES, sealed_headers
from prifora.kernel.limits import Limit, enforce

CONTAINER = b"PFM1"
"""How every sealed file begins (docs/contract.md)."""


class RawBody(BaseParser):
    """Hands the body on as a stream; nothing of it is read here."""

    media_type = BYTES

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        return stream


class AnyAccept(DefaultContentNegotiation):
    """Callers ask for bytes here; a refusal is told in JSON all the same."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type


class FileOut(serializers.Serializer):
    """A stored file."""

    size = serializers.IntegerField()


class FilePage(Endpoint):
    """PUT, GET and DELETE /conversations/<id>/files/<id>."""

    permission = {"put": Permission.STORE, "get": Permission.READ, "delete": Permission.DROP}
    kinds = (Kind.PERSON, Kind.STATION)
    parser_classes = [RawBody]
    content_negotiation_class = AnyAccept
    arrived: Arrived | None = None
    kept: Any = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Take the bytes in before the transaction of the handler begins: nobody else has to wait for it."""
        super().initial(request, *args, **kwargs)
        if request.method == "PUT":
            access.conversation(self.actor, kwargs["conversation_id"], Permission.STORE)
            enforce(Limit.FILE_STORE, str(kwargs["conversation_id"]))
            self.arrived = receive_sealed(
                cast(Stream, request.data or io.BytesIO()),
                begins_with=CONTAINER,
                at_most=FILE_MAX_BYTES,
                promised=int(request.META.get("CONTENT_LENGTH") or 0),
            )
            keep_sealed(self.arrived)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Leave nothing of what came in and was not kept."""
        if self.arrived and (self.kept is None or self.kept.pk != self.arrived.name):
            undo_keeping([self.arrived.name])
        return super().finalize_response(request, response, *args, **kwargs)

    @extend_schema(request={BYTES: OpenApiTypes.BINARY}, responses={201: FileOut}, operation_id="storeFile")
    def put(self, _request: Request, conversation_id: UUID, file_id: UUID) -> Response:
        """Put a sealed file into a conversation. The same file again gets the same answer."""
        found = access.conversation(self.actor, conversation_id, Permission.STORE)
        self.kept = services.keep_file(
            conversation=found,
            account_id=self.actor.id,
            file_id=file_id,
            arrived=cast(Arrived, self.arrived),
            now=clock.now(),
        )
        return Response(FileOut(self.kept).data, status=status.HTTP_201_CREATED)

    @extend_schema(responses={(200, BYTES): OpenApiTypes.BINARY}, operation_id="getFile")
    def get(self, _request: Request, conversation_id: UUID, file_id: UUID) -> StreamingHttpResponse:
        """Fetch a sealed file of a conversation."""
        file = access.file(self.actor, conversation_id, file_id)
        return StreamingHttpResponse(
            read_sealed(file.pk), content_type=BYTES, headers=sealed_headers(file.size)
        )

    @extend_schema(responses={204: None}, operation_id="dropFile")
    def delete(self, _request: Request, conversation_id: UUID, file_id: UUID) -> Response:
        """Take back a file of mine."""
        services.drop_file(file=access.own_file(self.actor, conversation_id, file_id))
        return Response(status=status.HTTP_204_NO_CONTENT)
