"""Payments in the background. A task decides nothing: it reads the clock and calls one service."""

from celery import shared_task

from payments import services
from prifora.kernel import clock

ROUNDS = 5


@shared_task(name="payments.go_on")  # type: ignore[untyped-decorator]
def go_on() -> int:
    """Run every 15 s (prifora/schedule.py). Safe to run twice: each thing is done by whoever is first."""
    tried = 0
    for _round in range(ROUNDS):
        some = services.go_on(now=clock.now())
        tried += some
        if not some:
            break
    return tried
