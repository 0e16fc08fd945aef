"""Codes, terms and states of plans."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans import rules
from plans.rules import LETTERS, Phase, Term

CODES = st.lists(st.sampled_from(LETTERS), min_size=15, max_size=15).map("".join)
DAYS = st.dates(date(2024, 1, 1), date(2040, 12, 31))


def whole(letters):
    return letters + rules.check_letter(letters)


class TestNewCode:
    def test_is_in_groups_of_four_and_reads_as_itself(self):
        code = rules.new_code()
        assert [len(part) for part in code.split("-")] == [4, 4, 4, 4]
        assert rules.read_code(code) == code.replace("-", "")

    def test_is_by_chance_in_every_place(self):
        codes = [rules.new_code().replace("-", "") for _ in range(2000)]
        assert len(set(codes)) == 2000
        for place in range(15):
            found = Counter(code[place] for code in codes)
            assert set(found) == set(LETTERS)
            assert max(found.values()) < 200


class TestReadCode:
    @given(CODES)
    def test_reads_what_people_make_of_it(self, letters):
        code = whole(letters)
        assert rules.read_code(f" {rules.shown(code).lower()}\n") == code
        assert rules.read_code(" ".join(code)) == code

    @given(CODES, st.integers(0, 15), st.sampled_from(LETTERS))
    def test_notices_one_wrong_letter(self, letters, place, other):
        code = whole(letters)
        slip = code[:place] + other + code[place + 1 :]
        assert (rules.read_code(slip) is None) == (slip != code)

    @given(CODES, st.integers(0, 14))
    def test_notices_most_neighbours_in_the_wrong_order(self, letters, place):
        code = whole(letters)
        first, second = code[place], code[place + 1]
        swapped = code[:place] + second + first + code[place + 2 :]
        # Luhn's one gap: the first and the last letter of the alphabet beside each other
        if first != second and {first, second} != {LETTERS[0], LETTERS[-1]}:
            assert rules.read_code(swapped) is None

    @pytest.mark.parametrize("typed", ["", "BCDF", "BCDF-GHJK-LMNP-QRS1", "AAAA-AAAA-AAAA-AAAA", "é" * 16])
    def test_is_none_for_what_is_no_code(self, typed):
        assert rules.read_code(typed) is None

    @given(st.text())
    def test_takes_anything(self, typed):
        read = rules.read_code(typed)
        assert read is None or len(read) == 16


class TestTermOf:
    @pytest.mark.parametrize(
        ("days", "months", "term"),
        [
            (365, 0, Term(months=12)),
            (730, 0, Term(months=24)),
            (30, 0, Term(days=30)),
            (366, 0, Term(days=366)),
            (0, 1, Term(months=1)),
            (5, 1, Term(months=1, days=5)),
        ],
    )
    def test_takes_years_as_calendar_years(self, days, months, term):
        assert rules.term_of(days=days, months=months) == term

    @given(DAYS, st.integers(1, 5))
    def test_never_gives_less_than_was_sold(self, day, years):
        assert (rules.term_of(days=365 * years, months=0).after(day) - day).days >= 365 * years


def ends(first, *terms):
    return [span.ends_on for span in rules.laid_out(first, terms)]


class TestLaidOut:
    def test_of_the_last_of_a_month_ends_on_the_last_of_shorter_ones_and_comes_back(self):
        assert ends(date(2027, 1, 31), *[Term(months=1)] * 3) == [
            date(2027, 2, 28),
            date(2027, 3, 31),
            date(2027, 4, 30),
        ]

    def test_of_the_29th_of_february_comes_back_to_it(self):
        assert ends(date(2028, 2, 29), *[Term(months=12)] * 4) == [
            date(2029, 2, 28),
            date(2030, 2, 28),
            date(2031, 2, 28),
            date(2032, 2, 29),
        ]

    def test_counts_months_anew_after_days(self):
        assert ends(date(2026, 11, 30), Term(days=30), Term(months=1)) == [
            date(2026, 12, 30),
            date(2027, 1, 30),
        ]

    @given(DAYS, st.lists(st.builds(Term, months=st.integers(0, 24), days=st.integers(0, 400)), max_size=8))
    def test_leaves_no_gap_and_goes_forward(self, first, terms):
        spans = list(rules.laid_out(first, terms))
        assert [span.begins_on for span in spans] == [first, *(span.ends_on for span in spans)][: len(spans)]
        assert all(span.ends_on >= span.begins_on for span in spans)

    @given(DAYS, st.integers(1, 36))
    def test_of_months_one_by_one_ends_as_of_all_at_once(self, first, months):
        assert ends(first, *[Term(months=1)] * months)[-1] == ends(first, Term(months=months))[0]


class TestPhaseOn:
    @pytest.mark.parametrize(
        ("days", "phase"),
        [(-1, Phase.ACTIVE), (0, Phase.ACTIVE), (1, Phase.GRACE), (30, Phase.GRACE), (31, Phase.READ_ONLY)],
    )
    def test_is_by_the_day(self, days, phase):
        until = date(2027, 2, 28)
        assert rules.phase_on(until + timedelta(days=days), paid_until=until) is phase


class TestStageOn:
    @pytest.mark.parametrize(
        ("left", "stage"),
        [
            (31, ""),
            (30, "soon30"),
            (8, "soon30"),
            (7, "soon7"),
            (2, "soon7"),
            (1, "soon1"),
            (0, "soon1"),
            (-1, "grace"),
            (-30, "grace"),
            (-31, "read_only"),
        ],
    )
    def test_of_a_year(self, left, stage):
        until = date(2027, 11, 30)
        said = rules.stage_on(until - timedelta(days=left), paid_until=until, lasted=timedelta(days=365))
        assert said == stage

    def test_of_a_month_does_not_warn_the_day_it_begins(self):
        until = date(2027, 1, 30)
        said = [
            rules.stage_on(until - timedelta(days=left), paid_until=until, lasted=timedelta(days=31))
            for left in (30, 8, 7, 1)
        ]
        assert said == ["", "", "soon7", "soon1"]


def test_what_always_holds_names_no_upload():
    assert not rules.ALWAYS & (rules.UPLOADS | rules.STATIONS)


class TestDaysFor:
    @pytest.mark.parametrize(
        ("hours", "days"), [(0, 0), (3.99, 0), (4, 1), (24, 1), (24.01, 2), (48, 2), (49, 3)]
    )
    def test_are_one_for_each_day_that_began_from_four_hours_on(self, hours, days):
        began = datetime(2026, 11, 1, 8, tzinfo=UTC)
        assert rules.days_for(began_at=began, ended_at=began + timedelta(hours=hours)) == days
