"""What I ask about my data, and complaints, over HTTP; a Home Station can ask for its user."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from prifora.kernel import clock
from prifora.kernel.access import Kind
from prifora.kernel.api import Endpoint, items, parse
from prifora.kernel.fields import StrictChar
from prifora.kernel.limits import Limit, enforce
from privacy import access, services
from privacy.access import Permission
from privacy.rights import Right
from privacy.services import TEXT_MAX
from privacy.shapes import RequestOut, RequestsOut

EVERYBODY = (Kind.PERSON, Kind.STATION)


class RequestIn(serializers.Serializer):
    """What I ask, and in my own words what it is about."""

    kind = serializers.ChoiceField(choices=[one.value for one in Right])
    text = StrictChar(max_length=TEXT_MAX)


class LineIn(serializers.Serializer):
    """Something more about it."""

    text = StrictChar(max_length=TEXT_MAX)


class Requests(Endpoint):
    """GET and POST /me/requests."""

    permission = {"get": Permission.SEE_REQUESTS, "post": Permission.ASK}
    kinds = EVERYBODY

    @extend_schema(responses=RequestsOut, operation_id="listRequests")
    def get(self, _request: Request) -> Response:
        """See what I asked and complained about, newest first, and by when each is answered."""
        account = access.myself(self.actor, Permission.SEE_REQUESTS)
        return items(RequestOut, services.requests_of(account=account, now=clock.now()))

    @extend_schema(request=RequestIn, responses={201: RequestOut}, operation_id="fileRequest")
    def post(self, request: Request) -> Response:
        """Ask something about my data, or complain. A person answers within one calendar month."""
        body = parse(RequestIn, request)
        account = access.myself(self.actor, Permission.ASK)
        enforce(Limit.REQUEST_FILE, str(account.pk))
        now = clock.now()
        filed = services.file_request(
            account=account,
            right=Right(body["kind"]),
            text=body["text"],
            how="station" if self.actor.kind is Kind.STATION else "app",
            now=now,
        )
        return Response(_shown(filed, account, now), status=status.HTTP_201_CREATED)


class RequestLines(Endpoint):
    """POST /me/requests/<id>/lines."""

    permission = Permission.FOLLOW_UP
    kinds = EVERYBODY

    @extend_schema(request=LineIn, responses={201: RequestOut}, operation_id="addToRequest")
    def post(self, request: Request, asked_id: UUID) -> Response:
        """Add something to what I asked."""
        body = parse(LineIn, request)
        mine = access.my_request(self.actor, asked_id)
        account = access.myself(self.actor, Permission.FOLLOW_UP)
        enforce(Limit.REQUEST_ADD, str(account.pk))
        now = clock.now()
        added = services.add_to_request(request_id=mine.pk, text=body["text"], now=now)
        return Response(_shown(added, account, now), status=status.HTTP_201_CREATED)


class RequestWithdrawal(Endpoint):
    """POST /me/requests/<id>/withdraw."""

    permission = Permission.FOLLOW_UP
    kinds = EVERYBODY

    @extend_schema(request=None, responses=RequestOut, operation_id="withdrawRequest")
    def post(self, _request: Request, asked_id: UUID) -> Response:
        """Take back what I asked."""
        mine = access.my_request(self.actor, asked_id)
        account = access.myself(self.actor, Permission.FOLLOW_UP)
        now = clock.now()
        withdrawn = services.withdraw_request(request_id=mine.pk, now=now)
        return Response(_shown(withdrawn, account, now))


class RequestMandate(Endpoint):
    """DELETE /me/requests/<id>/mandate."""

    permission = Permission.FOLLOW_UP
    kinds = EVERYBODY

    @extend_schema(request=None, responses={200: RequestOut}, operation_id="revokeMandate")
    def delete(self, _request: Request, mandated_id: UUID) -> Response:
        """Say that somebody else may not ask this for me."""
        mine = access.my_request(self.actor, mandated_id)
        account = access.myself(self.actor, Permission.FOLLOW_UP)
        now = clock.now()
        revoked = services.revoke_mandate(request_id=mine.pk, now=now)
        return Response(_shown(revoked, account, now))


def _shown(request: Any, account: Any, now: Any) -> dict[str, Any]:
    return RequestOut(services.told(request, account=account, now=now)).data
