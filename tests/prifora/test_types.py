from uuid import UUID

import pytest
from rest_framework import serializers

from prifora.kernel.types import other_types

ID = UUID("31452d14-0aae-4477-b34b-58df60717bbb")


class Part(serializers.Serializer):
    on = serializers.DateField()


class Shape(serializers.Serializer):
    id = serializers.UUIDField(required=False)
    text = serializers.CharField(required=False, allow_null=True)
    word = serializers.ChoiceField(choices=["1", "2"], required=False)
    number = serializers.IntegerField(required=False)
    flag = serializers.BooleanField(required=False)
    parts = Part(many=True, required=False)
    ids = serializers.ListField(child=serializers.UUIDField(), required=False)


def wrong(**body):
    return other_types(Shape(data=body), body)


class TestOtherTypes:
    @pytest.mark.parametrize(
        ("name", "good"),
        [
            ("id", str(ID)),
            ("text", "5"),
            ("text", None),
            ("word", "1"),
            ("number", 5),
            ("number", 5.0),
            ("flag", False),
            ("parts", [{"on": "2026-01-31"}]),
            ("ids", [str(ID)]),
            ("ids", []),
        ],
    )
    def test_lets_through_what_is_what_it_should_be(self, name, good):
        assert not wrong(**{name: good})

    @pytest.mark.parametrize(
        ("name", "bad"),
        [
            ("id", 5),
            ("id", False),
            ("id", ID.hex),
            ("id", f"{{{ID}}}"),
            ("text", 5),
            ("text", True),
            ("word", 1),
            ("number", "5"),
            ("number", True),
            ("number", 5.5),
            ("flag", "yes"),
            ("flag", 1),
        ],
    )
    def test_names_the_field_that_is_something_else(self, name, bad):
        assert [one.code for one in wrong(**{name: bad})[name]] == ["invalid"]

    def test_looks_into_lists_and_parts(self):
        problems = wrong(parts=[{"on": "2026-01-31"}, {"on": 5}], ids=[5])
        assert problems["parts"]["1"]["on"][0].code == "invalid"
        assert problems["ids"]["0"][0].code == "invalid"

    @pytest.mark.parametrize("body", [None, [], "text", 5])
    def test_leaves_a_body_that_is_no_object_to_the_serializer(self, body):
        assert not other_types(Shape(data=body), body)


@pytest.mark.django_db
def test_a_request_is_told_which_field_it_was(as_, alice):
    reply = as_(alice).post("/api/v1/families", {"id": False, "user": {"me": "yes"}})
    assert reply.status_code == 400
    assert {error["attr"] for error in reply.json()["errors"]} == {"id", "user.me"}
