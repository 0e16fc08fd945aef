"""What a server without a secret can check. Refusals of commits are seen whole in tests/chat/test_commits.py."""

from datetime import timedelta

import pytest

from prifora.kernel import clock
from prifora.kernel.mls import checks
from prifora.kernel.mls.checks import LIFETIME_MAX
from prifora.kernel.mls.codec import MlsError
from prifora.kernel.mls.proposals import removal
from tests import cast, mls
from tests.mls.packages import identity, leaf
from tests.mls.wire import u16, u32, u64, vec


def span(begin, end):
    return {"not_before": int(begin.timestamp()), "not_after": int(end.timestamp())}


def check(group, change, **other):
    return checks.check_commit(
        **{
            "group": checks.check_group(group.info()),
            "commit": change.commit,
            "group_info": change.group_info,
            "welcome": change.welcome,
            "pending": {},
            "now": clock.now(),
            **other,
        }
    )


class TestCheckKeyPackage:
    def test_says_whose_it_is_and_how_it_is_called(self, bob):
        package = mls.key_package(bob)
        found, owner = checks.check_key_package(package, now=clock.now())
        assert (owner.account_id, owner.device_id, owner.aik) == (
            bob.pk,
            bob.device_id,
            cast.raw(bob.identity),
        )
        assert checks.ref_of(found) == mls.ref_of_package(package)

    def test_takes_a_lifetime_of_at_most_ninety_days_that_holds_now(self, bob):
        now = clock.now().replace(microsecond=0)
        second = timedelta(seconds=1)
        right = [(now, now + LIFETIME_MAX), (now - LIFETIME_MAX, now), (now, now)]
        wrong = [
            (now, now + LIFETIME_MAX + second),
            (now + second, now + timedelta(days=1)),
            (now - timedelta(days=1), now - second),
            (now + second, now - second),
        ]
        for begin, end in right:
            checks.check_key_package(mls.key_package(bob, **span(begin, end)), now=now)
        for begin, end in wrong:
            with pytest.raises(MlsError, match="lifetime"):
                checks.check_key_package(mls.key_package(bob, **span(begin, end)), now=now)

    def test_takes_the_greatest_numbers_without_breaking(self, bob):
        with pytest.raises(MlsError, match="lifetime"):
            checks.check_key_package(mls.key_package(bob, not_after=2**64 - 1), now=clock.now())


class TestCheckGroup:
    def test_knows_the_leaves_owners(self, adding, alice, bob):
        found = checks.check_group(adding.group_info)
        assert {index: one.device_id for index, one in found.owners.items()} == {
            0: alice.device_id,
            1: bob.device_id,
        }
        assert checks.leaf_indexes(found, account_id=bob.pk) == [1]
        assert checks.leaf_indexes(found, device_id=alice.device_id) == [0]
        assert checks.leaf_indexes(found) == []

    def test_refuses_one_device_with_two_leaves(self, group, alice):
        group.people[group.tree.add(leaf(alice))] = alice
        with pytest.raises(MlsError, match="device_twice"):
            checks.check_group(group.info())

    def test_takes_a_leaf_its_account_certified(self, group, bob):
        group.people[group.tree.add(leaf(bob))] = bob
        assert checks.check_group(group.info()).owners[1].account_id == bob.pk

    @pytest.mark.parametrize(
        ("make", "code"),
        [
            (lambda alice: {"identity": bytes(129)}, "credential"),
            (lambda alice: {"credential_type": 3}, "credential"),
            (lambda alice: {"leaf_credential": 3}, "credential"),
            (lambda alice: {"signature_key": cast.raw(alice.signer)}, "certificate"),
            (lambda alice: {"identity": identity(alice)}, "certificate"),
        ],
    )
    def test_refuses_a_leaf_nobody_certified(self, group, alice, bob, make, code):
        group.people[group.tree.add(leaf(bob, **make(alice)))] = bob
        with pytest.raises(MlsError) as wrong:
            checks.check_group(group.info())
        assert wrong.value.code == code

    @pytest.mark.parametrize(
        ("parts", "code"),
        [
            ({"context_suite": 3}, "suite"),
            ({"context_version": 0}, "version"),
            ({"tree_hash": bytes(32)}, "tree_hash"),
            ({"tree_hash": b""}, "tree_hash"),
            ({"info_signature": bytes(64)}, "signature"),
            ({"info_signature": b""}, "signature"),
            ({"info_signer": 1}, "signer"),
            ({"info_extensions": u16(4) + vec(bytes(33))}, "group_info"),
            ({"ratchet_tree": b""}, "tree_shape"),
        ],
    )
    def test_refuses_a_group_info_that_does_not_hold(self, group, parts, code):
        with pytest.raises(MlsError) as wrong:
            checks.check_group(group.info(**parts))
        assert wrong.value.code == code

    def test_refuses_one_without_the_key_to_join_from_outside(self, group):
        tree_only = u16(2) + vec(vec(group.tree.raw()))
        with pytest.raises(MlsError, match="group_info"):
            checks.check_group(group.info(info_extensions=tree_only))


