from datetime import UTC, date, datetime, timedelta

import pytest

from prifora.kernel.terms import working_days_after
from privacy.rules import (
    DOUBT_LASTS,
    JUMP,
    Clock,
    closes_on,
    judge,
    perhaps_idle,
    policy_may_begin,
    warns_on,
)

SWEPT = datetime(2026, 5, 1, tzinfo=UTC)
LATER = SWEPT + timedelta(days=400)
SECOND = timedelta(seconds=1)


class TestJudge:
    @pytest.mark.parametrize("gap", [timedelta(0), timedelta(hours=1), JUMP, timedelta(hours=-1), -JUMP * 9])
    def test_believes_a_clock_near_the_last_sweep_or_behind_it(self, gap):
        assert judge(now=SWEPT + gap, swept_at=SWEPT, doubted_at=None) is Clock.BELIEVED

    @pytest.mark.parametrize("gap", [JUMP + SECOND, timedelta(days=400)])
    def test_sees_a_jump(self, gap):
        assert judge(now=SWEPT + gap, swept_at=SWEPT, doubted_at=None) is Clock.JUMPED

    @pytest.mark.parametrize("since", [timedelta(0), timedelta(hours=1), DOUBT_LASTS - SECOND])
    def test_goes_on_doubting_for_a_day(self, since):
        assert judge(now=LATER + since, swept_at=SWEPT, doubted_at=LATER) is Clock.DOUBTED

    def test_believes_a_clock_that_went_on_steadily_for_a_day(self):
        assert judge(now=LATER + DOUBT_LASTS, swept_at=SWEPT, doubted_at=LATER) is Clock.BELIEVED

    @pytest.mark.parametrize("since", [JUMP + SECOND, timedelta(days=400), -SECOND])
    def test_starts_doubting_anew_when_the_clock_jumps_again(self, since):
        assert judge(now=LATER + since, swept_at=SWEPT, doubted_at=LATER) is Clock.JUMPED

    def test_believes_at_once_when_the_clock_was_put_right(self):
        assert judge(now=SWEPT + timedelta(hours=3), swept_at=SWEPT, doubted_at=LATER) is Clock.BELIEVED


class TestIdle:
    def test_closes_after_twenty_four_calendar_months(self):
        assert closes_on(date(2026, 3, 10), warned_on=date(2028, 1, 10)) == date(2028, 3, 10)
        assert closes_on(date(2024, 2, 29), warned_on=date(2025, 12, 30)) == date(2026, 2, 28)

    def test_never_closes_sooner_than_sixty_days_after_a_warning(self):
        assert closes_on(date(2020, 1, 1), warned_on=date(2028, 2, 1)) == date(2028, 4, 1)

    def test_lets_nobody_out_who_is_due(self):
        for n in range(1500):
            today = date(2027, 1, 1) + timedelta(days=n)
            last = perhaps_idle(today)
            assert warns_on(last + timedelta(days=1)) > today, today
            assert warns_on(last - timedelta(days=7)) <= today, today


class TestPolicyMayBegin:
    def test_after_thirty_working_days_and_not_after_twenty_nine(self):
        told_on = date(2026, 12, 1)
        assert policy_may_begin(begins_on=working_days_after(told_on, 30), told_on=told_on)
        assert not policy_may_begin(begins_on=working_days_after(told_on, 29), told_on=told_on)
