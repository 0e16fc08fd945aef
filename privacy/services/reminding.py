"""The legal clock of requests: reminders to staff, and an alarm when a day has passed."""

from datetime import date, datetime
from uuid import UUID

import structlog
from django.db import transaction

from prifora.kernel.terms import day_of
from privacy.deadlines import reminders_by
from privacy.models import Request

ALARMS = {"late": "request_late", "unheard": "request_unheard"}
"""What the log calls a day that passed: for the answer, and for saying that somebody read a complaint."""

log = structlog.get_logger(__name__)


def watch_requests(*, now: datetime) -> dict[str, int]:
    """Note what staff must be reminded of at `now`, and which days have passed; return how many of each.

    Staff see it in their list. A day that passed is also a line in the log, once for each request.
    """
    noted = dict.fromkeys(("reminded", "late", "unheard"), 0)
    for pk in list(Request.objects.filter(closed_at=None).values_list("pk", flat=True)):
        for what in _watch(pk, now):
            noted[what] += 1
    for what, alarm in ALARMS.items():
        if noted[what]:
            log.warning(alarm, count=noted[what])
    return noted


@transaction.atomic
def _watch(pk: UUID, now: datetime) -> list[str]:
    """Bring one request up to date; return what is new about it."""
    request = Request.objects.select_for_update().filter(pk=pk, closed_at=None).first()
    if request is None:
        return []
    news, today = [], day_of(now)
    due = reminders_by(request.created_at, request.due_on, today)
    if due > request.reminded:
        request.reminded = due
        news.append("reminded")
    if request.late_at is None and today > request.due_on:
        request.late_at = now
        news.append("late")
    if _is_unheard(request, today):
        request.unheard_at = now
        news.append("unheard")
    if news:
        request.save(update_fields=["reminded", "late_at", "unheard_at"])
    return news


def _is_unheard(request: Request, today: date) -> bool:
    """Return whether a complaint was not acknowledged in time, and nobody noted that yet."""
    by = request.acknowledge_on
    return by is not None and today > by and request.acknowledged_at is None and request.unheard_at is None
