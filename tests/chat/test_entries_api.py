"""What the server holds of one line, and taking a message back."""

from datetime import timedelta

import pytest

from chat import services
from chat.models import UNDELIVERED_KEPT, ArchiveRecord, Entry
from contacts import services as contacts
from prifora.kernel import clock
from prifora.kernel.ids import new_id
from privacy.services import delete_ended_rows
from tests import mls
from tests.cast import b64, unb64


def page(talk, seq):
    return f"{talk.path}/entries/{seq}"


@pytest.fixture
def message(talk, alice):
    """An archived message of Alice, number 2."""
    sent = talk.pending(alice, archived=True)
    assert services.send_message(message=sent, now=clock.now()) == 2
    return sent


class TestShowEntry:
    def test_is_exactly_what_the_rows_hold(self, as_, alice, bob, talk, message):
        services.acknowledge(conversation_id=talk.id, account_id=bob.pk, seq=2)
        line = Entry.objects.get(conversation_id=talk.id, seq=2)
        shown = as_(bob).get(page(talk, 2)).json()
        made = shown.pop("created_at").replace("Z", "+00:00")
        assert made == line.created_at.isoformat()
        delivered = {one["account_id"]: one["seq"] for one in shown.pop("delivered")}
        assert delivered == {str(alice.pk): 0, str(bob.pk): 2}
        assert shown == {
            "seq": 2,
            "kind": "message",
            "epoch": 1,
            "account_id": str(alice.pk),
            "device_id": str(alice.device_id),
            "ident": b64(message.ident),
            "body": b64(message.body),
            "expires_at": None,
            "archive": {
                "id": str(message.archive.id),
                "record": b64(message.archive.record),
                "signature": b64(message.archive.signature),
            },
        }

    def test_names_every_column_that_says_something(self, as_, alice, talk, message):
        shown = as_(alice).get(page(talk, 2)).json().keys()
        columns = {field.name for field in Entry._meta.local_concrete_fields} - {"id", "conversation"}
        renamed = {"sender": "account_id", "device_ref": "device_id"}
        assert {renamed.get(one, one) for one in columns} <= shown

    def test_shows_commits_and_what_the_server_proposes(self, as_, alice, bob, talk):
        services.end_member(conversation=talk.row, account_id=bob.pk, now=clock.now())
        client = as_(alice)
        assert [client.get(page(talk, seq)).json()["kind"] for seq in (1, 2)] == ["commit", "proposal"]
        assert client.get(page(talk, 2)).json()["account_id"] is None

    def test_shows_when_a_message_disappears(self, as_, alice, bob, talk):
        body = mls.message_json(alice, talk, ttl=3600)
        assert as_(alice).post(f"{talk.path}/messages", body).status_code == 201
        shown = as_(bob).get(page(talk, 2)).json()
        line = Entry.objects.get(conversation_id=talk.id, seq=2)
        assert line.expires_at - line.created_at == timedelta(hours=1)
        assert shown["expires_at"].replace("Z", "+00:00") == line.expires_at.isoformat()
        assert shown["archive"] is None

    def test_shows_the_record_that_is_left_when_the_line_has_ended(self, as_, alice, bob, talk, message):
        Entry.objects.filter(conversation_id=talk.id, seq=2).delete()
        shown = as_(bob).get(page(talk, 2)).json()
        assert (shown["kind"], shown["ident"], shown["body"]) == ("message", "", "")
        assert shown["account_id"] == str(alice.pk)
        assert unb64(shown["archive"]["record"]) == message.archive.record

    @pytest.mark.parametrize("seq", [0, 3, 2**53, 2**53 + 1, 2**63, 2**70, 10**40])
    def test_of_a_number_that_is_not_there_is_absent(self, as_, alice, talk, message, code_of, seq):
        assert code_of(as_(alice).get(page(talk, seq))) == (404, "absent")
        assert code_of(as_(alice).delete(page(talk, seq))) == (404, "absent")

    def test_of_others_conversations_is_byte_for_byte_nothing(
        self, as_, charlie, carol, bob, family, talk, message
    ):
        contacts.remove(family_id=family.pk, account_id=bob.pk, now=clock.now())
        nothing = as_(charlie).get(f"/api/v1/conversations/{new_id()}/entries/2")
        for someone in (charlie, carol, bob):
            theirs = as_(someone).get(page(talk, 2))
            assert (theirs.status_code, theirs.content) == (404, nothing.content)

    def test_is_not_for_the_signed_out_nor_without_a_device(self, as_, anyone, alice, talk, message, code_of):
        assert anyone.get(page(talk, 2)).status_code == 401
        assert code_of(as_(alice, device=False).get(page(talk, 2))) == (403, "device_needed")
        assert as_(alice, kind="station").get(page(talk, 2)).status_code == 200


