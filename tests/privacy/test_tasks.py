"""The sweep runs by itself: as a task, by the schedule, in a process of its own."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import Account, LogLine
from notices.models import Notice
from prifora.celery import app
from prifora.kernel.policy import Purpose
from prifora.kernel.terms import today
from prifora.schedule import BEAT
from privacy import tasks
from privacy.documents import policy, words
from tests.server import ROOT, Server

WORKS_BY_ITSELF = """
import django, time
django.setup()
from datetime import timedelta
from django.utils import timezone
from prifora import schedule
for entry in schedule.BEAT.values():
    assert entry["schedule"] <= timedelta(hours=6)
    entry["schedule"] = timedelta(milliseconds=200)
from accounts.models import LogLine
from accounts.services import make_managed_account
account = make_managed_account(username="riet", profile={"first_name": "Riet"})
old = LogLine.objects.create(account=account, what="old", created_at=timezone.now() - timedelta(days=91))
new = LogLine.objects.create(account=account, what="new")
from prifora.embedded import EmbeddedWorker
worker = EmbeddedWorker()
worker.start()
for _ in range(300):
    if not LogLine.objects.filter(pk=old.pk).exists():
        break
    time.sleep(0.1)
print(sorted(LogLine.objects.values_list("what", flat=True)))
worker.stop()
"""


@pytest.mark.django_db
class TestDeleteEndedRows:
    def test_ends_what_is_due_now(self, alice):
        old = timezone.now() - timedelta(days=91)
        LogLine.objects.create(account=alice.account, what="old", created_at=old)
        LogLine.objects.create(account=alice.account, what="new")
        tasks.delete_ended_rows()
        left = set(LogLine.objects.filter(account=alice.account).values_list("what", flat=True))
        assert "new" in left
        assert "old" not in left

    def test_may_run_twice(self):
        tasks.delete_ended_rows()
        assert set(tasks.delete_ended_rows().values()) == {0}


@pytest.mark.django_db
class TestApplyRetention:
    def test_waits_for_a_sweep_that_believes_the_clock(self):
        assert tasks.apply_retention() == {}
        tasks.delete_ended_rows()
        assert tasks.apply_retention() == {"records": 0, "files": 0, "boxes": 0}


class TestSchedule:
    def test_names_only_tasks_that_exist(self):
        app.loader.import_default_modules()
        assert {entry["task"] for entry in BEAT.values()} <= app.tasks.keys()
        assert app.conf.beat_schedule == BEAT

    @pytest.mark.obligation("PER-12", partial=True)
    def test_sweeps_well_within_a_day(self):
        sweep = next(entry for entry in BEAT.values() if entry["task"] == tasks.delete_ended_rows.name)
        assert sweep["schedule"] <= timedelta(hours=1)

    @pytest.mark.server
    def test_is_kept_by_the_server_process_itself(self, tmp_path):
        server = Server(tmp_path)
        server.manage("migrate", "-v0")
        env = {**server.env, "DJANGO_SETTINGS_MODULE": "prifora.settings", "PYTHONPATH": os.fspath(ROOT)}
        command = [sys.executable, "-c", WORKS_BY_ITSELF]
        done = subprocess.run(
            command, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.stdout.strip() == "['new']", done.stderr


@pytest.mark.django_db
class TestCloseIdle:
    def test_waits_for_a_sweep_that_believes_the_clock(self, charlie):
        Account.objects.filter(pk=charlie.pk).update(used_on=today() - timedelta(days=800))
        assert tasks.close_idle() == {}
        tasks.delete_ended_rows()
        assert tasks.close_idle() == {"kept": 0, "closed": 0, "warned_again": 0, "warned": 1}
        assert tasks.close_idle()["warned"] == 0


@pytest.mark.django_db
class TestAnnouncePolicy:
    @pytest.fixture
    def shelf(self, tmp_path, monkeypatch):
        """A policy that changed after this server began."""
        monkeypatch.setattr(policy, "PUBLISHED", tmp_path)
        policy.publish(today=today() - timedelta(days=300))
        tasks.tell_everybody()
        monkeypatch.setitem(words.PURPOSES, Purpose.SECURITY, "to keep you safe")

    def test_tells_everybody_once_by_itself(self, shelf, alice, bob):
        assert tasks.announce_policy() == 0
        policy.publish(today=today())
        assert tasks.announce_policy() == 2
        assert tasks.announce_policy() == 2
        assert Notice.objects.filter(kind="privacy.policy").count() == 2

    @pytest.mark.obligation("PER-47", partial=True)
    def test_tells_nobody_when_it_is_too_late_and_notes_that(self, shelf, alice, capsys):
        policy.publish(today=today(), begins_on=today() + timedelta(days=20))
        assert tasks.announce_policy() == 0
        assert not Notice.objects.exists()
        with pytest.raises(CommandError, match="30"):
            call_command("announce_policy", skip_checks=True)

    def test_answers_who_runs_the_server(self, shelf, alice, capsys):
        policy.publish(today=today())
        call_command("announce_policy")
        assert "Version 2: 1 people were told" in capsys.readouterr().out
