"""A line that was just written is heard as the same line read from the database."""

from datetime import timedelta

import pytest

from chat.lines import Line, frame_of
from chat.models import Entry
from prifora.kernel import clock
from prifora.kernel.ids import new_id
from prifora.kernel.inserting import insert_values
from tests import mls


def line(talk, sender, **other):
    parts = {
        "id": new_id(),
        "created_at": clock.now(),
        "conversation_id": talk.id,
        "seq": talk.row.last_seq + 1,
        "kind": "message",
        "epoch": 1,
        "sender_id": sender.pk,
        "device_ref": sender.device_id,
        "ident": b"\xff" * 32,
        "body": b"\x00\xfb\xef" * 20,
        "expires_at": None,
    }
    return Line(**parts | other)


class TestLine:
    def test_has_the_columns_of_the_table(self):
        assert set(Line._fields) == {field.attname for field in Entry._meta.local_concrete_fields}


class TestFrameOf:
    @pytest.mark.parametrize("lasts", [None, timedelta(hours=1)], ids=["for good", "disappearing"])
    def test_is_the_same_before_it_is_stored_and_after(self, alice, bob, family, lasts):
        talk = mls.conversation_of(alice, bob, family)
        made = line(talk, alice, expires_at=clock.now() + lasts if lasts else None)

        insert_values(Entry, Line._fields, [made])

        assert frame_of(Entry.objects.get(pk=made.id)) == frame_of(made)
        assert frame_of(made)["seq"] == made.seq
