"""Privacy in the background. A task decides nothing: it reads the clock and calls one service."""

from typing import Any

import structlog
from celery import shared_task

from prifora.kernel import clock
from privacy import access, services
from privacy.documents import policy

log = structlog.get_logger(__name__)


@shared_task(name="privacy.delete_ended_rows")  # type: ignore[untyped-decorator]
def delete_ended_rows() -> dict[str, int]:
    """Run hourly (prifora/schedule.py). Safe to run twice: it deletes what is due at that moment."""
    return services.delete_ended_rows(now=clock.now())


@shared_task(name="privacy.apply_retention")  # type: ignore[untyped-decorator]
def apply_retention() -> dict[str, int]:
    """Run hourly (prifora/schedule.py). Safe to run twice: it deletes what is due at that moment."""
    return services.apply_retention(now=clock.now())


@shared_task(name="privacy.erase_due")  # type: ignore[untyped-decorator]
def erase_due() -> int:
    """Run every minute (prifora/schedule.py). Safe to run twice: each step is done by whoever is first."""
    return services.erase_due(now=clock.now())


@shared_task(name="privacy.watch_requests")  # type: ignore[untyped-decorator]
def watch_requests() -> dict[str, int]:
    """Run hourly (prifora/schedule.py). Safe to run twice: it notes what is due and not yet noted."""
    return services.watch_requests(now=clock.now())


@shared_task(name="privacy.end_restrictions")  # type: ignore[untyped-decorator]
def end_restrictions() -> int:
    """Run every minute (prifora/schedule.py). Safe to run twice: each is ended by whoever is first."""
    return services.end_restrictions(now=clock.now())


@shared_task(name="privacy.write_to_agents")  # type: ignore[untyped-decorator]
def write_to_agents() -> int:
    """Run every minute (prifora/schedule.py). Safe to run twice: each mail is sent by whoever is first."""
    return services.write_to_agents(now=clock.now())


@shared_task(name="privacy.close_idle")  # type: ignore[untyped-decorator]
def close_idle() -> dict[str, int]:
    """Run hourly (prifora/schedule.py). Safe to run twice: nobody is warned or closed twice."""
    return services.close_idle(now=clock.now())


@shared_task(name="privacy.announce_policy")  # type: ignore[untyped-decorator]
def announce_policy() -> int:
    """Run hourly (prifora/schedule.py). Safe to run twice: each part is told by whoever is first."""
    try:
        return tell_everybody().told
    except (services.BeginsTooSoon, services.BeginsOtherwise) as refused:
        log.warning("policy_not_announced", reason=refused.code)
        return 0


def tell_everybody() -> Any:
    """Tell everybody of the newest version of the policy, part by part, and return how that went.

    Raises BeginsTooSoon and BeginsOtherwise; who was told before that, stays told.
    """
    newest = policy.versions()[0]
    services.begin_with(number=newest.number, now=clock.now())
    while services.tell_part(number=newest.number, begins_on=newest.begins_on, now=clock.now()):
        pass
    return access.announcements()[newest.number]
