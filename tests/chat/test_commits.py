"""Commits: what a server that holds no key can refuse, it refuses whole."""

import os
from functools import partial

import pytest

from accounts import services as accounts
from chat import services
from chat.models import Entry, HistoryBox, Welcome
from chat.refusals import StaleEpoch
from prifora.kernel import clock
from prifora.kernel.errors import Absent
from tests import mls
from tests.chat.refusing import everything, refused
from tests.mls.packages import FROM_COMMIT, FROM_UPDATE, leaf
from tests.mls.wire import u8, u16, u32, vec


class TestACommit:
    def test_brings_the_conversation_into_the_next_epoch(self, talk, alice):
        change = talk.group.commit(alice)
        entry = talk.post(alice, change, details=b"a new sealed title of some length")
        row = talk.row
        assert (entry.seq, entry.kind, entry.epoch, row.epoch, row.last_seq) == (2, "commit", 1, 2, 2)
        assert (bytes(row.group_info), bytes(entry.body)) == (change.group_info, change.commit)
        assert (bytes(row.details), row.details_epoch) == (b"a new sealed title of some length", 2)

    def test_lets_a_newcomer_in_with_a_welcome_for_each_device(self, roomy, alice, carol):
        tablet = mls.further_device(carol)
        roomy.add(alice, carol, tablet)
        rows = Welcome.objects.filter(conversation_id=roomy.id, epoch=2)
        assert {row.device_id for row in rows} == {carol.device_id, tablet.device_id}
        assert roomy.send(carol) == 3

    def test_gets_the_same_line_again(self, talk, alice):
        change = talk.group.commit(alice)
        first, again = talk.post(alice, change), talk.post(alice, change)
        assert (again.pk, talk.row.epoch) == (first.pk, 2)

    def test_keeps_the_title_of_the_epoch_it_was_sealed_in(self, talk, alice):
        before = bytes(talk.row.details)
        talk.post(alice, talk.group.commit(alice))
        assert (bytes(talk.row.details), talk.row.details_epoch) == (before, 0)

    def test_works_through_a_long_history_of_comings_and_goings(self, roomy, alice, bob, carol):
        roomy.add(bob, carol)
        phone, tablet = mls.further_device(alice), mls.further_device(bob)
        roomy.post(phone, roomy.group.join(phone))
        roomy.post(tablet, roomy.group.join(tablet))
        roomy.post(carol, roomy.group.commit(carol))
        roomy.post(alice, roomy.group.commit(alice, remove=[phone]))
        roomy.post(tablet, roomy.group.join(tablet, again=True))
        services.end_member(conversation=roomy.row, account_id=bob.pk, now=clock.now())
        roomy.post(carol, roomy.clean(carol))
        assert {one.account.pk for one in roomy.group.people.values()} == {alice.pk, carol.pk}
        assert roomy.send(carol) == roomy.row.last_seq

    def test_needs_the_present_epoch(self, talk, alice, bob):
        late = talk.group.commit(bob)
        talk.post(alice, talk.group.commit(alice))
        before = everything(talk)
        with pytest.raises(StaleEpoch) as stale:
            talk.post(bob, late)
        assert stale.value.extra == {"epoch": 2}
        assert everything(talk) == before

    def test_is_absent_for_who_belongs_here_no_more(self, talk, alice, bob):
        change = talk.group.commit(bob)
        services.end_member(conversation=talk.row, account_id=bob.pk, now=clock.now())
        with pytest.raises(Absent):
            talk.post(bob, change)


WRONG = {
    "signature": {"signature": bytes(64)},
    "group": {"group_id": bytes(16)},
    "epoch": {"epoch": 0},
    "sender": {"sender": 7},
    "sender_type": {"sender_type": 2},
    "not_sealed": {"authenticated": b"Hallo oma"},
    "confirmation_tag": {"tag": bytes(32)},
    "tree_hash": {"tree_hash": bytes(32)},
    "transcript": {"confirmed": bytes(32)},
    "group_extensions": {"context_extensions": b""},
}


