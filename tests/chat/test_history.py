"""Who reads what was said before they came: nobody, until a member passes on the keys of those epochs."""

import os

import pytest

from chat import access
from chat.models import HistoryBox
from contacts import services as contacts
from prifora.kernel import clock
from prifora.kernel.ids import new_id
from tests import mls
from tests.cast import b64, unb64


def give(client, talk, someone, *epochs, box=None, account_id=None):
    boxes = [{"epoch": epoch, "box": b64(box or os.urandom(80))} for epoch in epochs]
    body = {"account_id": str(account_id or someone.pk), "boxes": boxes}
    return client.post(f"{talk.path}/history-boxes", body)


def archive_of(client, talk):
    return [one["seq"] for one in client.get(f"{talk.path}/archive").json()["items"]]


def epochs_of(client, talk):
    return [one["epoch"] for one in client.get(f"{talk.path}/history-boxes").json()["items"]]


@pytest.fixture
def said(talk, alice, bob):
    """A conversation with two messages in epoch 1 and one in epoch 2, before anybody else came."""
    talk.send(alice, archived=True)
    talk.send(bob, archived=True)
    talk.post(alice, talk.group.commit(alice))
    talk.send(alice, archived=True)
    return talk


@pytest.fixture
def newcomer(said, alice, carol):
    """Carol, let in from today on (epoch 3), and a message said since."""
    said.row.memberships.create(member=carol.account)
    said.add(alice, carol)
    said.send(alice, archived=True)
    return carol


class TestANewcomerFromToday:
    def test_reads_nothing_older_than_the_day_they_came(self, as_, said, newcomer):
        assert archive_of(as_(newcomer), said) == [7]
        assert as_(newcomer).get(f"{said.path}/archive?before=7").json() == {"items": []}
        assert epochs_of(as_(newcomer), said) == [3]

    def test_gets_no_older_record_by_its_number(self, as_, said, newcomer, alice):
        assert as_(newcomer).get(f"{said.path}/entries/2").json()["archive"] is None
        assert as_(alice).get(f"{said.path}/entries/2").json()["archive"] is not None
        assert as_(newcomer).get(f"{said.path}/entries/7").json()["archive"] is not None

    def test_is_refused_a_record_whose_line_has_ended(self, as_, said, newcomer, code_of):
        said.row.entries.filter(seq=2).delete()
        assert code_of(as_(newcomer).get(f"{said.path}/entries/2")) == (404, "absent")

    def test_leaves_the_others_everything(self, as_, said, newcomer, bob):
        assert archive_of(as_(bob), said) == [7, 5, 3, 2]


