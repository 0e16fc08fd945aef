"""Who may read and write where."""

from dataclasses import replace

import pytest

from accounts import services as accounts
from accounts.models import Account
from chat import access, services
from chat.access import Permission
from chat.models import Conversation
from contacts import services as contacts
from prifora.kernel import clock
from prifora.kernel.access import Actor, Kind
from prifora.kernel.errors import Absent, DeviceNeeded
from prifora.kernel.ids import new_id
from tests import cast, mls
from tests.cast import b64


def actor_of(someone, **other):
    return Actor(**{"id": someone.pk, "device_id": someone.device_id, **other})


PATHS = {
    "read": ("get", "", None),
    "log": ("get", "/log", None),
    "archive": ("get", "/archive", None),
    "boxes": ("get", "/history-boxes", None),
    "delivered": ("put", "/delivered", {"seq": 1}),
    "claim": ("post", "/key-packages/claim", "people"),
    "commit": ("post", "/commits", "commit"),
    "message": ("post", "/messages", "message"),
    "add": ("post", "/members", "person"),
    "remove": ("delete", "/members/{bob}", None),
}


def call(client, talk, name, people):
    """Send what would be right from a member, to one of a conversation's paths."""
    alice, bob = people
    method, path, body = PATHS[name]
    change = talk.group.commit(alice)
    bodies = {
        "people": lambda: {"account_ids": [str(bob.pk)]},
        "commit": lambda: talk.as_json(change),
        "message": lambda: mls.message_json(alice, talk),
        "person": lambda: {"account_id": str(bob.pk)},
    }
    content = bodies[body]() if isinstance(body, str) else body
    return getattr(client, method)(talk.path + path.format(bob=bob.pk), content)


@pytest.fixture
def nowhere(talk):
    """A conversation that never was."""
    return mls.Talk(replace(talk.group, id=new_id()))


class TestEveryPath:
    @pytest.mark.obligation("PER-07", "PRI-123")
    @pytest.mark.obligation("PIM-02", partial=True)
    @pytest.mark.parametrize("name", PATHS)
    def test_is_for_a_member_and_byte_for_byte_nothing_to_anybody_else(
        self, as_, alice, bob, charlie, talk, nowhere, name
    ):
        people = (alice, bob)
        outside, nothing = call(as_(charlie), talk, name, people), call(as_(charlie), nowhere, name, people)
        assert outside.status_code == nothing.status_code == 404
        assert outside.content == nothing.content
        assert outside.headers.items() == nothing.headers.items()
        assert call(as_(alice), talk, name, people).status_code in (200, 201, 204)

    @pytest.mark.parametrize("name", PATHS)
    def test_turns_the_signed_out_away(self, anyone, alice, bob, talk, name):
        assert call(anyone, talk, name, (alice, bob)).status_code == 401

    @pytest.mark.parametrize("name", PATHS)
    def test_needs_a_device_before_it_says_anything(self, as_, alice, bob, charlie, talk, code_of, name):
        for someone in (alice, charlie):
            reply = call(as_(someone, device=False), talk, name, (alice, bob))
            assert code_of(reply) == (403, "device_needed")

    @pytest.mark.parametrize("path", ["conversations", "key-packages", "welcomes", "mls/sender"])
    def test_of_ones_own_needs_a_device_too(self, as_, alice, code_of, path):
        reply = as_(alice, device=False).get(f"/api/v1/{path}")
        assert code_of(reply) == (403, "device_needed")

    @pytest.mark.parametrize("path", ["conversations", "key-packages", "welcomes", "mls/sender"])
    def test_of_ones_own_turns_the_signed_out_away(self, anyone, path):
        assert anyone.get(f"/api/v1/{path}").status_code == 401


