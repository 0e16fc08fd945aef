"""What erasing, exporting and sweeping cost: `./run bench erasure [--json]`."""

import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench import report
from bench.report import Row
from bench.run import measure
from tools.bench import data_in
from tools.steps import ROOT

POSTGRES = os.environ.get("POSTGRES", "postgres://postgres@127.0.0.1:5432/postgres")
NOTES = [
    "Every figure is one run on rows of its own, and the limit beside it another on as many rows.",
    "The person has 10,000 messages (1 KB in the log, 2 KB in the archive), half of them to one other,",
    "and 1,000 photos of three parts each (26 KB together). What they said is withdrawn.",
    "Processor time is that of the process and, on PostgreSQL, of the database's process that serves it.",
    "Longest transaction: how long others may have to wait for a row, or on SQLite for their turn to write.",
]


def main(options: list[str]) -> None:
    """Measure on SQLite, and on PostgreSQL where it answers; print it."""
    works = {"SQLite": on_sqlite}
    if _answers():
        works["PostgreSQL"] = on_postgres
    else:
        NOTES.append("PostgreSQL: not measured, nothing answers on 127.0.0.1:5432.")
    measure(report.start("erasure"), NOTES, works, options)


def on_sqlite() -> list[Row]:
    """Return the figures of the embedded form."""
    return _figures("SQLite", "sqlite://")


def on_postgres() -> list[Row]:
    """Return the figures on a database of its own, which is dropped."""
    with _database() as url:
        return _figures("PostgreSQL", url)


def _figures(engine: str, url: str) -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="prifora-bench-") as name, data_in(Path(name)):
        env = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "prifora.settings"}
        command = [sys.executable, "-m", "bench.erasing"]
        done = subprocess.run(  # noqa: S603  our own program
            command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True, check=True
        )
    rows = [Row(**row) for row in json.loads(done.stdout)]
    return [Row(f"{engine}: {row.what}", row.unit, row.runs, row.limit_is, row.limit_runs) for row in rows]


def _answers() -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", 5432)) == 0


@contextmanager
def _database() -> Iterator[str]:
    import psycopg

    name = f"prifora_bench_{os.urandom(6).hex()}"
    with psycopg.connect(POSTGRES, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
        try:
            yield POSTGRES.rpartition("/")[0] + f"/{name}"
        finally:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


if __name__ == "__main__":
    main(sys.argv[1:])
