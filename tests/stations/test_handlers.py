"""What stations do when an account gains or loses a device."""

from accounts.models import Device
from stations.models import Station
from tests.cast import family_of
from tests.contacts.asking import said
from tests.stations.screens import Screen, revoke, shown


class TestRememberDevice:
    def test_makes_the_registered_device_the_stations(self, alice, station):
        row = Station.objects.get()
        assert row.device == Device.objects.get(account_id=alice.pk, kind="station")
        assert station.sign_in().json()["device_id"] == str(row.device_id)

    def test_leaves_a_browser_alone(self, as_, alice, family, screen):
        screen.pair(as_(alice), family)
        other = Screen(http=as_(alice, device=False))
        assert other.register(alice).status_code == 201
        assert Station.objects.get().device is None

    def test_gives_each_of_two_waiting_stations_its_own(self, as_, alice, family):
        first, second = Screen(), Screen()
        for one in (first, second):
            one.pair(as_(alice), family)
        for one in (first, second):
            one.sign_in()
            one.device = one.register(alice).json()["id"]
        for one in (first, second):
            assert one.beat().status_code == 200
            assert str(Station.objects.get(pk=one.station_id).device_id) == one.device

    def test_leaves_the_stations_of_other_accounts_alone(self, as_, alice, bob, family, station):
        other = Screen()
        other.pair(as_(bob), family_of(bob))
        other.sign_in()
        assert other.register(bob).status_code == 201
        owners = {str(one.pk): one.device.account_id for one in Station.objects.all()}
        assert owners == {station.station_id: alice.pk, other.station_id: bob.pk}


class TestLetGo:
    def test_takes_a_station_with_revoked_keys_out_of_the_family(self, as_, alice, family, station):
        device = Station.objects.get().device_id
        assert revoke(as_(alice), alice, device).status_code == 204
        assert shown(as_(alice), family) == []
        assert station.beat().status_code == 401
        assert said(station.sign_in()) == (410, "station_unpaired")

    def test_is_not_moved_by_other_devices(self, as_, alice, family, station):
        assert revoke(as_(alice), alice, alice.device_id).status_code == 204
        assert station.beat().status_code == 200
