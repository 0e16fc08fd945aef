"""A family's plan begins with the family; whoever asks is answered for today."""

import pytest
import time_machine

from plans import handlers
from plans.models import Plan
from plans.refusals import PlanReadOnly
from tests import cast
from tests.plans.conftest import BEGAN, at, days_later

pytestmark = pytest.mark.django_db


class TestBeginPlan:
    def test_comes_with_the_family(self, alice):
        family = cast.family_of(alice)
        assert Plan.objects.get().family_id == family.pk

    def test_does_not_where_plans_are_not_used(self, alice, used):
        used.PLANS_USED = False
        cast.family_of(alice)
        assert not Plan.objects.exists()

    def test_changes_nothing_when_more_people_join(self, family, plan, alice):
        before = Plan.objects.get().paid_until
        cast.joined(family, alice, "carol")
        assert Plan.objects.get().paid_until == before


class TestLapsed:
    def test_is_as_of_now(self, family, plan):
        for day, refused in ((BEGAN, False), (days_later(61), True)):
            with time_machine.travel(at(day), tick=False):
                found = handlers.lapsed([family.pk], "chat:message:send")
            assert [type(one) for one in found.values()] == [PlanReadOnly] * refused