class TestEraseMessage:
    def test_leaves_the_line_and_its_ident_and_nothing_of_what_was_said(self, as_, alice, bob, talk, message):
        assert as_(alice).delete(page(talk, 2)).status_code == 204
        line = Entry.objects.get(conversation_id=talk.id, seq=2)
        assert (bytes(line.body), bytes(line.ident), line.sender_id) == (b"", message.ident, alice.pk)
        assert not ArchiveRecord.objects.exists()
        shown = as_(bob).get(page(talk, 2)).json()
        assert (shown["body"], shown["archive"], shown["ident"]) == ("", None, b64(message.ident))

    def test_leaves_the_log_without_a_gap_and_in_order(self, as_, alice, bob, talk, message):
        for someone in (bob, alice):
            talk.send(someone, archived=True)
        as_(alice).delete(page(talk, 2))
        log = as_(bob).get(f"{talk.path}/log").json()
        assert [one["seq"] for one in log["items"]] == [1, 2, 3, 4]
        assert [bool(one["body"]) for one in log["items"]] == [True, False, True, True]
        assert log["items"][1]["ident"] == b64(message.ident)
        assert (log["first_seq"], log["last_seq"]) == (1, 4)
        archive = as_(bob).get(f"{talk.path}/archive").json()["items"]
        assert [one["seq"] for one in archive] == [4, 3]

    def test_tells_the_members_once(self, as_, told, alice, bob, talk, message):
        first = told(lambda: as_(alice).delete(page(talk, 2)))
        again = told(lambda: as_(alice).delete(page(talk, 2)))
        body = {"conversation_id": str(talk.id), "seq": "2"}
        assert [one for one in first if one[0] == "message.gone"] == [
            ("message.gone", body, {alice.pk, bob.pk})
        ]
        assert not again

    def test_may_be_said_twice(self, as_, alice, talk, message):
        assert [as_(alice).delete(page(talk, 2)).status_code for _ in range(2)] == [204, 204]

    def test_is_for_any_device_of_the_author(self, as_, alice, talk, message):
        assert as_(mls.further_device(alice)).delete(page(talk, 2)).status_code == 204

    def test_is_for_the_author_even_behind_a_block(self, as_, direct, alice, bob):
        seq = direct.send(alice, archived=True)
        contacts.set_block(blocker_id=bob.pk, blocked_id=alice.pk, wanted=True)
        assert as_(alice).delete(page(direct, seq)).status_code == 204

    def test_of_anybody_elses_is_as_of_nothing(self, as_, alice, bob, carol, charlie, talk, message):
        nothing = as_(bob).delete(page(talk, 99))
        for someone in (bob, carol, charlie):
            reply = as_(someone).delete(page(talk, 2))
            assert (reply.status_code, reply.content) == (404, nothing.content)
        assert bytes(Entry.objects.get(conversation_id=talk.id, seq=2).body) == message.body
        assert ArchiveRecord.objects.count() == 1

    def test_of_one_who_left_is_as_of_nothing(self, as_, alice, bob, family, talk, code_of):
        seq = talk.send(bob, archived=True)
        contacts.remove(family_id=family.pk, account_id=bob.pk, now=clock.now())
        assert code_of(as_(bob).delete(page(talk, seq))) == (404, "absent")
        assert ArchiveRecord.objects.count() == 1

    def test_is_not_for_a_commit(self, as_, alice, bob, talk, code_of):
        assert code_of(as_(alice).delete(page(talk, 1))) == (404, "absent")
        assert bytes(Entry.objects.get(conversation_id=talk.id, seq=1).body)

    def test_is_not_undone_by_sending_again(self, as_, alice, talk, message):
        as_(alice).delete(page(talk, 2))
        assert services.send_message(message=message, now=clock.now()) == 2
        assert bytes(Entry.objects.get(conversation_id=talk.id, seq=2).body) == b""
        assert not ArchiveRecord.objects.exists()

    def test_takes_the_record_of_a_line_that_has_ended(self, as_, told, alice, talk, message, code_of):
        Entry.objects.filter(conversation_id=talk.id, seq=2).delete()
        heard = told(lambda: as_(alice).delete(page(talk, 2)))
        assert not ArchiveRecord.objects.exists()
        assert [name for name, _body, _people in heard] == ["message.gone"]
        assert code_of(as_(alice).delete(page(talk, 2))) == (404, "absent")


class TestALogWhoseBeginningHasEnded:
    def age(self, talk, *seqs):
        Entry.objects.filter(conversation_id=talk.id, seq__in=seqs).update(
            created_at=clock.now() - UNDELIVERED_KEPT - timedelta(seconds=1)
        )
        delete_ended_rows(now=clock.now())

    def test_says_which_line_is_the_oldest(self, as_, alice, bob, talk):
        for _ in range(3):
            talk.send(alice)
        self.age(talk, 1, 2)
        log = as_(bob).get(f"{talk.path}/log?after=0").json()
        assert ([one["seq"] for one in log["items"]], log["first_seq"], log["last_seq"]) == ([3, 4], 3, 4)

    def test_says_so_when_no_line_is_left(self, as_, alice, bob, talk):
        talk.send(alice)
        self.age(talk, 1, 2)
        log = as_(bob).get(f"{talk.path}/log?after=0").json()
        assert (log["items"], log["first_seq"], log["last_seq"]) == ([], 3, 2)

    def test_goes_on_counting(self, as_, alice, bob, talk):
        talk.send(alice)
        self.age(talk, 1, 2)
        assert talk.send(bob) == 3
        log = as_(bob).get(f"{talk.path}/log?after=0").json()
        assert (log["items"][0]["seq"], log["first_seq"]) == (3, 3)
