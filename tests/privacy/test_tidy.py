"""Nothing of what was deleted stays in SQLite's log, also when somebody else is just putting the log away."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from accounts.models import Account
from privacy.services.erasing import tidy

HOLD = """
import fcntl, sys, time
CHECKPOINT = 121
with open(sys.argv[1], "r+b") as index:
    fcntl.lockf(index, fcntl.LOCK_EX, 1, CHECKPOINT)
    print("held", flush=True)
    time.sleep(0.5)
"""
"""Another process holds the lock of who puts the log away: byte 121 of its index (walformat.html, section 2.3.1)."""


@pytest.mark.django_db(transaction=True)
def test_the_log_is_empty_once_the_other_one_is_done():
    if connection.vendor != "sqlite":
        tidy()  # There is no such log.
        return
    log = Path(f"{connection.settings_dict['NAME']}-wal")
    Account.objects.update(is_active=True)
    Account.objects.create(username="somebody", sealed=b"")
    assert log.stat().st_size > 0
    command = [sys.executable, "-c", HOLD, f"{connection.settings_dict['NAME']}-shm"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline() == "held\n"
        tidy()
        assert log.stat().st_size == 0
