import pytest

from prifora.kernel import gates
from prifora.kernel.access import Actor, Kind, Permission
from prifora.kernel.errors import Absent, Conflict, DeviceNeeded, UncheckedAccess
from prifora.kernel.ids import new_id


class Some(Permission):
    READ = "test:thing:read"


class TestActor:
    def test_requires_what_was_granted(self):
        actor = Actor(new_id())
        with pytest.raises(UncheckedAccess):
            actor.require(Some.READ)
        actor.grant(Some.READ)
        actor.require(Some.READ)

    def test_has_a_device_or_says_that_it_needs_one(self):
        device = new_id()
        assert Actor(new_id(), device_id=device).device() == device
        with pytest.raises(DeviceNeeded):
            Actor(new_id()).device()

    def test_a_station_is_not_a_person(self):
        station = Actor(new_id(), kind=Kind.STATION)
        station.only(Kind.STATION, Kind.PERSON)
        with pytest.raises(Absent):
            station.only(Kind.PERSON)


class TestGrantForAFamily:
    @pytest.fixture
    def ended(self):
        """A family whose plan covers nothing."""
        family_id, before = new_id(), gates._lapsed[0]
        gates.decide_lapsed(lambda ids, _permission: {one: Conflict() for one in ids if one == family_id})
        yield family_id
        gates.decide_lapsed(before)

    def test_is_not_given_when_its_plan_does_not_cover_it(self, ended):
        actor = Actor(new_id())
        with pytest.raises(Conflict):
            actor.grant(Some.READ, family=ended)
        with pytest.raises(UncheckedAccess):
            actor.require(Some.READ)

    def test_is_given_when_it_does_and_where_no_family_is_named(self, ended):
        for family in (new_id(), None):
            actor = Actor(new_id())
            actor.grant(Some.READ, family=family)
            actor.require(Some.READ)
