"""What happens to Home Stations, where HTTP alone does not show it."""

from datetime import timedelta

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.db import transaction
from django.http import HttpRequest

from accounts.models import Session
from accounts.sessions import SessionStore
from prifora.kernel import clock
from prifora.kernel.errors import Absent
from privacy.services import delete_ended_rows
from stations import services
from stations.models import HEARTBEAT_KEPT, PAIRING_KEPT, Challenge, Heartbeat, Pairing, Station
from tests.contacts.asking import page
from tests.race import at_once
from tests.stations.screens import CHALLENGE, shown


def beat(row, **changes):
    body = {"network": "wifi", "signal": None, "mac_address": "aa:bb:cc:dd:ee:55", **changes}
    return services.heartbeat(station=row, now=clock.now(), **body)


class TestWhatIsWrittenAfterUnpairing:
    """Rows read before an unpairing must not bring back what it forgot."""

    @pytest.fixture
    def stale(self, as_, alice, family, station):
        row = Station.objects.get()
        as_(alice).delete(page(family, "stations", row.pk))
        return row

    @pytest.mark.parametrize(
        "write",
        [
            beat,
            lambda row: services.rename(station=row, name="Back"),
            lambda row: services.ask_wipe(station=row),
            lambda row: services.unpair(station=row, now=clock.now()),
        ],
        ids=["heartbeat", "rename", "wipe", "unpair"],
    )
    def test_is_nothing(self, stale, write):
        with pytest.raises(Absent):
            write(stale)
        row = Station.objects.get()
        assert "mac_address" not in services.card_of(row)
        assert row.mac_index is None
        assert not Heartbeat.objects.exists()


@pytest.mark.django_db(transaction=True)
class TestAtTheSameTime:
    def test_unpairing_and_signing_in_leave_no_session(self, as_, alice, family, station):
        relative, path = as_(alice), page(family, "stations", station.station_id)
        proof = station.proof()
        at_once(lambda: station.sign_in(proof), lambda: relative.delete(path))
        assert station.http.get("/api/v1/families").status_code == 401
        assert not Session.objects.filter(client="Home Station").exists()

    def test_unpairing_and_reporting_leave_no_mac_address(self, as_, alice, family, station):
        relative, path = as_(alice), page(family, "stations", station.station_id)
        at_once(lambda: station.beat(mac_address="aa:bb:cc:dd:ee:66"), lambda: relative.delete(path))
        assert "mac_address" not in services.card_of(Station.objects.get())
        assert not Heartbeat.objects.exists()

    def test_one_proof_opens_one_session(self, station):
        proof = station.proof()
        Session.objects.filter(client="Home Station").delete()
        answers = at_once(*(lambda: station.sign_in(proof).status_code for _ in range(2)))
        assert sorted(answers) == [200, 403]


class TestSignIn:
    def test_stores_the_whole_session_before_anybody_can_unpair(self, as_, alice, family, station):
        row, request = Station.objects.get(), HttpRequest()
        request.session = SessionStore()
        with transaction.atomic():
            services.sign_in(request=request, station=row, now=clock.now())
        assert as_(alice).delete(page(family, "stations", row.pk)).status_code == 204
        with pytest.raises(UpdateError):
            request.session.save()
        assert not Session.objects.filter(client="Home Station").exists()


class TestWhatIsKept:
    @pytest.mark.obligation("PER-12", partial=True)
    def test_of_heartbeats_fourteen_days(self, station):
        station.beat()
        made = Heartbeat.objects.get().created_at
        assert Heartbeat.policy.keep == HEARTBEAT_KEPT == timedelta(days=14)
        delete_ended_rows(now=made + HEARTBEAT_KEPT)
        assert Heartbeat.objects.exists()
        delete_ended_rows(now=made + HEARTBEAT_KEPT + timedelta(seconds=1))
        assert not Heartbeat.objects.exists()
        assert Station.objects.exists()

    def test_of_pairings_and_challenges_a_day_at_most(self, screen, db):
        screen.wait()
        screen.http.post(CHALLENGE, {"station_id": str(screen.pairing_id)})
        made = Pairing.objects.get().created_at
        delete_ended_rows(now=made + timedelta(hours=2))
        assert not Challenge.objects.exists()
        delete_ended_rows(now=made + PAIRING_KEPT + timedelta(seconds=1))
        assert not Pairing.objects.exists()

    def test_of_a_challenge_only_its_hash(self, screen, db):
        nonce = services.make_challenge(station_id=screen.pairing_id, now=clock.now())
        assert len(nonce) == 32
        assert bytes(Challenge.objects.get().nonce_hash) != nonce


class TestPairing:
    def test_tells_the_family(self, as_, alice, bob, family, screen, told):
        screen.wait()
        path = page(family, "stations")
        heard = told(lambda: as_(alice).post(path, screen.approval()))
        changed = [one for one in heard if one[0] == "station.changed"]
        assert [people for _name, _ids, people in changed] == [{alice.pk, bob.pk}]

    def test_seals_name_and_mac_address_under_the_users_key(self, as_, alice, family, station):
        row = Station.objects.get()
        for told in (b"Woonkamer", b"Tablet", b"aa:bb:cc"):
            assert told not in bytes(row.sealed_card)
        assert services.card_of(row) == {
            "name": "Woonkamer",
            "model": "Tablet 10",
            "mac_address": "aa:bb:cc:dd:ee:01",
        }


class TestUnpair:
    def test_tells_the_station_and_the_family(self, as_, alice, bob, family, station, told):
        heard = told(lambda: as_(alice).delete(page(family, "stations", station.station_id)))
        ids = {"station_id": station.station_id}
        assert ("station.unpaired", ids, {alice.pk}) in heard
        assert ("station.changed", ids, {alice.pk, bob.pk}) in heard

    def test_keeps_that_a_wipe_was_done(self, as_, alice, family, station):
        row = Station.objects.get()
        services.ask_wipe(station=row)
        row.refresh_from_db()
        services.confirm_wipe(station=row)
        services.unpair(station=row, now=clock.now())
        row.refresh_from_db()
        assert row.wipe == "done"
        assert shown(as_(alice), family) == []
