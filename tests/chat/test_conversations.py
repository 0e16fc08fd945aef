"""Starting conversations, and who belongs to them."""

from functools import partial

import pytest

from chat import access, services
from chat.models import Conversation, Membership, Welcome
from chat.refusals import ConversationExists, GroupRefused
from contacts import services as contacts
from contacts.models import Bond
from prifora.kernel import clock
from prifora.kernel.errors import Absent, TooLarge
from prifora.kernel.ids import new_id
from tests import cast, mls
from tests.contacts.asking import acceptance, new_invitation
from tests.mls import Group
from tests.mls.packages import FROM_UPDATE, identity
from tests.mls.wire import u16, vec

BOX = bytes(80)


def start(maker, family, *others, group=None, **other):
    group = group or Group.begin(maker, new_id())
    return services.start_conversation(
        **{
            "conversation_id": group.id,
            "family_id": family.pk,
            "kind": "group",
            "everyone": False,
            "maker_id": maker.pk,
            "device_id": maker.device_id,
            "member_ids": [one.pk for one in others],
            "group_info": group.info(),
            "details": mls.talk.DETAILS,
            "history_box": BOX,
            "now": clock.now(),
            **other,
        }
    )


def joined(family, name, by):
    someone = cast.person(name)
    contacts.join_directly(family_id=family.pk, account_id=someone.pk, invited_by=by.pk, now=clock.now())
    return someone


