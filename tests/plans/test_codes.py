"""Codes: made, entered once, taken back, mixed; and nothing says whose they are."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection

from plans import services
from plans.models import Code, Stretch
from plans.rules import Phase
from plans.services.codes import digest_of, midnight
from prifora.kernel.terms import ZONE
from tests.plans.conftest import BEGAN, at, days_later

pytestmark = pytest.mark.django_db


class TestIssue:
    def test_keeps_a_digest_of_it_and_the_day(self):
        code = services.issue("home", 365, True, now=datetime(2026, 11, 30, 22, 59, 59, tzinfo=UTC))
        row = Code.objects.get()
        assert bytes(row.digest) == digest_of(code)
        assert (row.kind, row.months, row.days, row.station) == ("home", 12, 0, True)
        assert row.created_at == datetime(2026, 11, 30, tzinfo=ZONE)

    def test_says_of_the_day_what_the_people_here_say(self):
        services.issue("home", 30, False, now=datetime(2026, 11, 30, 23, 30, tzinfo=UTC))
        assert Code.objects.get().created_at == datetime(2026, 12, 1, tzinfo=ZONE)

    def test_has_no_column_for_whom_it_is(self):
        columns = {field.name for field in Code._meta.get_fields()}
        assert columns == {"id", "created_at", "digest", "kind", "station", "months", "days"}

    def test_leaves_nothing_of_the_code_in_the_database(self):
        code = services.issue("home", 365, True, now=at(BEGAN))
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM plans_code")
            kept = b"".join(
                bytes(one) if isinstance(one, bytes | memoryview) else str(one).encode()
                for one in cursor.fetchone()
            )
        assert code.encode() not in kept
        assert code.replace("-", "").encode() not in kept

    @pytest.mark.parametrize("wrong", [("home", 0), ("home", -1), ("", 30), ("trial", 30), ("x" * 21, 30)])
    def test_refuses_what_is_no_plan(self, wrong):
        with pytest.raises(ValueError, match="a plan"):
            services.issue(*wrong, True, now=at(BEGAN))


class TestVoid:
    def test_of_a_code_nobody_entered_makes_it_unknown(self):
        code = services.issue("home", 365, True, now=at(BEGAN))
        assert services.void(code.lower(), now=at(BEGAN))
        assert not Code.objects.exists()
        assert not services.void(code, now=at(BEGAN))

    @pytest.mark.parametrize("code", ["", "not a code", "BCDF-GHJK-LMNP-QRST", "LXHN-HFXL-NKKG-QRBG"])
    def test_of_what_is_no_code_ends_nothing(self, code):
        assert not services.void(code, now=at(BEGAN))

    def test_of_a_running_code_begins_the_grace(self, paid, plan, state):
        plan.stretches.all().delete()
        plan.paid_until = BEGAN
        plan.save(update_fields=["paid_until"])
        code = paid(365)
        day = days_later(10)
        assert services.void(code, now=at(day))
        assert state(day).paid_until == day
        assert state(days_later(11)).phase is Phase.GRACE
        assert state(days_later(40)).phase is Phase.GRACE
        assert state(days_later(41)).phase is Phase.READ_ONLY

    def test_of_a_code_entered_the_same_day_leaves_what_was_there(self, paid, state):
        before = state(BEGAN)
        assert services.void(paid(365), now=at(BEGAN))
        assert state(BEGAN) == before

    def test_takes_nothing_from_other_codes(self, paid, state):
        first = paid(365)
        paid(months=1)
        day = days_later(130)  # a hundred days into the year that follows the trial
        assert services.void(first, now=at(day))
        assert state(day).paid_until == date(2027, 5, 9)
        assert {one.kind for one in state(day).pieces} == {"home"}
        assert services.void(first, now=at(day)) is False, "it is found once"

    def test_of_what_is_over_changes_nothing(self, paid, state):
        code = paid(months=1)
        day = days_later(75)
        until = state(day).paid_until
        assert services.void(code, now=at(day))
        assert state(day).paid_until == until


class TestMixCodes:
    def make(self, day, number=20):
        return [services.issue("home", 365, True, now=at(day)) for _ in range(number)]

    def test_forgets_the_day_and_the_order_and_keeps_every_code(self):
        codes = self.make(date(2026, 11, 28)) + self.make(date(2026, 11, 29))
        made = [(row.pk, bytes(row.digest)) for row in Code.objects.order_by("pk")]
        assert services.mix_codes(now=at(BEGAN)) == 40
        rows = list(Code.objects.all())
        assert {bytes(row.digest) for row in rows} == {digest_of(code) for code in codes}
        assert {row.created_at for row in rows} == {midnight(date(2026, 11, 1))}
        assert not {row.pk for row in rows} & {pk for pk, _digest in made}
        assert [digest_of(code) for code in codes] != self.as_stored()

    def as_stored(self):
        place = "rowid" if connection.vendor == "sqlite" else "ctid"
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT digest FROM plans_code ORDER BY {place}")
            return [bytes(digest) for (digest,) in cursor.fetchall()]

    def test_leaves_those_of_today_and_old_ones(self):
        self.make(BEGAN, 2)
        self.make(date(2026, 9, 30), 2)
        assert services.mix_codes(now=at(BEGAN)) == 0

    def test_goes_back_to_the_first_of_the_month_before(self):
        self.make(date(2026, 10, 1), 1)
        self.make(date(2026, 10, 31), 1)
        assert services.mix_codes(now=at(BEGAN)) == 2
        assert {row.created_at for row in Code.objects.all()} == {midnight(date(2026, 10, 1))}

    def test_leaves_codes_that_work(self, family, plan):
        [code] = self.make(days_later(-1), 1)
        services.mix_codes(now=at(BEGAN))
        services.redeem(family_id=family.pk, code=code, now=at(BEGAN))
        assert not Code.objects.exists()
        assert Stretch.objects.filter(digest=digest_of(code)).exists()
