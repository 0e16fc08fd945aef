"""Which duties the running system holds, counted from a real test run."""

import argparse
import contextlib
import json
import re
import shutil
import sys
import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tools import checks, setup
from tools.outcomes import FOLDER, folder_of_this_state
from tools.steps import ROOT, WEB, say

REGISTER = ROOT / "docs" / "obligations.toml"
IN_TITLE = re.compile(r"\[((?:PRI|PIM|PER|PRE)-\d+)( in part)?\]")
"""How a test of the web app names a duty, at the end of its title."""


@dataclass
class Duty:
    """One duty and the tests that are marked with it."""

    ident: str
    kind: str
    area: str
    tests: list[dict[str, object]] = field(default_factory=list)

    @property
    def state(self) -> str:
        """Return held, partial or open; open is also what no passing test of the running system shows."""
        passed = [test for test in self.tests if test["passed"]]
        if not passed:
            return "open"
        whole = any(not test["partial"] for test in passed)
        return "held" if whole and len(passed) == len(self.tests) else "partial"


def obligations() -> None:
    """Run the marked tests, unless a run of this very state is there already, and print the table."""
    wish = _wish(sys.argv[2:])
    begun = time.monotonic()
    with contextlib.redirect_stdout(sys.stderr):
        setup.set_up(with_database=False)
        folder = folder_of_this_state()
        if not wish.reuse:
            shutil.rmtree(FOLDER, ignore_errors=True)
            _run_marked()
        folder.mkdir(parents=True, exist_ok=True)
        _collect(folder)
        say(f"\nThis took {time.monotonic() - begun:.0f} s.")
    duties = counted(folder)
    say(json.dumps(figures(duties), indent=2) if wish.json else _table(duties))


def counted(folder: Path) -> list[Duty]:
    """Return every duty with its tests: what was collected, and what came of it in every run."""
    rows = tomllib.loads(REGISTER.read_text(encoding="utf-8"))["obligation"]
    duties = {row["id"]: Duty(row["id"], row["kind"], row["area"]) for row in rows}
    outcomes = _outcomes(folder)
    for name, known in sorted(_merged(folder.glob("collected-*.json")).items()):
        for ident, partial in known["duties"].items():
            runs = outcomes.get(name, [])
            duties[ident].tests.append(
                {"name": name, "passed": all(runs) if runs else None, "partial": partial}
            )
    return list(duties.values())


def figures(duties: list[Duty]) -> dict[str, object]:
    """Return how many duties are held, in part held and open, and one row for each."""
    states = [duty.state for duty in duties]
    rows = [
        {"id": duty.ident, "kind": duty.kind, "state": duty.state, "tests": duty.tests} for duty in duties
    ]
    return {state: states.count(state) for state in ("held", "partial", "open")} | {"rows": rows}


def _wish(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run obligations", description=obligations.__doc__)
    parser.add_argument("--json", action="store_true", help="the table as JSON")
    parser.add_argument("--reuse", action="store_true", help="count what ran already on these very sources")
    return parser.parse_args(arguments)


def _run_marked() -> None:
    say("\n== marked tests of the server")
    checks.pytest_whatever_comes(["-n", checks.WORKERS, "-m", "obligation and not browser"])
    if setup.browser():
        say("\n== marked tests in a browser")
        browsing = ["-n", checks.WORKERS, "--dist", "loadfile", "-m", "obligation and browser"]
        checks.pytest_whatever_comes(browsing)
    else:
        say("Not run: the browser tests (no Chromium or Chrome found; set CHROMIUM to one).")
    say("\n== marked tests of the web app")
    files = sorted({str(file.relative_to(WEB)) for file, _name, _duties in _named_by_the_web_app()})
    checks.vitest_whatever_comes(files)


def _collect(folder: Path) -> None:
    """Note every marked test there is, so that one that did not run is missed."""
    for old in folder.glob("collected-*.json"):
        old.unlink()
    checks.pytest_whatever_comes(["--collect-only", "-qq"], quiet=True)
    named = {
        f"web/{file.relative_to(WEB)}::{title}": {"duties": duties, "passed": None}
        for file, title, duties in _named_by_the_web_app()
    }
    (folder / "collected-web.json").write_text(json.dumps(named), encoding="utf-8")


def _named_by_the_web_app() -> Iterator[tuple[Path, str, dict[str, bool]]]:
    for file in sorted(WEB.glob("packages/*/test/**/*.test.ts")):
        for title in re.findall(r"\b(?:it|test)\(\s*'([^'\n]*\])'", file.read_text(encoding="utf-8")):
            if duties := {ident: bool(part) for ident, part in IN_TITLE.findall(title)}:
                yield file, title, duties


def _outcomes(folder: Path) -> dict[str, list[bool]]:
    """Return whether each test passed, once for each run of it (on both engines, say)."""
    runs: dict[str, list[bool]] = {}
    for file in folder.glob("outcomes-*.json"):
        for name, test in json.loads(file.read_text(encoding="utf-8")).items():
            runs.setdefault(name, []).append(bool(test["passed"]))
    for file in folder.glob("vitest-*.json"):
        for suite in json.loads(file.read_text(encoding="utf-8"))["testResults"]:
            place = f"web/{Path(suite['name']).relative_to(WEB)}"
            for test in suite["assertionResults"]:
                if test["status"] in ("passed", "failed"):
                    runs.setdefault(f"{place}::{test['title']}", []).append(test["status"] == "passed")
    return runs


def _merged(files: Iterator[Path]) -> dict[str, dict[str, dict[str, bool]]]:
    every: dict[str, dict[str, dict[str, bool]]] = {}
    for file in files:
        every |= json.loads(file.read_text(encoding="utf-8"))
    return every


def _table(duties: list[Duty]) -> str:
    lines = []
    for duty in duties:
        passed = sum(bool(test["passed"]) for test in duty.tests)
        tests = f"{passed} of {len(duty.tests)} tests" if duty.tests else ""
        lines.append(f"{duty.ident}  {duty.kind:15}  {duty.state:7}  {duty.area[:32]:32}  {tests}".rstrip())
    count = figures(duties)
    return "\n".join([*lines, "", f"held {count['held']}, partial {count['partial']}, open {count['open']}"])
