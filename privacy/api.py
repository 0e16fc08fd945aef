"""Closing one's account, and seeing and having everything that is held of oneself, over HTTP."""

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from prifora.kernel import clock
from prifora.kernel.api import Endpoint, parse
from prifora.kernel.errors import Absent
from prifora.kernel.fields import StrictChar
from prifora.kernel.limits import Limit, enforce
from prifora.kernel.streams import piece_by_piece
from privacy import access, services
from privacy.access import Permission
from privacy.documents.export_schema import export_schema
from privacy.documents.mine import my_data
from privacy.shapes import ClosingOut, ExportOut, MyDataOut

FOR_ONE_PERSON = {
    "Cache-Control": "no-store",
    "Content-Disposition": 'attachment; filename="account.json"',
    "Content-Type": "application/json",
}


class ClosingIn(serializers.Serializer):
    """The authKey once more, and whether what I shared goes too."""

    password = StrictChar(max_length=64)
    shared = serializers.ChoiceField(choices=["leave", "withdraw"])


class Closing(Endpoint):
    """GET, POST and DELETE /me/closing."""

    permission = {"get": Permission.SEE_CLOSING, "post": Permission.CLOSE, "delete": Permission.KEEP}

    @extend_schema(responses=ClosingOut, operation_id="getClosing")
    def get(self, _request: Request) -> Response:
        """See what closing my account means, what stays, and when it is erased if I asked."""
        account = access.myself(self.actor, Permission.SEE_CLOSING)
        return Response(ClosingOut(services.closing_of(account)).data)

    @extend_schema(request=ClosingIn, responses={201: ClosingOut}, operation_id="askClosing")
    def post(self, request: Request) -> Response:
        """Close my account: it is erased after 30 days, unless I sign in before."""
        body = parse(ClosingIn, request)
        account = access.myself(self.actor, Permission.CLOSE)
        enforce(Limit.CLOSING_ASK, str(account.pk))
        services.ask_closing(
            account=account,
            password=body["password"],
            withdraw=body["shared"] == "withdraw",
            session_key=request.session.session_key,
            now=clock.now(),
        )
        return Response(ClosingOut(services.closing_of(account)).data, status=status.HTTP_201_CREATED)

    @extend_schema(responses={204: None}, operation_id="keepAccount")
    def delete(self, _request: Request) -> Response:
        """Keep my account after all."""
        account = access.myself(self.actor, Permission.KEEP)
        if not services.keep_account(account_id=account.pk, now=clock.now()):
            raise Absent
        return Response(status=status.HTTP_204_NO_CONTENT)


class ExportIn(serializers.Serializer):
    """The authKey once more; null is enough for some minutes after signing in."""

    password = StrictChar(max_length=64, allow_null=True)


class Export(Endpoint):
    """POST /me/export."""

    permission = Permission.EXPORT

    @extend_schema(request=ExportIn, responses=ExportOut, operation_id="makeExport")
    def post(self, request: Request) -> StreamingHttpResponse:
        """Fetch everything that is held of me, in one answer; nothing is kept that could be fetched again."""
        body = parse(ExportIn, request)
        account, now = access.myself(self.actor, Permission.EXPORT), clock.now()
        enforce(Limit.EXPORT_MAKE, str(account.pk))
        services.prove_export(account=account, password=body["password"], session=request.session, now=now)
        pieces = services.export_pieces(account_id=account.pk, now=now)
        return StreamingHttpResponse(piece_by_piece(pieces), headers=FOR_ONE_PERSON)


class ExportSchema(Endpoint):
    """GET /me/export/schema."""

    permission = Permission.READ_DATA

    @extend_schema(responses=OpenApiTypes.OBJECT, operation_id="getExportSchema")
    def get(self, _request: Request) -> Response:
        """Fetch what my export looks like, as JSON Schema."""
        access.myself(self.actor, Permission.READ_DATA)
        return Response(export_schema())


class MyData(Endpoint):
    """GET /me/data."""

    permission = Permission.READ_DATA

    @extend_schema(responses=MyDataOut, operation_id="getMyData")
    def get(self, _request: Request) -> Response:
        """See what is kept about me, why, for how long, who receives it, and what I can do about it."""
        account = access.myself(self.actor, Permission.READ_DATA)
        return Response(MyDataOut(my_data(account.pk)).data)