class TestARefusedCommit:
    @pytest.mark.parametrize("reason", WRONG)
    def test_leaves_nothing_behind_when_a_part_is_wrong(self, talk, alice, reason):
        assert refused(talk, alice, talk.group.commit(alice, **WRONG[reason])) == reason

    @pytest.mark.parametrize(
        "parts",
        [
            {"info_group_id": bytes(16)},
            {"info_epoch": 3},
            {"info_epoch": 1},
        ],
    )
    def test_brings_the_group_info_of_another_group_or_epoch(self, talk, alice, parts):
        assert refused(talk, alice, talk.group.commit(alice, **parts)) == "group_info"

    def test_brings_the_group_info_of_another_conversation(self, talk, direct, alice):
        change, foreign = talk.group.commit(alice), direct.group.commit(alice)
        assert refused(talk, alice, change, group_info=foreign.group_info) == "group_info"

    def test_brings_a_group_info_signed_by_nobody_in_it(self, talk, alice):
        assert refused(talk, alice, talk.group.commit(alice, info_signature=bytes(64))) == "signature"
        assert refused(talk, alice, talk.group.commit(alice, info_signer=5)) == "signer"

    def test_brings_a_group_info_signed_by_another_member(self, talk, alice, bob):
        by_bob = {"info_signer": talk.group.index_of(bob), "info_key": bob.signer}
        assert refused(talk, alice, talk.group.commit(alice, **by_bob)) == "signer"

    def test_brings_a_tree_in_which_somebody_elses_keys_were_changed(self, talk, alice, bob):
        change = talk.group.commit(alice)
        after = change.after
        after.tree.nodes[2 * after.index_of(bob)] = leaf(bob)
        assert refused(talk, alice, change, group_info=after.info()) == "membership"

    def test_brings_a_tree_with_somebody_the_commit_does_not_add(self, roomy, alice, carol):
        change = roomy.group.commit(alice)
        change.after.people[change.after.tree.add(leaf(carol))] = carol
        assert refused(roomy, alice, change, group_info=change.after.info()) == "membership"

    def test_comes_through_another_device_than_the_one_that_made_it(self, talk, alice, bob):
        phone = mls.further_device(alice)
        change = talk.group.commit(alice)
        assert refused(talk, phone, change) == "device"
        assert refused(talk, bob, change) == "device"

    def test_hands_the_committers_leaf_to_another_device(self, talk, alice):
        phone = mls.further_device(alice)
        bound = vec(talk.id.bytes) + u32(talk.group.index_of(alice))
        change = talk.group.commit(
            alice, path_leaf=leaf(phone, source=FROM_COMMIT, bound=bound), info_key=phone.signer
        )
        assert refused(talk, alice, change) == "path"

    def test_changes_the_leaf_without_saying_that_it_is_from_a_commit(self, talk, alice):
        bound = vec(talk.id.bytes) + u32(talk.group.index_of(alice))
        change = talk.group.commit(alice, path_leaf=leaf(alice, source=FROM_UPDATE, bound=bound))
        assert refused(talk, alice, change) == "path"

    def test_binds_the_new_leaf_to_another_place(self, talk, alice):
        change = talk.group.commit(
            alice, path_leaf=leaf(alice, source=FROM_COMMIT, bound=vec(talk.id.bytes) + u32(1))
        )
        assert refused(talk, alice, change) == "signature"

    def test_refreshes_nothing_where_it_must(self, talk, alice, bob):
        assert refused(talk, alice, talk.group.commit(alice, path=False)) == "no_path"

    def test_removes_somebody_who_may_stay(self, talk, alice, bob):
        assert refused(talk, bob, talk.group.commit(bob, remove=[alice])) == "removed"
        assert refused(talk, alice, talk.group.commit(alice, remove=[bob])) == "removed"

    def test_removes_who_makes_it(self, talk, alice):
        remove_me = u8(1) + u16(3) + u32(talk.group.index_of(alice))
        assert refused(talk, alice, talk.group.commit(alice, proposals=remove_me)) == "removed"

    def test_removes_a_leaf_that_is_not_there(self, talk, alice):
        assert refused(talk, alice, talk.group.commit(alice, proposals=u8(1) + u16(3) + u32(9))) == "removed"

    @pytest.mark.parametrize(
        "proposal",
        [
            u8(2) + vec(os.urandom(32)),
            u8(1) + u16(7) + vec(b""),
            u8(1) + u16(4) + u8(1) + vec(b"key") + vec(os.urandom(32)),
            u8(1) + u16(5) + vec(b"group") + u16(1) + u16(1) + vec(b""),
            u8(1) + u16(99),
            u8(3),
        ],
        ids=[
            "unknown reference",
            "group extensions",
            "pre-shared key",
            "new beginning",
            "unknown kind",
            "unknown form",
        ],
    )
    def test_carries_a_proposal_nobody_may_make(self, talk, alice, proposal):
        reason = refused(talk, alice, talk.group.commit(alice, proposals=proposal))
        assert reason in {"proposal_kind", "proposal_form"}

    def test_says_that_a_member_lets_itself_in_from_outside(self, talk, alice):
        external_init = u8(1) + u16(6) + vec(bytes(32))
        assert refused(talk, alice, talk.group.commit(alice, proposals=external_init)) == "external"

    def test_is_longer_than_a_message_may_be(self, talk, alice):
        change = talk.group.commit(alice)
        assert refused(talk, alice, change, commit=change.commit + bytes(1 << 20)) == "too_large"
        assert refused(talk, alice, change, group_info=change.group_info + bytes(1 << 20)) == "too_large"

    def test_is_cut_short_or_has_more_at_its_end(self, talk, alice):
        change = talk.group.commit(alice)
        assert refused(talk, alice, change, commit=change.commit[:-1]) == "truncated"
        assert refused(talk, alice, change, commit=change.commit + b"\0") == "trailing"

    def test_is_no_commit(self, talk, alice):
        change = talk.group.commit(alice)
        assert refused(talk, alice, change, commit=talk.group.body()) == "wire_format"
        assert refused(talk, alice, change, commit=change.group_info) == "wire_format"


