"""Messages into the log: the use case itself, alone, in batches and under a race."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import services as accounts
from accounts.models import Device
from chat import services
from chat.models import BODY_MAX_BYTES, ArchiveRecord, Entry, Membership, Welcome
from chat.refusals import MessageTooLong, PendingRemoval, RecordTaken, StaleEpoch
from contacts import services as contacts
from plans.models import Plan
from plans.refusals import PlanReadOnly
from prifora.kernel import clock, crypto
from prifora.kernel.errors import Absent, NotSealed
from prifora.kernel.ids import new_id
from tests import cast, mls


def append(*batch):
    return services.append_messages(batch, now=clock.now())


def numbers(talk):
    return list(Entry.objects.filter(conversation_id=talk.id).order_by("seq").values_list("seq", flat=True))


def repacked(talk, someone, body, **other):
    return talk.pending(someone, body=body, ident=crypto.digest(body), **other)


class TestSendMessage:
    def test_gives_the_next_number_and_keeps_the_bytes_as_they_came(self, talk, alice, bob):
        one, other = talk.pending(alice), talk.pending(bob)
        assert [services.send_message(message=each, now=clock.now()) for each in (one, other)] == [2, 3]
        row = Entry.objects.get(conversation_id=talk.id, seq=3)
        assert (bytes(row.body), bytes(row.ident), row.kind) == (other.body, other.ident, "message")
        assert (row.sender_id, row.device_ref, row.epoch) == (bob.pk, bob.device_id, 1)
        assert talk.row.last_seq == 3

    def test_gives_a_repeated_message_the_number_it_has(self, talk, alice):
        message = talk.pending(alice, archived=True)
        assert services.send_message(message=message, now=clock.now()) == 2
        assert services.send_message(message=message, now=clock.now()) == 2
        assert numbers(talk) == [1, 2]
        assert ArchiveRecord.objects.count() == 1

    def test_gives_a_repeated_message_its_number_even_after_the_epoch_ended(self, talk, alice):
        message = talk.pending(alice)
        services.send_message(message=message, now=clock.now())
        talk.post(alice, talk.group.commit(alice))
        assert services.send_message(message=message, now=clock.now()) == 2

    def test_gives_nobody_a_number_for_a_message_of_others_once_they_are_out(self, talk, alice, bob, family):
        message = talk.pending(bob)
        services.send_message(message=message, now=clock.now())
        contacts.remove(family_id=family.pk, account_id=bob.pk, now=clock.now())
        with pytest.raises(Absent):
            services.send_message(message=message, now=clock.now())

    def test_refuses_the_ident_of_another_body(self, talk, alice):
        first = talk.pending(alice)
        services.send_message(message=first, now=clock.now())
        with pytest.raises(NotSealed):
            services.send_message(message=talk.pending(alice, ident=first.ident), now=clock.now())
        assert numbers(talk) == [1, 2]

    def test_refuses_another_epoch_than_the_present_one(self, talk, alice):
        early = talk.pending(alice)
        talk.post(alice, talk.group.commit(alice))
        with pytest.raises(StaleEpoch) as stale:
            services.send_message(message=early, now=clock.now())
        assert stale.value.extra == {"epoch": 2}

    @pytest.mark.parametrize("part", ["authenticated", "sender_data", "ciphertext"])
    def test_refuses_an_envelope_with_something_readable_or_missing_in_it(self, talk, alice, part):
        body = talk.group.body(**{part: b"Hallo oma"})
        with pytest.raises(NotSealed):
            services.send_message(message=repacked(talk, alice, body), now=clock.now())

    def test_takes_the_longest_message_and_refuses_one_byte_more(self, talk, alice):
        around = len(talk.group.body(bytes(BODY_MAX_BYTES - 1000))) - (BODY_MAX_BYTES - 1000)
        longest = talk.group.body(bytes(BODY_MAX_BYTES - around))
        assert services.send_message(message=repacked(talk, alice, longest), now=clock.now()) == 2
        with pytest.raises(MessageTooLong):
            services.send_message(
                message=repacked(talk, alice, talk.group.body(bytes(BODY_MAX_BYTES - around + 1))),
                now=clock.now(),
            )

    def test_refuses_a_revoked_device(self, talk, alice):
        message = talk.pending(alice)
        Device.objects.filter(pk=alice.device_id).update(revoked_at=clock.now())
        with pytest.raises(Absent):
            services.send_message(message=message, now=clock.now())

    def test_refuses_who_never_belonged_and_what_never_was(self, talk, charlie):
        for wrong in (talk.pending(charlie), talk.pending(charlie, conversation_id=new_id())):
            with pytest.raises(Absent):
                services.send_message(message=wrong, now=clock.now())

    def test_waits_while_somebody_is_being_removed(self, talk, alice, bob, family):
        contacts.remove(family_id=family.pk, account_id=bob.pk, now=clock.now())
        with pytest.raises(PendingRemoval):
            talk.send(alice)
        talk.post(alice, talk.clean(alice))
        assert talk.send(alice) == 4

    def test_is_absent_for_both_when_one_blocked_the_other(self, direct, alice, bob):
        contacts.set_block(blocker_id=alice.pk, blocked_id=bob.pk, wanted=True)
        for someone in (alice, bob):
            with pytest.raises(Absent):
                direct.send(someone)
        contacts.set_block(blocker_id=alice.pk, blocked_id=bob.pk, wanted=False)
        assert direct.send(bob) == 2

    def test_leaves_a_group_open_to_two_of_whom_one_blocked_the_other(self, talk, alice, bob):
        contacts.set_block(blocker_id=alice.pk, blocked_id=bob.pk, wanted=True)
        assert talk.send(bob) == 2

    def test_keeps_the_archive_record_beside_the_message(self, talk, alice):
        message = talk.pending(alice, archived=True)
        seq = services.send_message(message=message, now=clock.now())
        row = ArchiveRecord.objects.get(conversation_id=talk.id)
        assert (row.seq, row.record_id, row.epoch, row.device_ref) == (
            seq,
            message.archive.id,
            1,
            alice.device_id,
        )
        assert (bytes(row.record), bytes(row.signature)) == (
            message.archive.record,
            message.archive.signature,
        )

    def test_refuses_a_record_that_is_too_long(self, talk, alice):
        archive = services.Archived(new_id(), bytes(64 * 1024 + 1), bytes(64))
        with pytest.raises(MessageTooLong):
            services.send_message(message=talk.pending(alice, archive=archive), now=clock.now())


class TestAppendMessages:
    def test_leaves_the_others_when_one_of_a_batch_does_not_hold(self, talk, alice, bob, charlie):
        good = [talk.pending(alice), talk.pending(bob), talk.pending(alice)]
        bad = [talk.pending(charlie), talk.pending(alice, body=b"plain"), talk.pending(bob, epoch=7)]
        outcomes = append(good[0], bad[0], good[1], bad[1], bad[2], good[2])
        assert [one.seq for one in outcomes] == [2, 0, 3, 0, 0, 4]
        refusals = [type(one.refusal) for one in outcomes]
        assert refusals == [type(None), Absent, type(None), NotSealed, NotSealed, type(None)]
        assert numbers(talk) == [1, 2, 3, 4]

    def test_refuses_a_record_id_that_is_taken_and_leaves_the_others(self, talk, alice, bob):
        first = talk.pending(alice, archived=True)
        append(first)
        again = talk.pending(bob, archive=first.archive)
        twice = talk.pending(alice, archived=True)
        outcomes = append(
            again, twice, talk.pending(bob, archive=twice.archive), talk.pending(bob, archived=True)
        )
        assert [one.seq for one in outcomes] == [0, 3, 0, 4]
        assert [type(one.refusal) for one in outcomes][::2] == [RecordTaken, RecordTaken]

    def test_knows_a_message_again_within_one_batch(self, talk, alice):
        message = talk.pending(alice, archived=True)
        assert [one.seq for one in append(message, message)] == [2, 2]
        assert numbers(talk) == [1, 2]

    def test_asks_the_database_as_often_for_many_as_for_two(self, talk, direct, alice, bob):
        with CaptureQueriesContext(connection) as few:
            append(talk.pending(alice, archived=True), direct.pending(bob))
        batch = [place.pending(who, archived=True) for place in (talk, direct) for who in (alice, bob) * 8]
        with CaptureQueriesContext(connection) as many:
            outcomes = append(*batch)
        assert len(many) == len(few)
        assert [one.seq for one in outcomes] == list(range(3, 19)) * 2


@pytest.mark.django_db(transaction=True)
class TestUnderARace:
    def test_numbers_have_no_gap_under_eight_writers(self, talk, alice, bob, together):
        def write(someone):
            return [talk.send(someone) for _ in range(12)]

        outcomes = together(*(partial(write, someone) for someone in (alice, bob) * 4))
        assert all(isinstance(one, list) for one in outcomes), outcomes
        assert sorted(seq for one in outcomes for seq in one) == list(range(2, 98))
        assert numbers(talk) == list(range(1, 98))
        assert all(one == sorted(one) for one in outcomes)

    def test_one_message_sent_by_eight_at_once_stands_once(self, talk, alice, together):
        message = talk.pending(alice, archived=True)
        send = partial(services.send_message, message=message, now=clock.now())
        assert together(*[send] * 8) == [2] * 8
        assert numbers(talk) == [1, 2]
        assert ArchiveRecord.objects.count() == 1

    def test_nothing_is_taken_after_a_removal_that_came_first(self, talk, alice, bob, family, together):
        def remove():
            contacts.remove(family_id=family.pk, account_id=bob.pk, now=clock.now())

        def write():
            done = []
            for _ in range(10):
                try:
                    done.append(talk.send(bob))
                except (Absent, PendingRemoval):
                    return done
            return done

        together(remove, write, write)
        rows = Entry.objects.filter(conversation_id=talk.id)
        asked = rows.get(kind="proposal").seq
        assert not rows.filter(seq__gt=asked).exists()
        assert numbers(talk) == list(range(1, asked + 1))

    def test_two_batches_over_the_same_conversations_do_not_wait_for_each_other_forever(
        self, talk, direct, alice, bob, together
    ):
        def write(first, second):
            for _ in range(6):
                append(first.pending(alice), second.pending(bob))

        assert together(partial(write, talk, direct), partial(write, direct, talk)) == [None, None]
        assert numbers(talk) == list(range(1, 14))


class TestAcknowledge:
    def place(self, talk, someone):
        return Membership.objects.get(conversation_id=talk.id, member_id=someone.pk).delivered_seq

    def acknowledge(self, talk, someone, seq):
        services.acknowledge(conversation_id=talk.id, account_id=someone.pk, seq=seq)

    def test_never_goes_back_nor_beyond_the_log(self, talk, alice, bob):
        for _ in range(3):
            talk.send(alice)
        for seq, stands in ((3, 3), (2, 3), (5, 3), (4, 4)):
            self.acknowledge(talk, bob, seq)
            assert self.place(talk, bob) == stands
        assert self.place(talk, alice) == 0


class TestRetention:
    @pytest.mark.obligation("PIM-12", partial=True)
    @pytest.mark.parametrize("table", [Entry, Welcome])
    def test_keeps_what_was_not_delivered_at_most_thirty_days(self, table):
        now = clock.now()
        assert now - table.policy.ended_before(now) == timedelta(days=30)

    def test_a_closed_account_sends_nothing_more(self, talk, bob):
        message = talk.pending(bob)
        accounts.close_account(account=bob.account)
        with pytest.raises(Absent):
            services.send_message(message=message, now=clock.now())


class TestAnEndedPlan:
    @pytest.fixture
    def ended(self, settings, talk, family):
        """The plan of the talk's family ended long ago."""
        settings.PLANS_USED = True
        long_ago = clock.now().date() - timedelta(days=100)
        Plan.objects.create(family=family, anchor_on=long_ago, paid_until=long_ago)

    def test_refuses_what_is_new_and_leaves_other_families_alone(self, ended, talk, alice, charlie):
        other = mls.start(charlie, cast.family_of(charlie))
        refused, taken = append(talk.pending(alice), other.pending(charlie))
        assert isinstance(refused.refusal, PlanReadOnly)
        assert taken.refusal is None
        assert numbers(talk) == [1]

    def test_gives_a_message_from_before_the_number_it_has(self, settings, ended, talk, alice):
        settings.PLANS_USED = False
        message = talk.pending(alice)
        assert append(message)[0].seq == 2
        settings.PLANS_USED = True
        assert append(message)[0].seq == 2

    def test_says_nothing_of_it_to_outsiders(self, ended, talk, alice, charlie):
        assert isinstance(append(talk.pending(alice, sender_id=charlie.pk))[0].refusal, Absent)

    def test_lets_keys_go_on(self, ended, talk, alice):
        talk.post(alice, talk.group.commit(alice))
        assert talk.row.epoch == 2
