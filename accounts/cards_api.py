"""Accounts over HTTP: the cards of the people I know."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import access
from accounts.access import Permission
from prifora.kernel.access import Kind
from prifora.kernel.api import Endpoint
from prifora.kernel.fields import Base64Field
from prifora.kernel.limits import Limit, enforce
from prifora.kernel.shapes import PublicKeysOut


class CardDevice(serializers.Serializer):
    """A device of somebody I know, as their identity key certified it."""

    id = serializers.UUIDField()
    signature_key = Base64Field()
    box_key = Base64Field()
    certificate = Base64Field()


class CardOut(PublicKeysOut):
    """Somebody I know."""

    id = serializers.UUIDField()
    first_name = serializers.CharField()
    last_name = serializers.CharField()
    devices = CardDevice(many=True)
    portrait = serializers.UUIDField(allow_null=True)


class Card(Endpoint):
    """GET /accounts/<id>."""

    permission = Permission.READ_CARD
    kinds = (Kind.PERSON, Kind.STATION)

    @extend_schema(responses=CardOut, operation_id="getCard")
    def get(self, _request: Request, account_id: UUID) -> Response:
        """Show somebody I share a family with: name, public keys and certified devices."""
        enforce(Limit.ACCOUNT_LOOK, str(self.actor.id))
        account = access.card(self.actor, account_id)
        card = {
            **access.public_keys(getattr(account, "vault", None)),
            "id": account.pk,
            "first_name": account.profile.get("first_name", ""),
            "last_name": account.profile.get("last_name", ""),
            "devices": access.live_devices(account.pk),
            "portrait": access.portraits_of([account.pk]).get(account.pk),
        }
        return Response(CardOut(card).data)
