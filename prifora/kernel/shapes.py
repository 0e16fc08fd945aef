"""The shapes of keys that several apps take or show."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from prifora.kernel.fields import Base64Field

SLOT_NAME = (
    r"^(password|recovery|relatives|passkey:[A-Za-z0-9_-]{1,60}"
    r"|device:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$"
)
SLOTS_MAX = 40
SEALED_KEYS_MAX_BYTES = 32 * 1024
RING_MAX_BYTES = 64 * 1024
REVISION_MAX = 2**31 - 1
AT_MAX = 2**53
NEW_KEY = ("aek", "aek_version", "aek_signature")


class PollIn(serializers.Serializer):
    """A signed question of somebody who waits to be let in; each `at` must be higher than the last."""

    at = serializers.IntegerField(min_value=0, max_value=AT_MAX)
    signature = Base64Field(exactly=64)


class PollOut(serializers.Serializer):
    """Waiting, expired, or approved with what another device sealed for this one."""

    state = serializers.ChoiceField(choices=["waiting", "approved", "expired"])
    box = Base64Field(required=False)
    proof = Base64Field(required=False)


class SlotShape(serializers.Serializer):
    """One way to open a vault: its key, boxed to a key pair. `auth_key` signs in with a recovery sheet."""

    name = serializers.RegexField(SLOT_NAME, max_length=80)
    public_key = Base64Field(exactly=32)
    sealed = Base64Field(at_least=48, at_most=256)
    auth_key = Base64Field(exactly=32, required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.get("auth_key") and attrs["name"] != "recovery":
            raise serializers.ValidationError({"auth_key": [_("Only a recovery sheet has one.")]})
        return attrs


def unique_slots(slots: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the slots as they came; raises DRF's ValidationError when two have one name."""
    if len({one["name"] for one in slots}) != len(slots):
        raise serializers.ValidationError(_("Two have the same name."), code="unique")
    return slots


class RingShape(serializers.Serializer):
    """What a person's devices share; `n` counts up by one."""

    n = serializers.IntegerField(min_value=1, max_value=REVISION_MAX)
    sealed = Base64Field(at_least=32, at_most=RING_MAX_BYTES)


class VaultChangeIn(serializers.Serializer):
    """A vault's new content, all slots included, made from the content of `revision`.

    With `aek`, `aek_version` and `aek_signature` together it also has a new encryption key; the ring, where
    there is one, then comes along, sealed under the new keys.
    """

    revision = serializers.IntegerField(min_value=1, max_value=REVISION_MAX)
    sealed_keys = Base64Field(at_least=32, at_most=SEALED_KEYS_MAX_BYTES)
    slots = SlotShape(many=True, max_length=SLOTS_MAX)  # type: ignore[call-arg]
    aek = Base64Field(exactly=32, required=False)
    aek_version = serializers.IntegerField(min_value=1, max_value=REVISION_MAX, required=False)
    aek_signature = Base64Field(exactly=64, required=False)
    ring = RingShape(required=False)

    def validate_slots(self, value: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return unique_slots(value)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        missing = [name for name in NEW_KEY if name not in attrs]
        if missing and len(missing) < len(NEW_KEY):
            required = ErrorDetail(str(_("This is needed with a new key.")), code="required")
            raise serializers.ValidationError({name: [required] for name in missing})
        return attrs


class DeviceListOut(serializers.Serializer):
    """An account's newest device list: what was signed, and the signature of its identity key."""

    version = serializers.IntegerField()
    body = Base64Field()
    signature = Base64Field()


class PublicKeysOut(serializers.Serializer):
    """The public keys of somebody, each with what proves it; all null before they have made any."""

    aik = Base64Field(allow_null=True)
    aek = Base64Field(allow_null=True)
    aek_version = serializers.IntegerField(allow_null=True)
    aek_signature = Base64Field(allow_null=True)
    device_list = DeviceListOut(allow_null=True)
