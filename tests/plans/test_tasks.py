"""What runs by itself: letters, plans still to be begun, and codes that are mixed."""

import pytest
import time_machine

from notices.models import Notice
from plans import services, tasks
from plans.models import Code, Plan
from plans.services.codes import midnight
from tests.plans.conftest import BEGAN, at, days_later

pytestmark = pytest.mark.django_db


def test_tell_due_begins_and_tells(family):
    Plan.objects.all().delete()
    with time_machine.travel(at(BEGAN), tick=False):
        assert tasks.tell_due() == 0
    assert Plan.objects.get().paid_until == days_later(30)
    with time_machine.travel(at(days_later(23)), tick=False):
        assert tasks.tell_due() == 1
        assert tasks.tell_due() == 0
    assert Notice.objects.filter(kind="plan.soon").count() == 1


def test_mix_codes_is_safe_to_run_twice():
    for _ in range(5):
        services.issue("home", 365, True, now=at(BEGAN))
    with time_machine.travel(at(days_later(1)), tick=False):
        assert [tasks.mix_codes(), tasks.mix_codes()] == [5, 5]
    assert {row.created_at for row in Code.objects.all()} == {midnight(BEGAN.replace(day=1))}
