"""What may go wrong, done to the running system: a seed is a schedule that can be played again."""

import argparse
import contextlib
import json
import os
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tools import setup
from tools.steps import ROOT, WEB, say

SHORT, LONG = 10, 1000
SEEDS = 1_000_000
MODEL = "model"


def faults() -> None:
    """Do the named faults, or all, to the running system; end with an error when one is not survived."""
    wish = _wish(sys.argv[2:])
    seed = secrets.randbelow(SEEDS) if wish.seed is None else wish.seed
    names = wish.names or [*known(), MODEL]
    with contextlib.redirect_stdout(sys.stderr):
        setup.set_up(with_database=False)
        say(f"\n{', '.join(names)} from seed {seed}:")
    found = _done([one for one in names if one != MODEL], seed, short=wish.short)
    if MODEL in names:
        found.append(_model(wish.schedules or (SHORT if wish.short else LONG), seed))
    say(json.dumps(found, indent=2) if wish.json else "\n".join(map(_row, found)))
    failed = [one["name"] for one in found if one["wrong"]]
    if failed:
        sys.exit(f"\nFailed: {', '.join(failed)}. Again: ./run faults {' '.join(failed)} --seed {seed}")


def known() -> list[str]:
    """Return the names of the faults, in order."""
    files = sorted((ROOT / "tests" / "faults").glob("f[0-9][0-9]_*.py"))
    return [f"f{int(one.stem[1:3])}" for one in files]


def _wish(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run faults", description=faults.__doc__)
    parser.add_argument("names", nargs="*", type=str.lower, help=", ".join([*known(), MODEL]))
    parser.add_argument("--short", action="store_true", help="a small form of each")
    parser.add_argument("--schedules", type=int, help=f"how many of {MODEL}, in place of {LONG}")
    parser.add_argument("--seed", type=int, help="the one to play again")
    parser.add_argument("--json", action="store_true", help="what came of it as JSON")
    wish = parser.parse_args(arguments)
    for name in wish.names:
        if name not in [*known(), MODEL]:
            parser.error(f"there is no fault '{name}'")
    return wish


def _done(names: list[str], seed: int, *, short: bool) -> list[dict[str, Any]]:
    """Do these faults in a process of their own; progress goes to the screen."""
    if not names:
        return []
    command = [str(setup.PYTHON), "-m", "tests.faults", *names, "--seed", str(seed)]
    done = subprocess.run(
        [*command, *(["--short"] if short else [])], cwd=ROOT, stdout=subprocess.PIPE, check=False
    )
    if done.returncode:
        sys.exit("\nIt ended before the last fault did.")
    return list(json.loads(done.stdout))


def _model(schedules: int, seed: int) -> dict[str, Any]:
    """Play random schedules against the simple model (docs/testing.md)."""
    figures = _run(schedules, seed)
    failures = figures["failures"]
    wrong = []
    if isinstance(failures, list) and failures:
        again = f"./run faults {MODEL} --schedules 1 --seed {failures[0]['seed']}"
        wrong.append(f"{len(failures)} schedules came out differently; the first one again: {again}")
    if figures["schedules"] != schedules:
        wrong.append("it ended before the last schedule did")
    return {"name": MODEL, "done": "Random schedules.", "figures": figures, "wrong": wrong, "not_run": ""}


def _run(schedules: int, seed: int) -> dict[str, object]:
    """Let the test of the model play them; progress goes to the screen. Returns its figures."""
    home = setup.node_home()
    node = home / ("node.exe" if os.name == "nt" else "bin/node")
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "figures.json"
        wish = {"FAULTS_SCHEDULES": str(schedules), "FAULTS_SEED": str(seed), "FAULTS_REPORT": str(report)}
        subprocess.run(
            [node, WEB / "node_modules/vitest/vitest.mjs", "run", "packages/core/test/model"],
            cwd=WEB,
            env={**os.environ, **wish},
            stdout=sys.stderr,
            check=False,
        )
        if not report.exists():
            sys.exit("\nIt ended before the first schedule did.")
        figures: dict[str, object] = json.loads(report.read_text(encoding="utf-8"))
    return {"seed": seed, "wanted": schedules, **figures}


def _row(found: dict[str, Any]) -> str:
    """Return what came of one fault, as lines for the screen."""
    counted = {
        name: len(value) if name == "failures" and isinstance(value, list) else value
        for name, value in found["figures"].items()
    }
    state = f"not run: {found['not_run']}" if found["not_run"] else "FAILED" if found["wrong"] else "ok"
    lines = [f"{found['name']:6} {state:8} {found['done']}"]
    lines += [f"       {name.replace('_', ' '):32} {value}" for name, value in counted.items()]
    return "\n".join([*lines, *(f"       wrong: {one}" for one in found["wrong"])])
