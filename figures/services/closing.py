"""Making the figures of days and weeks that are over: one draw each, whoever does it and however often."""

from datetime import date, datetime

from django.db import IntegrityError, transaction

from figures.models import Figure
from figures.rules import COUNTED, SHOWN_FROM, Counted, due_at
from figures.services.counting import count_accounts
from figures.services.noise import draw


def close_periods(now: datetime) -> None:
    """Make every figure that is due at `now` and not there yet. Runs before each sweep; twice is harmless."""
    for counted in COUNTED.values():
        due = due_at(counted, now)
        there = Figure.objects.filter(metric=counted.metric, begins_on__in=due)
        for first in sorted(set(due) - set(there.values_list("begins_on", flat=True))):
            _close(counted, first, now)


def _close(counted: Counted, first: date, now: datetime) -> None:
    """Take the place of the figure, and only then count and draw, all in one transaction.

    Whoever is second waits for the first at the place, finds it taken, and has counted and drawn nothing.
    """
    with transaction.atomic():
        try:
            with transaction.atomic():
                place = Figure.objects.create(metric=counted.metric, begins_on=first, created_at=now)
        except IntegrityError:
            return
        drawn = draw(count_accounts(counted, first), counted.epsilon)
        if drawn >= SHOWN_FROM:
            place.value = drawn
            place.save(update_fields=["value"])
