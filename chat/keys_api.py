"""Keys and archives over HTTP."""

from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from chat import access, services
from chat.access import Permission
from chat.refusals import BoxesRefused
from prifora.kernel import clock
from prifora.kernel.access import Kind
from prifora.kernel.api import Endpoint, items, parse, parse_query
from prifora.kernel.fields import Base64Field
from prifora.kernel.limits import Limit, enforce
from prifora.kernel.mls.proposals import external_sender

EVERYBODY = (Kind.PERSON, Kind.STATION)


class PackagesIn(serializers.Serializer):
    """Key packages of this device."""

    packages = serializers.ListField(child=Base64Field(at_least=64, at_most=4096), max_length=50)
    last_resort = Base64Field(at_least=64, at_most=4096, required=False)


class CountOut(serializers.Serializer):
    """How many are left."""

    count = serializers.IntegerField()


class ClaimIn(serializers.Serializer):
    """Whose devices to add."""

    account_ids = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=100)


class PackageOut(serializers.Serializer):
    """A key package of one device."""

    account_id = serializers.UUIDField()
    device_id = serializers.UUIDField()
    package = Base64Field()


class WelcomeOut(serializers.Serializer):
    """What lets this device into a conversation."""

    id = serializers.UUIDField()
    conversation_id = serializers.UUIDField()
    epoch = serializers.IntegerField()
    seq = serializers.IntegerField()
    welcome = Base64Field()


class ArchiveQuery(serializers.Serializer):
    """From where to read back."""

    before = serializers.IntegerField(min_value=0, max_value=2**53, required=False)
    limit = serializers.IntegerField(min_value=1, max_value=200, default=100)


class RecordOut(serializers.Serializer):
    """One archived message."""

    seq = serializers.IntegerField()
    id = serializers.UUIDField(source="record_id")
    epoch = serializers.IntegerField()
    account_id = serializers.UUIDField(source="sender_id", allow_null=True)
    device_id = serializers.UUIDField(source="device_ref")
    record = Base64Field()
    signature = Base64Field()


class BoxOut(serializers.Serializer):
    """An epoch's archive key, sealed for my account."""

    epoch = serializers.IntegerField()
    device_id = serializers.UUIDField(source="device_ref")
    box = Base64Field()


class GivenBoxIn(serializers.Serializer):
    """The archive key of one epoch."""

    epoch = serializers.IntegerField(min_value=0, max_value=2**53)
    box = Base64Field(at_least=48, at_most=256)


class GivenBoxesIn(serializers.Serializer):
    """Archive keys of past epochs, sealed for one member."""

    account_id = serializers.UUIDField()
    boxes = GivenBoxIn(many=True, max_length=500)  # type: ignore[call-arg]


class SenderOut(serializers.Serializer):
    """The server's removal key, as an MLS ExternalSender."""

    external_sender = Base64Field()


PackagesOut = inline_serializer("KeyPackages", {"items": PackageOut(many=True)})
WelcomesOut = inline_serializer("Welcomes", {"items": WelcomeOut(many=True)})
RecordsOut = inline_serializer("ArchiveRecords", {"items": RecordOut(many=True)})
BoxesOut = inline_serializer("HistoryBoxes", {"items": BoxOut(many=True)})


class KeyPackages(Endpoint):
    """GET and POST /key-packages."""

    permission = Permission.KEYS
    kinds = EVERYBODY

    @extend_schema(responses=CountOut, operation_id="countKeyPackages")
    def get(self, _request: Request) -> Response:
        """Count this device's unused key packages."""
        device_id = access.with_device(self.actor, Permission.KEYS)
        return Response(CountOut({"count": access.package_count(device_id)}).data)

    @extend_schema(request=PackagesIn, responses={201: CountOut}, operation_id="storeKeyPackages")
    def post(self, request: Request) -> Response:
        """Store key packages, so that this device can be added while it is off."""
        body = parse(PackagesIn, request)
        device_id = access.with_device(self.actor, Permission.KEYS)
        count = services.store_key_packages(
            account_id=self.actor.id,
            device_id=device_id,
            packages=body["packages"],
            last_resort=body.get("last_resort"),
            now=clock.now(),
        )
        return Response(CountOut({"count": count}).data, status=status.HTTP_201_CREATED)


