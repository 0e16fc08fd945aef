"""The figures: one number for each day or week and metric, and nothing about whoever is in it."""

from datetime import timedelta

from django.db import models
from django.db.models import Q

from figures.rules import SHOWN_FROM, Metric
from prifora.kernel.models import Row
from prifora.kernel.policy import Basis, Category, Erase, Held, Policy, Purpose, Role

KEPT = timedelta(days=5 * 365)
"""Long enough to compare the years; a figure is about nobody."""


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