class TestHistoryBoxes:
    def test_are_kept_one_for_each_account_and_epoch(self, talk, alice, bob):
        tablet = mls.further_device(bob)
        talk.post(tablet, talk.group.join(tablet))
        kept = HistoryBox.objects.filter(conversation_id=talk.id).order_by("epoch", "account_id")
        people = sorted([alice.pk, bob.pk])
        assert [(one.epoch, one.account_id) for one in kept] == [
            (0, alice.pk),
            *((epoch, who) for epoch in (1, 2) for who in people),
        ]
        assert {one.device_ref for one in kept.filter(epoch=2)} == {tablet.device_id}

    def test_are_for_everyone_with_keys_and_nobody_else(self, talk, alice, bob, charlie):
        change = talk.group.commit(alice)
        right = mls.boxes_for(change)
        for boxes in (
            {},
            {alice.pk: right[alice.pk]},
            {**right, charlie.pk: bytes(80)},
            {alice.pk: right[alice.pk], charlie.pk: bytes(80)},
            {**right, bob.pk: bytes(257)},
        ):
            assert refused(talk, alice, change, boxes=boxes) == "history_boxes"

    def test_may_be_for_who_belongs_and_has_no_device_at_the_moment(self, talk, alice, carol):
        services.add_member(conversation=talk.row, account_id=carol.pk, now=clock.now())
        change = talk.group.commit(alice)
        talk.post(alice, change, boxes={**mls.boxes_for(change), carol.pk: bytes(80)})
        kept = HistoryBox.objects.filter(conversation_id=talk.id, epoch=talk.group.epoch)
        assert carol.pk in set(kept.values_list("account_id", flat=True))

    def test_leave_out_who_is_removed(self, talk, alice, bob):
        services.end_member(conversation=talk.row, account_id=bob.pk, now=clock.now())
        change = talk.clean(alice)
        assert refused(talk, alice, change, boxes={**mls.boxes_for(change), bob.pk: bytes(80)})
        talk.post(alice, change)
        assert not HistoryBox.objects.filter(conversation_id=talk.id, epoch=2, account=bob.account).exists()


@pytest.mark.django_db(transaction=True)
class TestUnderARace:
    def test_one_of_eight_wins_and_the_others_hear_the_new_epoch(self, talk, alice, bob, together):
        changes = [(by, talk.group.commit(by)) for by in (alice, bob) * 4]
        outcomes = together(*(partial(talk.post, by, change) for by, change in changes))
        losers = [one for one in outcomes if isinstance(one, Exception)]
        assert [(type(one), one.extra) for one in losers] == [(StaleEpoch, {"epoch": 2})] * 7
        assert (talk.row.epoch, talk.row.last_seq) == (2, 2)
        assert Entry.objects.filter(conversation_id=talk.id, kind="commit").count() == 2
        assert HistoryBox.objects.filter(conversation_id=talk.id, epoch=2).count() == 2

    def test_messages_and_a_commit_share_one_row_of_numbers(self, talk, alice, bob, together):
        early = [talk.pending(bob) for _ in range(20)]
        change = talk.group.commit(alice)

        def write():
            done = []
            for one in early:
                try:
                    done.append(services.send_message(message=one, now=clock.now()))
                except StaleEpoch:
                    done.append(None)
            return done

        _wrote, entry = together(write, partial(talk.post, alice, change))
        rows = Entry.objects.filter(conversation_id=talk.id).order_by("seq")
        assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
        assert not rows.filter(seq__gt=entry.seq, epoch=1).exists()

    def test_a_closed_account_commits_nothing_after_its_removal(self, talk, alice, bob, together):
        change = talk.group.commit(bob)
        together(partial(accounts.close_account, account=bob.account), partial(talk.post, bob, change))
        rows = list(Entry.objects.filter(conversation_id=talk.id).order_by("seq"))
        assert rows[-1].kind == "proposal"
        assert rows[-1].epoch == talk.row.epoch
