"""Asking for pairs gives the rows that have both values, and no others."""

import os

import pytest
from django.db import connection

from chat.models import ArchiveRecord, Entry
from prifora.kernel.ids import new_id
from prifora.kernel.pairs import among
from tests import mls

LINES, RECORDS = (
    (Entry, ("conversation", "ident"), "seq"),
    (ArchiveRecord, ("conversation", "record_id"), "seq"),
)


@pytest.fixture
def talks(alice, bob, family):
    made = [mls.conversation_of(alice, bob, family) for _ in range(3)]
    for talk in made:
        for _ in range(4):
            talk.send(alice, archived=True)
    return made


def asked(pairs, what=LINES):
    model, names, wanted = what
    return sorted(among(model, names, pairs, wanted))


def lines():
    rows = Entry.objects.filter(kind="message").values_list("conversation_id", "ident", "seq")
    return sorted((one, bytes(ident), seq) for one, ident, seq in rows)


class TestAmong:
    def test_finds_each_of_those_given_whatever_their_number(self, talks):
        there = lines()
        for count in range(1, len(there) + 1):
            assert asked([(one, ident) for one, ident, _seq in there[:count]]) == there[:count]

    def test_finds_nothing_where_only_one_of_the_two_is_there(self, talks):
        there = lines()
        mixed = [(one, ident) for one, _ident, _seq in there for _one, ident, _seq in there]
        assert asked(set(mixed)) == there
        assert asked([(talk.id, os.urandom(32)) for talk in talks]) == []
        assert asked([(new_id(), ident) for _one, ident, _seq in there]) == []

    def test_takes_uuids_on_both_sides(self, talks):
        there = sorted(ArchiveRecord.objects.values_list("conversation_id", "record_id", "seq"))
        assert there
        assert asked([*((one, key) for one, key, _seq in there), (new_id(), new_id())], RECORDS) == there

    def test_of_nothing_asks_nothing_else_once(self, talks, django_assert_num_queries):
        with django_assert_num_queries(0):
            assert asked([]) == []
        with django_assert_num_queries(1):
            asked([(talk.id, os.urandom(32)) for talk in talks for _ in range(200)])

    def test_looks_each_pair_up_in_the_index_of_both(self, talks):
        asking = []

        def note(execute, sql, values, many, context):
            asking.append((sql, values))
            return execute(sql, values, many, context)

        with connection.execute_wrapper(note):
            asked([(talk.id, os.urandom(32)) for talk in talks])
        [(sql, values)] = asking
        assert "one_line_per_ident" in plan(sql, values) or "conversation_id=? AND ident=?" in plan(
            sql, values
        )


def plan(sql, values):
    """How the database would go about it, among tables that are still small."""
    is_sqlite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {'QUERY PLAN ' if is_sqlite else ''}{sql}", values)
        return "\n".join(str(row[-1]) for row in cursor.fetchall())
