"""The tests, and everything else that must hold before a change lands."""

import filecmp
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from tools import outcomes, setup, weights
from tools.steps import BIN, ROOT, WEB, say, sh

PYTHON = BIN / "python"
SCHEMA = ROOT / "schema" / "openapi.yaml"
TYPES = WEB / "packages" / "api" / "src" / "schema.ts"
POSTGRES = "postgres://postgres@127.0.0.1:5432/postgres"
REDIS = "redis://127.0.0.1:6379/0"
PURE = ("tests/architecture", "tests/vectors", "tests/prifora/mls")
"""Tests of files and bytes: the engine of the database makes no difference to them."""
LONG = ".long.test.ts"
"""How the web app's tests end that take long: attacks, random histories, lost answers."""
WITH_CHECK = ("albums", "histories", "leaving", "liar", "talk", "trust")
"""The tests of the web app that end so and are run by `./run check`, beside the attacks."""
WORKERS = min(4, os.cpu_count() or 1)


def test() -> None:
    """Set up and run the tests that this machine can run in a few minutes; say plainly what it did not."""
    setup.set_up(with_database=False)
    if chosen := sys.argv[2:]:
        _pytest(chosen, {})
        return
    say("\n== lint")
    _lint()
    _web_checks()
    say("\n== web app: tests")
    _vitest("--exclude", f"**/*{LONG}")
    say("\n== server tests")
    _pytest(["-n", WORKERS, "-m", "not browser and not long and not check"], {})
    missing = [
        "Not run here: attacks, who may ask what, other apps, all on PostgreSQL and Redis; ./run check does.",
        "Not run here: every other journey, and the server's long tests; ./run long does.",
    ]
    if setup.browser():
        say("\n== browser tests")
        _browse("browser and not long and not check", {})
    else:
        missing.append("Not run: the browser tests (no Chromium or Chrome found; set CHROMIUM to one).")
    for line in missing:
        say(line)


def check() -> None:
    """Run all that CI runs besides `./run test`: types, contracts, attacks, histories, the other engine."""
    setup.set_up(with_database=False)
    cheap: dict[str, Callable[[], None]] = {
        "types": lambda: sh(PYTHON, "-m", "mypy", "."),
        "contracts": lambda: sh(BIN / "lint-imports", "--no-cache"),
        "migrations": lambda: setup.manage("makemigrations", "--check", "--dry-run"),
        "deployment": _deployment,
        "schema": _schema_is_current,
    }
    for name, action in cheap.items():
        say(f"\n== {name}")
        action()
    web = (*(f"{one}{LONG}" for one in WITH_CHECK), "attacks-")
    parts = {
        "attacks, random histories and albums, played by the web app": lambda: _vitest(*web),
        "server tests that the first command leaves to this one": lambda: _pytest(
            ["-n", WORKERS, "-m", "not browser and not long and check"], {}
        ),
    }
    if setup.browser():
        parts["browser tests that the first command leaves to this one"] = lambda: _browse(
            "browser and not long and check", {}
        )
    _each({**parts, **_scaled_parts("not long")})


def long() -> None:
    """Run the tests that take long: every other journey in a browser, and the server's, on both engines."""
    setup.set_up(with_database=False)
    parts = {
        "long tests of the web app": lambda: _vitest(LONG),
        "long tests of the server": lambda: _pytest(["-n", WORKERS, "-m", "not browser and long"], {}),
    }
    if setup.browser():
        parts["every other journey in a browser"] = lambda: _browse("browser and long", {})
    else:
        say("\nNot run: the journeys (no Chromium or Chrome found; set CHROMIUM to one).")
    _each({**parts, **_scaled_parts("long")})


def schema() -> None:
    """Write the API's description and the web app's types from it."""
    setup.set_up(with_database=False)
    _write_schema(SCHEMA, TYPES)


def documents() -> None:
    """Write docs/privacy from the declarations, and a new version of the privacy policy when it changed."""
    setup.set_up(with_database=False)
    setup.manage("documents")


def _web_checks() -> None:
    say("\n== web app: types, lint, weight")
    setup.node("svelte-check/bin/svelte-check", "--tsconfig", "./tsconfig.json", "--fail-on-warnings")
    setup.node("typescript/bin/tsc", "-p", "../bench/tsconfig.json")
    setup.node("eslint/bin/eslint.js", ".", "--max-warnings", "0")
    weights.weigh()


