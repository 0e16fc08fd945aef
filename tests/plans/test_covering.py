"""What a plan covers on which day; every permission there is was judged."""

from importlib import import_module

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from plans import rules, services
from plans.models import Plan
from plans.refusals import PlanEnded, PlanReadOnly, StationNotCovered
from tests.plans.conftest import BEGAN, at, days_later

pytestmark = pytest.mark.django_db
SEND, UPLOAD, CONTINUE = "chat:message:send", "media:upload:make", "media:upload:continue"
PAIR, READ, ERASE = "stations:pairing:approve", "chat:conversation:read", "chat:message:erase"

JUDGED = {"contacts", "media", "stations", "chat", "plans"}
"""Apps whose permissions are about families."""

WHOLLY_OWN = {
    "contacts:family:make",
    "contacts:block:set",
    "media:portrait:change",
}
"""About nobody's family: whoever may do it does it for themselves."""

ENDS = {
    "contacts:invitation:make",
    "contacts:invitation:accept",
    "contacts:favourite:choose",
    "stations:pairing:approve",
    "chat:conversation:start",
    "chat:message:send",
    "chat:membership:manage",
    "chat:file:store",
    "media:upload:make",
    "media:upload:continue",
    "media:album:make",
    "media:album:edit",
    "media:album:share",
    "media:item:add",
    "media:item:caption",
    "media:remark:make",
}
"""What ends when a family is read-only."""


def refusal(family, permission, day):
    return type(services.lapsed([family.pk], permission, now=at(day)).get(family.pk))


class TestTheLists:
    def test_judge_every_permission_there_is(self):
        there = {str(one) for app in JUDGED for one in import_module(f"{app}.access").Permission}
        assert there == rules.ALWAYS | ENDS | WHOLLY_OWN, (
            "say in plans/rules.py whether it holds without a plan"
        )

    def test_name_nothing_twice(self):
        assert not rules.ALWAYS & ENDS
        assert rules.UPLOADS | rules.STATIONS <= ENDS


class TestLapsed:
    @pytest.mark.parametrize("permission", [SEND, UPLOAD, CONTINUE, PAIR, READ, ERASE])
    def test_refuses_nothing_while_it_is_paid(self, family, plan, permission):
        for days in (0, 30):
            assert refusal(family, permission, days_later(days)) is type(None)

    def test_refuses_new_uploads_only_in_the_grace(self, family, plan):
        for days in (31, 60):
            found = {
                one: refusal(family, one, days_later(days))
                for one in (SEND, UPLOAD, CONTINUE, PAIR, READ, ERASE)
            }
            ended = {one for one, why in found.items() if why is PlanEnded}
            assert ended == {UPLOAD}
            assert set(found.values()) == {PlanEnded, type(None)}

    def test_refuses_all_but_reading_erasing_and_leaving_after_it(self, family, plan):
        for permission in ENDS:
            assert refusal(family, permission, days_later(61)) is PlanReadOnly
        for permission in rules.ALWAYS:
            assert refusal(family, permission, days_later(61)) is type(None)

    def test_works_again_with_a_code(self, family, plan, paid):
        paid(365, on=days_later(61))
        assert refusal(family, SEND, days_later(61)) is type(None)
        assert refusal(family, UPLOAD, days_later(61)) is type(None)

    def test_refuses_a_station_to_a_plan_without_one(self, family, plan, paid):
        paid(365, kind="family", station=False)
        assert refusal(family, PAIR, BEGAN) is type(None), "the trial goes first"
        assert refusal(family, PAIR, days_later(31)) is StationNotCovered
        assert refusal(family, SEND, days_later(31)) is type(None)

    def test_refuses_nothing_where_plans_are_not_used(self, family, plan, used):
        used.PLANS_USED = False
        assert refusal(family, SEND, days_later(400)) is type(None)

    def test_covers_a_family_whose_plan_is_still_to_be_begun(self, family):
        Plan.objects.all().delete()
        assert refusal(family, SEND, days_later(400)) is type(None)

    def test_asks_the_database_once_for_many_and_never_for_reading(self, family, plan):
        for permission, number in ((SEND, 1), (READ, 0)):
            with CaptureQueriesContext(
                connection,
            ) as asked:
                services.lapsed([family.pk] * 3, permission, now=at(BEGAN))
            assert len(asked) == number
