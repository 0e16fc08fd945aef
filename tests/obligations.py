"""Which test shows which duty: `@pytest.mark.obligation("PRI-57")` on a test that drives the running system.

`partial=True` says that a test shows only a part of the duty. A mark with an unknown id fails collection. With
OBLIGATIONS_FOLDER set, a run leaves there what came of each marked test (tools/obligations.py reads it).
"""

import json
import os
import tomllib
from pathlib import Path
from uuid import uuid4

import pytest

REGISTER = Path(__file__).parents[1] / "docs" / "obligations.toml"
PROPERTY = "obligations"


def known() -> set[str]:
    return {row["id"] for row in tomllib.loads(REGISTER.read_text(encoding="utf-8"))["obligation"]}


def duties_of(item, ids) -> dict[str, bool]:
    """Each duty a test is marked with, and whether it shows only a part of it."""
    duties: dict[str, bool] = {}
    for mark in item.iter_markers("obligation"):
        partial = mark.kwargs.get("partial", False)
        if not mark.args or set(mark.kwargs) - {"partial"} or not set(mark.args) <= ids:
            raise pytest.UsageError(f"{item.nodeid}: no such duty in docs/obligations.toml: {mark.args}")
        for duty in mark.args:
            duties[duty] = duties.get(duty, True) and partial
    return duties


class Outcomes:
    """What came of each marked test of one run, written at its end."""

    def __init__(self, folder: Path, *, only_collected: bool) -> None:
        self.folder, self.only_collected = folder, only_collected
        self.tests: dict[str, dict] = {}

    def collected(self, item, duties: dict[str, bool]) -> None:
        if self.only_collected:
            self.tests[item.nodeid] = {"duties": duties, "passed": None}

    def pytest_runtest_logreport(self, report) -> None:
        duties = dict(report.user_properties).get(PROPERTY)
        if duties is None:
            return
        test = self.tests.setdefault(report.nodeid, {"duties": duties, "passed": None})
        if report.failed:
            test["passed"] = False
        elif report.when == "call" and report.passed and test["passed"] is None:
            test["passed"] = True

    def pytest_sessionfinish(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        kind = "collected" if self.only_collected else "outcomes"
        (self.folder / f"{kind}-{uuid4().hex}.json").write_text(json.dumps(self.tests), encoding="utf-8")


def pytest_configure(config) -> None:
    folder = os.environ.get("OBLIGATIONS_FOLDER")
    if folder and not hasattr(config, "workerinput"):
        outcomes = Outcomes(Path(folder), only_collected=config.option.collectonly)
        config.pluginmanager.register(outcomes, "obligations-outcomes")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config, items) -> None:
    """Check every mark, and hand it on with the report of its test, also from another process."""
    ids, outcomes = known(), config.pluginmanager.get_plugin("obligations-outcomes")
    for item in items:
        if duties := duties_of(item, ids):
            item.user_properties.append((PROPERTY, duties))
            if outcomes:
                outcomes.collected(item, duties)
