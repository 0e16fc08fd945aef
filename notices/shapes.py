"""What a notice looks like over HTTP."""

from typing import Any

from rest_framework import serializers

from notices.models import Notice
from notices.rules import Topic, letter_of
from prifora.kernel.fields import Base64Field


class NoticeOut(serializers.Serializer):
    """One letter, in my language. `path` is a page of this server that says more, or empty."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    topic = serializers.ChoiceField(choices=[one.value for one in Topic])
    title = serializers.CharField()
    text = serializers.CharField()
    path = serializers.CharField(allow_blank=True)
    at = serializers.DateTimeField()
    read_at = serializers.DateTimeField(allow_null=True)


class NoticesOut(serializers.Serializer):
    """Letters, whether there are older ones, and how many of all of mine I have not read."""

    items = NoticeOut(many=True)
    more = serializers.BooleanField()
    unread = serializers.IntegerField()


class PushOut(serializers.Serializer):
    """Whether this device is told, and the server's key (a P-256 point); null: it pushes to nobody."""

    key = Base64Field(allow_null=True)
    on = serializers.BooleanField()


def shown(notice: Notice) -> dict[str, Any]:
    """Return a notice in the words of the language that is active."""
    letter = letter_of(notice.kind)
    title, text = letter.filled(notice.facts)
    return {
        "id": notice.pk,
        "kind": notice.kind,
        "topic": letter.topic.value,
        "title": title,
        "text": text,
        "path": letter.filled_path(notice.facts),
        "at": notice.created_at,
        "read_at": notice.read_at,
    }
