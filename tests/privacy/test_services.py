"""What is due goes, nothing goes early, and a clock that jumped deletes nothing."""

from collections import Counter
from datetime import timedelta
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Account, LogLine, Session
from prifora.kernel import batches
from prifora.kernel.policy import Category, Policy, foreign
from privacy import services
from privacy.models import Consent
from privacy.services import retention
from tests.rows import row_of, unguarded

NOW = timezone.now()
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
LONG = timedelta(days=400)
WITH_POLICY = [model for model in apps.get_models() if isinstance(getattr(model, "policy", None), Policy)]
ENDING = [model for model in WITH_POLICY if model.policy.keep is not None]
REFUSES_DELETE = {
    "sqlite": ["CREATE TRIGGER planted BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, 'planted'); END"],
    "postgresql": [
        "CREATE FUNCTION planted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'planted'; END $$",
        "CREATE TRIGGER planted BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION planted()",
    ],
}


def label(model):
    return model._meta.label


def set_clock(row, moment, column=None):
    """Move the clock of a row; of a consent, which the database changes for nobody, another one is added."""
    if isinstance(row, Consent):
        row.pk, row.n, row.closed_at, row._state.adding = uuid4(), row.n + 1, moment, True
        row.save(force_insert=True)
        return
    *way, name = (column or row.policy.clock).split("__")
    for step in way:
        row = getattr(row, step)
    with unguarded():
        type(row)._default_manager.filter(pk=row.pk).update(**{name: moment})


def is_there(row):
    return type(row)._default_manager.filter(pk=row.pk).exists()


def old_line(someone, age=LONG):
    line = LogLine.objects.create(account=someone.account, what="signed_in")
    set_clock(line, NOW - age)
    return line


@pytest.mark.django_db
class TestListHoldings:
    def test_names_every_column_of_the_catalogue_once(self):
        listed = Counter((table, column) for table, column, _held in services.list_holdings())
        assert max(listed.values()) == 1
        with connection.cursor() as cursor:
            stored = set(connection.introspection.table_names(cursor))
        assert stored <= {table for table, _column in listed} | {"sqlite_sequence"}

    def test_includes_the_tables_of_libraries(self):
        tables = {table for table, _column, _held in services.list_holdings()}
        assert foreign.keys() <= tables

    def test_says_what_a_column_is(self):
        held = {(table, column): held for table, column, held in services.list_holdings()}
        assert held["accounts_account", "username"].category is Category.INDEX
        assert held["mfa_authenticator", "data"].category is Category.CREDENTIAL


GO_BEFORE = {"prospects.Prospect"}
"""What its app ends right before the sweep, since a key goes with it. Rows whose clock is another's go with that."""


