"""Making the figures of days and weeks that are over: one draw each, whoever does it and however often."""

from datetime import date, datetime

from django.db import IntegrityError, transaction

from figures.models import Figure, Mark
from figures.rules import COUNTED, SETTLES, SHOWN_FROM, TOLD, Counted, due_at
from figures.services.counting import count_accounts
from figures.services.noise import draw
from figures.services.telling import destroy_keys
from prifora.kernel.terms import day_of


def close_periods(now: datetime) -> None:
    """Make every figure that is due at `now` and not there yet. Runs before each sweep; twice is harmless.

    Before anything is counted, the keys of days that are over are destroyed; afterwards their marks go.
    """
    over = Mark.objects.filter(day__lt=day_of(now - SETTLES))
    destroy_keys(over.values_list("day", flat=True).distinct())
    for counted in COUNTED.values():
        due = due_at(counted, now)
        there = Figure.objects.filter(metric=counted.metric, begins_on__in=due)
        missing = sorted(set(due) - set(there.values_list("begins_on", flat=True)))
        if counted.metric in TOLD:
            destroy_keys(missing)
        for first in missing:
            _close(counted, first, now)
    over.delete()


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
