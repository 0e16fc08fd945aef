"""Support in the background. A task decides nothing: it reads the clock and calls one service."""

from celery import shared_task

from prifora.kernel import clock
from support import services


@shared_task(name="support.tell_after_gags")  # type: ignore[untyped-decorator]
def tell_after_gags() -> int:
    """Run every minute (prifora/schedule.py). Safe to run twice: a letter that was told is told once."""
    return services.tell_after_gags(now=clock.now())