class TestAHomeStation:
    READ_AND_WRITE = ("read", "log", "archive", "boxes", "delivered", "claim", "message", "commit")

    @pytest.mark.parametrize("name", READ_AND_WRITE)
    def test_acts_as_its_user(self, alice, bob, talk, name):
        station = mls.further_device(alice, kind="station")
        talk.post(station, talk.group.join(station))
        client = cast.client_of(station, kind="station")
        assert call(client, talk, name, (station, bob)).status_code in (200, 201, 204)

    @pytest.mark.parametrize("name", ["add", "remove"])
    def test_does_not_decide_who_belongs(self, as_, alice, bob, talk, code_of, name):
        assert code_of(call(as_(alice, kind="station"), talk, name, (alice, bob))) == (404, "absent")


class TestWhoIsOut:
    def endings(self):
        return {
            "removed": lambda family, bob, talk: contacts.remove(
                family_id=family.pk, account_id=bob.pk, now=clock.now()
            ),
            "left the group": lambda family, bob, talk: services.end_member(
                conversation=talk.row, account_id=bob.pk, now=clock.now()
            ),
        }

    @pytest.mark.obligation("PRI-60")
    @pytest.mark.obligation("PRI-11", partial=True)
    @pytest.mark.parametrize("ending", ["removed", "left the group"])
    @pytest.mark.parametrize("name", [one for one in PATHS if one not in ("add", "remove")])
    def test_finds_nothing_from_that_moment(self, as_, alice, bob, family, talk, name, nowhere, ending):
        client = as_(bob)
        assert call(client, talk, "read", (bob, alice)).status_code == 200
        self.endings()[ending](family, bob, talk)
        gone = call(client, talk, name, (bob, alice))
        assert gone.status_code == 404
        assert gone.content == call(client, nowhere, name, (bob, alice)).content

    @pytest.mark.parametrize("ending", ["removed", "left the group"])
    def test_finds_it_in_no_list(self, as_, alice, bob, family, talk, ending):
        client = as_(bob)
        assert len(client.get("/api/v1/welcomes").json()["items"]) == 1
        self.endings()[ending](family, bob, talk)
        for path in ("conversations", "welcomes"):
            assert client.get(f"/api/v1/{path}").json() == {"items": []}

    @pytest.mark.obligation("PRI-60")
    def test_learns_nothing_of_what_is_said_after(self, as_, alice, bob, family, talk):
        contacts.remove(family_id=family.pk, account_id=bob.pk, now=clock.now())
        talk.post(alice, talk.clean(alice))
        talk.send(alice, archived=True)
        assert (talk.id, bob.pk) not in access.still_in([(talk.id, bob.pk), (talk.id, alice.pk)])
        assert bob.pk not in access.people_in(talk.id)
        assert access.conversations_of(bob.pk) == []
        assert bob.pk not in {one.member_id for one in access.memberships_of([talk.id])[talk.id]}


class TestABlockedPair:
    WRITES = ("message", "commit", "claim")

    @pytest.mark.obligation("PIM-31", "PIM-02", partial=True)
    @pytest.mark.parametrize("name", WRITES)
    def test_writes_nothing_to_each_other_but_reads_what_was(self, as_, alice, bob, direct, code_of, name):
        contacts.set_block(blocker_id=bob.pk, blocked_id=alice.pk, wanted=True)
        for one, other in ((alice, bob), (bob, alice)):
            client = as_(one)
            assert code_of(call(client, direct, name, (one, other))) == (404, "absent")
            assert call(client, direct, "log", (one, other)).status_code == 200

    @pytest.mark.parametrize("name", WRITES)
    def test_writes_in_a_group_of_both(self, as_, alice, bob, talk, name):
        contacts.set_block(blocker_id=bob.pk, blocked_id=alice.pk, wanted=True)
        assert call(as_(alice), talk, name, (alice, bob)).status_code in (200, 201)


