"""Notices in the background. A task decides nothing: it reads the clock and calls one service."""

from celery import shared_task

from notices import services
from prifora.kernel import clock

ROUNDS = 20
"""So many rounds a run: 100,000 people are mailed within an hour."""


@shared_task(name="notices.send_mail")  # type: ignore[untyped-decorator]
def send_mail() -> int:
    """Run every 15 s (prifora/schedule.py). Safe to run twice: each mail is sent by whoever is first."""
    sent = 0
    for _round in range(ROUNDS):
        went = services.send_mail(now=clock.now())
        sent += went
        if not went:
            break
    return sent


@shared_task(name="notices.send_pushes")  # type: ignore[untyped-decorator]
def send_pushes() -> int:
    """Run every 15 s (prifora/schedule.py). Safe to run twice: each push is sent by whoever is first."""
    return services.send_pushes(now=clock.now())


@shared_task(name="notices.push_messages")  # type: ignore[untyped-decorator]
def push_messages() -> int:
    """Run every 15 seconds (prifora/schedule.py). Safe to run twice, as `send_pushes` is."""
    services.look_for_messages(now=clock.now())
    return services.push_messages(now=clock.now())
