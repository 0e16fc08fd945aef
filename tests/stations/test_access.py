"""Who gets through the door of a Home Station, and that everybody else finds no door at all."""

from uuid import uuid4

import pytest

from contacts.services import set_admin
from prifora.kernel import clock
from prifora.kernel.access import Actor, Kind
from prifora.kernel.errors import Absent, DeviceNeeded
from stations import access, services
from stations.access import Permission
from stations.models import Station
from stations.urls import urlpatterns
from tests.cast import b64, family_of
from tests.contacts.asking import page, said
from tests.stations.screens import CHALLENGE, FIND, HEARTBEAT, PAIRINGS, SIGN_IN, WIPED, Screen, shown

INSIDE = [
    ("get", "families/{f}/stations", None),
    ("post", "families/{f}/stations", Screen().approval()),
    ("patch", "families/{f}/stations/{s}", {"name": "Keuken"}),
    ("delete", "families/{f}/stations/{s}", None),
    ("post", "families/{f}/stations/{s}/wipe", None),
]
"""Every call below one family."""

FOR_PERSONS = [*INSIDE[1:], ("post", "pairings/find", {"lookup": b64(b"l" * 16)})]
FOR_STATIONS = [("post", "stations/me/heartbeat", {"network": "wifi"})]
FOR_ANYONE = [PAIRINGS, PAIRINGS + "/{p}/poll", CHALLENGE, SIGN_IN, WIPED]


def ask(client, call, *, family, station):
    method, path, body = call
    full = "/api/v1/" + path.format(f=family, s=station)
    return getattr(client, method)(full, body) if body else getattr(client, method)(full)


def whole(reply):
    return reply.status_code, reply.content, dict(reply.headers)


class TestTheOutsider:
    @pytest.mark.parametrize("call", INSIDE, ids=lambda call: f"{call[0]} {call[1]}")
    def test_gets_the_same_answer_as_for_nothing(self, as_, charlie, family, station, call):
        own = family_of(charlie)
        client = as_(charlie)
        answer = whole(ask(client, call, family=family.pk, station=station.station_id))
        assert answer[0] == 404
        assert answer == whole(ask(client, call, family=uuid4(), station=uuid4()))
        if "{s}" in call[1]:
            assert answer == whole(ask(client, call, family=own.pk, station=station.station_id))

    def test_changes_nothing_by_trying(self, as_, alice, charlie, family, station):
        before = shown(as_(alice), family)
        for call in INSIDE:
            ask(as_(charlie), call, family=family.pk, station=station.station_id)
        assert shown(as_(alice), family) == before

    def test_finds_no_waiting_device_by_its_code(self, as_, charlie, screen):
        screen.wait()
        body = {"lookup": b64(screen.lookup)}
        reply = as_(charlie).post(FIND, body)
        assert whole(reply) == whole(as_(charlie).post(FIND, {"lookup": b64(b"n" * 16)}))
        assert reply.json()["errors"][0]["code"] == "absent"

    def test_cannot_pair_into_a_family_of_others(self, as_, charlie, family, screen):
        own = family_of(charlie)
        assert screen.pair(as_(charlie), family).status_code == 404
        assert not Station.objects.exists()
        assert as_(charlie).post(page(own, "stations"), screen.approval()).status_code == 201


class TestEveryCall:
    def test_is_tried_here(self):
        called = {f"/api/v1/{path}" for _method, path, _body in (*INSIDE, *FOR_PERSONS, *FOR_STATIONS)}
        for entry in urlpatterns:
            path = "/api/v1/" + str(entry.pattern)
            for long, short in {"family_id": "f", "station_id": "s", "pairing_id": "p"}.items():
                path = path.replace(f"<uuid:{long}>", f"{{{short}}}")
            assert path in called | set(FOR_ANYONE), path

    def test_turns_the_signed_out_away(self, anyone, family, station):
        for call in (*INSIDE, *FOR_PERSONS, *FOR_STATIONS):
            reply = ask(anyone, call, family=family.pk, station=station.station_id)
            assert reply.status_code == 401, call
            assert reply.json()["errors"][0]["code"] == "not_authenticated"

    def test_that_is_for_persons_is_not_there_for_a_station(self, family, station):
        for call in FOR_PERSONS:
            reply = ask(station.http, call, family=family.pk, station=station.station_id)
            assert said(reply) == (404, "absent"), call
        assert ask(station.http, INSIDE[0], family=family.pk, station=station.station_id).status_code == 200

    def test_that_is_for_stations_is_not_there_for_a_person(self, as_, alice, bob, station):
        for someone in (alice, bob):
            assert said(as_(someone).post(HEARTBEAT, {"network": "wifi"})) == (404, "absent")


class TestAContact:
    def test_sees_the_stations_and_finds_no_door_to_change_them(self, as_, alice, bob, family, station):
        assert shown(as_(bob), family) == shown(as_(alice), family)
        for call in FOR_PERSONS:
            reply = ask(as_(bob), call, family=family.pk, station=station.station_id)
            assert reply.status_code == 404, call
            assert reply.json()["errors"][0]["code"] == "absent"

    def test_finds_the_door_as_admin(self, as_, bob, family, station):
        set_admin(family_id=family.pk, account_id=bob.pk, is_admin=True)
        reply = as_(bob).patch(page(family, "stations", station.station_id), {"name": "Keuken"})
        assert (reply.status_code, reply.json()["name"]) == (200, "Keuken")


class TestManaged:
    def test_grants_only_who_leads_and_only_paired_stations(self, alice, bob, family, station):
        actor = Actor(alice.pk)
        row = access.managed(actor, family.pk, station.station_id, Permission.MANAGE)
        actor.require(Permission.MANAGE)
        other = Actor(bob.pk)
        with pytest.raises(Absent):
            access.managed(other, family.pk, station.station_id, Permission.MANAGE)
        assert not other.granted
        services.unpair(station=row, now=clock.now())
        with pytest.raises(Absent):
            access.managed(Actor(alice.pk), family.pk, station.station_id, Permission.MANAGE)


class TestMine:
    def test_is_the_station_whose_device_asks(self, alice, family, station):
        row = Station.objects.get()
        actor = Actor(alice.pk, row.device_id, Kind.STATION)
        assert access.mine(actor) == row
        actor.require(Permission.REPORT)

    def test_is_nothing_for_another_device_or_none(self, alice, station):
        with pytest.raises(Absent):
            access.mine(Actor(alice.pk, alice.device_id, Kind.STATION))
        with pytest.raises(DeviceNeeded):
            access.mine(Actor(alice.pk, None, Kind.STATION))