class TestGiveHistoryBoxes:
    def test_opens_those_epochs_and_no_other(self, as_, said, newcomer, alice):
        box = os.urandom(80)
        assert give(as_(alice), said, newcomer, 1, box=box).status_code == 204
        assert archive_of(as_(newcomer), said) == [7, 3, 2]
        first = as_(newcomer).get(f"{said.path}/history-boxes").json()["items"][0]
        assert (first["epoch"], unb64(first["box"]), first["device_id"]) == (1, box, str(alice.device_id))

    def test_opens_everything_from_the_first_epoch_on(self, as_, said, newcomer, alice):
        assert give(as_(alice), said, newcomer, 0, 1, 2, 3).status_code == 204
        assert archive_of(as_(newcomer), said) == [7, 5, 3, 2]

    def test_never_replaces_a_box_that_is_there(self, as_, said, newcomer, alice):
        there = bytes(HistoryBox.objects.get(account=newcomer.account, epoch=3).box)
        assert give(as_(alice), said, newcomer, 2, 3).status_code == 204
        assert give(as_(alice), said, newcomer, 2).status_code == 204
        rows = HistoryBox.objects.filter(account=newcomer.account).order_by("epoch")
        assert [row.epoch for row in rows] == [2, 3]
        assert bytes(rows[1].box) == there

    def test_tells_the_newcomer_and_nobody_else_when_there_is_something_new(
        self, as_, said, newcomer, alice, told
    ):
        heard = told(lambda: give(as_(alice), said, newcomer, 1))
        assert heard == [("conversation.changed", {"conversation_id": str(said.id)}, {newcomer.account.pk})]
        assert told(lambda: give(as_(alice), said, newcomer, 1)) == []

    def test_may_come_from_the_home_station(self, as_, said, newcomer, alice):
        assert give(as_(alice, kind="station"), said, newcomer, 1).status_code == 204

    @pytest.mark.parametrize("epochs", [(0,), (1, 0), (4,), (2**40,), (1, 1)])
    def test_refuses_all_of_it_for_an_epoch_the_giver_has_no_box_of(
        self, as_, said, newcomer, bob, code_of, epochs
    ):
        assert code_of(give(as_(bob), said, newcomer, *epochs)) == (400, "boxes_refused")
        assert epochs_of(as_(newcomer), said) == [3]

    def test_gives_the_newcomer_nothing_of_their_own_making(self, as_, said, newcomer, code_of):
        assert code_of(give(as_(newcomer), said, newcomer, 1)) == (400, "boxes_refused")
        assert archive_of(as_(newcomer), said) == [7]

    def test_is_the_same_nothing_for_strangers_and_for_nobody(self, as_, said, alice, charlie, dora):
        stranger = give(as_(alice), said, charlie, 1)
        nobody = give(as_(alice), said, charlie, 1, account_id=new_id())
        from_outside = give(as_(charlie), said, alice, 1)
        assert {one.status_code for one in (stranger, nobody, from_outside)} == {404}
        assert stranger.content == nobody.content == from_outside.content
        assert not HistoryBox.objects.filter(account__in=[charlie.account, dora.account]).exists()

    def test_is_not_for_one_of_the_family_outside_the_conversation(self, as_, said, alice, carol, code_of):
        assert code_of(give(as_(alice), said, carol, 1)) == (404, "absent")
        assert code_of(give(as_(carol), said, alice, 1)) == (404, "absent")

    def test_is_not_for_somebody_who_was_removed(self, as_, said, newcomer, alice, bob, family, code_of):
        contacts.remove(family_id=family.pk, account_id=bob.pk, now=clock.now())
        assert code_of(give(as_(bob), said, newcomer, 1)) == (404, "absent")
        assert code_of(give(as_(alice), said, bob, 0)) == (404, "absent")
        assert not HistoryBox.objects.filter(account=bob.account, epoch=0).exists()

    def test_takes_nothing_from_another_conversation(self, as_, said, newcomer, alice, family, code_of):
        other = mls.start(alice, family, newcomer)
        assert code_of(give(as_(alice), other, newcomer, 1)) == (400, "boxes_refused")
        assert give(as_(alice), other, newcomer, 0).status_code == 204
        assert epochs_of(as_(newcomer), said) == [3]

    @pytest.mark.parametrize(
        "boxes",
        [
            [{"epoch": 1, "box": b64(bytes(47))}],
            [{"epoch": 1, "box": b64(bytes(257))}],
            [{"epoch": -1, "box": b64(bytes(80))}],
            [{"epoch": "1", "box": b64(bytes(80))}],
            [{"epoch": 1, "box": b64(bytes(80))}] * 501,
            [{"epoch": 1}],
            "all",
            None,
        ],
    )
    def test_takes_only_what_is_a_list_of_boxes(self, as_, said, newcomer, alice, boxes):
        body = {"account_id": str(newcomer.pk), "boxes": boxes}
        assert as_(alice).post(f"{said.path}/history-boxes", body).status_code == 400

    def test_needs_a_device(self, as_, said, newcomer, alice, code_of):
        assert code_of(give(as_(alice, device=False), said, newcomer, 1)) == (403, "device_needed")


class TestEpochsOf:
    def test_are_those_of_one_account_in_one_conversation(self, talk, direct, alice, bob):
        talk.post(bob, talk.group.commit(bob))
        assert access.epochs_of(alice.pk, talk.id) == {0, 1, 2}
        assert access.epochs_of(bob.pk, talk.id) == {1, 2}
        assert access.epochs_of(bob.pk, direct.id) == {1}
