"""Taking keys away: asked for at once, carried out by any member, and nothing accepted in between."""

import pytest

from accounts import services as accounts
from accounts.models import Device
from chat import access, services
from chat.models import Entry, Removal, Welcome
from chat.refusals import CommitRefused, PendingRemoval
from contacts import services as contacts
from prifora.kernel import clock, crypto
from prifora.kernel.errors import Absent
from prifora.kernel.mls import messages
from tests import cast, mls
from tests.mls.wire import u16, vec


@pytest.fixture
def trio(talk, alice, carol):
    """Alice, Bob and Carol, all with keys; epoch 2, three lines in the log."""
    services.add_member(conversation=talk.row, account_id=carol.pk, now=clock.now())
    talk.add(alice, carol)
    talk.send(carol)
    return talk


def leave_family(trio, bob, family):
    contacts.remove(family_id=family.pk, account_id=bob.pk, now=clock.now())


def close_account(trio, bob, family):
    accounts.close_account(account=bob.account)


def revoke_device(trio, bob, family):
    accounts.revoke_device(device=Device.objects.get(pk=bob.device_id), now=clock.now())


def leave_group(trio, bob, family):
    services.end_member(conversation=trio.row, account_id=bob.pk, now=clock.now())


ENDINGS = pytest.mark.parametrize(
    "ending", [leave_family, close_account, revoke_device, leave_group], ids=lambda one: one.__name__
)


class TestEveryEnding:
    @ENDINGS
    def test_freezes_the_conversation_until_a_member_commits_it(
        self, trio, alice, bob, carol, family, ending
    ):
        ending(trio, bob, family)
        for someone in (alice, carol):
            with pytest.raises(PendingRemoval):
                trio.send(someone)
        with pytest.raises(PendingRemoval):
            trio.post(alice, trio.group.commit(alice))
        trio.post(carol, trio.clean(carol))
        assert bob.device_id not in {one.device_id for one in trio.group.people.values()}
        assert trio.send(alice) == trio.row.last_seq

    @ENDINGS
    def test_leaves_who_is_removed_nothing_to_write_with(self, trio, alice, bob, family, ending):
        message, change = trio.pending(bob), trio.group.commit(bob)
        ending(trio, bob, family)
        with pytest.raises(Absent):
            services.send_message(message=message, now=clock.now())
        with pytest.raises((Absent, PendingRemoval)):
            trio.post(bob, change)
        with pytest.raises((Absent, CommitRefused)):
            trio.post(bob, trio.group.commit(bob, refs=trio.asked()))

    @ENDINGS
    def test_is_one_signed_line_in_the_log(self, trio, bob, family, ending):
        ending(trio, bob, family)
        row = Entry.objects.get(conversation_id=trio.id, kind="proposal")
        body = bytes(row.body)
        assert (row.seq, row.epoch, row.sender_id, bytes(row.ident)) == (4, 2, None, crypto.digest(body))
        found = messages.public_message(body)
        assert (found.sender_type, found.sender, found.group_id) == (2, 0, trio.id.bytes)
        assert found.proposal.removed == trio.group.index_of(bob) == mls.leaf_named_in(body)
        signed = vec(b"MLS 1.0 FramedContentTBS") + vec(u16(1) + u16(1) + found.framed)
        assert crypto.ed25519_valid(public_key=removal_key(trio), signature=found.signature, message=signed)

    @ENDINGS
    def test_twice_asks_once(self, trio, bob, family, ending):
        ending(trio, bob, family)
        services.remove_device(account_id=bob.pk, device_id=bob.device_id, now=clock.now())
        services.remove_account(account_id=bob.pk, now=clock.now())
        assert Removal.objects.filter(conversation_id=trio.id).count() == 1
        assert Entry.objects.filter(conversation_id=trio.id, kind="proposal").count() == 1


def removal_key(talk):
    """The key every member's device took from the group itself."""
    info = messages.group_info(bytes(talk.row.group_info))
    return dict(info.context.extensions)[5][2:34]


