"""Conversations over HTTP."""

import os

import pytest

from chat import services
from chat.models import BODY_MAX_BYTES, ArchiveRecord, Conversation, Entry, HistoryBox, Membership
from contacts import services as contacts
from prifora.kernel import clock, crypto
from prifora.kernel.ids import new_id
from tests import mls
from tests.cast import b64, unb64
from tests.mls.wire import PUBLIC, u16

ARCHIVE = {"id": str(new_id()), "record": b64(bytes(200)), "signature": b64(bytes(64))}


def sealed(talk, body, **other):
    return {"ident": b64(crypto.digest(body)), "epoch": talk.group.epoch, "body": b64(body), **other}


def lines(talk):
    return Entry.objects.filter(conversation_id=talk.id).count()


def new_conversation(alice, family, group, *others, **other):
    return {
        "id": str(group.id),
        "family_id": str(family.pk),
        "kind": "group",
        "member_ids": [str(one.pk) for one in (alice, *others)],
        "group_info": b64(group.info()),
        "details": b64(mls.talk.DETAILS),
        "history_box": b64(bytes(80)),
        **other,
    }


class TestSendMessage:
    def test_answers_with_the_number_in_the_log(self, as_, alice, bob, talk):
        message = mls.message_json(alice, talk)
        assert as_(alice).post(f"{talk.path}/messages", message).json() == {"seq": 2}
        (frame,) = as_(bob).get(f"{talk.path}/log?after=1").json()["items"]
        assert (frame["seq"], frame["ident"], frame["body"]) == (2, message["ident"], message["body"])

    def test_answers_a_repeated_message_in_the_same_way(self, as_, alice, talk):
        message, client = mls.message_json(alice, talk), as_(alice)
        first, again = (client.post(f"{talk.path}/messages", message) for _ in range(2))
        assert (first.status_code, first.content) == (again.status_code, again.content)
        assert lines(talk) == 2

    @pytest.mark.obligation("PIM-14")
    @pytest.mark.parametrize(
        "make",
        [
            lambda talk: {"text": "Hallo oma"},
            lambda talk: {},
            lambda talk: [],
            lambda talk: "Hallo oma",
            lambda talk: {"ident": b64(bytes(32)), "epoch": 1, "body": "Hallo oma"},
            lambda talk: {"ident": b64(bytes(32)), "epoch": 1, "body": {"text": "Hallo oma"}},
            lambda talk: sealed(talk, b"Hallo oma"),
            lambda talk: sealed(talk, b'{"text": "Hallo oma"}'),
            lambda talk: sealed(talk, talk.group.body(group_id=new_id().bytes)),
            lambda talk: sealed(talk, talk.group.body(epoch=2)),
            lambda talk: sealed(talk, talk.group.body(epoch=2), epoch=1),
            lambda talk: sealed(talk, talk.group.body(content_type=2)),
            lambda talk: sealed(talk, talk.group.body(authenticated=b"Hallo oma")),
            lambda talk: sealed(talk, talk.group.body(b"")),
            lambda talk: sealed(talk, talk.group.body() + b"Hallo oma"),
            lambda talk: sealed(talk, talk.group.body()[:-1]),
            lambda talk: sealed(talk, u16(1) + u16(PUBLIC) + talk.group.body()[4:]),
            lambda talk: sealed(talk, talk.group.commit(talk.group.people[0]).commit),
            lambda talk: sealed(talk, talk.group.body(), ident=b64(bytes(32))),
            lambda talk: sealed(talk, talk.group.body(), ident=b64(bytes(31))),
            lambda talk: sealed(talk, talk.group.body(), epoch=-1),
            lambda talk: sealed(talk, talk.group.body(), epoch="first"),
            lambda talk: sealed(talk, talk.group.body(), archive={"text": "Hallo oma"}),
            lambda talk: sealed(talk, talk.group.body(), ttl=3600, archive=ARCHIVE),
            *(
                lambda talk, ttl=ttl: sealed(talk, talk.group.body(), ttl=ttl)
                for ttl in (0, 1, 3601, -3600, True, "3600", 3600.5, [3600])
            ),
        ],
    )
    def test_refuses_content_without_the_envelope(self, as_, alice, talk, code_of, make):
        reply = as_(alice).post(f"{talk.path}/messages", make(talk))
        assert code_of(reply) == (422, "not_sealed")
        assert lines(talk) == 1

    @pytest.mark.parametrize(
        ("content", "kind"),
        [
            ("Hallo oma", "text/plain"),
            ("Hallo oma", "application/json"),
            ("text=Hallo+oma", "application/x-www-form-urlencoded"),
            ("", "application/json"),
        ],
    )
    def test_refuses_what_is_not_even_a_message(self, as_, alice, talk, code_of, content, kind):
        reply = as_(alice).generic("POST", f"{talk.path}/messages", content, content_type=kind)
        assert code_of(reply) == (422, "not_sealed")
        assert lines(talk) == 1

    def test_refuses_what_is_too_long(self, as_, alice, talk, code_of):
        body = sealed(talk, talk.group.body(bytes(BODY_MAX_BYTES)))
        assert code_of(as_(alice).post(f"{talk.path}/messages", body)) == (413, "message_too_large")
        archive = {"id": str(new_id()), "record": b64(bytes(64 * 1024 + 1)), "signature": b64(bytes(64))}
        body = mls.message_json(alice, talk, archive=archive)
        assert code_of(as_(alice).post(f"{talk.path}/messages", body)) == (413, "message_too_large")

    def test_says_which_epoch_it_is_now(self, as_, alice, bob, talk, code_of):
        early = mls.message_json(alice, talk)
        talk.post(bob, talk.group.commit(bob))
        reply = as_(alice).post(f"{talk.path}/messages", early)
        assert code_of(reply) == (409, "stale_epoch")
        assert reply.json()["epoch"] == 2

    def test_waits_for_a_removal(self, as_, alice, bob, talk, code_of):
        services.end_member(conversation=talk.row, account_id=bob.pk, now=clock.now())
        reply = as_(alice).post(f"{talk.path}/messages", mls.message_json(alice, talk))
        assert code_of(reply) == (409, "pending_removal")

    def test_keeps_the_archive_record(self, as_, alice, talk):
        record, signature, record_id = os.urandom(300), os.urandom(64), new_id()
        archive = {"id": str(record_id), "record": b64(record), "signature": b64(signature)}
        as_(alice).post(f"{talk.path}/messages", mls.message_json(alice, talk, archive=archive))
        row = ArchiveRecord.objects.get()
        assert (row.seq, row.record_id, bytes(row.record), bytes(row.signature)) == (
            2,
            record_id,
            record,
            signature,
        )

    def test_says_that_a_record_id_is_taken(self, as_, alice, talk, code_of):
        archive = {"id": str(new_id()), "record": b64(bytes(100)), "signature": b64(bytes(64))}
        for code in (201, 409):
            reply = as_(alice).post(f"{talk.path}/messages", mls.message_json(alice, talk, archive=archive))
            assert reply.status_code == code
        assert code_of(reply) == (409, "record_taken")


