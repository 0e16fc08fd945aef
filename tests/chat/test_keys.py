"""Key packages: given out once, to those who may, for devices that have no keys yet."""

from datetime import timedelta
from functools import partial

import pytest
import time_machine

from chat import access, services
from chat.events import KeysLow
from chat.models import PACKAGES_MAX, Claim, KeyPackage, Welcome
from chat.refusals import PackageRefused
from prifora.kernel import clock, events
from prifora.kernel.errors import Absent
from prifora.kernel.ids import new_id
from tests import cast, mls
from tests.mls.packages import FROM_UPDATE, identity


def store(someone, *packages, last_resort=None):
    return services.store_key_packages(
        account_id=someone.pk,
        device_id=someone.device_id,
        packages=packages,
        last_resort=last_resort,
        now=clock.now(),
    )


def claim(talk, *people):
    return services.claim_key_packages(
        conversation=talk.row, account_ids=[one.pk for one in people], now=clock.now()
    )


@pytest.fixture
def early(alice, bob, family):
    """A conversation Bob belongs to but has no keys of."""
    return mls.start(alice, family, bob)


@pytest.fixture
def low(monkeypatch):
    """The devices that were told to store more."""
    told = []
    monkeypatch.setitem(events._handlers, KeysLow, [lambda event: told.append(event.device_id)])
    return told


class TestStoreKeyPackages:
    def test_tells_those_who_wait_to_give_keys_once(self, talk, alice, bob, told):
        assert told(lambda: mls.store_packages(bob, 2)) == [
            ("conversation.changed", {"conversation_id": str(talk.id)}, {alice.pk, bob.pk})
        ]
        assert told(lambda: mls.store_packages(bob, 2)) == []

    def test_counts_what_can_be_used_once(self, bob):
        assert store(bob, mls.key_package(bob), mls.key_package(bob)) == 2
        assert store(bob, mls.key_package(bob), last_resort=mls.key_package(bob)) == 3

    def test_keeps_one_last_resort(self, bob):
        old, new = mls.key_package(bob), mls.key_package(bob)
        store(bob, last_resort=old)
        store(bob, last_resort=new)
        assert [bytes(row.package) for row in KeyPackage.objects.filter(is_last=True)] == [bytes(new)]

    @pytest.mark.parametrize(
        ("parts", "reason"),
        [
            ({"signature": bytes(64)}, "signature"),
            ({"leaf_signature": bytes(64)}, "signature"),
            ({"not_after": 1_000_000_000, "not_before": 999_999_999}, "lifetime"),
            ({"not_before": 4_000_000_000, "not_after": 4_000_000_100}, "lifetime"),
            ({"not_before": 0}, "lifetime"),
            ({"suite": 2}, "suite"),
            ({"leaf_suite": 2}, "suite"),
            ({"leaf_version": 2}, "suite"),
            ({"version": 2}, "version"),
            ({"source": FROM_UPDATE}, "leaf_source"),
            ({"init_key": bytes(31)}, "key_length"),
            ({"encryption_key": bytes(33)}, "key_length"),
            ({"init_key": b"k" * 32, "encryption_key": b"k" * 32}, "leaf_source"),
            ({"leaf_credential": 2}, "credential"),
        ],
    )
    def test_refuses_a_package_that_does_not_hold_and_keeps_none_of_its_company(self, bob, parts, reason):
        with pytest.raises(PackageRefused) as refused:
            store(bob, mls.key_package(bob), mls.key_package(bob, **parts))
        assert refused.value.extra == {"reason": reason}
        assert not KeyPackage.objects.exists()

    def test_refuses_the_package_of_another_person_or_device(self, alice, bob):
        for package in (mls.key_package(alice), mls.key_package(mls.further_device(bob))):
            with pytest.raises(PackageRefused) as refused:
                store(bob, package)
            assert refused.value.extra == {"reason": "owner"}

    def test_refuses_a_package_under_an_identity_key_that_is_not_the_accounts(self, bob, charlie):
        with pytest.raises(PackageRefused) as refused:
            store(bob, mls.key_package(bob, identity=identity(bob, certifier=charlie.identity)))
        assert refused.value.extra == {"reason": "owner"}

    def test_refuses_a_certificate_for_another_signature_key(self, bob, charlie):
        with pytest.raises(PackageRefused) as refused:
            store(bob, mls.key_package(bob, signature_key=cast.raw(charlie.signer)))
        assert refused.value.extra == {"reason": "certificate"}

    def test_refuses_the_same_package_twice(self, bob):
        package = mls.key_package(bob)
        store(bob, package)
        for again in ([package], [mls.key_package(bob)] * 2):
            with pytest.raises(PackageRefused) as refused:
                store(bob, *again)
            assert refused.value.extra == {"reason": "twice"}
        assert access.package_count(bob.device_id) == 1

    def test_keeps_a_bounded_number(self, bob):
        packages = [mls.key_package(bob) for _ in range(PACKAGES_MAX + 1)]
        assert store(bob, *packages[:-1]) == PACKAGES_MAX
        with pytest.raises(PackageRefused) as refused:
            store(bob, packages[-1])
        assert refused.value.extra == {"reason": "too_many"}

    def test_keeps_the_last_resort_when_a_new_one_is_refused(self, bob):
        package = mls.key_package(bob)
        store(bob, last_resort=package)
        with pytest.raises(PackageRefused):
            store(bob, last_resort=mls.key_package(bob, signature=bytes(64)))
        assert bytes(KeyPackage.objects.get(is_last=True).package) == package


