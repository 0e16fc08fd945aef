"""Who may see which account, and which sessions may open a socket."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from accounts import access, services
from accounts.access import Permission
from accounts.models import Account, Device, Session
from prifora.kernel import clock
from prifora.kernel.access import Actor
from prifora.kernel.errors import Absent
from tests import cast
from tests.accounts import raw


def key_of(client):
    return client.session.session_key


class TestMe:
    def test_grants_on_ones_own_account(self, alice):
        actor = Actor(id=alice.pk)
        assert access.me(actor, Permission.READ_ME).pk == alice.pk
        assert actor.granted == {Permission.READ_ME}

    def test_grants_nothing_when_the_account_is_closed(self, alice):
        Account.objects.filter(pk=alice.pk).update(is_active=False)
        actor = Actor(id=alice.pk)
        with pytest.raises(Absent):
            access.me(actor, Permission.READ_ME)
        assert not actor.granted


class TestCard:
    def test_grants_nothing_to_outsiders(self, alice, bob, family, charlie):
        for asked in (alice.pk, uuid4()):
            actor = Actor(id=charlie.pk)
            with pytest.raises(Absent):
                access.card(actor, asked)
            assert not actor.granted

    def test_of_a_closed_account_is_absent_to_family_too(self, alice, bob, family):
        services.close_account(account=alice.account)
        with pytest.raises(Absent):
            access.card(Actor(id=bob.pk), alice.pk)


class TestPublicKeysOf:
    def test_are_those_of_the_people_who_have_some(self, alice, bob):
        nina = cast.account("nina")
        found = access.public_keys_of([alice.pk, bob.pk, nina.pk, uuid4()])
        assert set(found) == {alice.pk, bob.pk}
        assert found[alice.pk]["aik"] == cast.raw(alice.identity)
        assert found[alice.pk]["device_list"]["version"] == 1

    def test_take_one_query_for_everybody(self, alice, bob, django_assert_num_queries):
        with django_assert_num_queries(1):
            access.public_keys_of([alice.pk, bob.pk])


class TestApprovedAik:
    def test_is_none_until_somebody_approves(self, db):
        before = access._approved_aik[0]
        try:
            access.decide_approved_aik(access._unapproved)
            assert access.approved_aik(uuid4()) is None
            access.decide_approved_aik(lambda account_id: account_id.bytes)
            account_id = uuid4()
            assert access.approved_aik(account_id) == account_id.bytes
        finally:
            access.decide_approved_aik(before)


class TestAccountOf:
    def test_finds_an_active_account_by_what_it_signs_in_with(self, alice):
        assert access.account_of("alice").pk == alice.pk
        assert access.account_of(access.login_name(alice.account.profile["phone"])).pk == alice.pk
        assert access.account_of("nobody") is None
        services.close_account(account=alice.account)
        assert access.account_of("alice") is None

    def test_finds_nobody_by_what_lies_in_the_table(self, alice):
        (row,) = raw.table("accounts_account")
        assert access.account_of(row["username"]) is None
        assert access.account_of(row["phone"]) is None


class TestDeviceOfSession:
    def test_is_the_account_and_device_of_a_good_session(self, alice, as_):
        assert access.device_of_session(key_of(as_(alice))) == (alice.pk, alice.device_id)

    def test_is_nothing_without_a_device(self, alice, as_):
        assert access.device_of_session(key_of(as_(alice, device=False))) is None

    @pytest.mark.parametrize("key", ["", "invented"])
    def test_is_nothing_for_an_unknown_cookie(self, db, key):
        assert access.device_of_session(key) is None

    def test_is_nothing_once_the_device_is_revoked(self, alice, as_):
        key = key_of(as_(alice))
        services.revoke_device(device=access.live_devices(alice.pk).get(), now=clock.now())
        assert access.device_of_session(key) is None

    def test_is_nothing_for_a_session_that_was_written_back_after_its_device_was_revoked(self, alice, as_):
        key = key_of(as_(alice))
        Device.objects.update(revoked_at=clock.now())
        assert access.live_sessions([key]) == set()
        assert access.device_of_session(key) is None

    def test_is_nothing_once_it_is_expired(self, alice, as_):
        key = key_of(as_(alice))
        Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
        assert access.device_of_session(key) is None

    def test_is_nothing_once_the_account_is_closed(self, alice, as_):
        key = key_of(as_(alice))
        Account.objects.filter(pk=alice.pk).update(is_active=False)
        assert access.device_of_session(key) is None


class TestLiveSessions:
    def test_picks_the_good_ones_out_of_many(self, alice, bob, as_):
        good, bare, ended = key_of(as_(alice)), key_of(as_(alice, device=False)), key_of(as_(bob))
        services.end_sessions(account_id=bob.pk)
        assert access.live_sessions([good, bare, ended, "invented"]) == {good}


class TestLiveDevices:
    def test_leaves_out_revoked_devices_and_closed_accounts(self, alice, bob, charlie):
        services.revoke_device(device=access.live_devices(bob.pk).get(), now=clock.now())
        services.close_account(account=charlie.account)
        ids = [alice.device_id, bob.device_id, charlie.device_id, uuid4()]
        assert access.live_device_ids(ids) == {alice.device_id}
        assert [one.pk for one in access.live_devices_of([alice.pk, bob.pk])] == [alice.device_id]


@pytest.mark.django_db
class TestEverybody:
    def test_is_each_person_once_over_all_parts(self, alice, bob, charlie):
        Account.objects.filter(pk=charlie.pk).update(phone_verified=False)
        found = [one for part in range(access.PARTS) for one in access.everybody(part)]
        assert sorted(found) == sorted([alice.pk, bob.pk])

    def test_finds_the_first_and_the_last_number_there_is(self, alice):
        for number in (0, (1 << 128) - 1):
            Account.objects.create(
                pk=UUID(int=number), username=f"x:{number:039}", phone_verified=True, sealed=b""
            )
        assert UUID(int=0) in access.everybody(0)
        assert UUID(int=(1 << 128) - 1) in access.everybody(access.PARTS - 1)


@pytest.mark.django_db
class TestUse:
    def test_is_found_by_day_and_by_person(self, alice, bob):
        old, new = date(2024, 2, 29), date(2024, 3, 1)
        Account.objects.filter(pk=alice.pk).update(used_on=old)
        Account.objects.filter(pk=bob.pk).update(used_on=new)
        assert access.unused_since(old) == [(alice.pk, old)]
        assert access.used_on([alice.pk, bob.pk]) == {alice.pk: old, bob.pk: new}
        Account.objects.filter(pk=alice.pk).update(is_active=False)
        assert access.unused_since(old) == []
