"""What a Home Station itself says, over HTTP and with its own key."""

import hashlib
import os
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connection

from accounts.services import close_account
from contacts.models import Bond
from prifora.kernel import clock
from prifora.kernel.limits import Limit
from stations.models import CHALLENGE_LASTS, PAIRING_LASTS, Challenge, Heartbeat, Pairing, Station
from tests.cast import b64
from tests.contacts.asking import grandmother, make, named, page, said
from tests.hostile import BYTES, JUNK, refuses_every_body, refuses_every_value
from tests.stations.screens import (
    CHALLENGE,
    HEARTBEAT,
    MAC,
    P256,
    PAIRINGS,
    SIGN_IN,
    WIPED,
    Ed25519,
    Screen,
    shown,
)

IDS = [None, [], {}, "", "\x00", "x", "\ud800", 1.5, -1]
REFUSED = (403, "signature_refused")


def whole(reply):
    return reply.status_code, reply.content, dict(reply.headers)


@pytest.mark.django_db
class TestStartPairing:
    def test_waits_ten_minutes_and_keeps_only_a_hash(self, any_screen):
        reply = any_screen.wait()
        row = Pairing.objects.get()
        assert (reply.status_code, reply.json()["id"]) == (201, str(any_screen.pairing_id))
        assert row.expires_at - row.created_at == timedelta(minutes=10) == PAIRING_LASTS
        assert bytes(row.lookup_hash) == hashlib.sha256(any_screen.lookup).digest()

    def test_keeps_what_the_device_says_of_itself_sealed(self, screen):
        screen.wait()
        with connection.cursor() as cursor:
            cursor.execute("SELECT sealed_card FROM stations_pairing")
            sealed = bytes(cursor.fetchone()[0])
        for told in (MAC, MAC.replace(":", ""), "Tablet"):
            assert told.encode() not in sealed

    def test_needs_neither_model_nor_mac_address(self, screen):
        assert screen.wait(model=None, mac_address=None).status_code == 201

    def test_twice_leaves_one(self, screen):
        screen.wait()
        assert said(screen.wait()) == (409, "conflict")
        assert said(Screen(lookup=screen.lookup).wait()) == (409, "conflict")
        assert Pairing.objects.count() == 1

    def test_gives_an_expired_code_to_the_next(self, screen):
        screen.wait()
        with time_machine.travel(clock.now() + PAIRING_LASTS, tick=False):
            assert Screen(lookup=screen.lookup).wait().status_code == 201
        assert Pairing.objects.count() == 1

    def test_stops_after_so_many_from_one_place(self):
        answers = [Screen().wait().status_code for _ in range(Limit.PAIRING_START.value.number + 1)]
        assert answers[-2:] == [201, 429]

    def test_refuses_what_no_station_of_ours_sends(self, screen):
        good = screen.request()
        refuses_every_body(screen.http, "post", PAIRINGS)
        refuses_every_value(screen.http, "post", PAIRINGS, good, "id", IDS)
        for field in ("lookup", "proof", "box_key", "auth_key"):
            refuses_every_value(screen.http, "post", PAIRINGS, good, field, BYTES)
        refuses_every_value(screen.http, "post", PAIRINGS, good, "auth_key", [b64(b"k" * 33), b64(b"k" * 64)])
        macs = ["AA:BB:CC:DD:EE:01", MAC + ":02", MAC[:-1], "aa-bb-cc-dd-ee-01", f"{MAC}\nx"]
        refuses_every_value(screen.http, "post", PAIRINGS, good, "mac_address", [*JUNK, *macs])
        refuses_every_value(screen.http, "post", PAIRINGS, good, "model", [5, True, *JUNK])
        assert not Pairing.objects.exists()


@pytest.mark.django_db
class TestPoll:
    def test_waits_until_a_relative_approves_and_then_hears_everything(self, as_, alice, family, any_screen):
        any_screen.wait()
        assert any_screen.poll().json() == {"state": "waiting"}
        any_screen.pair(as_(alice), family)
        approval = any_screen.approval()
        assert any_screen.poll().json() == {
            "state": "approved",
            "box": approval["box"],
            "proof": approval["proof"],
            "station_id": any_screen.station_id,
            "account_id": str(alice.pk),
            "family_id": str(family.pk),
        }

    def test_hears_that_nobody_came(self, screen):
        screen.wait()
        with time_machine.travel(clock.now() + PAIRING_LASTS, tick=False):
            assert screen.poll().json() == {"state": "expired"}

    def test_answers_nobody_without_the_key_and_nothing_about_what_is_there(self, screen):
        screen.wait()
        stranger = Screen(pairing_id=screen.pairing_id)
        unknown = Screen()
        assert said(stranger.poll()) == REFUSED
        assert whole(stranger.poll()) == whole(unknown.poll())
        assert said(screen.poll(signature=b"\x00" * 64)) == REFUSED
        assert said(screen.poll(signature=b"\xff" * 64)) == REFUSED

    def test_takes_a_signature_for_this_pairing_and_moment_only(self, screen):
        screen.wait()
        other = Screen(key=screen.key)
        other.wait()
        signature = screen.key.sign(f"prifora pairing poll|{screen.pairing_id}|5".encode())
        assert said(other.poll(at=5, signature=signature)) == REFUSED
        assert said(screen.poll(at=6, signature=signature)) == REFUSED
        assert screen.poll(at=5, signature=signature).status_code == 200

    def test_refuses_what_no_station_of_ours_sends(self, screen):
        screen.wait()
        path = f"{PAIRINGS}/{screen.pairing_id}/poll"
        good = {"at": 1, "signature": b64(b"s" * 64)}
        refuses_every_body(screen.http, "post", path)
        refuses_every_value(screen.http, "post", path, good, "at", [None, [], {}, "", "x", -1, 1.5, "\x00"])
        refuses_every_value(screen.http, "post", path, good, "signature", BYTES)


