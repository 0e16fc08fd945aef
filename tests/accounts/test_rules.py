"""Phone numbers and names, however people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.rules import KDF, canonical_login, canonical_phone, canonical_username


class TestCanonicalPhone:
    @pytest.mark.parametrize(
        "written",
        [
            "+31612345678",
            "0612345678",
            "06 12345678",
            "06-12 34 56 78",
            "06.12.34.56.78",
            "(06) 12345678",
            "0031612345678",
            "+31 6 12 34 56 78",
            "+31 (0)6 12345678",
            "  +31612345678 ",
        ],
    )
    def test_reads_every_way_of_writing_one_number(self, written):
        assert canonical_phone(written, region="NL") == "+31612345678"

    @pytest.mark.parametrize(
        ("written", "number"),
        [("+32 470 12 34 56", "+32470123456"), ("+33 6 12 34 56 78", "+33612345678")],
    )
    def test_keeps_the_country_that_was_written(self, written, number):
        assert canonical_phone(written, region="NL") == number

    def test_reads_a_number_without_country_in_the_region(self):
        assert canonical_phone("0470 12 34 56", region="BE") == "+32470123456"

    @pytest.mark.parametrize(
        "text",
        ["", "12", "112", "0612345678x", "anna", "+", "+999612345678", "06123456789012345", "٠٦١٢٣٤٥٦٧٨"],
    )
    def test_is_none_for_what_is_no_number(self, text):
        assert canonical_phone(text, region="NL") is None

    @given(st.text(max_size=30))
    def test_never_fails_and_is_stable(self, text):
        number = canonical_phone(text, region="NL")
        assert number is None or canonical_phone(number, region="NL") == number


class TestCanonicalLogin:
    def test_ignores_case_and_space_around_names(self):
        assert canonical_login(" Anna.V ", region="NL") == "anna.v"
        assert canonical_login("Anna@X.Example", region="NL") == "anna@x.example"

    def test_is_the_number_when_it_is_one(self):
        assert canonical_login("06 12345678", region="NL") == "+31612345678"


class TestCanonicalUsername:
    @pytest.mark.parametrize(
        ("written", "name"), [(" Anna.V ", "anna.v"), ("1a2", "1a2"), ("jan_j-2", "jan_j-2")]
    )
    def test_is_in_lower_case(self, written, name):
        assert canonical_username(written) == name

    @pytest.mark.parametrize("text", ["", "ab", "x" * 31, ".jan", "jan jansen", "jän", "jan@x", "123456"])
    def test_is_none_for_what_cannot_be_one(self, text):
        assert canonical_username(text) is None


class TestStretching:
    def test_is_no_weaker_than_the_contract(self):
        assert (KDF.memory_kib, KDF.passes, KDF.lanes, KDF.salt_bytes) == (65536, 3, 1, 16)