class TestStartConversation:
    def test_shows_what_was_made(self, as_, alice, bob, family):
        group = mls.Group.begin(alice, new_id())
        reply = as_(alice).post("/api/v1/conversations", new_conversation(alice, family, group, bob))
        assert reply.status_code == 201
        shown = reply.json()
        assert (shown["id"], shown["epoch"], shown["pending"]) == (str(group.id), 0, False)
        assert set(shown["member_ids"]) == {str(alice.pk), str(bob.pk)}
        assert shown["missing_ids"] == [str(bob.pk)]

    def test_names_the_one_there_is(self, as_, alice, bob, family, direct, code_of):
        group = mls.Group.begin(bob, new_id())
        body = new_conversation(bob, family, group, alice, kind="direct")
        reply = as_(bob).post("/api/v1/conversations", body)
        assert code_of(reply) == (409, "exists")
        assert reply.json()["id"] == str(direct.id)

    def test_is_absent_in_a_family_of_others(self, as_, charlie, family, code_of):
        group = mls.Group.begin(charlie, new_id())
        other = mls.Group.begin(charlie, new_id())
        foreign = as_(charlie).post("/api/v1/conversations", new_conversation(charlie, family, group))
        family.pk = new_id()
        nowhere = as_(charlie).post("/api/v1/conversations", new_conversation(charlie, family, other))
        assert foreign.status_code == nowhere.status_code == 404
        assert foreign.content == nowhere.content

    def test_says_why_a_group_does_not_hold(self, as_, alice, bob, family, code_of):
        group = mls.Group.begin(alice, new_id())
        body = new_conversation(alice, family, group, bob, group_info=b64(group.info(tree_hash=bytes(32))))
        reply = as_(alice).post("/api/v1/conversations", body)
        assert code_of(reply) == (400, "group_refused")
        assert reply.json()["reason"] == "tree_hash"