@pytest.mark.django_db
class TestSignIn:
    def test_opens_a_station_session_for_a_day(self, as_, alice, family, any_screen):
        any_screen.pair(as_(alice), family)
        reply = any_screen.sign_in()
        assert reply.json() == {"account_id": str(alice.pk), "family_id": str(family.pk), "device_id": None}
        cookie = any_screen.http.cookies["session"]
        assert (cookie["max-age"], cookie["httponly"]) == (24 * 60 * 60, True)
        assert any_screen.http.get("/api/v1/families").status_code == 200
        assert any_screen.http.patch("/api/v1/me", {"first_name": "x"}).status_code == 404

    def test_works_for_somebody_whose_account_a_relative_made(self, as_, bob):
        made, screen = make(as_(bob), bob, user=grandmother()).json(), Screen()
        assert screen.propose(as_(bob), bob, made).status_code == 201
        assert screen.sign_in().json()["account_id"] == made["user_id"]
        assert screen.http.get("/api/v1/me").json()["first_name"] == "Riet"

    def test_uses_the_challenge_up(self, as_, alice, family, screen):
        screen.pair(as_(alice), family)
        proof = screen.proof()
        assert screen.sign_in(proof).status_code == 200
        assert said(screen.sign_in(proof)) == REFUSED
        assert not Challenge.objects.exists()

    def test_comes_too_late_after_two_minutes(self, as_, alice, family, screen):
        screen.pair(as_(alice), family)
        proof = screen.proof()
        with time_machine.travel(clock.now() + CHALLENGE_LASTS, tick=False):
            assert said(screen.sign_in(proof)) == REFUSED
        assert screen.sign_in(proof).status_code == 200

    def test_says_nothing_about_which_stations_there_are(self, as_, alice, family, screen):
        screen.pair(as_(alice), family)
        there = screen.http.post(CHALLENGE, {"station_id": str(screen.station_id)})
        nowhere = screen.http.post(CHALLENGE, {"station_id": str(uuid4())})
        assert there.status_code == nowhere.status_code == 200
        assert len(there.json()["nonce"]) == len(nowhere.json()["nonce"]) == 43
        wrong_key = screen.sign_in(screen.proof(key=P256()))
        unknown = screen.sign_in(screen.proof(station_id=uuid4()))
        never_asked = screen.sign_in({**screen.proof(), "nonce": b64(os.urandom(32))})
        assert said(wrong_key) == REFUSED
        assert whole(wrong_key) == whole(unknown) == whole(never_asked)

    @pytest.mark.parametrize("key", [P256, Ed25519])
    def test_takes_no_key_of_another_kind(self, as_, alice, family, key):
        screen = Screen(key=key())
        screen.pair(as_(alice), family)
        other = Ed25519() if key is P256 else P256()
        assert said(screen.sign_in(screen.proof(key=other))) == REFUSED

    def test_takes_a_challenge_for_this_station_only(self, as_, alice, family, station):
        other = Screen(key=station.key)
        other.pair(as_(alice), family)
        proof = other.proof()
        moved = {**station.proof(), "nonce": proof["nonce"]}
        assert said(station.sign_in(moved)) == REFUSED

    def test_is_refused_while_its_users_account_is_closed(self, alice, station):
        close_account(account=alice.account)
        assert said(station.sign_in()) == REFUSED
        assert station.beat().status_code == 401

    def test_stops_after_so_many_from_one_place(self, screen):
        body = {"station_id": str(uuid4())}
        answers = [
            screen.http.post(CHALLENGE, body).status_code
            for _ in range(Limit.STATION_SIGN_IN.value.number + 1)
        ]
        assert answers[-2:] == [200, 429]

    def test_refuses_what_no_station_of_ours_sends(self, screen):
        good = {"station_id": str(uuid4()), "nonce": b64(b"n" * 32), "signature": b64(b"s" * 64)}
        for path in (SIGN_IN, WIPED):
            refuses_every_body(screen.http, "post", path)
            refuses_every_value(screen.http, "post", path, good, "station_id", IDS)
            for field in ("nonce", "signature"):
                refuses_every_value(screen.http, "post", path, good, field, BYTES)
        refuses_every_body(screen.http, "post", CHALLENGE)
        refuses_every_value(screen.http, "post", CHALLENGE, {}, "station_id", IDS)
        assert not Challenge.objects.exists()