def _scaled_parts(marks: str) -> dict[str, Callable[[], None]]:
    """Return what may come out otherwise on PostgreSQL and Redis; no power is cut, no disk waited for."""
    if not (_answers(5432) and _answers(6379)):
        say("\nNot run: the tests on PostgreSQL and Redis (nothing answers on 127.0.0.1:5432 and 6379).")
        return {}
    env = {"DATABASE_URL": POSTGRES, "REDIS_URL": REDIS, "PGOPTIONS": "-c synchronous_commit=off"}
    selection = ["-n", WORKERS, "-m", f"not browser and {marks}", *(f"--ignore={one}" for one in PURE)]
    parts = {
        "the same tests on PostgreSQL and Redis, but for those that know no database": lambda: _pytest(
            selection, env
        )
    }
    if setup.browser():
        parts["a play in a browser on PostgreSQL and Redis"] = lambda: _browse(
            f"browser and both_engines and {marks}", env
        )
    return parts


def _each(parts: dict[str, Callable[[], None]]) -> None:
    """Do every part, also after one that failed, so that one run says all there is to mend."""
    failed = []
    for name, action in parts.items():
        say(f"\n== {name}")
        try:
            action()
        except SystemExit as wrong:
            say(str(wrong))
            failed.append(name)
    if failed:
        sys.exit("\nFailed:\n" + "\n".join(failed))


def pytest_whatever_comes(arguments: Sequence[object], *, quiet: bool = False) -> None:
    """Run tests of the server and go on also when some fail: what came of them is counted elsewhere."""
    command = [str(part) for part in (PYTHON, "-m", "pytest", "-q", *arguments)]
    out = subprocess.DEVNULL if quiet else sys.stderr
    subprocess.run(command, cwd=ROOT, env={**os.environ, **_browsing()}, stdout=out, check=False)


def vitest_whatever_comes(files: Sequence[str]) -> None:
    """Run tests of the web app and go on also when some fail: what came of them is counted elsewhere."""
    program = setup.node_home() / ("node.exe" if os.name == "nt" else "bin/node")
    command = [str(program), str(WEB / "node_modules/vitest/vitest.mjs"), *_vitest_arguments(), *files]
    subprocess.run(command, cwd=WEB, stdout=sys.stderr, check=False)


def _vitest(*selection: str) -> None:
    setup.node("vitest/vitest.mjs", *_vitest_arguments(), *selection)


def _vitest_arguments() -> list[str]:
    """Return how tests of the web app are run, so that what came of them is kept."""
    folder = outcomes.folder_of_this_state()
    folder.mkdir(parents=True, exist_ok=True)
    kept = f"--outputFile.json={folder}/vitest-{time.time_ns()}.json"
    return ["run", "--reporter=default", "--reporter=json", kept]


def _browse(marks: str, env: dict[str, str]) -> None:
    """Run browser tests, those of one file by one process: they share what they set the scene with."""
    _pytest(["-n", WORKERS, "--dist", "loadfile", "-m", marks], env)


def _pytest(arguments: Sequence[object], env: dict[str, str]) -> None:
    sh(PYTHON, "-m", "pytest", "-q", *arguments, env={**env, **_browsing()})


def _browsing() -> dict[str, str]:
    """Return what tests need to know of the browser, and where they leave what came of them."""
    chromium = setup.browser()
    known = {
        "PLAYWRIGHT_NODEJS_PATH": str(setup.node_home() / "bin" / "node"),
        "OBLIGATIONS_FOLDER": str(outcomes.folder_of_this_state()),
    }
    return {**known, **({"CHROMIUM": chromium} if chromium else {})}


def _lint() -> None:
    sh(BIN / "ruff", "check", ".")
    sh(BIN / "ruff", "format", "--check", ".")
    sh(BIN / "bandit", "-q", "-c", "pyproject.toml", "-r", "prifora", *_apps())


def _apps() -> list[str]:
    return sorted(folder.parent.name for folder in ROOT.glob("*/apps.py"))


def _deployment() -> None:
    """Django's own check of a production configuration."""
    env = {
        "PRIFORA_DEVELOPMENT": "",
        "PRIFORA_ORIGIN": "https://family.example",
        "DATABASE_URL": "sqlite://",
        "SMS_URL": "https://gateway.example/send",
    }
    sh(PYTHON, "manage.py", "check", "--deploy", "--fail-level", "WARNING", env=env)


def _write_schema(target: Path, types: Path) -> None:
    target.parent.mkdir(exist_ok=True)
    env = {"PRIFORA_DEVELOPMENT": "1"}
    sh(PYTHON, "manage.py", "spectacular", "--validate", "--fail-on-warn", "--file", target, env=env)
    setup.node("openapi-typescript/bin/cli.js", target, "-o", types, quiet=True)


def _schema_is_current() -> None:
    with tempfile.TemporaryDirectory() as folder:
        target, types = Path(folder) / "openapi.yaml", Path(folder) / "schema.ts"
        _write_schema(target, types)
        if not filecmp.cmp(target, SCHEMA, shallow=False) or not filecmp.cmp(types, TYPES, shallow=False):
            sys.exit("schema/openapi.yaml is not what the code says. Run ./run schema and commit the result.")


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


os.environ.setdefault("PYTHONUNBUFFERED", "1")
