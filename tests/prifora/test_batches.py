"""Rows go a batch at a time, each batch for good before the next."""

import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import LogLine
from prifora.kernel import batches
from prifora.kernel.batches import (
    AT_LEAST,
    AT_MOST,
    GOAL_SECONDS,
    Pace,
    delete_in_batches,
    delete_some,
    update_in_batches,
)
from tests.rows import row_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def lines(alice):
    def make(number):
        LogLine.objects.bulk_create([LogLine(account=alice.account, what="line") for _ in range(number)])
        return LogLine.objects.filter(what="line")

    return make


class TestDeleteSome:
    def test_leaves_what_is_more_than_a_batch(self, lines):
        rows = lines(5)
        assert delete_some(rows, at_once=2) == (2, True)
        assert rows.count() == 3

    def test_says_when_nothing_is_left(self, lines):
        rows = lines(3)
        assert delete_some(rows, at_once=4) == (3, False)
        assert delete_some(rows, at_once=4) == (0, False)

    def test_leaves_what_is_saved_before_it_goes(self, lines, monkeypatch):
        rows = lines(3)
        real = type(rows).delete

        def saved_meanwhile(chosen):
            saved = LogLine.objects.filter(what="line").first()
            LogLine.objects.filter(pk=saved.pk).update(what="saved")
            return real(chosen)

        monkeypatch.setattr(type(rows), "delete", saved_meanwhile)
        assert delete_some(rows, at_once=3)[0] == 2
        assert LogLine.objects.filter(what="saved").exists()


class TestPace:
    @pytest.mark.parametrize(
        ("seconds", "rows"), [(GOAL_SECONDS, 500), (2 * GOAL_SECONDS, 250), (100.0, AT_LEAST), (0.0, 1000)]
    )
    def test_follows_how_long_it_took(self, seconds, rows):
        pace = Pace()
        pace.took(seconds)
        assert pace.rows == rows

    def test_never_exceeds_what_fits(self):
        pace = Pace()
        for _ in range(10):
            pace.took(0.001)
        assert pace.rows == AT_MOST

    def test_keeps_to_a_fixed_number(self):
        pace = Pace(3)
        pace.took(100.0)
        assert pace.rows == 3

    def test_judges_by_the_time_inside(self):
        pace = Pace()
        with pace.timed() as number:
            time.sleep(2.5 * GOAL_SECONDS)
        assert number == 500
        assert pace.rows < 250


class TestUpdateInBatches:
    def test_changes_all_a_batch_at_a_time(self, lines, monkeypatch):
        monkeypatch.setattr(batches, "AT_FIRST", 2)
        monkeypatch.setattr(batches, "AT_MOST", 2)
        monkeypatch.setattr(batches, "AT_LEAST", 2)
        rows = lines(5)
        with CaptureQueriesContext(connection) as asked:
            assert update_in_batches(rows, what="done") == 5
        assert len([one for one in asked if one["sql"].startswith("UPDATE")]) == 3
        assert LogLine.objects.filter(what="done").count() == 5


class TestDeleteInBatches:
    @pytest.mark.parametrize("number", [0, 1, 4, 5])
    def test_deletes_all_and_counts_them(self, lines, number):
        rows = lines(number)
        assert delete_in_batches(rows, at_once=2) == number
        assert not rows.exists()

    def test_never_deletes_more_at_once_than_a_batch(self, lines):
        rows = lines(7)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            delete_in_batches(rows, at_once=3)
        deleted = [one["sql"] for one in asked if one["sql"].startswith("DELETE")]
        assert len(deleted) == 3

    def test_takes_along_what_hangs_on_the_rows(self, alice):
        account = row_of(LogLine, about=alice.account).account
        assert delete_in_batches(type(account).objects.filter(pk=account.pk)) > 1


@pytest.mark.django_db(transaction=True)
class TestTransactions:
    def test_a_batch_is_for_good_before_the_next_begins(self, lines, monkeypatch):
        rows = lines(5)
        real, calls = type(rows).delete, []

        def fails_the_second_time(chosen):
            calls.append(chosen)
            if len(calls) == 2:
                raise RuntimeError
            return real(chosen)

        monkeypatch.setattr(type(rows), "delete", fails_the_second_time)
        with pytest.raises(RuntimeError):
            delete_in_batches(rows, at_once=2)
        assert rows.count() == 3