class TestConversation:
    def test_grants_what_was_asked_and_nothing_more(self, alice, talk):
        actor = actor_of(alice)
        assert access.conversation(actor, talk.id, Permission.READ).pk == talk.id
        assert actor.granted == {Permission.READ}

    def test_grants_nothing_to_anybody_else(self, charlie, bob, talk):
        for actor, error in ((actor_of(charlie), Absent), (actor_of(bob, device_id=None), DeviceNeeded)):
            with pytest.raises(error):
                access.conversation(actor, talk.id, Permission.READ)
            assert actor.granted == set()

    def test_is_absent_for_a_closed_account(self, bob, talk):
        accounts.close_account(account=bob.account)
        with pytest.raises(Absent):
            access.conversation(actor_of(bob), talk.id, Permission.READ)

    def test_is_absent_for_an_account_that_is_not_active_even_while_it_has_a_place(self, bob, talk):
        Account.objects.filter(pk=bob.pk).update(is_active=False)
        with pytest.raises(Absent):
            access.conversation(actor_of(bob), talk.id, Permission.READ)
        assert bob.pk not in access.people_in(talk.id)

    def test_is_absent_after_its_end(self, alice, bob, family, direct):
        contacts.remove(family_id=family.pk, account_id=bob.pk, now=clock.now())
        with pytest.raises(Absent):
            access.conversation(actor_of(alice), direct.id, Permission.READ)
        assert access.mine(actor_of(alice)) == []

    def test_welcomes_nobody_after_its_end(self, alice, bob, family, direct):
        assert [one.conversation_id for one in access.my_welcomes(actor_of(bob))] == [direct.id]
        Conversation.objects.filter(pk=direct.id).update(ended_at=clock.now())
        assert list(access.my_welcomes(actor_of(bob))) == []


class TestManaged:
    def test_is_for_the_maker_for_who_leads_and_for_oneself(self, alice, bob, family):
        talk = mls.conversation_of(bob, alice, family)
        for who, about in ((bob, alice), (alice, bob), (alice, alice)):
            assert access.managed(actor_of(who), talk.id, about.pk, Permission.MANAGE).pk == talk.id

    def test_is_not_for_a_member_about_another(self, alice, bob, talk):
        with pytest.raises(Absent):
            access.managed(actor_of(bob), talk.id, alice.pk, Permission.END)

    def test_is_not_for_a_direct_conversation(self, alice, bob, direct):
        for about in (alice, bob):
            with pytest.raises(Absent):
                access.managed(actor_of(alice), direct.id, about.pk, Permission.END)


class TestMine:
    def test_lists_mine_in_the_order_they_began(self, alice, talk, direct, charlie):
        assert [one.pk for one in access.mine(actor_of(alice))] == [talk.id, direct.id]
        assert access.mine(actor_of(charlie, kind=Kind.STATION)) == []


class TestLogAfter:
    def test_shows_lines_in_order_page_by_page(self, alice, bob, talk):
        bodies = [talk.pending(someone) for someone in (alice, bob, alice)]
        services.append_messages(bodies, now=clock.now())
        frames = access.log_after(talk.id, 1, 2) + access.log_after(talk.id, 3, 2)
        assert [one["seq"] for one in frames] == [2, 3, 4]
        first = frames[0]
        assert {
            key: first[key] for key in ("t", "c", "kind", "epoch", "account", "device", "ident", "body")
        } == {
            "t": "log",
            "c": str(talk.id),
            "kind": "message",
            "epoch": 1,
            "account": str(alice.pk),
            "device": str(alice.device_id),
            "ident": b64(bodies[0].ident),
            "body": b64(bodies[0].body),
        }
        assert access.last_seqs([talk.id]) == {talk.id: 4}

    def test_names_nobody_for_what_the_server_proposes(self, bob, talk):
        services.end_member(conversation=talk.row, account_id=bob.pk, now=clock.now())
        (frame,) = access.log_after(talk.id, 1)
        assert (frame["kind"], frame["account"], frame["device"]) == ("proposal", None, None)
