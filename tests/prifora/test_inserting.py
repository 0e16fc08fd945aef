"""Rows written at once are the rows Django would have written."""

import os

import pytest
from django.db import IntegrityError, transaction

from chat.models import ArchiveRecord, Conversation, Entry
from prifora.kernel import clock
from prifora.kernel.ids import new_id
from prifora.kernel.inserting import ROWS_AT_ONCE, insert, insert_values, raise_numbers
from tests import mls


@pytest.fixture
def talk(alice, bob, family):
    return mls.conversation_of(alice, bob, family)


def lines(talk, alice, count, **other):
    first = talk.row.last_seq + 1
    parts = {"conversation_id": talk.id, "kind": "message", "epoch": 1, "sender_id": alice.pk}
    return [
        Entry(**parts, seq=seq, ident=os.urandom(32), body=os.urandom(60), created_at=clock.now(), **other)
        for seq in range(first, first + count)
    ]


def columns(row):
    return {
        field.attname: bytes(value) if isinstance(value, memoryview) else value
        for field in row._meta.local_concrete_fields
        for value in [getattr(row, field.attname)]
    }


class TestInsert:
    @pytest.mark.parametrize("empty", [True, False], ids=["nothing in it", "everything in it"])
    def test_stores_every_column_as_it_was(self, talk, alice, empty):
        other = {} if empty else {"device_ref": alice.device_id, "expires_at": clock.now()}
        made = lines(talk, alice, 3, **other)

        insert(made)

        stored = Entry.objects.in_bulk([one.pk for one in made])
        assert [columns(stored[one.pk]) for one in made] == [columns(one) for one in made]

    def test_takes_more_than_one_statement_holds(self, talk, alice):
        made = lines(talk, alice, ROWS_AT_ONCE + 1)

        insert(made)

        assert Entry.objects.filter(pk__in=[one.pk for one in made]).count() == ROWS_AT_ONCE + 1

    def test_of_nothing_asks_nothing(self, db, django_assert_num_queries):
        with django_assert_num_queries(0):
            insert([])
            raise_numbers(Conversation, "last_seq", [])

    def test_refuses_what_the_table_refuses_and_leaves_nothing(self, talk, alice):
        made = lines(talk, alice, 2)
        made[1].seq = made[0].seq

        with pytest.raises(IntegrityError), transaction.atomic():
            insert(made)

        assert not Entry.objects.filter(pk__in=[one.pk for one in made]).exists()
        assert not ArchiveRecord.objects.exists()


class TestRaiseNumbers:
    def test_sets_each_row_its_own_and_no_other(self, talk, alice, bob, family):
        other, third = (mls.conversation_of(alice, bob, family) for _ in range(2))

        raise_numbers(Conversation, "last_seq", [(talk.id, 7), (other.id, 8), (new_id(), 9)])

        found = Conversation.objects.in_bulk([talk.id, other.id, third.id])
        assert [found[one.id].last_seq for one in (talk, other, third)] == [7, 8, 1]

    def test_makes_none_smaller(self, talk):
        raise_numbers(Conversation, "last_seq", [(talk.id, 7)])
        raise_numbers(Conversation, "last_seq", [(talk.id, 6)])

        assert Conversation.objects.get(pk=talk.id).last_seq == 7


class TestInsertValues:
    def test_refuses_when_a_column_is_missing(self, talk):
        with pytest.raises(ValueError, match="body"):
            insert_values(Entry, ("id", "created_at"), [(new_id(), clock.now())])
        assert not ArchiveRecord.objects.exists()
