"""Plans in the background. A task decides nothing: it reads the clock and calls one service."""

from celery import shared_task

from plans import services
from prifora.kernel import clock


@shared_task(name="plans.tell_due")  # type: ignore[untyped-decorator]
def tell_due() -> int:
    """Run hourly (prifora/schedule.py). Safe to run twice: each letter goes out once for each end."""
    now = clock.now()
    services.begin_missing(now=now)
    return services.tell_due(now=now) + services.tell_credits(now=now)


@shared_task(name="plans.mix_codes")  # type: ignore[untyped-decorator]
def mix_codes() -> int:
    """Run every six hours (prifora/schedule.py). Safe to run twice: what is mixed is mixed again."""
    return services.mix_codes(now=clock.now())
