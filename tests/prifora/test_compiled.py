"""A query compiled once gives the rows Django gives, whatever is asked."""

import os

import pytest

from chat.models import Conversation, Entry
from prifora.kernel import clock
from prifora.kernel.compiled import Compiled
from prifora.kernel.ids import new_id
from tests import mls


@pytest.fixture
def talks(alice, bob, family):
    made = [mls.conversation_of(alice, bob, family) for _ in range(5)]
    for talk in made:
        talk.send(alice)
    return made


def open_ones(ids):
    return (
        Conversation.objects.filter(pk__in=ids, ended_at=None)
        .order_by("pk")
        .values_list("pk", "kind", "epoch")
    )


def lines(ids, idents):
    found = Entry.objects.filter(conversation_id__in=ids, ident__in=idents).order_by("conversation_id", "seq")
    return found.values_list("conversation_id", "created_at", "ident")


def plain(rows):
    return [tuple(bytes(one) if isinstance(one, memoryview) else one for one in row) for row in rows]


class TestRows:
    @pytest.mark.parametrize("count", range(6))
    def test_are_those_of_the_same_query(self, talks, count):
        Conversation.objects.filter(pk=talks[1].id).update(ended_at=clock.now())
        ids = [talk.id for talk in talks[:count]] + [new_id()]

        assert Compiled(open_ones).rows(ids) == list(open_ones(ids))

    def test_of_two_lists_are_those_in_both(self, talks):
        stored = [bytes(one) for one in Entry.objects.values_list("ident", flat=True)]
        ids, idents = [talk.id for talk in talks[:3]], [*stored[:7], os.urandom(32)]

        assert plain(Compiled(lines).rows(ids, idents)) == plain(lines(ids, idents))
        assert plain(lines(ids, idents))

    def test_of_an_empty_list_are_none_and_nothing_is_asked(self, talks, django_assert_num_queries):
        with django_assert_num_queries(0):
            assert Compiled(lines).rows([talks[0].id], []) == []

    def test_take_one_query_and_one_compiling_for_lists_of_about_the_same_length(
        self, talks, django_assert_num_queries
    ):
        made = []

        def noted(ids):
            made.append(len(ids))
            return open_ones(ids)

        query = Compiled(noted)
        for count in (3, 4, 3, 5):
            with django_assert_num_queries(1):
                found = query.rows([talk.id for talk in talks[:count]])
            assert len(found) == count
        assert made == [4, 8]
