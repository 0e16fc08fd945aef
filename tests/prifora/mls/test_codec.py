"""The encoding, in both directions."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from prifora.kernel.mls.codec import ELEMENTS_MAX, MlsError, Reader, vector


class TestVector:
    @given(some.one_of(some.binary(max_size=300), some.integers(0, 20_000).map(bytes)))
    def test_is_read_back_as_it_was_written(self, value):
        reader = Reader(vector(value))
        assert reader.vector() == value
        reader.finish()

    @pytest.mark.parametrize(
        ("size", "head"),
        [(63, "3f"), (64, "4040"), (16383, "7fff"), (16384, "80004000"), (70000, "80011170")],
    )
    def test_has_the_shortest_length_that_fits(self, size, head):
        assert vector(bytes(size))[: len(head) // 2] == bytes.fromhex(head)

    @pytest.mark.parametrize(
        ("raw", "code"),
        [
            ("", "truncated"),
            ("01", "truncated"),
            ("4005" + "00" * 5, "length"),
            ("80000005" + "00" * 5, "length"),
            ("80003fff" + "00" * 16383, "length"),
            ("c000000000000001" + "00", "length"),
            ("40", "truncated"),
            ("bfffffff", "truncated"),
        ],
    )
    def test_is_refused_when_it_is_cut_short_or_too_long_a_form(self, raw, code):
        with pytest.raises(MlsError) as wrong:
            Reader(bytes.fromhex(raw)).vector()
        assert wrong.value.code == code


class TestReader:
    @given(some.binary(max_size=200))
    def test_never_reads_beyond_the_part_it_was_given(self, raw):
        reader = Reader(vector(raw) + b"more")
        part = reader.part()
        with pytest.raises(MlsError, match="truncated"):
            part.take(len(raw) + 1)

    def test_refuses_bytes_that_are_left(self):
        with pytest.raises(MlsError, match="trailing"):
            Reader(b"\0").finish()

    def test_refuses_an_element_that_crosses_the_end_of_its_list(self):
        with pytest.raises(MlsError, match="truncated"):
            Reader(vector(b"\0\1\2")).each(lambda part: part.number(2))

    def test_refuses_a_list_of_very_many_elements(self):
        assert len(Reader(vector(bytes(ELEMENTS_MAX))).each(lambda part: part.number(1))) == ELEMENTS_MAX
        with pytest.raises(MlsError, match="too_many"):
            Reader(vector(bytes(ELEMENTS_MAX + 1))).each(lambda part: part.number(1))

    @pytest.mark.parametrize(("raw", "value"), [(b"\0", None), (b"\1\7", 7)])
    def test_knows_an_optional_value(self, raw, value):
        assert Reader(raw).optional(lambda part: part.number(1)) == value

    def test_refuses_another_mark_of_presence(self):
        with pytest.raises(MlsError, match="optional"):
            Reader(b"\2\7").optional(lambda part: part.number(1))
