"""What may go wrong, at random, for as long as one likes: a seed is a schedule that can be played again."""

import argparse
import contextlib
import json
import os
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path

from tools import setup
from tools.steps import WEB, say

SHORT, LONG = 10, 1000
SEEDS = 1_000_000


def faults() -> None:
    """Run random schedules against the simple model; end with an error when one came out differently."""
    wish = _wish(sys.argv[2:])
    seed = secrets.randbelow(SEEDS) if wish.seed is None else wish.seed
    schedules = wish.schedules or (SHORT if wish.short else LONG)
    with contextlib.redirect_stdout(sys.stderr):
        setup.set_up(with_database=False)
        say(f"\n{schedules} schedules from seed {seed}:")
    figures = _run(schedules, seed)
    say(json.dumps(figures, indent=2) if wish.json else _table(figures))
    failures = figures["failures"]
    if isinstance(failures, list) and failures:
        sys.exit(f"\nThe first one again: ./run faults model --schedules 1 --seed {failures[0]['seed']}")
    if figures["schedules"] != schedules:
        sys.exit("\nIt ended before the last schedule did.")


def _wish(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run faults", description=faults.__doc__)
    parser.add_argument("what", nargs="?", choices=["model"], default="model")
    parser.add_argument("--short", action="store_true", help=f"{SHORT} schedules instead of {LONG}")
    parser.add_argument("--schedules", type=int, help="how many")
    parser.add_argument("--seed", type=int, help="of the first; the others follow it")
    parser.add_argument("--json", action="store_true", help="the figures as JSON")
    return parser.parse_args(arguments)


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


def _table(figures: dict[str, object]) -> str:
    failures = figures["failures"]
    counted = {**figures, "failures": len(failures) if isinstance(failures, list) else failures}
    return "\n".join(f"  {name:10} {value}" for name, value in counted.items())
