"""Yesterday's backup: made as docs/operations.md says, and put back as it says. The key store is no part of it."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path


def make(server, folder: Path) -> None:
    """Copy the database while the server runs, then the files."""
    folder.mkdir(parents=True)
    if _is_postgres(server):
        _run("pg_dump", "-Fc", "-f", folder / "data.dump", _url(server))
    else:
        source, copy = server.folder / "prifora.sqlite3", folder / "prifora.sqlite3"
        with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(copy)) as other:
            one.backup(other)
    if (server.folder / "files").exists():
        shutil.copytree(server.folder / "files", folder / "files")


def put_back(server, folder: Path) -> None:
    """Put a backup back; the server is stopped."""
    shutil.rmtree(server.folder / "files", ignore_errors=True)
    if (folder / "files").exists():
        shutil.copytree(folder / "files", server.folder / "files")
    if _is_postgres(server):
        _run("pg_restore", "--clean", "--if-exists", "--no-owner", "-d", _url(server), folder / "data.dump")
        return
    for old in server.folder.glob("prifora.sqlite3*"):
        old.unlink()
    shutil.copy(folder / "prifora.sqlite3", server.folder / "prifora.sqlite3")


def _is_postgres(server) -> bool:
    return server.env["DATABASE_URL"].startswith("postgres")


def _url(server) -> str:
    return server.env["DATABASE_URL"]


def _run(*command: object) -> None:
    done = subprocess.run(
        [str(part) for part in command], env=dict(os.environ), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
