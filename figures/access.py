"""What may be seen of the figures. They are about nobody; the pages that show them ask who looks."""

from datetime import date

from figures.models import KEPT, Figure
from figures.rules import COUNTED, SHOWN_FROM, Counted, Metric, margin

__all__ = ["COUNTED", "KEPT", "SHOWN_FROM", "Counted", "Metric", "figures_since", "margin"]


def figures_since(metric: Metric, first: date) -> dict[date, int | None]:
    """Return the figures of one metric by the first day of their period, from `first` on.

    None: fewer than SHOWN_FROM. A period that is missing was not counted and stays unknown.
    """
    found = Figure.objects.filter(metric=metric, begins_on__gte=first)
    return dict(found.values_list("begins_on", "value"))