@pytest.mark.django_db
class TestDeleteEndedRows:
    @pytest.mark.obligation("PER-12", partial=True)
    def test_covers_every_table_with_a_term(self):
        assert {label(model) for model in ENDING} == services.delete_ended_rows(now=NOW).keys()
        assert {"accounts.Session", "accounts.LogLine", "support.StaffLook"} <= {label(one) for one in ENDING}

    @pytest.mark.obligation("PER-12", partial=True)
    @pytest.mark.parametrize("model", ENDING, ids=label)
    def test_ends_a_row_after_its_term(self, alice, model):
        row = row_of(model, about=alice.account)
        set_clock(row, NOW - model.policy.keep - SECOND)
        ended = services.delete_ended_rows(now=NOW)
        goes_otherwise = "__" in model.policy.clock or label(model) in GO_BEFORE
        assert ended[label(model)] >= 1 or goes_otherwise
        assert not is_there(row)

    @pytest.mark.parametrize("model", ENDING, ids=label)
    def test_keeps_a_row_until_its_term(self, alice, model):
        row = row_of(model, about=alice.account)
        set_clock(row, NOW - model.policy.keep + SECOND)
        services.delete_ended_rows(now=NOW)
        assert is_there(row)

    @pytest.mark.parametrize("model", [one for one in WITH_POLICY if one not in ENDING], ids=label)
    def test_never_touches_a_table_without_a_term(self, alice, model):
        row = row_of(model, about=alice.account)
        if "created_at" in {field.name for field in model._meta.local_concrete_fields}:
            set_clock(row, NOW - timedelta(days=20_000), "created_at")
        services.delete_ended_rows(now=NOW)
        assert is_there(row)

    @pytest.mark.obligation("PER-34", "PER-12", partial=True)
    def test_ends_sessions_nobody_uses_any_more_and_keeps_the_others(self, as_, alice, bob):
        as_(alice)
        here = as_(bob)
        Session.objects.filter(account=alice.account).update(expire_date=NOW - SECOND)
        services.delete_ended_rows(now=NOW)
        assert not Session.objects.filter(account=alice.account).exists()
        assert here.get("/api/v1/me").status_code == 200

    def test_deletes_nobody_s_account_with_their_rows(self, alice):
        old_line(alice)
        services.delete_ended_rows(now=NOW)
        assert Account.objects.filter(pk=alice.pk).exists()
        assert not LogLine.objects.filter(created_at__lt=NOW - timedelta(days=100)).exists()

    def test_counts_what_went_and_does_nothing_the_second_time(self, alice):
        old_line(alice)
        old_line(alice)
        assert services.delete_ended_rows(now=NOW)["accounts.LogLine"] == 2
        assert set(services.delete_ended_rows(now=NOW).values()) == {0}

    def test_goes_in_batches(self, alice, monkeypatch):
        for _ in range(5):
            old_line(alice)
        monkeypatch.setattr(
            retention, "delete_in_batches", lambda rows: batches.delete_in_batches(rows, at_once=2)
        )
        with CaptureQueriesContext(connection) as asked:
            assert services.delete_ended_rows(now=NOW)["accounts.LogLine"] == 5
        table = LogLine._meta.db_table
        deleted = [one for one in asked if one["sql"].startswith("DELETE") and table in one["sql"]]
        assert len(deleted) == 3

    def test_sweeps_the_other_tables_when_one_refuses(self, alice):
        line, first = old_line(alice), ENDING[0]
        row = row_of(first, about=alice.account)
        set_clock(row, NOW - first.policy.keep - SECOND)
        assert first is not LogLine
        with connection.cursor() as cursor:
            for statement in REFUSES_DELETE[connection.vendor]:
                cursor.execute(statement.format(table=first._meta.db_table))
        with pytest.raises(ExceptionGroup):
            services.delete_ended_rows(now=NOW)
        assert is_there(row)
        assert not is_there(line)


@pytest.mark.django_db
class TestClock:
    def test_an_hour_and_two_days_later_are_no_jump(self, alice):
        services.delete_ended_rows(now=NOW)
        for after in (HOUR, HOUR + timedelta(hours=48)):
            line = old_line(alice)
            services.delete_ended_rows(now=NOW + after)
            assert not is_there(line)

    def test_a_jump_deletes_nothing(self, alice):
        services.delete_ended_rows(now=NOW)
        fresh = old_line(alice, age=timedelta(0))
        for after in (timedelta(0), HOUR, timedelta(hours=23)):
            assert services.delete_ended_rows(now=NOW + LONG + after) == {}
        assert is_there(fresh)

    def test_is_believed_again_at_once_when_put_right(self, alice):
        services.delete_ended_rows(now=NOW)
        services.delete_ended_rows(now=NOW + LONG)
        fresh, old = old_line(alice, age=timedelta(0)), old_line(alice)
        assert services.delete_ended_rows(now=NOW + HOUR)["accounts.LogLine"] == 1
        assert is_there(fresh)
        assert not is_there(old)

    def test_after_a_long_pause_is_believed_once_it_went_on_for_a_day(self, alice):
        services.delete_ended_rows(now=NOW)
        line = old_line(alice, age=timedelta(0))
        for hour in range(24):
            assert services.delete_ended_rows(now=NOW + LONG + hour * HOUR) == {}
        assert is_there(line)
        services.delete_ended_rows(now=NOW + LONG + 24 * HOUR)
        assert not is_there(line)
        assert services.delete_ended_rows(now=NOW + LONG + 25 * HOUR)

    def test_that_jumps_twice_is_doubted_anew(self, alice):
        line = old_line(alice, age=timedelta(0))
        services.delete_ended_rows(now=NOW)
        for jump in (LONG, 2 * LONG, 3 * LONG):
            assert services.delete_ended_rows(now=NOW + jump) == {}
        assert is_there(line)

    def test_that_goes_back_ends_nothing_early(self, alice):
        services.delete_ended_rows(now=NOW)
        line = old_line(alice, age=timedelta(days=89))
        services.delete_ended_rows(now=NOW - 5 * HOUR)
        assert is_there(line)
