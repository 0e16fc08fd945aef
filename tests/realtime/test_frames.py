"""What a device may say, and nothing else."""

import json
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as any_

from chat.access import LIVES
from realtime import frames
from realtime.frames import CURSORS_MAX, SEQ_MAX, Follow, Got, Hello, Malformed, Ping, Send, read
from tests.cast import b64

TALK = "0f0e0d0c-0b0a-4908-8706-050403020100"
IDENT, BODY, RECORD, SIGNATURE = bytes(32), b"sealed", b"record", bytes(64)


def send(**changes):
    frame = {"t": "send", "c": TALK, "ident": b64(IDENT), "epoch": 3, "body": b64(BODY), "archive": None}
    return json.dumps({**frame, **changes})


def archive(**changes):
    return {"id": TALK, "record": b64(RECORD), "signature": b64(SIGNATURE), **changes}


class TestRead:
    def test_takes_every_frame_of_the_contract(self):
        talk = UUID(TALK)
        assert read(json.dumps({"t": "hello", "cursors": {TALK: 7}})) == Hello({talk: 7})
        assert read(json.dumps({"t": "follow", "c": TALK, "after": 0})) == Follow(talk, 0)
        assert read(json.dumps({"t": "got", "c": TALK, "seq": 9})) == Got(talk, 9)
        assert read('{"t":"ping"}') == Ping()
        assert read(send()) == Send(talk, IDENT, 3, BODY, None, None)

    def test_takes_a_message_with_its_archive_record_or_without(self):
        assert read(send(archive=archive())).archive == (UUID(TALK), RECORD, SIGNATURE)
        without = json.loads(send())
        del without["archive"]
        assert read(json.dumps(without)).archive is None

    @pytest.mark.parametrize("ttl", LIVES)
    def test_takes_a_message_that_disappears(self, ttl):
        assert read(send(ttl=ttl)).lasts == timedelta(seconds=ttl)
        assert read(send(ttl=None)).lasts is None

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "null",
            "7",
            '"hello"',
            "[]",
            "{}",
            "{",
            "[" * 100_000,
            '{"t":' * 50_000,
            '{"t":null}',
            '{"t":["ping"]}',
            '{"t":{"t":"ping"}}',
            '{"t":"PING"}',
            '{"t":"__class__"}',
            '{"t":"event","name":"family.changed","body":{}}',
            '{"t":"\\ud800"}',
        ],
        ids=lambda text: text[:20] or "empty",
    )
    def test_refuses_what_is_no_frame(self, text):
        with pytest.raises(Malformed):
            read(text)

    @pytest.mark.parametrize("cursors", [None, [], "x", {"no-id": 1}, {TALK: "1"}, {TALK: None}, {TALK: [1]}])
    def test_refuses_a_hello_with_strange_cursors(self, cursors):
        with pytest.raises(Malformed):
            read(json.dumps({"t": "hello", "cursors": cursors}))

    def test_refuses_more_cursors_than_anybody_has_conversations(self):
        many = {str(UUID(int=number)): 0 for number in range(CURSORS_MAX + 1)}
        with pytest.raises(Malformed):
            read(json.dumps({"t": "hello", "cursors": many}))
        many.popitem()
        assert len(read(json.dumps({"t": "hello", "cursors": many})).cursors) == CURSORS_MAX

    @pytest.mark.parametrize("number", [-1, SEQ_MAX + 1, 1.0, True, "1", None, 10**400])
    def test_refuses_what_is_no_number_of_a_log(self, number):
        for frame in (
            {"t": "got", "c": TALK, "seq": number},
            {"t": "follow", "c": TALK, "after": number},
            {"t": "hello", "cursors": {TALK: number}},
        ):
            with pytest.raises(Malformed):
                read(json.dumps(frame))
        with pytest.raises(Malformed):
            read(send(epoch=number))

    @pytest.mark.parametrize(
        "changes",
        [
            {"c": "kitchen"},
            {"c": None},
            {"c": 12},
            {"ident": b64(bytes(31))},
            {"ident": b64(bytes(33))},
            {"ident": None},
            {"body": None},
            {"body": 5},
            {"body": "not base64!"},
            {"body": "YQ=="},
            {"body": "YR"},
            {"body": "é"},
            {"archive": ""},
            {"archive": []},
            {"archive": {}},
            {"archive": archive(id="x")},
            {"archive": archive(record=None)},
            {"archive": archive(signature=b64(bytes(63)))},
            *({"ttl": ttl} for ttl in (0, 60, -3600, 3601, 3600.0, "3600", True, [], {})),
        ],
        ids=str,
    )
    def test_refuses_a_message_with_a_wrong_part(self, changes):
        with pytest.raises(Malformed):
            read(send(**changes))

    @settings(max_examples=300, deadline=None)
    @given(
        any_.recursive(
            any_.none() | any_.booleans() | any_.integers() | any_.floats() | any_.text(),
            lambda inner: any_.lists(inner) | any_.dictionaries(any_.text(), inner),
        ),
        any_.sampled_from(["hello", "send", "got", "follow", "ping", "?"]),
        any_.sampled_from(["c", "cursors", "archive", "ident", "epoch", "seq"]),
    )
    def test_never_fails_in_another_way(self, value, kind, place):
        for text in (json.dumps(value), json.dumps({**json.loads(send()), "t": kind, place: value})):
            try:
                assert isinstance(read(text), frames.Frame)
            except Malformed:
                continue


class TestEncode:
    def test_writes_short_text_that_reads_back(self):
        assert frames.encode({"t": "ack", "seq": 4}) == '{"t":"ack","seq":4}'
