"""No port opens on data that brings somebody back, nor on a list of erasures that was changed."""

import shutil
import sqlite3
import subprocess
import sys

import pytest

from tests.proof import backup
from tests.proof.caller import Caller
from tests.server import ROOT, running

pytestmark = [pytest.mark.server, pytest.mark.long]


def starts(server) -> bool:
    """Whether a server comes up on the data there is; one that may not ends by itself."""
    command = [sys.executable, "-m", "uvicorn", "prifora.asgi:application", "--port", str(server.port)]
    try:
        subprocess.run(command, cwd=ROOT, env=server.env, capture_output=True, timeout=40, check=False)
    except subprocess.TimeoutExpired:
        return True
    return False


@pytest.fixture
def server(tmp_path):
    with running(tmp_path / "data") as started:
        yield started


def test_a_restored_backup_is_only_served_once_everybody_is_erased_again(server, tmp_path):
    [home] = server.call("tests.realtime.stage:households", count=1)
    alice, bob = (Caller(server.origin, home[one]["cookie"]) for one in ("alice", "bob"))
    names = server.call("tests.privacy.stage:names", account_ids=[home["bob"]["id"]])
    backup.make(server, tmp_path / "yesterday")
    server.erase(names[0])
    assert bob("GET", "/api/v1/me")[0] == 401
    server.stop()
    backup.put_back(server, tmp_path / "yesterday")
    assert server.call("tests.privacy.stage:there", account_ids=[home["bob"]["id"]]) == [True]
    server.start()
    assert bob("GET", "/api/v1/me")[0] == 401
    assert alice("GET", "/api/v1/me")[0] == 200
    assert server.call("tests.privacy.stage:there", account_ids=[home["bob"]["id"]]) == [False]
    assert home["bob"]["id"] not in alice("GET", "/api/v1/families")[1].decode()


def test_no_server_starts_on_a_list_that_was_changed(server):
    [home] = server.call("tests.realtime.stage:households", count=1)
    [name] = server.call("tests.privacy.stage:names", account_ids=[home["bob"]["id"]])
    server.erase(name)
    server.stop()
    kept = server.folder / "kept.sqlite3"
    shutil.copy(server.folder / "keys.sqlite3", kept)
    with sqlite3.connect(server.folder / "keys.sqlite3") as database:
        database.execute("DROP TRIGGER erasure_UPDATE")
        database.execute("UPDATE erasure SET at = '2020-01-01'")
    assert not starts(server)
    shutil.copy(kept, server.folder / "keys.sqlite3")
    server.start()