class TestHeartbeat:
    @pytest.mark.obligation("PRI-52", "PRI-48", partial=True)
    def test_tells_the_family_how_the_station_is(self, as_, bob, family, station):
        reply = station.beat(network="ethernet", signal=None, mac_address="aa:bb:cc:dd:ee:99")
        assert reply.json() == {"wipe": False}
        [seen] = shown(as_(bob), family)
        assert (seen["network"], seen["online"]) == ("ethernet", True)
        assert seen["mac_address"] == "··:··:··:··:ee:99"
        assert Heartbeat.objects.get().network == "ethernet"

    @pytest.mark.obligation("PRI-51", partial=True)
    def test_leaves_no_mac_address_readable(self, station):
        station.beat(mac_address="aa:bb:cc:dd:ee:77")
        with connection.cursor() as cursor:
            cursor.execute("SELECT sealed_card, mac_index FROM stations_station")
            stored = b"".join(bytes(one) for one in cursor.fetchone())
        for form in (b"aa:bb:cc:dd:ee:77", b"aabbccddee77", bytes.fromhex("aabbccddee77")):
            assert form not in stored

    def test_is_online_until_reports_stay_away(self, as_, alice, family, station):
        client = as_(alice)
        station.beat()
        seen = shown(client, family)[0]["last_seen_at"]
        with time_machine.travel(clock.now() + timedelta(seconds=100), tick=False):
            assert shown(client, family)[0]["online"]
        with time_machine.travel(clock.now() + timedelta(seconds=200), tick=False):
            assert not shown(client, family)[0]["online"]
            station.beat()
            assert shown(client, family)[0]["online"]
            assert shown(client, family)[0]["last_seen_at"] > seen

    def test_needs_a_registered_device(self, as_, alice, family, screen):
        screen.pair(as_(alice), family)
        screen.sign_in()
        assert said(screen.beat()) == (403, "device_needed")

    def test_refuses_what_no_station_of_ours_sends(self, station):
        good = {"network": "wifi", "signal": 50, "mac_address": MAC}
        refuses_every_body(station.http, "post", HEARTBEAT)
        refuses_every_value(station.http, "post", HEARTBEAT, good, "network", [*JUNK, True, "WIFI"])
        refuses_every_value(station.http, "post", HEARTBEAT, good, "signal", [*JUNK, 101, "many"])
        refuses_every_value(station.http, "post", HEARTBEAT, good, "mac_address", [*JUNK, MAC.upper()])
        assert not Heartbeat.objects.exists()

    @pytest.mark.obligation("PRI-52", partial=True)
    def test_must_say_how_the_network_is(self, station):
        assert named(station.beat(network=None)) == {"network": "required"}


class TestWiped:
    def test_confirms_what_was_asked(self, as_, alice, family, station):
        path = page(family, "stations", station.station_id, "wipe")
        assert as_(alice).post(path).status_code == 204
        assert shown(as_(alice), family)[0]["wipe"] == "asked"
        assert station.beat().json() == {"wipe": True}
        assert station.http.post(WIPED, station.proof()).status_code == 204
        assert shown(as_(alice), family)[0]["wipe"] == "done"
        assert station.beat().json() == {"wipe": False}

    def test_may_be_confirmed_after_unpairing_and_without_a_session(
        self, as_, alice, anyone, family, station
    ):
        as_(alice).delete(page(family, "stations", station.station_id))
        assert said(station.sign_in()) == (410, "station_unpaired")
        assert station.sign_in().json()["wipe"] is True
        station.http = anyone
        assert station.http.post(WIPED, station.proof()).status_code == 204
        assert Station.objects.get().wipe == "done"

    def test_needs_the_stations_own_key(self, as_, alice, family, station):
        as_(alice).post(page(family, "stations", station.station_id, "wipe"))
        proofs = [station.proof(key=P256()), station.proof(station_id=uuid4())]
        for proof in proofs:
            assert said(station.http.post(WIPED, proof)) == REFUSED
        assert Station.objects.get().wipe == "asked"


class TestAStationsSession:
    def test_belongs_to_its_user_and_sees_their_family_only(self, as_, alice, bob, charlie, family, station):
        own = make(as_(charlie), charlie).json()
        assert station.http.get(page(family)).status_code == 200
        assert station.http.get(page(own["id"])).status_code == 404
        assert station.http.get(page(own["id"], "stations")).status_code == 404
        assert Bond.objects.filter(family=family).count() == 2

    def test_ends_after_a_day_and_is_renewed_by_the_station(self, station):
        with time_machine.travel(clock.now() + timedelta(hours=25), tick=False):
            assert station.beat().status_code == 401
            assert station.sign_in().status_code == 200
            assert station.beat().status_code == 200
