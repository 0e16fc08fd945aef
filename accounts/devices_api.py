"""Accounts over HTTP: my devices, and where I am signed in."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers, status
from rest_framework.exceptions import ErrorDetail
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import access, services
from accounts.access import Permission
from accounts.sessions import row_key
from prifora.kernel import clock
from prifora.kernel.access import Kind
from prifora.kernel.api import Endpoint, items, parse
from prifora.kernel.errors import Absent
from prifora.kernel.fields import Base64Field, StrictChar
from prifora.kernel.shapes import REVISION_MAX, SEALED_KEYS_MAX_BYTES, SlotShape, VaultChangeIn

EVERYBODY = (Kind.PERSON, Kind.STATION)
WITH_SLOT = ("slot", "sealed_keys", "revision")


class DeviceIn(serializers.Serializer):
    """A device that made its keys, had them certified and signed the device list with itself in it.

    `version` and `list_signature` are not needed for a device that is in the list. `slot` ("device:<id>",
    with the device's box key), `sealed_keys` and `revision` come together or not at all.
    """

    id = serializers.UUIDField()
    name = StrictChar(max_length=60)
    signature_key = Base64Field(exactly=32)
    box_key = Base64Field(exactly=32)
    certificate = Base64Field(exactly=64)
    version = serializers.IntegerField(min_value=1, max_value=REVISION_MAX, required=False)
    list_signature = Base64Field(exactly=64, required=False)
    slot = SlotShape(required=False)
    sealed_keys = Base64Field(at_least=32, at_most=SEALED_KEYS_MAX_BYTES, required=False)
    revision = serializers.IntegerField(min_value=1, max_value=REVISION_MAX, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        missing = [name for name in WITH_SLOT if name not in attrs]
        if missing and len(missing) < len(WITH_SLOT):
            required = ErrorDetail(str(_("This is needed with a new slot.")), code="required")
            raise serializers.ValidationError({name: [required] for name in missing})
        slot = attrs.get("slot")
        if slot and (slot["name"], slot["public_key"]) != (f"device:{attrs['id']}", attrs["box_key"]):
            raise serializers.ValidationError({"slot": [_("This is not the slot of this device.")]})
        return attrs


class DeviceOut(serializers.Serializer):
    """One of my devices."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    name = serializers.CharField()
    signature_key = Base64Field()
    box_key = Base64Field()
    created_at = serializers.DateTimeField()
    last_seen_on = serializers.DateField(allow_null=True)
    this = serializers.BooleanField()


class RevokeIn(serializers.Serializer):
    """The signed device list without the device, and the vault as it is without its slot."""

    version = serializers.IntegerField(min_value=1, max_value=REVISION_MAX)
    list_signature = Base64Field(exactly=64)
    vault = VaultChangeIn(required=False)


class SessionOut(serializers.Serializer):
    """One place where I am signed in."""

    id = serializers.UUIDField()
    client = serializers.CharField()
    device_id = serializers.UUIDField(allow_null=True)
    created_at = serializers.DateTimeField(allow_null=True)
    last_seen_on = serializers.DateField(allow_null=True)
    this = serializers.BooleanField()


class DevicesOut(serializers.Serializer):
    """My devices, and the version of the signed list (0 before there is one)."""

    items = DeviceOut(many=True)
    version = serializers.IntegerField()


SessionsOut = inline_serializer("Sessions", {"items": SessionOut(many=True)})


class Devices(Endpoint):
    """GET and POST /me/devices."""

    permission = {"get": Permission.READ_DEVICES, "post": Permission.CHANGE_DEVICES}
    kinds = EVERYBODY

    @extend_schema(responses=DevicesOut, operation_id="listDevices")
    def get(self, _request: Request) -> Response:
        """List my devices."""
        rows = [device_shape(one, self.actor.device_id) for one in access.devices(self.actor)]
        listed = access.public_keys_of([self.actor.id]).get(self.actor.id, {}).get("device_list")
        return Response(DevicesOut({"items": rows, "version": listed["version"] if listed else 0}).data)

    @extend_schema(request=DeviceIn, responses={201: DeviceOut}, operation_id="addDevice")
    def post(self, request: Request) -> Response:
        """Add this device and bind my session to it."""
        body = parse(DeviceIn, request)
        account = access.me(self.actor, Permission.CHANGE_DEVICES)
        device = services.add_device(
            account_id=account.pk,
            device_id=body["id"],
            kind="station" if self.actor.kind is Kind.STATION else "browser",
            name=body["name"],
            signature_key=body["signature_key"],
            box_key=body["box_key"],
            certificate=body["certificate"],
            version=body.get("version"),
            list_signature=body.get("list_signature"),
            now=clock.now(),
            **{name: body.get(name) for name in WITH_SLOT},
        )
        services.bind_session(request=request, device=device)
        return Response(DeviceOut(device_shape(device, device.pk)).data, status=status.HTTP_201_CREATED)


class RevokeDevice(Endpoint):
    """POST /me/devices/<id>/revoke."""

    permission = Permission.CHANGE_DEVICES
    kinds = EVERYBODY

    @extend_schema(request=RevokeIn, responses={204: None}, operation_id="revokeDevice")
    def post(self, request: Request, device_id: UUID) -> Response:
        """End one of my devices; it reads and sends nothing from now on. A Home Station ends only itself."""
        body = parse(RevokeIn, request)
        services.end_device(
            device=access.my_device(self.actor, device_id),
            version=body["version"],
            list_signature=body["list_signature"],
            vault=body.get("vault"),
            now=clock.now(),
        )
        return Response(status=status.HTTP_204_NO_CONTENT)


class Sessions(Endpoint):
    """GET /me/sessions."""

    permission = Permission.READ_DEVICES

    @extend_schema(responses=SessionsOut, operation_id="listSessions")
    def get(self, request: Request) -> Response:
        """List where I am signed in."""
        present = row_key(request.session.session_key or "")
        rows = [
            {
                "id": one.id,
                "client": one.client,
                "device_id": one.device_id,
                "created_at": one.created_at,
                "last_seen_on": one.last_seen_on,
                "this": one.session_key == present,
            }
            for one in access.my_sessions(self.actor)
        ]
        return items(SessionOut, rows)


class SessionPage(Endpoint):
    """DELETE /me/sessions/<id>."""

    permission = Permission.CHANGE_DEVICES

    @extend_schema(responses={204: None}, operation_id="endSession")
    def delete(self, _request: Request, session_id: UUID) -> Response:
        """Sign out in one place."""
        access.me(self.actor, Permission.CHANGE_DEVICES)
        if not services.end_session(account_id=self.actor.id, session_id=session_id):
            raise Absent
        return Response(status=status.HTTP_204_NO_CONTENT)


def device_shape(device: Any, present: UUID | None) -> dict[str, Any]:
    """Return a device as its owner sees it."""
    return {
        "id": device.pk,
        "kind": device.kind,
        "name": services.device_name(device),
        "signature_key": bytes(device.signature_key),
        "box_key": bytes(device.box_key),
        "created_at": device.created_at,
        "last_seen_on": device.last_seen_on,
        "this": device.pk == present,
    }
