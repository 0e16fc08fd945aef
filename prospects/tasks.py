"""Prospects in the background. A task decides nothing: it reads the clock and calls one service."""

from celery import shared_task

from prifora.kernel import clock
from prospects import services


@shared_task(name="prospects.send_mails")  # type: ignore[untyped-decorator]
def send_mails() -> int:
    """Run every minute (prifora/schedule.py). Safe to run twice: each mail is sent by whoever is first."""
    return services.send_mails(now=clock.now())
