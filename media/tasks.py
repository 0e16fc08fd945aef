"""Media in the background. A task decides nothing: it reads the clock and calls one service."""

from celery import shared_task

from media import services
from prifora.kernel import clock


@shared_task(name="media.remove_strays")  # type: ignore[untyped-decorator]
def remove_strays() -> int:
    """Run hourly (prifora/schedule.py). Safe to run twice: it deletes what nothing names at that moment."""
    return services.remove_strays(now=clock.now())


@shared_task(name="media.sweep_uploads")  # type: ignore[untyped-decorator]
def sweep_uploads() -> int:
    """Run hourly (prifora/schedule.py). Safe to run twice: it ends what has expired at that moment."""
    return services.sweep_uploads(now=clock.now())


@shared_task(name="media.forget_tombstones")  # type: ignore[untyped-decorator]
def forget_tombstones() -> int:
    """Run hourly (prifora/schedule.py). Safe to run twice: it forgets what is old at that moment."""
    return services.forget_tombstones(now=clock.now())