class TestClaimKeyPackages:
    def test_gives_each_package_once_then_the_last_again_and_again(self, early, bob):
        once, last = mls.key_package(bob), mls.key_package(bob)
        store(bob, once, last_resort=last)
        given = [claim(early, bob)[0] for _ in range(3)]
        assert given == [(bob.pk, bob.device_id, bytes(one)) for one in (once, last, last)]

    def test_notes_for_whom_a_package_went_out(self, early, bob):
        package = mls.key_package(bob)
        store(bob, package)
        claim(early, bob)
        row = Claim.objects.get()
        assert (bytes(row.ref), row.device_id) == (mls.ref_of_package(package), bob.device_id)

    def test_gives_one_for_every_device_without_keys_and_none_for_those_with(self, talk, alice, bob):
        phone = mls.further_device(bob)
        for device in (alice, bob, phone):
            store(device, mls.key_package(device))
        assert {device for _account, device, _package in claim(talk, alice, bob)} == {phone.device_id}

    def test_gives_nothing_for_a_device_that_has_none(self, early, bob):
        assert claim(early, bob) == []

    def test_is_absent_for_who_does_not_belong(self, early, alice, bob, charlie):
        store(bob, mls.key_package(bob))
        store(charlie, mls.key_package(charlie))
        with pytest.raises(Absent):
            claim(early, bob, charlie)
        assert access.package_count(bob.device_id) == access.package_count(charlie.device_id) == 1

    def test_forgets_packages_that_have_expired(self, early, bob):
        now = int(clock.now().timestamp())
        store(bob, mls.key_package(bob, not_after=now + 3600), mls.key_package(bob, not_after=now + 3600))
        lasting = mls.key_package(bob)
        store(bob, lasting)
        with time_machine.travel(clock.now() + timedelta(days=2)):
            assert [package for _account, _device, package in claim(early, bob)] == [bytes(lasting)]
        assert not KeyPackage.objects.exists()

    def test_tells_a_device_when_few_are_left(self, early, bob, low):
        store(bob, *(mls.key_package(bob) for _ in range(6)), last_resort=mls.key_package(bob))
        claim(early, bob)
        assert low == []
        claim(early, bob)
        assert low == [bob.device_id]

    def test_tells_a_device_when_its_last_one_was_used(self, early, bob, low):
        store(bob, last_resort=mls.key_package(bob))
        claim(early, bob)
        assert low == [bob.device_id]


@pytest.mark.django_db(transaction=True)
class TestUnderARace:
    def test_nobody_gets_a_package_somebody_else_has(self, early, bob, together):
        store(bob, *(mls.key_package(bob) for _ in range(8)))
        outcomes = together(*[partial(claim, early, bob)] * 8)
        given = [package for one in outcomes for _account, _device, package in one]
        assert len(given) == len(set(given)) == 8
        assert access.package_count(bob.device_id) == 0

    def test_everybody_gets_the_last_one(self, early, bob, together):
        last = mls.key_package(bob)
        store(bob, last_resort=last)
        outcomes = together(*[partial(claim, early, bob)] * 4)
        assert outcomes == [[(bob.pk, bob.device_id, bytes(last))]] * 4


class TestDropWelcome:
    def test_forgets_only_ones_own(self, talk, alice, bob):
        row = Welcome.objects.get(device_id=bob.device_id)
        for device_id, welcome_id in ((alice.device_id, row.pk), (bob.device_id, new_id())):
            with pytest.raises(Absent):
                services.drop_welcome(device_id=device_id, welcome_id=welcome_id)
        services.drop_welcome(device_id=bob.device_id, welcome_id=row.pk)
        assert not Welcome.objects.exists()
