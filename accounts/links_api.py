"""Accounts over HTTP: a new browser waits under a code, and a device I have lets it in."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import access, services
from accounts.access import Permission
from prifora.kernel import clock
from prifora.kernel.access import Kind
from prifora.kernel.api import Endpoint, Public, address_of, parse
from prifora.kernel.fields import AuthKeyField, Base64Field, StrictChar
from prifora.kernel.limits import Limit, enforce, refuse_if_spent
from prifora.kernel.shapes import PollIn, PollOut

EVERYBODY = (Kind.PERSON, Kind.STATION)


class LinkIn(serializers.Serializer):
    """A new browser that shows a code."""

    id = serializers.UUIDField()
    lookup = Base64Field(exactly=16)
    proof = Base64Field(exactly=32)
    box_key = Base64Field(exactly=32)
    auth_key = AuthKeyField()
    name = StrictChar(max_length=60)


class LinkOut(serializers.Serializer):
    """How long the code lasts."""

    id = serializers.UUIDField()
    expires_at = serializers.DateTimeField()


class LinkFindIn(serializers.Serializer):
    """What the client derived from the code on the other screen."""

    lookup = Base64Field(exactly=16)


class LinkFoundOut(serializers.Serializer):
    """The browser that waits under a code."""

    id = serializers.UUIDField()
    proof = Base64Field()
    box_key = Base64Field()
    auth_key = Base64Field()
    name = serializers.CharField()
    requested_at = serializers.DateTimeField()


class LinkApproveIn(serializers.Serializer):
    """What this device sealed for the new one, and the proof that it knows the code."""

    box = Base64Field(at_least=48, at_most=1024)
    proof = Base64Field(exactly=32)


class Links(Endpoint):
    """POST /links."""

    permission = Public("a new browser has no account")

    @extend_schema(request=LinkIn, responses={201: LinkOut}, operation_id="startLink")
    def post(self, request: Request) -> Response:
        """Wait under a code that I will enter on a device I have."""
        body = parse(LinkIn, request)
        enforce(Limit.LINK_START, address_of(request))
        link = services.start_link(
            link_id=body["id"],
            lookup=body["lookup"],
            proof=body["proof"],
            box_key=body["box_key"],
            auth_key=body["auth_key"],
            name=body["name"],
            now=clock.now(),
        )
        return Response(LinkOut(link).data, status=status.HTTP_201_CREATED)


class PollLink(Endpoint):
    """POST /links/<id>/poll."""

    permission = Public("the waiting browser proves itself with its key")

    @extend_schema(request=PollIn, responses=PollOut, operation_id="pollLink")
    def post(self, request: Request, link_id: UUID) -> Response:
        """Ask whether my code was entered; the first approved answer signs this browser in."""
        body = parse(PollIn, request)
        enforce(Limit.LINK_POLL, str(link_id))
        answer = services.poll_link(
            request=request._request,
            link_id=link_id,
            message=f"prifora link poll|{link_id}|{body['at']}".encode(),
            signature=body["signature"],
            now=clock.now(),
        )
        return Response(PollOut(answer).data)


class FindLink(Endpoint):
    """POST /links/find."""

    permission = Permission.LINK
    kinds = EVERYBODY

    @extend_schema(request=LinkFindIn, responses=LinkFoundOut, operation_id="findLink")
    def post(self, request: Request) -> Response:
        """Find the browser that shows this code; five wrong codes in a quarter of an hour are the limit."""
        access.may_link(self.actor)
        body = parse(LinkFindIn, request)
        refuse_if_spent(Limit.LINK_WRONG_CODE, str(self.actor.id))
        link = access.waiting_link(body["lookup"], clock.now())
        if link is None:
            enforce(Limit.LINK_WRONG_CODE, str(self.actor.id))
            raise services.LinkUnknown
        shape = {
            "id": link.pk,
            "proof": bytes(link.proof),
            "box_key": bytes(link.box_key),
            "auth_key": bytes(link.auth_key),
            "name": services.link_name(link),
            "requested_at": link.created_at,
        }
        return Response(LinkFoundOut(shape).data)


class ApproveLink(Endpoint):
    """POST /links/<id>/approve."""

    permission = Permission.LINK
    kinds = EVERYBODY

    @extend_schema(request=LinkApproveIn, responses={204: None}, operation_id="approveLink")
    def post(self, request: Request, link_id: UUID) -> Response:
        """Let the waiting browser into my account, with the key it needs to open my messages."""
        access.may_link(self.actor)
        body = parse(LinkApproveIn, request)
        services.approve_link(
            account_id=self.actor.id,
            link_id=link_id,
            box=body["box"],
            proof=body["proof"],
            now=clock.now(),
        )
        return Response(status=status.HTTP_204_NO_CONTENT)