class TestStartConversation:
    def test_keeps_the_group_and_who_belongs_to_it(self, alice, bob, family):
        group = Group.begin(alice, new_id())
        made = start(alice, family, bob, group=group)
        assert (made.pk, made.epoch, made.last_seq, made.made_by_id) == (group.id, 0, 0, alice.pk)
        assert set(access.people_in(made.pk)) == {alice.pk, bob.pk}

    def test_keeps_the_makers_archive_key_of_the_first_epoch(self, alice, bob, family):
        made = start(alice, family, bob)
        (box,) = made.history_boxes.all()
        assert (box.epoch, box.account_id, box.device_ref) == (0, alice.pk, alice.device_id)
        assert bytes(box.box) == BOX

    def test_is_absent_with_somebody_outside_the_family(self, alice, bob, charlie, family):
        for maker, other in ((alice, charlie), (charlie, alice)):
            with pytest.raises(Absent):
                start(maker, family, other)
        assert not Conversation.objects.exists()

    def test_takes_everyone_of_the_family_when_it_is_for_everyone(self, alice, bob, family):
        made = start(alice, family, everyone=True)
        assert set(access.people_in(made.pk)) == {alice.pk, bob.pk}

    def test_gives_a_family_one_conversation_for_everyone(self, alice, bob, family):
        first = start(alice, family, everyone=True)
        with pytest.raises(ConversationExists) as known:
            start(bob, family, everyone=True)
        assert known.value.extra == {"id": str(first.pk)}

    def test_gives_two_people_one_direct_conversation(self, alice, bob, family):
        first = start(alice, family, bob, kind="direct")
        with pytest.raises(ConversationExists) as known:
            start(bob, family, alice, kind="direct")
        assert known.value.extra == {"id": str(first.pk)}

    def test_lets_the_same_two_talk_directly_in_another_family(self, alice, bob, family):
        start(alice, family, bob, kind="direct")
        other = cast.family_of(bob, alice)
        assert start(bob, other, alice, kind="direct").family_id == other.pk

    def test_is_direct_between_exactly_two(self, alice, bob, family):
        carol = joined(family, "carol", alice)
        for others in ((), (bob, carol)):
            with pytest.raises(Absent):
                start(alice, family, *others, kind="direct")

    def test_is_not_direct_with_somebody_who_blocked(self, alice, bob, family):
        contacts.set_block(blocker_id=bob.pk, blocked_id=alice.pk, wanted=True)
        with pytest.raises(Absent):
            start(alice, family, bob, kind="direct")

    @pytest.mark.parametrize(
        ("parts", "reason"),
        [
            ({"info_epoch": 1}, "group_info"),
            ({"info_group_id": bytes(16)}, "group_info"),
            ({"confirmed": bytes(32)}, "group_info"),
            ({"tree_hash": bytes(32)}, "tree_hash"),
            ({"context_suite": 2}, "suite"),
            ({"context_version": 2}, "version"),
            ({"info_signature": bytes(64)}, "signature"),
            ({"info_extensions": b""}, "group_info"),
            ({"context_extensions": b""}, "external_senders"),
            (
                {"context_extensions": u16(5) + vec(vec(vec(bytes(32)) + u16(1) + vec(b"me")))},
                "external_senders",
            ),
        ],
    )
    def test_needs_a_group_that_holds(self, alice, bob, family, parts, reason):
        group = Group.begin(alice, new_id())
        with pytest.raises(GroupRefused) as refused:
            start(alice, family, bob, group=group, group_info=group.info(**parts))
        assert refused.value.extra == {"reason": reason}
        assert not Conversation.objects.exists()

    @pytest.mark.parametrize(
        ("parts", "reason"),
        [
            ({"leaf_signature": bytes(64)}, "signature"),
            ({"not_before": 0}, "lifetime"),
            ({"source": FROM_UPDATE}, "maker"),
            ({"identity": bytes(129)}, "credential"),
        ],
    )
    def test_needs_a_leaf_that_holds(self, alice, bob, family, parts, reason):
        with pytest.raises(GroupRefused) as refused:
            start(alice, family, bob, group=Group.begin(alice, new_id(), **parts))
        assert refused.value.extra == {"reason": reason}

    def test_needs_the_makers_own_device_under_the_makers_own_key(self, alice, bob, family):
        forged = Group.begin(alice, new_id(), identity=identity(alice, certifier=bob.identity))
        for group in (forged, Group.begin(bob, new_id()), Group.begin(mls.further_device(alice), new_id())):
            with pytest.raises(GroupRefused) as refused:
                start(alice, family, bob, group=group)
            assert refused.value.extra == {"reason": "maker"}

    def test_begins_with_nobody_but_the_maker(self, alice, bob, family):
        group = Group.begin(alice, new_id())
        package = mls.key_package(bob)
        group.people[group.tree.add(package.leaf)] = bob
        with pytest.raises(GroupRefused) as refused:
            start(alice, family, bob, group=group)
        assert refused.value.extra == {"reason": "maker"}

    def test_bounds_what_it_keeps(self, alice, bob, family):
        with pytest.raises(TooLarge):
            start(alice, family, bob, details=bytes(4097))
        assert not Conversation.objects.exists()

    def test_does_not_start_twice_under_one_id(self, alice, bob, family):
        group = Group.begin(alice, new_id())
        start(alice, family, bob, group=group)
        with pytest.raises(ConversationExists) as known:
            start(alice, family, bob, group=group)
        assert known.value.extra == {"id": str(group.id)}
        assert Membership.objects.count() == 2


class TestAddMember:
    def test_lets_somebody_of_the_family_belong_once(self, talk, alice, family):
        carol = joined(family, "carol", alice)
        for _ in range(2):
            services.add_member(conversation=talk.row, account_id=carol.pk, now=clock.now())
        assert access.people_in(talk.id).count(carol.pk) == 1

    def test_is_absent_for_somebody_outside(self, talk, charlie):
        with pytest.raises(Absent):
            services.add_member(conversation=talk.row, account_id=charlie.pk, now=clock.now())

    def test_lets_somebody_back_in_after_they_left(self, talk, alice, bob):
        services.end_member(conversation=talk.row, account_id=bob.pk, now=clock.now())
        services.add_member(conversation=talk.row, account_id=bob.pk, now=clock.now())
        talk.post(alice, talk.clean(alice))
        talk.add(alice, bob)
        assert talk.send(bob) == 5


