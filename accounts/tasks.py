"""Accounts in the background. A task decides nothing: it reads the clock and calls one service."""

from celery import shared_task

from accounts import services
from prifora.kernel import clock


@shared_task(name="accounts.drop_unfinished")  # type: ignore[untyped-decorator]
def drop_unfinished() -> int:
    """Run hourly (prifora/schedule.py). Safe to run twice: it forgets what is due at that moment."""
    return services.drop_unfinished(now=clock.now())


@shared_task(name="accounts.drop_messages")  # type: ignore[untyped-decorator]
def drop_messages() -> int:
    """Run hourly (prifora/schedule.py). Safe to run twice: it forgets what is due at that moment."""
    return services.drop_messages(now=clock.now())
