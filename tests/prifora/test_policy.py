from datetime import UTC, datetime, timedelta

import pytest

from prifora.kernel.policy import Category, Erase, Policy, Purpose, Role, running

NOW = datetime(2026, 3, 31, tzinfo=UTC)


class TestEndedBefore:
    def test_counts_back_from_now(self):
        policy = Policy(subject="account", keep=timedelta(days=30))
        assert policy.ended_before(NOW) == datetime(2026, 3, 1, tzinfo=UTC)

    def test_has_no_answer_for_rows_that_live_as_long_as_their_account(self):
        with pytest.raises(TypeError):
            Policy(subject="account", keep=None).ended_before(NOW)


class TestRunning:
    def test_is_about_nobody(self):
        held = running(staff=(Role.SYSTEM,))
        assert (held.category, held.purpose, held.on_erase) == (Category.SYSTEM, Purpose.RUN, Erase.KEEP)
        assert not held.export
        assert held.staff == (Role.SYSTEM,)
