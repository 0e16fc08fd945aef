"""How conversations look on the wire."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from chat import access, services
from chat.shapes import conversations_shape
from prifora.kernel import clock
from prifora.kernel.access import Actor
from tests import mls


def shape_of(talk):
    return conversations_shape([talk.row])[0]


class TestConversationsShape:
    def test_names_who_belongs_and_who_of_them_has_no_keys(self, roomy, alice, bob, carol):
        shape = shape_of(roomy)
        assert set(shape["member_ids"]) == {alice.pk, bob.pk, carol.pk}
        assert shape["missing_ids"] == [carol.pk]
        roomy.add(bob, carol)
        assert shape_of(roomy)["missing_ids"] == []

    def test_says_whether_a_removal_waits(self, talk, alice, bob):
        assert shape_of(talk)["pending"] is False
        services.end_member(conversation=talk.row, account_id=bob.pk, now=clock.now())
        shape = shape_of(talk)
        assert (shape["pending"], shape["member_ids"]) == (True, [alice.pk])
        talk.post(alice, talk.clean(alice))
        assert shape_of(talk)["pending"] is False

    def test_says_how_far_each_has_stored(self, talk, alice, bob):
        services.acknowledge(conversation_id=talk.id, account_id=bob.pk, seq=1)
        delivered = {one["account_id"]: one["seq"] for one in shape_of(talk)["delivered"]}
        assert delivered == {alice.pk: 0, bob.pk: 1}

    def test_says_in_which_epoch_the_title_was_sealed(self, talk, alice):
        talk.post(alice, talk.group.commit(alice), details=bytes(40))
        shape = shape_of(talk)
        assert (shape["details"], shape["details_epoch"], shape["epoch"]) == (bytes(40), 2, 2)

    def test_asks_the_database_as_often_for_many_as_for_one(self, talk, alice, bob, family):
        actor = Actor(id=alice.pk, device_id=alice.device_id)
        with CaptureQueriesContext(connection) as one:
            assert len(conversations_shape(access.mine(actor))) == 1
        for _ in range(4):
            mls.start(alice, family, bob)
        with CaptureQueriesContext(connection) as many:
            assert len(conversations_shape(access.mine(actor))) == 5
        assert len(many) == len(one)
