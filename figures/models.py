"""The figures: one number for each day or week and metric, and nothing about whoever is in it."""

from datetime import timedelta

from django.db import models
from django.db.models import Q

from figures.rules import SHOWN_FROM, TOLD, Metric
from prifora.kernel.models import Row
from prifora.kernel.policy import Basis, Category, Erase, Held, Policy, Purpose, Role, running

KEPT = timedelta(days=5 * 365)
"""Long enough to compare the years; a figure is about nobody."""

MARK_KEPT = timedelta(days=8)
"""At most, when a server was off: a mark goes when the figure of its day is made."""


def _counted() -> Held:
    return Held(
        Category.SYSTEM,
        Purpose.ANALYSES,
        basis=Basis.INTEREST,
        on_erase=Erase.KEEP,
        export=False,
        staff=(Role.SYSTEM,),
    )


class Figure(Row):
    """How many accounts there were in one period, with noise. No value: fewer than SHOWN_FROM."""

    metric = models.CharField(max_length=16, choices=[(one.value, one.value) for one in Metric])
    begins_on = models.DateField()
    value = models.PositiveIntegerField(null=True, default=None)

    policy = Policy(
        subject="",
        keep=KEPT,
        fields={"metric": _counted(), "begins_on": _counted(), "value": _counted()},
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["metric", "begins_on"], name="one_figure_per_period"),
            models.CheckConstraint(
                condition=Q(value=None) | Q(value__gte=SHOWN_FROM), name="no_figure_of_few"
            ),
        )


class Mark(Row):
    """That somebody who agreed did something on a day: a keyed digest, so that it is counted once.

    The key is of that day and that day only, lies in the store of keys, and is destroyed before the figure
    is made: from then on nothing leads from a mark to anybody. `created_at` is where the day begins.
    """

    metric = models.CharField(max_length=16, choices=[(one.value, one.value) for one in TOLD])
    day = models.DateField()
    digest = models.BinaryField(max_length=32)

    policy = Policy(
        subject="",
        keep=MARK_KEPT,
        fields={
            "metric": running(),
            "day": running(),
            "digest": Held(Category.INDEX, Purpose.ANALYSES, basis=Basis.CONSENT, export=False),
        },
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["metric", "day", "digest"], name="one_mark_per_person_and_day"),
        )
