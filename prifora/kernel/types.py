"""JSON means what it says: no number for a text, no text for a number, no 0 for false."""

import re
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

WRITTEN_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z")
OTHER_TYPE = _("This is not readable.")
TEXTS = (
    serializers.CharField,
    serializers.ChoiceField,
    serializers.DateField,
    serializers.DateTimeField,
    serializers.UUIDField,
)


def other_types(shape: Any, value: Any) -> Any:
    """Return what in `value` is of another type than `shape` says, as a serializer's errors; else nothing.

    What is missing, null or unknown is left to the serializer, and so is everything but the type.
    """
    if isinstance(shape, serializers.Serializer):
        return _members(shape, value) if isinstance(value, dict) else None
    if isinstance(shape, serializers.ListSerializer | serializers.ListField):
        parts = [other_types(shape.child, one) for one in value] if isinstance(value, list) else []
        return {str(at): part for at, part in enumerate(parts) if part} or None
    return None if value is None or _is_of(shape, value) else [ErrorDetail(str(OTHER_TYPE), code="invalid")]


def _members(shape: serializers.Serializer, value: dict[str, Any]) -> dict[str, Any] | None:
    wrong = {name: other_types(field, value[name]) for name, field in shape.fields.items() if name in value}
    return {name: problem for name, problem in wrong.items() if problem} or None


def _is_of(field: Any, value: Any) -> bool:
    if isinstance(field, serializers.BooleanField):
        return isinstance(value, bool)
    if isinstance(field, serializers.IntegerField):
        return not isinstance(value, bool) and (isinstance(value, int) or _is_whole(value))
    if isinstance(field, serializers.UUIDField):
        return isinstance(value, str) and bool(WRITTEN_ID.match(value))
    return isinstance(value, str) or not isinstance(field, TEXTS)


def _is_whole(value: Any) -> bool:
    return isinstance(value, float) and value.is_integer()