class TestEndMember:
    def test_is_absent_for_who_does_not_belong(self, talk, charlie):
        with pytest.raises(Absent):
            services.end_member(conversation=talk.row, account_id=charlie.pk, now=clock.now())

    def test_ends_the_conversation_with_its_last_person(self, talk, alice, bob):
        services.end_member(conversation=talk.row, account_id=bob.pk, now=clock.now())
        talk.post(alice, talk.clean(alice))
        services.end_member(conversation=talk.row, account_id=alice.pk, now=clock.now())
        assert talk.row.ended_at is not None

    def test_ends_it_when_nobody_who_stays_has_keys(self, alice, bob, family):
        talk = mls.start(alice, family, bob)
        services.end_member(conversation=talk.row, account_id=alice.pk, now=clock.now())
        assert talk.row.ended_at is not None
        assert start(bob, family, alice).pk != talk.id

    def test_takes_back_a_welcome_that_was_not_used(self, talk, alice, bob):
        assert Welcome.objects.filter(device_id=bob.device_id).exists()
        services.end_member(conversation=talk.row, account_id=bob.pk, now=clock.now())
        services.add_member(conversation=talk.row, account_id=bob.pk, now=clock.now())
        assert not Welcome.objects.filter(device_id=bob.device_id).exists()


class TestLeaveFamily:
    def test_ends_every_place_in_that_family_and_no_other(self, talk, direct, alice, bob, family):
        elsewhere = mls.conversation_of(bob, alice, cast.family_of(bob, alice))
        services.leave_family(family_id=family.pk, account_id=bob.pk, now=clock.now())
        assert access.conversations_of(bob.pk) == [elsewhere.id]
        assert (direct.row.ended_at is not None, talk.row.ended_at) == (True, None)
        assert elsewhere.send(bob) == 2


@pytest.mark.django_db(transaction=True)
class TestUnderARace:
    def test_two_who_start_at_once_get_one_direct_conversation(self, alice, bob, family, together):
        outcomes = together(
            *(
                partial(start, who, family, other, kind="direct")
                for who, other in ((alice, bob), (bob, alice)) * 3
            )
        )
        made = [one for one in outcomes if isinstance(one, Conversation)]
        known = {one.extra["id"] for one in outcomes if isinstance(one, ConversationExists)}
        assert len(made) == 1, outcomes
        assert known == {str(made[0].pk)}

    def test_who_joins_while_everyone_is_gathered_is_not_forgotten(self, alice, bob, family, together):
        people = [cast.person(f"person{number}") for number in range(4)]
        invited = [invite(alice, family) for _ in people]
        outcomes = together(
            partial(start, alice, family, everyone=True),
            *(partial(accept, one, family, lookup) for one, lookup in zip(people, invited, strict=True)),
        )
        assert isinstance(outcomes[0], Conversation), outcomes
        assert set(access.people_in(outcomes[0].pk)) == {alice.pk, bob.pk, *(one.pk for one in people)}

    def test_who_is_removed_while_being_added_does_not_stay(self, talk, alice, bob, family, together):
        carol = joined(family, "carol", alice)
        add = partial(services.add_member, conversation=talk.row, account_id=carol.pk, now=clock.now())
        remove = partial(contacts.remove, family_id=family.pk, account_id=carol.pk, now=clock.now())
        together(add, remove, add)
        assert carol.pk not in access.people_in(talk.id)

    def test_being_added_by_four_at_once_is_being_added(self, talk, alice, family, together):
        carol = joined(family, "carol", alice)
        add = partial(services.add_member, conversation=talk.row, account_id=carol.pk, now=clock.now())
        assert together(*[add] * 4) == [None] * 4
        assert access.people_in(talk.id).count(carol.pk) == 1


def invite(by, family):
    lookup = new_id().bytes + new_id().bytes
    said = new_invitation(by, family, lookup=cast.b64(lookup))
    contacts.make_invitation(
        bond=Bond.objects.get(family=family, account=by.account),
        invitation_id=new_id(),
        lookup=lookup,
        proof=bytes(32),
        sealed_note=bytes(40),
        key=cast.unb64(said["key"]),
        history=said["history"],
        signature=cast.unb64(said["signature"]),
        now=clock.now(),
    )
    return lookup


def accept(someone, family, lookup):
    body = acceptance({"lookup": cast.b64(lookup)}, someone, family)
    signature = cast.unb64(body["signature"])
    contacts.accept_invitation(
        lookup=lookup, account_id=someone.pk, proof=bytes(32), signature=signature, now=clock.now()
    )
