"""Chat in the background. A task decides nothing: it reads the clock and calls one service."""

from celery import shared_task

from chat import services
from prifora.kernel import clock


@shared_task(name="chat.empty_expired")  # type: ignore[untyped-decorator]
def empty_expired() -> int:
    """Run every minute (prifora/schedule.py). Safe to run twice: it empties what is over at that moment."""
    return services.empty_expired(now=clock.now())
