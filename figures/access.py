"""What may be seen of the figures, and who may tell of use. They are about nobody; pages ask who looks."""

from datetime import date

from figures.models import KEPT, Figure
from figures.rules import COUNTED, SHOWN_FROM, Counted, Metric, margin
from prifora.kernel import access
from prifora.kernel.access import Actor

__all__ = [
    "COUNTED",
    "KEPT",
    "SHOWN_FROM",
    "Counted",
    "Metric",
    "Permission",
    "figures_since",
    "margin",
    "may_tell",
]


class Permission(access.Permission):
    """What figures lets people do."""

    TELL = "figures:use:tell"


def may_tell(actor: Actor) -> None:
    """Let the actor tell of their own use; whether it is listened to, their consent says."""
    actor.grant(Permission.TELL)


def figures_since(metric: Metric, first: date) -> dict[date, int | None]:
    """Return the figures of one metric by the first day of their period, from `first` on.

    None: fewer than SHOWN_FROM. A period that is missing was not counted and stays unknown.
    """
    found = Figure.objects.filter(metric=metric, begins_on__gte=first)
    return dict(found.values_list("begins_on", "value"))
