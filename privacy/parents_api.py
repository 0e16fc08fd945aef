"""Who approves for a child, over HTTP: the child's side and the parent's."""

from uuid import UUID

from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from prifora.kernel import clock
from prifora.kernel.api import Endpoint, items, parse
from prifora.kernel.limits import Limit, enforce
from privacy import access, services
from privacy.access import Permission


class ParentIn(serializers.Serializer):
    """Somebody of my family."""

    account_id = serializers.UUIDField()


class ParentOut(serializers.Serializer):
    """Whether I told that I am younger than 16, whom I named, and since when they approve."""

    is_child = serializers.BooleanField()
    parent_id = serializers.UUIDField(allow_null=True)
    approved_at = serializers.DateTimeField(allow_null=True)


class ChildOut(serializers.Serializer):
    """A child who named me, when, and since when I approve."""

    account_id = serializers.UUIDField(source="child_id")
    asked_at = serializers.DateTimeField(source="created_at")
    approved_at = serializers.DateTimeField(allow_null=True)


ChildrenOut = inline_serializer("Children", {"items": ChildOut(many=True)})


class Parent(Endpoint):
    """GET, PUT and DELETE /me/parent."""

    permission = {
        "get": Permission.SEE_PARENT,
        "put": Permission.NAME_PARENT,
        "delete": Permission.NAME_PARENT,
    }

    @extend_schema(responses=ParentOut, operation_id="getParent")
    def get(self, _request: Request) -> Response:
        """See whether I need a parent's approval, and who gives it."""
        account = access.myself(self.actor, Permission.SEE_PARENT)
        return Response(ParentOut(services.parent_of(account, now=clock.now())).data)

    @extend_schema(request=ParentIn, responses=ParentOut, operation_id="nameParent")
    def put(self, request: Request) -> Response:
        """Ask somebody of my family to approve what I agree to."""
        body = parse(ParentIn, request)
        account = access.myself(self.actor, Permission.NAME_PARENT)
        enforce(Limit.PARENT_ASK, str(account.pk))
        now = clock.now()
        services.name_parent(account=account, parent_id=body["account_id"], now=now)
        return Response(ParentOut(services.parent_of(account, now=now)).data)

    @extend_schema(responses={204: None}, operation_id="dropParent")
    def delete(self, _request: Request) -> Response:
        """Have nobody approve for me any more."""
        account = access.myself(self.actor, Permission.NAME_PARENT)
        services.drop_parent(account_id=account.pk)
        return Response(status=status.HTTP_204_NO_CONTENT)


class Children(Endpoint):
    """GET /me/children."""

    permission = Permission.SEE_CHILDREN

    @extend_schema(responses=ChildrenOut, operation_id="listChildren")
    def get(self, _request: Request) -> Response:
        """See the children who asked me to approve what they agree to."""
        account = access.myself(self.actor, Permission.SEE_CHILDREN)
        return items(ChildOut, services.children_of(account.pk))


class Child(Endpoint):
    """PUT and DELETE /me/children/<id>."""

    permission = Permission.APPROVE

    @extend_schema(request=None, responses={204: None}, operation_id="approveChild")
    def put(self, _request: Request, account_id: UUID) -> Response:
        """Approve what this child agrees to."""
        account = access.myself(self.actor, Permission.APPROVE)
        services.approve_child(parent_id=account.pk, child_id=account_id, now=clock.now())
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(responses={204: None}, operation_id="refuseChild")
    def delete(self, _request: Request, account_id: UUID) -> Response:
        """Do not approve it, or no longer."""
        account = access.myself(self.actor, Permission.APPROVE)
        services.refuse_child(parent_id=account.pk, child_id=account_id, now=clock.now())
        return Response(status=status.HTTP_204_NO_CONTENT)
