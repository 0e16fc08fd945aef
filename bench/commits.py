"""The database's own limit: a row of 1.5 KB and a commit, again and again, on one connection."""

import os
import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psutil

from bench.company import BODY_BYTES
from bench.load import parts_of

TABLE = "CREATE TABLE line (seq BIGINT PRIMARY KEY, body {bytes} NOT NULL)"
COUNT = "SELECT count(*) FROM line"


def on_sqlite(seconds: float) -> dict[str, Any]:
    """Return what SQLite commits with the settings of the product (WAL, each commit on the disk)."""
    with tempfile.TemporaryDirectory(prefix="prifora-bench-") as folder, ExitStack() as stack:
        line = sqlite3.connect(Path(folder) / "commits.sqlite3", isolation_level=None)
        stack.callback(line.close)
        for rule in ("journal_mode=WAL", "synchronous=FULL"):
            line.execute(f"PRAGMA {rule}")
        line.execute(TABLE.format(bytes="BLOB"))
        insert = "INSERT INTO line VALUES (?, ?)"
        begun = time.process_time()
        found = _commit(lambda row: line.execute(insert, row), seconds)
        cpu = time.process_time() - begun
        return _figures(found, cpu, line.execute(COUNT).fetchone()[0])


def on_postgres(url: str, seconds: float) -> dict[str, Any]:
    """Return what PostgreSQL commits; processor time is that of its process for this connection."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as line:
        line.execute(TABLE.format(bytes="BYTEA"))
        served = psutil.Process(line.info.backend_pid)
        insert = "INSERT INTO line VALUES (%s, %s)"
        before = served.cpu_times()
        found = _commit(lambda row: line.execute(insert, row), seconds)
        after = served.cpu_times()
        cpu = after.user + after.system - before.user - before.system
        counted = line.execute(COUNT).fetchone()
        return _figures(found, cpu, counted[0] if counted else 0)


def _commit(insert: Callable[[tuple[int, bytes]], object], seconds: float) -> list[float]:
    """Return how long each commit took, in seconds."""
    took: list[float] = []
    until = time.perf_counter() + seconds
    while (begun := time.perf_counter()) < until:
        insert((len(took), os.urandom(BODY_BYTES)))
        took.append(time.perf_counter() - begun)
    return took


def _figures(took: list[float], cpu: float, counted: int) -> dict[str, Any]:
    answers = parts_of(took)
    return {
        "messages_per_s": len(took) / sum(took),
        "cpu_ms_per_message": cpu / len(took) * 1000,
        "cpu_ms_database": cpu / len(took) * 1000,
        **{f"ack_{name}_ms": value for name, value in answers.items()},
        "lost": len(took) - counted,
        "doubled": 0,
        "out_of_order": 0,
    }
