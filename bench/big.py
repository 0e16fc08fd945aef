"""Lists among very many rows: `./run bench big [--json] [--messages=10000000]`."""

import json
import os
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

from bench import forms, report
from bench.report import Report, Row
from bench.run import measure
from tools.bench import data_in
from tools.steps import ROOT

ACCOUNTS, MESSAGES = 100_000, 1_000_000
ASKED = "--messages="
NOTES = [
    "Every figure is the median of 5 in one process, after the database had put itself in order once.",
    f"{ACCOUNTS:,} accounts in families of 8, each with a device, a line of the log, a notice and one talk;",
    "the messages are spread over all talks, each of 200 bytes, with a copy of 200 for the archive.",
]


def main(options: list[str]) -> None:
    """Measure on PostgreSQL where it answers, else on SQLite; print it, with every plan that reads much."""
    messages = next((int(one.removeprefix(ASKED)) for one in options if one.startswith(ASKED)), MESSAGES)
    found = report.start("big")
    found.notes.extend([*NOTES, f"{messages:,} messages."])
    works = {"SQLite": partial(on_sqlite, found, messages)}
    if forms.answers(forms.POSTGRES):
        works = {"PostgreSQL": partial(on_postgres, found, messages)}
    measure(found, [], works, options)


def on_sqlite(found: Report, messages: int) -> list[Row]:
    """Return the figures of the embedded form."""
    return _figures(found, "sqlite://", messages)


def on_postgres(found: Report, messages: int) -> list[Row]:
    """Return the figures on a database of its own, which is dropped."""
    with forms.database() as name:
        return _figures(found, forms.url_of(name), messages)


def _figures(found: Report, url: str, messages: int) -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="prifora-bench-") as name, data_in(Path(name)):
        told = {"DATABASE_URL": url, "PRIFORA_ORIGIN": "http://testserver"}
        env = {**os.environ, **told, "DJANGO_SETTINGS_MODULE": "prifora.settings"}
        command = [sys.executable, "-m", "bench.sizing", str(ACCOUNTS), str(messages)]
        done = subprocess.run(  # noqa: S603  our own program
            command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True, check=True
        )
    answer = json.loads(done.stdout)
    found.notes.append("" if answer["plans"] else "No query read a table of more than 50,000 rows whole.")
    for asked, plan in answer["plans"].items():
        found.notes += ["", f"Reads a big table whole: {asked}", *(f"  {line}" for line in plan)]
    return [Row(**row) for row in answer["rows"]]


if __name__ == "__main__":
    main(sys.argv[1:])