class TestTheCommit:
    def test_must_carry_out_every_removal_that_waits(self, trio, alice, bob, carol):
        for someone in (bob, carol):
            services.end_member(conversation=trio.row, account_id=someone.pk, now=clock.now())
        asked = trio.asked()
        assert len(asked) == 2
        half = trio.group.commit(alice, refs=asked[:1], gone=[mls.leaf_named_in(asked[0])])
        with pytest.raises(PendingRemoval):
            trio.post(alice, half)
        trio.post(alice, trio.clean(alice))
        assert [one.pk for one in trio.group.people.values()] == [alice.pk]
        assert not Removal.objects.exists()

    def test_may_not_name_a_removal_twice(self, trio, alice, bob):
        services.end_member(conversation=trio.row, account_id=bob.pk, now=clock.now())
        asked = trio.asked()
        change = trio.group.commit(alice, refs=asked * 2, gone=[mls.leaf_named_in(asked[0])])
        with pytest.raises(CommitRefused):
            trio.post(alice, change)

    def test_may_not_keep_who_is_removed_in_the_tree(self, trio, alice, bob):
        services.end_member(conversation=trio.row, account_id=bob.pk, now=clock.now())
        with pytest.raises(CommitRefused) as refused:
            trio.post(alice, trio.group.commit(alice, refs=trio.asked()))
        assert refused.value.extra == {"reason": "membership"}

    def test_may_not_give_the_removed_new_keys_at_once(self, trio, alice, bob):
        services.end_member(conversation=trio.row, account_id=bob.pk, now=clock.now())
        with pytest.raises(CommitRefused) as refused:
            trio.post(alice, trio.clean(alice, add=[mls.key_package(bob)]))
        assert refused.value.extra == {"reason": "owner"}

    def test_may_remove_and_add_in_one(self, trio, alice, bob, carol, family):
        dave = cast.person("dave")
        contacts.join_directly(family_id=family.pk, account_id=dave.pk, invited_by=alice.pk, now=clock.now())
        services.add_member(conversation=trio.row, account_id=dave.pk, now=clock.now())
        services.end_member(conversation=trio.row, account_id=bob.pk, now=clock.now())
        trio.post(alice, trio.clean(alice, add=[mls.key_package(dave)]))
        assert trio.group.index_of(dave) == 1
        assert trio.send(dave)


class TestRemoveDevice:
    def test_leaves_the_persons_other_devices_alone(self, trio, alice, bob):
        tablet = mls.further_device(bob)
        trio.post(tablet, trio.group.join(tablet))
        accounts.revoke_device(device=Device.objects.get(pk=bob.device_id), now=clock.now())
        trio.post(tablet, trio.clean(tablet))
        assert trio.send(tablet) == trio.row.last_seq

    def test_is_carried_out_in_every_conversation_of_the_person(self, trio, direct, bob):
        accounts.revoke_device(device=Device.objects.get(pk=bob.device_id), now=clock.now())
        assert access.waiting_removals([trio.id, direct.id]) == {trio.id, direct.id}

    def test_asks_for_nothing_where_the_device_has_no_keys(self, trio, bob):
        tablet = mls.further_device(bob)
        accounts.revoke_device(device=Device.objects.get(pk=tablet.device_id), now=clock.now())
        assert access.waiting_removals([trio.id]) == set()
        assert trio.send(bob) == 4

    def test_takes_back_its_welcome(self, trio, bob):
        accounts.revoke_device(device=Device.objects.get(pk=bob.device_id), now=clock.now())
        assert not Welcome.objects.filter(device_id=bob.device_id).exists()

    def test_lets_the_person_back_in_on_another_device(self, trio, alice, bob):
        accounts.revoke_device(device=Device.objects.get(pk=bob.device_id), now=clock.now())
        new = mls.further_device(bob)
        trio.post(alice, trio.clean(alice))
        trio.add(alice, new)
        assert trio.send(new) == trio.row.last_seq


class TestTheLastDevice:
    @pytest.fixture
    def empty(self, talk, alice, bob):
        """Everybody in the conversation lost their only device."""
        for someone in (alice, bob):
            accounts.revoke_device(device=Device.objects.get(pk=someone.device_id), now=clock.now())
        return talk

    def test_takes_nothing_with_it(self, empty, alice, bob):
        assert empty.row.ended_at is None
        for someone in (alice, bob):
            assert list(access.conversations_of(someone.pk)) == [empty.id]

    def test_is_removed_by_the_next_one_that_comes(self, empty, alice, bob):
        new = mls.further_device(bob)
        empty.post(new, empty.group.join(new))
        assert len(empty.asked()) == 2
        with pytest.raises(PendingRemoval):
            empty.send(new)
        empty.post(new, empty.clean(new))
        assert {one.device_id for one in empty.group.people.values()} == {new.device_id}
        assert empty.send(new) == empty.row.last_seq

    def test_ends_the_conversation_when_nobody_can_come_back(self, empty, alice, bob):
        accounts.close_account(account=bob.account)
        assert empty.row.ended_at is None
        accounts.close_account(account=alice.account)
        assert empty.row.ended_at is not None


class TestRemoveAccount:
    def test_takes_every_device(self, trio, alice, bob):
        tablet = mls.further_device(bob)
        trio.post(tablet, trio.group.join(tablet))
        accounts.close_account(account=bob.account)
        assert len(trio.asked()) == 2
        trio.post(alice, trio.clean(alice))
        assert bob.pk not in {one.pk for one in trio.group.people.values()}

    def test_freezes_a_direct_conversation_too(self, direct, alice, bob):
        accounts.close_account(account=bob.account)
        with pytest.raises(PendingRemoval):
            direct.send(alice)
        direct.post(alice, direct.clean(alice))
        assert direct.send(alice) == 4