class TestListConversations:
    def test_shows_each_with_its_title_sealed(self, as_, alice, bob, talk, direct):
        shown = as_(bob).get("/api/v1/conversations").json()["items"]
        assert [one["id"] for one in shown] == [str(talk.id), str(direct.id)]
        assert [one["kind"] for one in shown] == ["group", "direct"]
        assert unb64(shown[0]["details"]) == mls.talk.DETAILS
        assert "group_info" not in shown[0]

    def test_shows_the_groups_public_state_on_its_own_page(self, as_, alice, talk):
        assert unb64(as_(alice).get(talk.path).json()["group_info"]) == bytes(talk.row.group_info)


class TestCommitChange:
    def test_answers_with_the_line_and_the_epoch_after_it(self, as_, alice, bob, talk):
        change = talk.group.commit(alice)
        reply = as_(alice).post(f"{talk.path}/commits", talk.as_json(change))
        assert (reply.status_code, reply.json()) == (201, {"seq": 2, "epoch": 2})
        (frame,) = as_(bob).get(f"{talk.path}/log?after=1").json()["items"]
        assert (frame["kind"], unb64(frame["body"])) == ("commit", change.commit)

    def test_tells_the_loser_of_a_race_the_new_epoch(self, as_, alice, bob, talk, code_of):
        one, other = talk.as_json(talk.group.commit(alice)), talk.as_json(talk.group.commit(bob))
        assert as_(alice).post(f"{talk.path}/commits", one).status_code == 201
        reply = as_(bob).post(f"{talk.path}/commits", other)
        assert code_of(reply) == (409, "stale_epoch")
        assert reply.json()["epoch"] == 2

    def test_tells_who_forgot_a_removal(self, as_, alice, bob, talk, code_of):
        services.end_member(conversation=talk.row, account_id=bob.pk, now=clock.now())
        reply = as_(alice).post(f"{talk.path}/commits", talk.as_json(talk.group.commit(alice)))
        assert code_of(reply) == (409, "pending_removal")

    def test_says_in_a_word_why_it_does_not_hold(self, as_, alice, talk, code_of):
        change = talk.group.commit(alice, signature=bytes(64))
        reply = as_(alice).post(f"{talk.path}/commits", talk.as_json(change))
        assert code_of(reply) == (400, "commit_refused")
        assert reply.json()["reason"] == "signature"
        assert (talk.row.epoch, lines(talk)) == (1, 1)

    def test_takes_one_history_box_for_each_account(self, as_, alice, bob, talk, code_of):
        body = talk.as_json(talk.group.commit(alice))
        twice = [*body["history_boxes"], {"account_id": str(bob.pk), "box": b64(bytes(80))}]
        reply = as_(alice).post(f"{talk.path}/commits", {**body, "history_boxes": twice})
        assert (code_of(reply), reply.json()["reason"]) == ((400, "commit_refused"), "history_boxes")
        assert not HistoryBox.objects.filter(epoch=2).exists()

    @pytest.mark.parametrize("field", ["commit", "group_info"])
    def test_refuses_more_bytes_than_any_family_needs(self, as_, alice, talk, field):
        body = talk.as_json(talk.group.commit(alice), **{field: b64(bytes(512 * 1024 + 1))})
        reply = as_(alice).post(f"{talk.path}/commits", body)
        assert (reply.status_code, reply.json()["errors"][0]["attr"]) == (400, field)


