"""Serializer fields shared by all apps."""

import re
from typing import Any

import pybase64
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from rest_framework import serializers

_BASE64URL = re.compile(r"[A-Za-z0-9_-]*\Z")
_URL_SAFE = b"-_"
_LAST = {0: None, 2: "AQgw", 3: "AEIMQUYcgkosw048"}
"""By how many characters are over after fours: with which the text may end, so that no bit is set in vain."""


class Base64Field(serializers.Field):
    """Bytes as base64url text without padding (RFC 4648 section 5); canonical form only."""

    default_error_messages = {
        "base64": _("This is not readable."),
        "length": _("This has the wrong size."),
    }

    def __init__(
        self, *, exactly: int | None = None, at_most: int | None = None, at_least: int = 0, **kwargs: object
    ) -> None:
        super().__init__(**kwargs)  # type: ignore[arg-type]
        self.exactly, self.at_most, self.at_least = exactly, at_most, at_least

    def to_internal_value(self, data: object) -> bytes:
        if not isinstance(data, str) or not _BASE64URL.match(data):
            self.fail("base64")
        try:
            value = from_base64(data)
        except ValueError:
            self.fail("base64")
        if not self._fits(len(value)):
            self.fail("length")
        return value

    def to_representation(self, value: bytes) -> str:
        return to_base64(value)

    def _fits(self, size: int) -> bool:
        if self.exactly is not None:
            return size == self.exactly
        return self.at_least <= size and (self.at_most is None or size <= self.at_most)


class AuthKeyField(Base64Field):
    """The key a waiting device signs with: Ed25519 (32 bytes) or an uncompressed P-256 point (65)."""

    SIZES = (32, 65)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(at_least=min(self.SIZES), at_most=max(self.SIZES), **kwargs)

    def _fits(self, size: int) -> bool:
        return size in self.SIZES


class Base64FieldSchema(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """How the API's description shows it: the alphabet, and the limits as numbers of characters."""

    target_class = Base64Field
    match_subclasses = True

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        field: Base64Field = self.target
        least = field.at_least if field.exactly is None else field.exactly
        most = field.at_most if field.exactly is None else field.exactly
        limits = {"minLength": least and _characters(least), "maxLength": most and _characters(most)}
        shape = {"type": "string", "pattern": "^[A-Za-z0-9_-]*$"}
        return {**shape, **{name: limit for name, limit in limits.items() if limit}}


class StrictChar(serializers.CharField):
    """Text that came as text: numbers and booleans are refused instead of turned into words.

    Spaces around it count for its greatest length, as the description of the API says.
    """

    def to_internal_value(self, data: object) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        if self.max_length and len(data) > self.max_length:
            self.fail("max_length", max_length=self.max_length)
        return super().to_internal_value(data)


def _characters(size: int) -> int:
    """Return the length of `size` bytes in base64url without padding."""
    return (size * 8 + 5) // 6


def to_base64(value: bytes) -> str:
    """Return `value` as base64url without padding."""
    return pybase64.b64encode_as_string(value, _URL_SAFE).rstrip("=")


def from_base64(text: str) -> bytes:
    """Return the bytes of base64url `text` without padding; raises ValueError when it is not canonical."""
    over = len(text) % 4
    if text.endswith("=") or "+" in text or "/" in text or over not in _LAST:
        raise ValueError("not base64url")
    last = _LAST[over]
    if last and text[-1] not in last:
        raise ValueError("not canonical base64url")
    return pybase64.b64decode(text + "=" * (-over % 4), _URL_SAFE, validate=True)
