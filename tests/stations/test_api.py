"""What relatives do with Home Stations, over HTTP."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine

from contacts.services import set_admin
from prifora.kernel import clock
from stations.models import PAIRING_LASTS, Heartbeat, Pairing, Station
from tests.cast import b64, family_of
from tests.contacts.asking import page, said
from tests.hostile import BYTES, JUNK, refuses_every_body, refuses_every_value
from tests.race import at_once
from tests.stations.screens import FIND, MAC, PAIRINGS, Screen, shown

UNKNOWN = (404, "pairing_unknown")
WRONG = {"lookup": b64(b"w" * 16)}


def find(client, screen):
    return client.post(FIND, {"lookup": b64(screen.lookup)})


@pytest.fixture
def waiting(db, screen):
    screen.wait()
    return screen


class TestFindPairing:
    def test_shows_the_device_that_shows_the_code(self, as_, alice, family, waiting):
        reply = find(as_(alice), waiting)
        body = waiting.request()
        assert reply.status_code == 200
        assert reply.json() == {
            "id": body["id"],
            "proof": body["proof"],
            "box_key": body["box_key"],
            "auth_key": body["auth_key"],
            "aik": None,
            "model": "Tablet 10",
            "requested_at": reply.json()["requested_at"],
        }
        assert MAC[-5:] not in reply.content.decode()

    def test_is_for_user_and_admin_only(self, as_, bob, family, waiting):
        assert said(find(as_(bob), waiting)) == (404, "absent")
        set_admin(family_id=family.pk, account_id=bob.pk, is_admin=True)
        assert find(as_(bob), waiting).status_code == 200

    def test_says_the_same_of_wrong_expired_and_used_codes(self, as_, alice, family, waiting):
        client = as_(alice)
        answers = [client.post(FIND, WRONG)]
        with time_machine.travel(clock.now() + PAIRING_LASTS, tick=False):
            answers.append(find(client, waiting))
        client.post(page(family, "stations"), waiting.approval())
        answers.append(find(client, waiting))
        assert {(one.status_code, one.content) for one in answers} == {(404, answers[0].content)}
        assert said(answers[0]) == UNKNOWN

    def test_stops_after_five_wrong_codes_even_for_the_right_one(self, as_, alice, bob, family, waiting):
        set_admin(family_id=family.pk, account_id=bob.pk, is_admin=True)
        client = as_(alice)
        assert [find(client, waiting).status_code for _ in range(6)] == [200] * 6
        assert [said(client.post(FIND, WRONG)) for _ in range(5)] == [UNKNOWN] * 5
        refused = find(client, waiting)
        assert said(refused) == (429, "throttled")
        assert refused.headers["Retry-After"] == str(15 * 60)
        assert find(as_(bob), waiting).status_code == 200

    def test_refuses_what_no_app_of_ours_sends(self, as_, alice, family):
        refuses_every_body(as_(alice), "post", FIND)
        refuses_every_value(as_(alice), "post", FIND, WRONG, "lookup", BYTES)
        assert said(as_(alice).post(FIND, WRONG)) == UNKNOWN


class TestApprove:
    def test_makes_it_the_users_station(self, as_, alice, bob, family, any_screen):
        reply = any_screen.pair(as_(alice), family, name="Oma’s keuken 💛")
        answer = reply.json()
        assert reply.status_code == 201
        assert (answer["name"], answer["model"]) == ("Oma’s keuken 💛", "Tablet 10")
        assert (answer["mac_address"], answer["wipe"]) == ("··:··:··:··:ee:01", "none")
        assert shown(as_(bob), family) == [answer]
        assert MAC[:8] not in reply.content.decode()

    def test_is_for_user_and_admin_only(self, as_, alice, bob, family, waiting):
        path = page(family, "stations")
        assert said(as_(bob).post(path, waiting.approval())) == (404, "absent")
        assert waiting.poll().json() == {"state": "waiting"}
        set_admin(family_id=family.pk, account_id=bob.pk, is_admin=True)
        assert as_(bob).post(path, waiting.approval()).status_code == 201
        assert Station.objects.get().user_id == alice.pk

    def test_works_once(self, as_, alice, family, waiting):
        path = page(family, "stations")
        answers = [as_(alice).post(path, waiting.approval()) for _ in range(2)]
        assert answers[0].status_code == 201
        assert said(answers[1]) == UNKNOWN
        assert Station.objects.count() == 1

    def test_comes_too_late_after_ten_minutes(self, as_, alice, family, waiting):
        made = Pairing.objects.get().created_at
        with time_machine.travel(made + PAIRING_LASTS, tick=False):
            assert said(as_(alice).post(page(family, "stations"), waiting.approval())) == UNKNOWN
        with time_machine.travel(made + PAIRING_LASTS - timedelta(seconds=1), tick=False):
            assert as_(alice).post(page(family, "stations"), waiting.approval()).status_code == 201

    def test_knows_no_pairing_that_never_was(self, as_, alice, family):
        assert said(as_(alice).post(page(family, "stations"), Screen().approval())) == UNKNOWN

    def test_refuses_what_no_app_of_ours_sends(self, as_, alice, family, waiting):
        client, path, good = as_(alice), page(family, "stations"), waiting.approval()
        refuses_every_body(client, "post", path)
        refuses_every_value(client, "post", path, good, "pairing_id", [None, [], {}, "", "\x00", "x", -1])
        refuses_every_value(client, "post", path, good, "name", [5, True, "x" * 61, *JUNK])
        refuses_every_value(client, "post", path, good, "proof", BYTES)
        refuses_every_value(client, "post", path, good, "box", [*BYTES, b64(b"x" * 47), b64(b"x" * 4097)])
        assert not Station.objects.exists()
        assert waiting.poll().json() == {"state": "waiting"}

    @pytest.mark.django_db(transaction=True)
    def test_twice_at_the_same_time_makes_one(self, as_, alice, bob, family, waiting):
        set_admin(family_id=family.pk, account_id=bob.pk, is_admin=True)
        path, clients = page(family, "stations"), [as_(one) for one in (alice, bob, alice, bob)]
        body = waiting.approval()
        answers = at_once(*(lambda one=one: one.post(path, body).status_code for one in clients))
        assert sorted(answers) == [201, 404, 404, 404]
        assert Station.objects.count() == 1


class TestRename:
    def test_gives_it_another_name_and_keeps_the_rest(self, as_, alice, family, station):
        before = shown(as_(alice), family)[0]
        reply = as_(alice).patch(page(family, "stations", station.station_id), {"name": "مطبخ"})
        assert (reply.status_code, reply.json()) == (200, {**before, "name": "مطبخ"})
        assert shown(as_(alice), family) == [reply.json()]

    def test_refuses_what_no_app_of_ours_sends(self, as_, alice, family, station):
        path = page(family, "stations", station.station_id)
        refuses_every_body(as_(alice), "patch", path)
        refuses_every_value(as_(alice), "patch", path, {}, "name", [5, True, "x" * 61, *JUNK])
        assert shown(as_(alice), family)[0]["name"] == "Woonkamer"

    def test_does_not_reach_a_station_through_another_family(self, as_, alice, charlie, family, station):
        own = family_of(charlie)
        path = page(own, "stations", station.station_id)
        assert said(as_(charlie).patch(path, {"name": "Mine"})) == (404, "absent")
        assert shown(as_(alice), family)[0]["name"] == "Woonkamer"


class TestUnpair:
    def test_leaves_the_station_nothing(self, as_, alice, family, station):
        station.beat()
        row = Station.objects.get()
        assert as_(alice).delete(page(family, "stations", row.pk)).status_code == 204
        row.refresh_from_db()
        assert row.device.revoked_at
        assert row.mac_index is None
        assert not Heartbeat.objects.exists()
        assert shown(as_(alice), family) == []
        for path in ("/api/v1/families", "/api/v1/vault", "/api/v1/me", page(family)):
            assert station.http.get(path).status_code == 401
        assert station.beat().status_code == 401
        refused = station.sign_in()
        assert (said(refused), refused.json()["wipe"]) == ((410, "station_unpaired"), True)

    @pytest.mark.obligation("PRI-51", partial=True)
    def test_forgets_the_mac_address_everywhere(self, as_, alice, family, station):
        from stations.services import card_of

        as_(alice).delete(page(family, "stations", station.station_id))
        assert "mac_address" not in card_of(Station.objects.get())
        assert not Pairing.objects.exists()

    def test_ends_a_session_that_has_no_device_yet(self, as_, alice, family, screen):
        screen.pair(as_(alice), family)
        screen.sign_in()
        as_(alice).delete(page(family, "stations", screen.station_id))
        assert screen.http.get("/api/v1/families").status_code == 401
        assert screen.register(alice).status_code == 401

    def test_ends_what_the_station_registered_beside_its_device(self, as_, alice, family, station):
        assert station.register(alice).status_code == 201
        as_(alice).delete(page(family, "stations", station.station_id))
        assert station.http.get("/api/v1/families").status_code == 401
        kinds = [one["kind"] for one in as_(alice).get("/api/v1/me/devices").json()["items"]]
        assert kinds == ["browser"]

    def test_leaves_other_stations_and_people_signed_in(self, as_, alice, family, station):
        other = Screen().start(as_(alice), family, alice)
        phone = as_(alice, device=False)
        as_(alice).delete(page(family, "stations", station.station_id))
        assert other.beat().status_code == 200
        assert phone.get("/api/v1/me").status_code == 200
        assert [one["id"] for one in shown(as_(alice), family)] == [other.station_id]

    def test_is_final(self, as_, alice, family, station):
        path = page(family, "stations", station.station_id)
        as_(alice).delete(path)
        gone = [
            as_(alice).delete(path),
            as_(alice).patch(path, {"name": "Again"}),
            as_(alice).post(path + "/wipe"),
        ]
        never = as_(alice).delete(page(family, "stations", uuid4()))
        assert {(one.status_code, one.content) for one in gone} == {(404, never.content)}

    def test_lets_the_same_device_be_paired_anew(self, as_, alice, family, station):
        as_(alice).delete(page(family, "stations", station.station_id))
        again = Screen(key=station.key, lookup=station.lookup).start(as_(alice), family, alice)
        assert again.beat().json() == {"wipe": False}
        assert Station.objects.count() == 2


class TestWipe:
    def test_reaches_the_station_and_the_family(self, as_, alice, bob, family, station, told):
        path = page(family, "stations", station.station_id, "wipe")
        heard = told(lambda: as_(alice).post(path))
        ids = {"station_id": station.station_id}
        assert ("station.wipe", ids, {alice.pk}) in heard
        assert ("station.changed", ids, {alice.pk, bob.pk}) in heard

    def test_may_be_asked_twice(self, as_, alice, family, station):
        path = page(family, "stations", station.station_id, "wipe")
        assert [as_(alice).post(path).status_code for _ in range(2)] == [204, 204]
        assert station.beat().json() == {"wipe": True}


class TestList:
    def test_takes_as_many_queries_for_three_as_for_one(
        self, as_, alice, family, station, django_assert_num_queries, django_assert_max_num_queries
    ):
        client, path = as_(alice), page(family, "stations")
        with django_assert_max_num_queries(10) as counted:
            client.get(path)
        for_one = len(counted)
        for _ in range(2):
            Screen().pair(as_(alice), family)
        with django_assert_num_queries(for_one):
            assert len(client.get(path).json()["items"]) == 3

    def test_answers_json_where_there_is_no_such_path(self, as_, alice):
        assert said(as_(alice).get("/api/v1/families/nonsense/stations")) == (404, "absent")
        assert as_(alice).get(PAIRINGS).status_code == 405
