"""Accounts over HTTP: my vault, the password that opens it, and what my devices share."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import access, services
from accounts.access import Permission
from prifora.kernel import clock
from prifora.kernel.access import Kind
from prifora.kernel.api import Endpoint, parse
from prifora.kernel.fields import Base64Field, StrictChar
from prifora.kernel.limits import Limit, enforce
from prifora.kernel.shapes import (
    REVISION_MAX,
    SEALED_KEYS_MAX_BYTES,
    SLOTS_MAX,
    DeviceListOut,
    RingShape,
    SlotShape,
    VaultChangeIn,
    unique_slots,
)

EVERYBODY = (Kind.PERSON, Kind.STATION)


class VaultIn(serializers.Serializer):
    """The keys of a new account; its encryption key is of version 1."""

    aik = Base64Field(exactly=32)
    aek = Base64Field(exactly=32)
    aek_signature = Base64Field(exactly=64)
    sealed_keys = Base64Field(at_least=32, at_most=SEALED_KEYS_MAX_BYTES)
    slots = SlotShape(many=True, max_length=SLOTS_MAX)  # type: ignore[call-arg]

    def validate_slots(self, value: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return unique_slots(value)


class RingIn(RingShape):
    """The same, sealed under the keys of the vault of `revision`."""

    revision = serializers.IntegerField(min_value=1, max_value=REVISION_MAX)


class VaultOut(serializers.Serializer):
    """My keys: public halves, sealed private halves, the slots that open them, and what my devices share."""

    aik = Base64Field()
    aek = Base64Field()
    aek_version = serializers.IntegerField()
    aek_signature = Base64Field()
    sealed_keys = Base64Field()
    slots = SlotShape(many=True)
    revision = serializers.IntegerField()
    ring = RingShape(allow_null=True)
    devices = DeviceListOut(allow_null=True)


class PasswordIn(serializers.Serializer):
    """The old authKey, the new one with its salt, and the vault that opens with it.

    `current_password` may be missing for 15 minutes after coming back.
    """

    current_password = StrictChar(max_length=64, required=False)
    password = serializers.RegexField(r"^[A-Za-z0-9_-]{43}$", error_messages={"invalid": _("Use the app.")})
    kdf_salt = Base64Field(exactly=16)
    vault = VaultChangeIn()


class VaultPage(Endpoint):
    """GET and PUT /vault."""

    permission = {"get": Permission.READ_VAULT, "put": Permission.CHANGE_VAULT}
    kinds = EVERYBODY

    @extend_schema(responses=VaultOut, operation_id="getVault")
    def get(self, _request: Request) -> Response:
        """Fetch my sealed keys."""
        return Response(VaultOut(vault_shape(access.vault(self.actor, Permission.READ_VAULT))).data)

    @extend_schema(request=VaultIn, responses={201: VaultOut}, operation_id="makeVault")
    def put(self, request: Request) -> Response:
        """Store my sealed keys, once."""
        body = parse(VaultIn, request)
        account = access.me(self.actor, Permission.CHANGE_VAULT)
        vault = services.make_vault(account=account, **body)
        return Response(VaultOut(vault_shape(vault)).data, status=status.HTTP_201_CREATED)


class VaultChange(Endpoint):
    """POST /vault/change."""

    permission = Permission.CHANGE_VAULT
    kinds = EVERYBODY

    @extend_schema(request=VaultChangeIn, responses=VaultOut, operation_id="changeVault")
    def post(self, request: Request) -> Response:
        """Replace the content of my vault and all its slots, and my encryption key with them."""
        self.actor.device()
        body = parse(VaultChangeIn, request)
        access.vault(self.actor, Permission.CHANGE_VAULT)
        vault = services.change_vault(account_id=self.actor.id, now=clock.now(), **body)
        return Response(VaultOut(vault_shape(vault)).data)


class RingPage(Endpoint):
    """PUT /vault/ring."""

    permission = Permission.CHANGE_VAULT
    kinds = EVERYBODY

    @extend_schema(request=RingIn, responses={204: None}, operation_id="putRing")
    def put(self, request: Request) -> Response:
        """Keep what my devices share."""
        self.actor.device()
        body = parse(RingIn, request)
        access.vault(self.actor, Permission.CHANGE_VAULT)
        services.write_ring(account_id=self.actor.id, **body)
        return Response(status=status.HTTP_204_NO_CONTENT)


class Password(Endpoint):
    """POST /me/password."""

    permission = Permission.CHANGE_ME

    @extend_schema(request=PasswordIn, responses={204: None}, operation_id="changePassword")
    def post(self, request: Request) -> Response:
        """Change my password and the vault slot it opens, together."""
        body = parse(PasswordIn, request)
        account = access.me(self.actor, Permission.CHANGE_ME)
        enforce(Limit.PASSWORD_CHANGE, str(account.pk))
        now = clock.now()
        services.change_password(
            account=account,
            current=body.get("current_password"),
            password=body["password"],
            kdf_salt=body["kdf_salt"],
            vault=body["vault"],
            recovered=access.is_recovered(request._request, now),
            now=now,
        )
        services.keep_signed_in(request=request, account=account)
        return Response(status=status.HTTP_204_NO_CONTENT)


def vault_shape(vault: Any) -> dict[str, Any]:
    """Return a vault as its owner fetches it."""
    keys = access.public_keys(vault)
    slots = [
        {
            "name": one.name,
            "public_key": bytes(one.public_key),
            "sealed": bytes(one.sealed),
            "auth_key": bytes(one.auth_key) if one.auth_key else None,
        }
        for one in access.slots_of(vault)
    ]
    ring = access.ring(vault.account_id)
    return {
        **keys,
        "sealed_keys": bytes(vault.sealed_keys),
        "slots": slots,
        "revision": vault.revision,
        "ring": {"n": ring.n, "sealed": bytes(ring.sealed)} if ring else None,
        "devices": keys["device_list"],
    }