class ClaimKeyPackages(Endpoint):
    """POST /conversations/<id>/key-packages/claim."""

    permission = Permission.COMMIT
    kinds = EVERYBODY

    @extend_schema(request=ClaimIn, responses=PackagesOut, operation_id="claimKeyPackages")
    def post(self, request: Request, conversation_id: UUID) -> Response:
        """Fetch key packages of members who have no keys here yet."""
        body = parse(ClaimIn, request)
        found = access.conversation(self.actor, conversation_id, Permission.COMMIT)
        enforce(Limit.KEY_PACKAGE_CLAIM, str(self.actor.id))
        claimed = services.claim_key_packages(
            conversation=found, account_ids=body["account_ids"], now=clock.now()
        )
        rows = [
            {"account_id": account, "device_id": device, "package": package}
            for account, device, package in claimed
        ]
        return items(PackageOut, rows)


class Welcomes(Endpoint):
    """GET /welcomes."""

    permission = Permission.READ
    kinds = EVERYBODY

    @extend_schema(responses=WelcomesOut, operation_id="listWelcomes")
    def get(self, _request: Request) -> Response:
        """List what lets this device into conversations."""
        return items(WelcomeOut, access.my_welcomes(self.actor))


class WelcomePage(Endpoint):
    """DELETE /welcomes/<id>."""

    permission = Permission.KEYS
    kinds = EVERYBODY

    @extend_schema(responses={204: None}, operation_id="dropWelcome")
    def delete(self, _request: Request, welcome_id: UUID) -> Response:
        """Say that this device has joined."""
        device_id = access.with_device(self.actor, Permission.KEYS)
        services.drop_welcome(device_id=device_id, welcome_id=welcome_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class Archive(Endpoint):
    """GET /conversations/<id>/archive."""

    permission = Permission.READ
    kinds = EVERYBODY

    @extend_schema(
        parameters=[
            OpenApiParameter("before", {"type": "integer", "minimum": 0, "maximum": 2**53}),
            OpenApiParameter("limit", {"type": "integer", "minimum": 1, "maximum": 200}),
        ],
        responses=RecordsOut,
        operation_id="readArchive",
    )
    def get(self, request: Request, conversation_id: UUID) -> Response:
        """Read archived messages back, newest first: those of epochs whose key was sealed for my account."""
        query = parse_query(ArchiveQuery, request)
        found = access.conversation(self.actor, conversation_id, Permission.READ)
        rows = access.archive_before(self.actor.id, found.pk, query.get("before"), query["limit"])
        return items(RecordOut, rows)


class HistoryBoxes(Endpoint):
    """GET and POST /conversations/<id>/history-boxes."""

    permission = {"get": Permission.READ, "post": Permission.GIVE}
    kinds = EVERYBODY

    @extend_schema(responses=BoxesOut, operation_id="listHistoryBoxes")
    def get(self, _request: Request, conversation_id: UUID) -> Response:
        """List the archive keys that were sealed for my account."""
        return items(BoxOut, access.my_boxes(self.actor, conversation_id))

    @extend_schema(request=GivenBoxesIn, responses={204: None}, operation_id="giveHistoryBoxes")
    def post(self, request: Request, conversation_id: UUID) -> Response:
        """Let a member read what was said before they came. Keys that are there stay as they are."""
        body = parse(GivenBoxesIn, request)
        found = access.conversation(self.actor, conversation_id, Permission.GIVE)
        boxes = {one["epoch"]: one["box"] for one in body["boxes"]}
        if len(boxes) != len(body["boxes"]):
            raise BoxesRefused
        services.give_boxes(
            conversation=found,
            giver_id=self.actor.id,
            device_id=self.actor.device(),
            account_id=body["account_id"],
            boxes=boxes,
            now=clock.now(),
        )
        return Response(status=status.HTTP_204_NO_CONTENT)


class RemovalKey(Endpoint):
    """GET /mls/sender."""

    permission = Permission.KEYS
    kinds = EVERYBODY

    @extend_schema(responses=SenderOut, operation_id="getRemovalKey")
    def get(self, _request: Request) -> Response:
        """Fetch the removal key every new group must name."""
        access.with_device(self.actor, Permission.KEYS)
        return Response(SenderOut({"external_sender": external_sender()}).data)
