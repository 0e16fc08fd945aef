"""What somebody has, nobody else does, for as long as they live; and soon afterwards somebody does."""

import threading
from datetime import timedelta

import pytest

from notices.models import PushTarget
from prifora.kernel import clock
from prifora.kernel.claims import LEASE, claim

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = PushTarget.objects.all()


@pytest.fixture
def target(alice):
    return PushTarget.objects.create(
        account_id=alice.pk, device_id=alice.device_id, sealed_address=b"", told_until=NOW, due_at=NOW
    )


NOW = clock.now()


def due_at(target):
    target.refresh_from_db()
    return target.due_at


class TestClaim:
    def test_gives_it_to_one(self, target):
        assert claim(ROWS, target.pk, clock.now())
        assert claim(ROWS, target.pk, clock.now()) is None

    def test_gives_nothing_that_is_not_due_or_not_asked_for(self, target):
        assert claim(ROWS, target.pk, NOW - timedelta(seconds=1)) is None
        assert claim(ROWS.exclude(pk=target.pk), target.pk, clock.now()) is None
        assert due_at(target) == NOW

    def test_changes_what_goes_with_it(self, target):
        claim(ROWS, target.pk, clock.now(), tries=3)
        target.refresh_from_db()
        assert target.tries == 3

    def test_lasts_from_when_it_was_taken_however_old_the_list_is(self, target):
        long_ago = clock.now() - timedelta(hours=1)
        ROWS.update(due_at=long_ago)
        before = clock.now()
        claim(ROWS, target.pk, long_ago)
        assert due_at(target) >= before + LEASE

    def test_is_over_soon_after_whoever_had_it_was_killed(self, target):
        claim(ROWS, target.pk, clock.now())
        assert claim(ROWS, target.pk, clock.now() + LEASE)


class TestRenewing:
    @pytest.fixture(autouse=True)
    def _often(self, monkeypatch):
        monkeypatch.setattr("prifora.kernel.claims.RENEWED_AFTER", timedelta(seconds=0.01))

    def renewed(self, monkeypatch, claimed):
        """Let it be entered until it was renewed some times."""
        times, renew = threading.Semaphore(0), claimed._renew

        def counted():
            renew()
            times.release()

        monkeypatch.setattr(claimed, "_renew", counted)
        with claimed:
            for _ in range(3):
                assert times.acquire(timeout=30)

    def test_goes_on_while_it_is_entered_and_no_longer(self, target, monkeypatch):
        claimed = claim(ROWS, target.pk, clock.now())
        first = claimed.until
        self.renewed(monkeypatch, claimed)
        assert due_at(target) == claimed.until > first
        assert not claimed.thread.is_alive()

    def test_leaves_alone_what_became_due_in_between(self, target, monkeypatch):
        claimed = claim(ROWS, target.pk, clock.now())
        ROWS.update(due_at=NOW)
        self.renewed(monkeypatch, claimed)
        assert due_at(target) == NOW
        assert claimed.until != NOW

    def test_goes_on_after_the_database_was_away_for_a_moment(self, target, monkeypatch):
        claimed = claim(ROWS, target.pk, clock.now())
        renew, failures = claimed._renew, [OSError(), OSError()]

        def fails():
            if failures:
                raise failures.pop()
            renew()

        monkeypatch.setattr(claimed, "_renew", fails)
        first = claimed.until
        with claimed:
            for _ in range(3000):
                if claimed.until > first:
                    break
                threading.Event().wait(0.01)
        assert due_at(target) > first
