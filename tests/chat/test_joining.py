"""How devices get keys: by a commit of somebody inside, or by letting themselves in."""

import pytest

from accounts.models import Device
from chat import services
from chat.models import Removal
from chat.refusals import PendingRemoval
from prifora.kernel import clock
from prifora.kernel.errors import Absent
from tests import cast, mls
from tests.chat.refusing import refused
from tests.mls.group import welcome_for
from tests.mls.packages import FROM_UPDATE, identity
from tests.mls.wire import WELCOME, message, u8, u16, vec


class TestAdding:
    def test_needs_a_person_who_belongs_here(self, talk, alice, carol, charlie):
        for stranger in (carol, charlie):
            change = talk.group.commit(alice, add=[mls.key_package(stranger)])
            assert refused(talk, alice, change) == "owner"

    def test_needs_a_device_in_use(self, roomy, alice, carol):
        Device.objects.filter(pk=carol.device_id).update(revoked_at=clock.now())
        assert refused(roomy, alice, roomy.group.commit(alice, add=[mls.key_package(carol)])) == "owner"

    def test_needs_the_identity_key_the_account_has(self, roomy, alice, bob, carol):
        """Bob makes a package in Carol's name, with a certificate that is right under his own key."""
        forged = mls.key_package(carol, identity=identity(carol, certifier=bob.identity))
        assert refused(roomy, alice, roomy.group.commit(alice, add=[forged])) == "owner"

    def test_needs_a_device_of_that_account(self, roomy, bob, carol):
        """Bob gives a key of his own the number of Carol's device."""
        claimed = cast.Someone(bob.account, bob.identity, bob.signer, carol.device_id)
        assert refused(roomy, bob, roomy.group.commit(bob, add=[mls.key_package(claimed)])) == "owner"

    def test_needs_a_device_that_is_not_in_yet(self, talk, alice, bob):
        assert refused(talk, alice, talk.group.commit(alice, add=[mls.key_package(bob)])) == "device_twice"

    @pytest.mark.parametrize(
        ("parts", "reason"),
        [
            ({"signature": bytes(64)}, "signature"),
            ({"leaf_signature": bytes(64)}, "signature"),
            ({"suite": 2}, "suite"),
            ({"leaf_suite": 3}, "suite"),
            ({"credential_type": 2}, "credential"),
            ({"identity": bytes(129)}, "credential"),
            ({"not_before": 4_000_000_000, "not_after": 4_000_000_100}, "lifetime"),
            ({"not_before": 0}, "lifetime"),
            ({"source": FROM_UPDATE}, "leaf_source"),
            ({"encryption_key": b"short"}, "key_length"),
        ],
    )
    def test_needs_a_package_that_holds(self, roomy, alice, carol, parts, reason):
        package = mls.key_package(carol, **parts)
        change = roomy.group.commit(alice, add=[package])
        assert refused(roomy, alice, change) == reason

    def test_needs_a_welcome_for_who_comes_and_nobody_else(self, roomy, alice, carol):
        package, other = mls.key_package(carol), mls.key_package(carol)
        for welcome in (
            None,
            welcome_for([other]),
            welcome_for([package, other]),
            welcome_for([package] * 2),
        ):
            change = roomy.group.commit(alice, add=[package], welcome=welcome)
            assert refused(roomy, alice, change) == "welcome"

    def test_needs_no_welcome_when_nobody_comes(self, talk, alice):
        nobody = message(WELCOME, u16(1) + vec(b"") + vec(bytes(40)))
        assert refused(talk, alice, talk.group.commit(alice, welcome=nobody)) == "welcome"


class TestJoiningFromOutside:
    def test_is_for_a_further_device_of_somebody_inside(self, talk, bob):
        tablet = mls.further_device(bob)
        entry = talk.post(tablet, talk.group.join(tablet))
        assert (entry.seq, entry.device_ref, talk.row.epoch) == (2, tablet.device_id, 2)
        assert talk.send(tablet) == 3

    def test_is_for_a_device_that_lost_its_keys(self, talk, bob):
        talk.post(bob, talk.group.join(bob, again=True))
        assert len(talk.group.people) == 2
        assert talk.send(bob) == 3

    def test_is_not_for_who_belongs_here_but_never_got_keys(self, roomy, carol):
        assert refused(roomy, carol, roomy.group.join(carol)) == "stranger"

    def test_is_not_for_an_outsider(self, talk, charlie):
        with pytest.raises(Absent):
            talk.post(charlie, talk.group.join(charlie))

    def test_is_not_for_who_has_a_member_certify_them(self, talk, bob, charlie):
        """Charlie's device, certified by Bob as if it were one of Bob's own: the account does not know it."""
        borrowed = cast.Someone(bob.account, bob.identity, charlie.signer, charlie.device_id)
        assert refused(talk, borrowed, talk.group.join(borrowed)) == "owner"

    def test_is_not_for_a_device_under_another_identity_key(self, talk, bob, charlie):
        tablet = mls.further_device(bob)
        forged = cast.Someone(bob.account, charlie.identity, tablet.signer, tablet.device_id)
        assert refused(talk, forged, talk.group.join(forged)) == "stranger"

    def test_is_not_for_a_revoked_device(self, talk, bob):
        tablet = mls.further_device(bob)
        Device.objects.filter(pk=tablet.device_id).update(revoked_at=clock.now())
        assert refused(talk, tablet, talk.group.join(tablet)) == "owner"

    def test_adds_and_refers_to_nothing(self, roomy, bob, carol):
        tablet = mls.further_device(bob)
        add = u8(1) + u16(1) + mls.key_package(carol)[4:]
        init = u8(1) + u16(6) + vec(bytes(32))
        for proposals in (add, init):
            assert refused(roomy, tablet, roomy.group.join(tablet, proposals=proposals)) == "external"

    def test_need_not_wait_for_removals_which_are_asked_for_anew(self, roomy, alice, bob, carol):
        """Nobody else may be there to carry them out."""
        roomy.add(alice, carol)
        services.end_member(conversation=roomy.row, account_id=carol.pk, now=clock.now())
        tablet = mls.further_device(bob)
        proposals = b"".join(u8(2) + vec(ref) for ref in refs_of(roomy))
        assert refused(roomy, tablet, roomy.group.join(tablet, proposals=proposals)) == "external"
        roomy.post(tablet, roomy.group.join(tablet))
        assert len(roomy.asked()) == 1
        for someone in (alice, tablet):
            with pytest.raises(PendingRemoval):
                roomy.send(someone)
        roomy.post(tablet, roomy.clean(tablet))
        assert carol.pk not in {one.pk for one in roomy.group.people.values()}
        assert roomy.send(tablet) == roomy.row.last_seq


def refs_of(talk):
    return [bytes(one.ref) for one in Removal.objects.filter(conversation_id=talk.id)]
