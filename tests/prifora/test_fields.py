import pytest
from hypothesis import given
from hypothesis import strategies as st
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from prifora.kernel.fields import (
    AuthKeyField,
    Base64Field,
    Base64FieldSchema,
    StrictChar,
    from_base64,
    to_base64,
)


class TestBase64Field:
    @pytest.mark.parametrize("value", [b"", b"a", b"ab", b"abc", bytes(range(256))])
    def test_carries_any_bytes(self, value):
        assert Base64Field().to_internal_value(to_base64(value)) == value

    @pytest.mark.parametrize("bad", ["a", "YQ==", "Y+==", "Y Q", "YR", 5, None, ["YQ"], "é"])
    def test_refuses_what_is_not_canonical(self, bad):
        with pytest.raises(ValidationError):
            Base64Field().to_internal_value(bad)

    def test_keeps_its_limits(self):
        assert Base64Field(exactly=2).to_internal_value("YWI") == b"ab"
        for field in (Base64Field(exactly=3), Base64Field(at_most=1), Base64Field(at_least=3)):
            with pytest.raises(ValidationError):
                field.to_internal_value("YWI")


class TestAuthKeyField:
    @pytest.mark.parametrize("size", [32, 65])
    def test_takes_a_key_of_either_kind(self, size):
        assert AuthKeyField().to_internal_value(to_base64(bytes(size))) == bytes(size)

    @pytest.mark.parametrize("size", [0, 31, 33, 64, 66])
    def test_takes_no_other_size(self, size):
        with pytest.raises(ValidationError):
            AuthKeyField().to_internal_value(to_base64(bytes(size)))


class TestFromBase64:
    @pytest.mark.parametrize("odd", ["+", "/", "=", "==", " ", "\n", "\0", ".", "é", "\ud800"])
    @given(st.binary(max_size=40), st.randoms(use_true_random=False))
    def test_refuses_any_character_that_is_not_of_it(self, odd, value, chance):
        text = to_base64(value)
        at = chance.randrange(len(text) + 1)
        with pytest.raises(ValueError):  # noqa: PT011
            from_base64(text[:at] + odd + text[at:])

    def test_refuses_padding_bits(self):
        with pytest.raises(ValueError, match="canonical"):
            from_base64("YR")

    @pytest.mark.parametrize("size", [1, 2, 3])
    def test_takes_exactly_one_text_for_each_value(self, size):
        alphabet = "".join(to_base64(bytes([one << 2]))[0] for one in range(64))
        value = bytes(range(200, 200 + size))
        head = to_base64(value)[:-1]
        taken = [head + last for last in alphabet if is_taken(head + last)]
        assert [to_base64(from_base64(one)) for one in taken] == taken
        assert len(taken) == {1: 4, 2: 16, 3: 64}[size]

    @pytest.mark.parametrize("text", ["A", "AAAAA", "====", "A===", "AA=", "AAA=", "A A", "AAA\n"])
    def test_refuses_what_no_bytes_have(self, text):
        assert not is_taken(text)


def is_taken(text):
    try:
        from_base64(text)
    except ValueError:
        return False
    return True


class TestStrictChar:
    @pytest.mark.parametrize("bad", [1, True, None, ["x"]])
    def test_wants_text(self, bad):
        with pytest.raises(ValidationError):
            StrictChar().run_validation(bad)

    def test_counts_spaces_around_it_as_the_description_does(self):
        assert StrictChar(max_length=3).run_validation(" a ") == "a"
        with pytest.raises(ValidationError) as refusal:
            StrictChar(max_length=3).run_validation("   a")
        assert refusal.value.get_codes() == ["max_length"]


class TestTheDescription:
    @pytest.mark.parametrize("size", [0, 1, 2, 3, 16, 32, 64, 96, 1000])
    def test_counts_the_characters_that_bytes_become(self, size):
        field = serializers.Serializer()
        field.fields["it"] = Base64Field(exactly=size)
        shape = Base64FieldSchema(field.fields["it"]).map_serializer_field(None, None)
        length = len(to_base64(bytes(size)))
        assert (shape.get("minLength", 0), shape.get("maxLength", 0)) == (length, length)

    def test_says_nothing_where_there_is_no_limit(self):
        shape = Base64FieldSchema(Base64Field()).map_serializer_field(None, None)
        assert shape == {"type": "string", "pattern": "^[A-Za-z0-9_-]*$"}
