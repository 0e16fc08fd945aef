"""What chat does by itself: messages disappear on time, and files that nothing names do not stay."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine

from chat import tasks
from chat.models import Conversation, Entry, SealedFile
from media import tasks as media_tasks
from prifora.kernel import clock
from prifora.schedule import BEAT
from tests import mls
from tests.cast import unb64
from tests.chat.sealed_files import container, kept, on_disk, put

HOUR, DAY, WEEK = 3600, 86_400, 604_800


@pytest.fixture(autouse=True)
def store(settings, tmp_path):
    settings.DATA_DIR = tmp_path


def body_of(talk, seq):
    return bytes(Entry.objects.get(conversation_id=talk.id, seq=seq).body)


def written_ago(path, ago):
    then = clock.now().timestamp() - ago.total_seconds()
    os.utime(path, (then, then))


class TestEmptyExpired:
    @pytest.mark.parametrize("ttl", [HOUR, DAY, WEEK])
    def test_empties_a_message_when_its_time_is_over_and_not_before(self, as_, alice, bob, talk, ttl):
        began = clock.now()
        with time_machine.travel(began, tick=False):
            message = mls.message_json(alice, talk, ttl=ttl)
            assert as_(alice).post(f"{talk.path}/messages", message).json() == {"seq": 2}
        with time_machine.travel(began + timedelta(seconds=ttl - 1), tick=False):
            assert tasks.empty_expired() == 0
            assert body_of(talk, 2) == unb64(message["body"])
        with time_machine.travel(began + timedelta(seconds=ttl), tick=False):
            assert tasks.empty_expired() == 1
            assert body_of(talk, 2) == b""

    def test_leaves_the_line_and_says_until_when_it_was_there(self, as_, alice, bob, talk):
        message = mls.message_json(alice, talk, ttl=HOUR)
        as_(alice).post(f"{talk.path}/messages", message)
        frame = as_(bob).get(f"{talk.path}/log?after=1").json()["items"][0]
        Entry.objects.filter(conversation_id=talk.id).update(expires_at=clock.now())
        tasks.empty_expired()
        later = as_(bob).get(f"{talk.path}/log?after=1").json()["items"][0]
        assert frame["until"] == (frame_time(frame) + timedelta(hours=1)).isoformat()
        assert (later["seq"], later["ident"], later["body"]) == (2, message["ident"], "")
        assert later["until"] is not None

    def test_leaves_what_does_not_disappear(self, as_, alice, bob, talk):
        talk.send(alice)
        frame = as_(bob).get(f"{talk.path}/log?after=1").json()["items"][0]
        assert frame["until"] is None
        with time_machine.travel(clock.now() + timedelta(days=29), tick=False):
            assert tasks.empty_expired() == 0
        assert body_of(talk, 2)

    def test_may_run_twice(self, as_, alice, talk):
        as_(alice).post(f"{talk.path}/messages", mls.message_json(alice, talk, ttl=HOUR))
        Entry.objects.filter(conversation_id=talk.id, seq=2).update(expires_at=clock.now())
        assert [tasks.empty_expired(), tasks.empty_expired()] == [1, 0]

    def test_runs_every_minute(self):
        (mine,) = [one for one in BEAT.values() if one["task"] == tasks.empty_expired.name]
        assert mine["schedule"] <= timedelta(minutes=1)


class TestStraysOfConversations:
    def test_deletes_bytes_that_no_file_names_once_they_are_old(self, as_, alice, talk):
        kept(as_(alice), talk)
        kept(as_(alice), talk)
        gone = SealedFile.objects.order_by("created_at").first()
        SealedFile.objects.filter(pk=gone.pk).delete()
        assert media_tasks.remove_strays() == 0
        for path in on_disk():
            written_ago(path, timedelta(hours=3))
        assert media_tasks.remove_strays() == 1
        assert [path.name for path in on_disk()] == [SealedFile.objects.get().pk.hex]

    def test_deletes_what_an_upload_left_that_was_killed(self, as_, alice, talk, tmp_path):
        kept(as_(alice), talk)
        arriving = Path(tmp_path) / "files" / "arriving"
        for name, ago in (("old", timedelta(hours=3)), ("young", timedelta(minutes=5))):
            (arriving / name).write_bytes(container())
            written_ago(arriving / name, ago)
        assert media_tasks.remove_strays() == 1
        assert [path.name for path in arriving.iterdir()] == ["young"]

    def test_deletes_what_went_with_its_conversation(self, as_, alice, talk):
        kept(as_(alice), talk)
        Conversation.objects.filter(pk=talk.id).delete()
        written_ago(on_disk()[0], timedelta(hours=3))
        assert media_tasks.remove_strays() == 1
        assert on_disk() == []

    def test_finds_nothing_in_a_store_that_is_empty(self, db):
        assert media_tasks.remove_strays() == 0

    def test_keeps_every_file_there_is(self, as_, alice, talk):
        names = [kept(as_(alice), talk) for _ in range(3)]
        for path in on_disk():
            written_ago(path, timedelta(days=400))
        assert media_tasks.remove_strays() == 0
        assert {as_(alice).get(f"{talk.path}/files/{one}").status_code for one in names} == {200}
        assert put(as_(alice), talk, names[0], container()).status_code == 409


def frame_time(frame):
    from datetime import datetime

    return datetime.fromisoformat(frame["at"])