class TestCheckCommit:
    def test_says_what_changes(self, group, adding, alice, bob):
        change = check(group, adding)
        assert (change.sender.device_id, change.is_external, change.removed) == (alice.device_id, False, ())
        assert [owner.device_id for owner, _ref in change.added] == [bob.device_id]
        assert change.group.info.context.epoch == 1

    def test_says_who_goes(self, adding, alice, bob):
        group = adding.after
        body, ref = removal(group_id=group.id.bytes, epoch=1, leaf_index=1)
        change = check(group, group.commit(alice, refs=[body], gone=[1]), pending={ref: 1})
        assert [one.device_id for one in change.removed] == [bob.device_id]

    def test_gives_a_free_leaf_to_the_next_who_comes(self, adding, alice, bob, charlie):
        group = adding.after.commit(alice, add=[mls.key_package(charlie)]).after
        group = group.commit(alice, remove=[bob]).after
        back = group.commit(alice, add=[mls.key_package(bob)])
        change = check(group, back)
        assert sorted(change.group.owners) == [0, 1, 2]
        assert change.group.owners[1].device_id == bob.device_id

    def test_refuses_a_newcomer_in_another_place_than_the_first_free_one(self, group, alice, bob):
        package = mls.key_package(bob)
        change = group.commit(alice, add=[package])
        change.after.tree.blank(1)
        change.after.tree.nodes[4] = package.leaf
        with pytest.raises(MlsError, match="membership"):
            check(group, change, group_info=change.after.info())

    def test_refuses_a_history_that_was_told_otherwise(self, group, adding):
        change = adding.after.commit(adding.after.people[1])
        other = group.commit(group.people[0], add=[mls.key_package(adding.after.people[1])]).after
        with pytest.raises(MlsError):
            check(other, change)


class TestCheckApplication:
    def test_returns_the_epoch(self, group):
        body = group.body(epoch=2**63)
        assert checks.check_application(body, group_id=group.id.bytes) == 2**63

    @pytest.mark.parametrize(
        ("parts", "code"),
        [
            ({"group_id": bytes(16)}, "not_application"),
            ({"group_id": b""}, "not_application"),
            ({"content_type": 2}, "not_application"),
            ({"content_type": 3}, "not_application"),
            ({"content_type": 0}, "not_application"),
            ({"authenticated": b"\0"}, "not_sealed"),
            ({"sender_data": bytes(27)}, "not_sealed"),
            ({"sender_data": bytes(29)}, "not_sealed"),
            ({"ciphertext": bytes(15)}, "not_sealed"),
        ],
    )
    def test_refuses_what_is_no_sealed_message_of_this_group(self, group, parts, code):
        with pytest.raises(MlsError) as wrong:
            checks.check_application(group.body(**parts), group_id=group.id.bytes)
        assert wrong.value.code == code


class TestProposalRef:
    def test_is_the_labelled_hash_of_what_was_said(self, group):
        body, ref = removal(group_id=group.id.bytes, epoch=3, leaf_index=2)
        assert checks.proposal_ref(body[2:]) == ref
        assert u64(3) + b"\x02" + u32(0) in body
