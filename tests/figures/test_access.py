"""What may be seen of figures: a number, "fewer", or that nobody knows."""

import pytest

from figures import access
from figures.models import Figure
from figures.rules import Metric
from tests.figures.people import DAY, MONDAY

pytestmark = pytest.mark.django_db


def test_figures_since_tells_few_from_unknown_and_metrics_apart():
    Figure.objects.create(metric=Metric.PEOPLE, begins_on=MONDAY - DAY, value=99)
    Figure.objects.create(metric=Metric.PEOPLE, begins_on=MONDAY, value=40)
    Figure.objects.create(metric=Metric.PEOPLE, begins_on=MONDAY + DAY)
    Figure.objects.create(metric=Metric.STATIONS, begins_on=MONDAY, value=20)
    assert access.figures_since(Metric.PEOPLE, MONDAY) == {MONDAY: 40, MONDAY + DAY: None}
