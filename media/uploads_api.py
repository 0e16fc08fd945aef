"""Uploads over HTTP: tus 1.0 (https://tus.io/protocols/resumable-upload), core and the extensions we name.

The body of a PATCH goes to the disk before the handler's transaction begins; nobody else has to wait for it.
"""

import base64
import binascii
import re
from contextlib import ExitStack
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.http import http_date
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from media import access, services
from media.access import Permission
from media.api import EVERYBODY, AnyAccept
from media.foreign import UPLOAD_KEPT
from media.models import Upload
from media.services import PIECE_MAX_BYTES, UPLOAD_MAX_BYTES
from prifora.kernel import clock
from prifora.kernel.api import Endpoint
from prifora.kernel.errors import Refused, TooLarge
from prifora.kernel.problems import ProblemOut
from prifora.kernel.types import WRITTEN_ID

VERSION = "1.0.0"
EXTENSIONS = "creation,termination,checksum,expiration"
PIECE = "application/offset+octet-stream"
WHOLE = re.compile(r"(0|[1-9][0-9]{0,18})\Z")
METADATA = ("id", "family")
SHA256_BYTES = 32
RESUMABLE = OpenApiParameter("Tus-Resumable", str, OpenApiParameter.HEADER, required=True, enum=[VERSION])
OFFSET = OpenApiParameter("Upload-Offset", int, OpenApiParameter.HEADER, required=True)
OFFSET_OUT = OpenApiParameter(
    "Upload-Offset", int, OpenApiParameter.HEADER, required=True, response=[200, 201, 204]
)


class WrongTusVersion(Refused):
    """Another version of the protocol than ours."""

    status, code = 412, "wrong_tus_version"


class HeaderRefused(Refused):
    """A header of the protocol is missing or not readable; `attr` names it."""

    code = "header_refused"
    sentence = _("This is not readable.")


class UploadOut(serializers.Serializer):
    """How far an upload is."""

    id = serializers.UUIDField()
    offset = serializers.IntegerField(source="received")
    length = serializers.IntegerField()


class RawPiece(BaseParser):
    """Names the only kind of body; nobody asks it to read one."""

    media_type = PIECE

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        return stream


class TusEndpoint(Endpoint):
    """What all requests of the protocol share: its version, in and out."""

    permission = Permission.UPLOAD
    kinds = EVERYBODY
    parser_classes = [RawPiece]
    content_negotiation_class = AnyAccept

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not self.has_method(request):
            return
        access.with_device(self.actor, Permission.UPLOAD)
        if request.method != "OPTIONS" and request.headers.get("Tus-Resumable") != VERSION:
            raise WrongTusVersion

    def has_method(self, request: Request) -> bool:
        """Return whether there is anything here to be done by the method of a request."""
        name = (request.method or "").lower()
        return name in self.http_method_names and hasattr(self, name)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer.headers["Tus-Resumable"] = VERSION
        answer.headers["Cache-Control"] = "no-store"
        if answer.status_code == WrongTusVersion.status:
            answer.headers["Tus-Version"] = VERSION
        return answer


