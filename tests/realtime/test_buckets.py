"""How fast a device may talk. Waiting is counted, not timed."""

import asyncio

import pytest

from realtime import buckets
from realtime.buckets import Bucket


class Time:
    """A clock that only waiting moves."""

    def __init__(self):
        self.now, self.waits = 1000.0, []

    def monotonic(self):
        return self.now

    async def sleep(self, seconds):
        self.waits.append(seconds)
        self.now += seconds


@pytest.fixture
def clock(monkeypatch):
    clock = Time()
    monkeypatch.setattr(buckets, "time", clock)
    monkeypatch.setattr(buckets.asyncio, "sleep", clock.sleep)
    return clock


class TestBucket:
    async def test_lets_a_first_burst_through_at_once(self, clock):
        bucket = Bucket(rate=10, size=5)
        for _ in range(5):
            await bucket.take()
        assert not clock.waits

    async def test_then_lets_the_steady_rate_through(self, clock):
        bucket = Bucket(rate=10, size=5)
        started = clock.now
        for _ in range(25):
            await bucket.take()
        assert clock.now - started == pytest.approx(20 / 10)
        assert len(clock.waits) == 20

    async def test_fills_again_while_nobody_talks_but_never_over_its_size(self, clock):
        bucket = Bucket(rate=10, size=5)
        for _ in range(5):
            await bucket.take()
        clock.now += 3600
        for _ in range(5):
            await bucket.take()
        assert not clock.waits
        await bucket.take()
        assert len(clock.waits) == 1

    async def test_holds_nobody_else_up(self):
        slow, free = Bucket(rate=0.001, size=1), Bucket(rate=0.001, size=1)
        await slow.take()
        stuck = asyncio.get_running_loop().create_task(slow.take())
        await free.take()
        assert not stuck.done()
        stuck.cancel()
