"""How long an authority's request may take, how long a gag lasts, and how the ledger is chained."""

import hashlib
from datetime import date, datetime, timedelta

import pytest

from support.rules import BEGIN, due_at, entry_of, hash_of, is_gagged


def moment(text):
    return datetime.fromisoformat(text)


class TestDueAt:
    @pytest.mark.parametrize(
        ("received", "due"),
        [
            ("2026-03-02T09:00+01:00", "2026-03-13T00:00+01:00"),
            ("2026-03-25T23:59+01:00", "2026-04-05T00:00+02:00"),  # the clock goes forward on 29 March
            ("2026-10-20T12:00+02:00", "2026-10-31T00:00+01:00"),  # and back on 25 October
            ("2028-02-19T08:00+01:00", "2028-03-01T00:00+01:00"),  # a day more in February
            ("2027-02-19T08:00+01:00", "2027-03-02T00:00+01:00"),
            ("2026-03-01T23:30+00:00", "2026-03-13T00:00+01:00"),  # already the 2nd here
        ],
    )
    def test_is_the_end_of_the_tenth_day_after(self, received, due):
        assert due_at(moment(received), is_emergency=False) == moment(due)

    @pytest.mark.parametrize(
        "received", ["2026-10-25T00:30+02:00", "2026-03-29T00:30+01:00", "2028-02-29T22:00+01:00"]
    )
    def test_is_eight_hours_in_an_emergency_whatever_clocks_do(self, received):
        assert due_at(moment(received), is_emergency=True) == moment(received) + timedelta(hours=8)


class TestIsGagged:
    @pytest.mark.parametrize(
        ("until", "last", "first"),
        [
            ("2026-03-29", "2026-03-29T23:59:59+02:00", "2026-03-30T00:00+02:00"),
            ("2026-10-25", "2026-10-25T23:59:59+01:00", "2026-10-26T00:00+01:00"),
            ("2028-02-29", "2028-02-29T23:59:59+01:00", "2028-03-01T00:00+01:00"),
        ],
    )
    def test_lasts_until_its_day_is_over_here(self, until, last, first):
        day = date.fromisoformat(until)
        assert is_gagged(day, moment(last))
        assert not is_gagged(day, moment(first))

    def test_is_not_there_without_a_day(self):
        assert not is_gagged(None, moment("2028-02-29T08:00+01:00"))


class TestChain:
    LINE = {"n": 1, "at": "2026-11-30T08:00:00+00:00", "what": "look", "person": b"p" * 32, "facts": "{}"}

    @pytest.mark.parametrize(
        "change", [{"n": 2}, {"at": ""}, {"what": "x"}, {"person": b""}, {"facts": "{1}"}]
    )
    def test_depends_on_everything_a_line_says(self, change):
        assert entry_of(**self.LINE) != entry_of(**{**self.LINE, **change})

    def test_depends_on_what_was_before(self):
        entry = entry_of(**self.LINE)
        assert len(entry) == len(hash_of(BEGIN, entry)) == 32
        assert hash_of(BEGIN, entry) != hash_of(hash_of(BEGIN, entry), entry)

    def test_is_what_clients_compute(self):
        entry = bytes(range(32))
        assert hash_of(BEGIN, entry) == hashlib.sha256(b"prifora/1 looks" + BEGIN + entry).digest()
