"""Who may see a plan and pay for it, and how one stands."""

import pytest

from plans import access, services
from plans.access import Permission
from plans.rules import Phase
from prifora.kernel.access import Actor
from prifora.kernel.errors import Absent
from tests.plans.conftest import BEGAN, at, days_later

pytestmark = pytest.mark.django_db


class TestSeenPlan:
    def test_is_for_everybody_in_the_family(self, family, alice, bob, charlie):
        for someone in (alice, bob):
            actor = Actor(someone.pk)
            assert access.seen_plan(actor, family.pk) == family.pk
            actor.require(Permission.READ)
        with pytest.raises(Absent):
            access.seen_plan(Actor(charlie.pk), family.pk)


class TestPaying:
    def test_is_for_who_looks_after_the_family(self, family, alice, bob, charlie):
        actor = Actor(alice.pk)
        assert access.paying(actor, family.pk) == family.pk
        actor.require(Permission.REDEEM)
        for someone in (bob, charlie):
            with pytest.raises(Absent):
                access.paying(Actor(someone.pk), family.pk)


class TestStateOf:
    def test_says_when_this_server_uses_none(self, family, plan, used, state):
        used.PLANS_USED = False
        assert state(BEGAN).phase is Phase.UNUSED
        assert state(BEGAN).paid_until is None

    def test_shows_what_comes_and_not_what_is_over(self, paid, state):
        paid(months=1)
        paid(365, kind="family", station=False)
        assert [one.kind for one in state(BEGAN).pieces] == ["trial", "home", "family"]
        assert [one.kind for one in state(days_later(31)).pieces] == ["home", "family"]
        assert state(days_later(1000)).pieces == ()
        assert state(days_later(1000)).kind == "family"

    def test_includes_what_everybody_was_credited(self, plan, state, alice):
        services.add_credit(
            days=5,
            reason="An outage.",
            began_at=at(BEGAN, 6),
            ended_at=at(BEGAN, 11),
            given_by=alice.pk,
            now=at(BEGAN),
        )
        assert state(days_later(34)).phase is Phase.ACTIVE
