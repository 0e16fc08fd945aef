"""Kills the eraser at every step; runs in the server's environment (tests.server.call), in processes of its own.

The first process forks before it touches the database, so each child has connections of its own.
"""

import hashlib
import os
import shutil
import signal
import traceback
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.test import override_settings

from prifora.kernel import clock, keystore, ledger
from privacy import services
from privacy.services import erasing
from tests.journeys import matrix_scene

QUICK = override_settings(
    PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"], ALLOWED_HOSTS=["testserver"]
)
VOLATILE = {"id", "created_at", "at", "previous", "hash", "swept_at"}
MOMENTS = ("before the commit", "after the commit")


def scene(actor: str, withdraw: bool) -> dict:
    """A family with everything in it, one of whom is to be erased now."""
    with QUICK:
        built = matrix_scene.build()
    now, someone = clock.now(), built.people[actor]
    services.delete_ended_rows(now=now)
    services.close_at_once(account_id=someone.pk, withdraw=withdraw, now=now)
    if connection.vendor == "sqlite":
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return {"account_id": someone.pk, "now": now.isoformat(), "steps": len(erasing.steps())}


def killed_everywhere(account_id: str, now: str) -> dict:
    """Let the eraser be killed at every step, go on, and compare; return what came out differently."""
    who, when, disk = UUID(account_id), datetime.fromisoformat(now), Snapshot()
    _child(lambda: _finish(when))
    wanted = _state(disk.folder)
    different = []
    for at, name in enumerate(erasing.steps()):
        for moment in MOMENTS:
            disk.put_back()
            if _child(lambda at=at, moment=moment: _die(who, when, at, moment)) != signal.SIGKILL:
                different.append(f"{name}: was not killed {moment}")
            _child(lambda: _finish(when))
            if _state(disk.folder) != wanted:
                different.append(f"{name}: other state when killed {moment}")
    disk.drop()
    return {"different": different, "state": wanted}


class Snapshot:
    """The data as it was, database and files."""

    def __init__(self) -> None:
        self.folder, self.kept = Path(settings.DATA_DIR), Path(f"{settings.DATA_DIR}-kept")
        self.name = settings.DATABASES["default"]["NAME"]
        shutil.copytree(self.folder, self.kept)
        if self._is_postgres():
            self._say(f'CREATE DATABASE "{self.name}_kept" TEMPLATE "{self.name}"')

    def put_back(self) -> None:
        for old in self.folder.iterdir():
            shutil.rmtree(old) if old.is_dir() else old.unlink()
        shutil.copytree(self.kept, self.folder, dirs_exist_ok=True)
        if self._is_postgres():
            self._say(f'DROP DATABASE "{self.name}" WITH (FORCE)')
            self._say(f'CREATE DATABASE "{self.name}" TEMPLATE "{self.name}_kept"')

    def drop(self) -> None:
        """Leave nothing of it behind."""
        shutil.rmtree(self.kept)
        if self._is_postgres():
            self._say(f'DROP DATABASE "{self.name}_kept"')

    def _is_postgres(self) -> bool:
        return settings.DATABASES["default"]["ENGINE"].endswith("postgresql")

    def _say(self, statement: str) -> None:
        import psycopg

        url = os.environ["DATABASE_URL"].rpartition("/")[0] + "/postgres"
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute(statement)


def _child(work: Callable[[], object]) -> int:
    """Do something in a process of its own; return by which signal it ended."""
    child = os.fork()
    if child == 0:
        try:
            work()
            os._exit(0)
        except BaseException:  # noqa: BLE001  the child ends here, whatever it was
            traceback.print_exc()
            os._exit(1)
    _child_id, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.waitstatus_to_exitcode(status) == 0
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def _finish(now: datetime) -> None:
    services.erase_due(now=now)
    assert not erasing.Closure.objects.exists()


def _die(account_id: UUID, now: datetime, at: int, moment: str) -> None:
    """Do the steps before `at`, and die in that one or its first piece: what follows a commit is never done."""
    while (
        erasing._next(erasing.Closure.objects.get(account_ref=account_id).done)[0]
        != list(erasing.steps())[at]
    ):
        assert erasing.do_step(account_id=account_id, now=now)
    if moment == MOMENTS[1]:
        transaction.on_commit = lambda *_args, **_more: None
        erasing.do_step(account_id=account_id, now=now)
        os.kill(os.getpid(), signal.SIGKILL)
    real = erasing.steps

    def steps():
        every = real()
        name, act = list(every.items())[at]
        return {**every, name: lambda closure, now: (act(closure, now), os.kill(os.getpid(), signal.SIGKILL))}

    erasing.steps = steps
    erasing.do_step(account_id=account_id, now=now)


def _state(folder: Path) -> dict:
    """What there is, without what differs from one run to the next; read in a child, told by a file."""
    told = folder.with_name(f"{folder.name}-state")
    _child(lambda: told.write_text(repr(_look(folder))))
    return told.read_text()


def _look(folder: Path) -> list:
    rows = {
        model._meta.db_table: sorted(Counter(_said(row) for row in model._base_manager.values()).items())
        for model in apps.get_models()
    }
    files = sorted(
        file.name for name in ("files", "incoming") for file in (folder / name).rglob("*") if file.is_file()
    )
    people = sorted(keystore.store().people())
    lines = ledger.ledger().lines()
    ledger.check(lines)
    return [sorted(rows.items()), files, people, [(line.n, line.person.hex(), line.counts) for line in lines]]


def _said(row: dict) -> str:
    kept = {
        name: bytes(value).hex() if isinstance(value, bytes | memoryview) else value
        for name, value in row.items()
    }
    return hashlib.sha256(
        repr(sorted((k, str(v)) for k, v in kept.items() if k not in VOLATILE)).encode()
    ).hexdigest()