class TestReadLog:
    def test_goes_page_by_page(self, as_, alice, bob, talk):
        for _ in range(4):
            talk.send(alice)
        client, after, seen = as_(bob), 0, []
        while page := client.get(f"{talk.path}/log?after={after}&limit=2").json()["items"]:
            seen += [one["seq"] for one in page]
            after = seen[-1]
        assert seen == [1, 2, 3, 4, 5]
        assert client.get(f"{talk.path}/log?after=5").json() == {"items": [], "first_seq": 1, "last_seq": 5}

    @pytest.mark.parametrize("query", ["after=-1", "after=x", "limit=0", "limit=501", f"after={2**53 + 1}"])
    def test_refuses_a_place_that_cannot_be(self, as_, alice, talk, query):
        assert as_(alice).get(f"{talk.path}/log?{query}").status_code == 400


class TestMembers:
    @pytest.mark.obligation("PRI-60")
    def test_come_and_go_at_the_word_of_who_leads(self, as_, alice, bob, talk):
        assert as_(alice).delete(f"{talk.path}/members/{bob.pk}").status_code == 204
        assert as_(bob).get(talk.path).status_code == 404
        assert as_(alice).post(f"{talk.path}/members", {"account_id": str(bob.pk)}).status_code == 204
        assert as_(bob).get(talk.path).status_code == 200

    @pytest.mark.obligation("PRI-60")
    def test_may_leave(self, as_, bob, talk):
        assert as_(bob).delete(f"{talk.path}/members/{bob.pk}").status_code == 204
        assert Membership.objects.get(member=bob.account).left_at is not None

    def test_may_not_put_each_other_out(self, as_, alice, bob, talk, code_of):
        assert code_of(as_(bob).delete(f"{talk.path}/members/{alice.pk}")) == (404, "absent")
        assert code_of(as_(bob).post(f"{talk.path}/members", {"account_id": str(alice.pk)})) == (
            404,
            "absent",
        )

    def test_come_from_the_family_only(self, as_, alice, charlie, talk):
        stranger = as_(alice).post(f"{talk.path}/members", {"account_id": str(charlie.pk)})
        nobody = as_(alice).post(f"{talk.path}/members", {"account_id": str(new_id())})
        assert stranger.status_code == nobody.status_code == 404
        assert stranger.content == nobody.content


class TestAcknowledge:
    def test_shows_the_others_how_far_somebody_has_stored(self, as_, alice, bob, talk):
        talk.send(alice)
        assert as_(bob).put(f"{talk.path}/delivered", {"seq": 2}).status_code == 204
        shown = as_(alice).get(talk.path).json()["delivered"]
        assert {one["account_id"]: one["seq"] for one in shown} == {str(alice.pk): 0, str(bob.pk): 2}


def test_a_family_of_two_talks_over_http_alone(as_, alice, bob, family):
    """From nothing to a message, an addition and a removal, without the use cases."""
    group = mls.Group.begin(alice, new_id())
    assert (
        as_(alice).post("/api/v1/conversations", new_conversation(alice, family, group, bob)).status_code
        == 201
    )
    talk = mls.Talk(group)
    package = mls.key_package(bob)
    as_(bob).post("/api/v1/key-packages", {"packages": [b64(package)]})
    (claimed,) = (
        as_(alice).post(f"{talk.path}/key-packages/claim", {"account_ids": [str(bob.pk)]}).json()["items"]
    )
    assert unb64(claimed["package"]) == package
    change = group.commit(alice, add=[package])
    assert as_(alice).post(f"{talk.path}/commits", talk.as_json(change)).status_code == 201
    talk.group = change.after
    (welcome,) = as_(bob).get("/api/v1/welcomes").json()["items"]
    assert (welcome["epoch"], welcome["seq"], unb64(welcome["welcome"])) == (1, 1, change.welcome)
    assert as_(bob).delete(f"/api/v1/welcomes/{welcome['id']}").status_code == 204
    assert as_(bob).post(f"{talk.path}/messages", mls.message_json(bob, talk)).json() == {"seq": 2}
    contacts.remove(family_id=family.pk, account_id=bob.pk, now=clock.now())
    clean = talk.clean(alice)
    assert as_(alice).post(f"{talk.path}/commits", talk.as_json(clean)).json() == {"seq": 4, "epoch": 2}
    assert Conversation.objects.get(pk=talk.id).last_seq == 4