class Uploads(TusEndpoint):
    """POST and OPTIONS /uploads."""

    permission = Permission.UPLOAD
    http_method_names = [*Endpoint.http_method_names, "options"]

    @extend_schema(
        request=None,
        parameters=[
            RESUMABLE,
            OFFSET_OUT,
            OpenApiParameter("Upload-Length", int, OpenApiParameter.HEADER, required=True),
            OpenApiParameter("Upload-Metadata", str, OpenApiParameter.HEADER, required=True),
        ],
        responses={201: UploadOut, 412: ProblemOut},
        operation_id="beginUpload",
    )
    def post(self, request: Request) -> Response:
        """Begin a resumable upload of a sealed part; the same again says how far it is.

        `Upload-Metadata` is `id <base64>,family <base64>`: the id of the part, and of the family it is for.
        """
        length = whole_number(request, "Upload-Length")
        if length == 0:
            raise HeaderRefused(attr="Upload-Length")
        upload_id, family_id = metadata(request)
        access.in_family(self.actor, family_id, Permission.UPLOAD)
        upload = services.begin_upload(
            upload_id=upload_id,
            account_id=self.actor.id,
            family_id=family_id,
            length=length,
            now=clock.now(),
        )
        headers = {**upload_headers(upload), "Location": f"/api/v1/uploads/{upload.pk}"}
        return Response(UploadOut(upload).data, status=status.HTTP_201_CREATED, headers=headers)

    @extend_schema(exclude=True)
    def options(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Say what of the protocol there is here."""
        headers = {
            "Tus-Version": VERSION,
            "Tus-Extension": EXTENSIONS,
            "Tus-Max-Size": str(UPLOAD_MAX_BYTES),
            "Tus-Checksum-Algorithm": "sha256",
        }
        return Response(status=status.HTTP_204_NO_CONTENT, headers=headers)


class UploadPage(TusEndpoint):
    """GET (and HEAD), PATCH and DELETE /uploads/<id>."""

    permission = Permission.UPLOAD
    upload: Upload
    end: int

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Hold what a PATCH writes to until its transaction is over."""
        with ExitStack() as self.held:
            return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if self.has_method(request):
            self.upload = access.upload(
                self.actor, kwargs["upload_id"], clock.now(), adds=request.method == "PATCH"
            )
        if request.method == "PATCH":
            self._receive(request)

    @extend_schema(
        parameters=[RESUMABLE, OFFSET_OUT],
        responses={200: UploadOut, 412: ProblemOut},
        operation_id="getUpload",
    )
    def get(self, _request: Request, upload_id: UUID) -> Response:
        """Say how far an upload is: the headers of tus, and the same once more as JSON."""
        return Response(UploadOut(self.upload).data, headers=upload_headers(self.upload))

    @extend_schema(
        request={PIECE: OpenApiTypes.BINARY},
        parameters=[
            RESUMABLE,
            OFFSET,
            OFFSET_OUT,
            OpenApiParameter("Upload-Checksum", str, OpenApiParameter.HEADER),
        ],
        responses={204: None, 412: ProblemOut, 423: ProblemOut, 460: ProblemOut},
        operation_id="continueUpload",
    )
    def patch(self, _request: Request, upload_id: UUID) -> Response:
        """Add at most 16 MiB to an upload, beginning where it is."""
        services.count_piece(upload=self.upload, end=self.end, now=clock.now())
        return Response(status=status.HTTP_204_NO_CONTENT, headers=upload_headers(self.upload))

    @extend_schema(parameters=[RESUMABLE], responses={204: None, 412: ProblemOut}, operation_id="endUpload")
    def delete(self, _request: Request, upload_id: UUID) -> Response:
        """Give up an upload; nothing of it stays."""
        services.end_uploads(pk=self.upload.pk)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _receive(self, request: Request) -> None:
        if request.content_type != PIECE:
            raise UnsupportedMediaType(request.content_type)
        offset, digest = whole_number(request, "Upload-Offset"), checksum(request)
        if int(request.META.get("CONTENT_LENGTH") or 0) > PIECE_MAX_BYTES:
            raise TooLarge
        file = self.held.enter_context(services.writing(self.upload.pk))
        self.upload, self.end = services.receive_piece(
            upload_id=self.upload.pk, file=file, stream=request._request, offset=offset, checksum=digest
        )


def upload_headers(upload: Upload) -> dict[str, str]:
    """Return what tus says of an upload."""
    return {
        "Upload-Offset": str(upload.received),
        "Upload-Length": str(upload.length),
        "Upload-Expires": http_date(expiry(upload).timestamp()),
    }


def expiry(upload: Upload) -> datetime:
    """Return until when an upload that nobody goes on with is kept."""
    return upload.touched_at + UPLOAD_KEPT


def whole_number(request: Request, header: str) -> int:
    """Return the number in a header; raises HeaderRefused."""
    value = request.headers.get(header, "")
    if not WHOLE.match(value):
        raise HeaderRefused(attr=header)
    return int(value)


def metadata(request: Request) -> tuple[UUID, UUID]:
    """Return the ids in `Upload-Metadata`, which may hold nothing but these two; raises HeaderRefused."""
    pairs = [one.strip().split(" ") for one in request.headers.get("Upload-Metadata", "").split(",")]
    if sorted(pair[0] for pair in pairs) != sorted(METADATA) or any(
        len(pair) != len(METADATA) for pair in pairs
    ):
        raise HeaderRefused(attr="Upload-Metadata")
    said = {name: plain(value).decode("ascii", "replace") for name, value in pairs}
    if not all(WRITTEN_ID.match(one) for one in said.values()):
        raise HeaderRefused(attr="Upload-Metadata")
    return UUID(said["id"]), UUID(said["family"])


def checksum(request: Request) -> bytes | None:
    """Return the SHA-256 in `Upload-Checksum`, or None without one; raises HeaderRefused."""
    if "Upload-Checksum" not in request.headers:
        return None
    algorithm, _space, value = request.headers["Upload-Checksum"].partition(" ")
    digest = plain(value)
    if algorithm != "sha256" or len(digest) != SHA256_BYTES:
        raise HeaderRefused(attr="Upload-Checksum")
    return digest


def plain(text: str) -> bytes:
    """Return the bytes of base64 `text` as tus has it, with padding; nothing when it is not readable."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
