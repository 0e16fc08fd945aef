"""The register of duties is whole, marks name duties that exist, and what is counted is what ran."""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.obligations import REGISTER, known
from tools import obligations
from tools.obligations import Duty, counted, figures

ROOT = Path(__file__).parents[2]
ROWS = tomllib.loads(REGISTER.read_text(encoding="utf-8"))["obligation"]
HOW_MANY = {"PRI": 128, "PIM": 40, "PER": 50, "PRE": 57}
KINDS = {"must", "must-not", "mandatory-field", "optional-field", "may", "declined", "inform"}
FIELDS = ("id", "area", "kind", "who", "requirement", "check")
TESTS = """
import pytest

@pytest.mark.obligation("PRI-57")
def test_good(): pass

@pytest.mark.obligation("PRI-57", partial=True)
@pytest.mark.parametrize("number", [1, 2])
def test_half_good(number): assert number == 1

@pytest.mark.obligation("PRI-58", "PRI-59")
def test_that_breaks_off(): pytest.skip("no machine for it")

def test_of_nothing(): pass
"""


class TestTheRegister:
    def test_has_every_duty_once(self):
        wanted = {
            f"{letters}-{number:02}" for letters, last in HOW_MANY.items() for number in range(1, last + 1)
        }
        assert {row["id"] for row in ROWS} == wanted
        assert len(ROWS) == len(wanted) == 275

    def test_says_everything_of_each(self):
        for row in ROWS:
            assert row["kind"] in KINDS, row["id"]
            assert set(row) <= {*FIELDS, "note"}, row["id"]
            assert all(row[name] for name in FIELDS), row["id"]


def run_pytest(folder, text, *more):
    file = folder / "test_planted.py"
    file.write_text(text)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", "pyproject.toml"]
    env = {**os.environ, "OBLIGATIONS_FOLDER": str(folder / "outcomes")}
    env.pop("PYTEST_XDIST_WORKER", None)
    done = subprocess.run(
        [*command, *more, str(file)], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.check
class TestMarks:
    @pytest.mark.parametrize("mark", ['"PRI-999"', "", '"PRI-57", part=True', '"PRI-57", "pri-58"'])
    def test_of_no_duty_fail_the_collection(self, tmp_path, mark):
        code, said = run_pytest(
            tmp_path, f"import pytest\n\n@pytest.mark.obligation({mark})\ndef test_it(): pass\n"
        )
        assert code == pytest.ExitCode.USAGE_ERROR
        assert "no such duty in docs/obligations.toml" in said

    def test_of_the_web_app_name_duties_that_exist(self):
        named = list(obligations._named_by_the_web_app())
        assert len(named) > 5
        assert not [(title, duties) for _file, title, duties in named if not set(duties) <= known()]

    def test_in_the_web_app_all_stand_where_they_are_read(self):
        """At the end of a title in plain quotes, so that none is lost."""
        read = sum(len(duties) for _file, _title, duties in obligations._named_by_the_web_app())
        text = "".join(
            file.read_text(encoding="utf-8") for file in obligations.WEB.glob("packages/*/test/**/*.ts")
        )
        assert read == len(obligations.IN_TITLE.findall(text))


@pytest.mark.parametrize("processes", ["0", "2"])
@pytest.mark.check
class TestARun:
    def test_leaves_what_came_of_each_marked_test(self, tmp_path, processes):
        code, said = run_pytest(tmp_path, TESTS, "-n", processes)
        assert code == pytest.ExitCode.TESTS_FAILED, said
        run_pytest(tmp_path, TESTS, "--collect-only")
        states = {duty.ident: (duty.state, duty.tests) for duty in counted(tmp_path / "outcomes")}
        passed = {test["name"].rpartition("::")[2]: test["passed"] for test in states["PRI-57"][1]}
        assert passed == {"test_good": True, "test_half_good[1]": True, "test_half_good[2]": False}
        assert states["PRI-57"][0] == "partial"
        assert states["PRI-58"][0] == states["PRI-59"][0] == "open"
        assert states["PRI-60"] == ("open", [])


def duty(*tests) -> Duty:
    row = ("name", "passed", "partial")
    return Duty("PRI-57", "must", "Calls", [dict(zip(row, ("a test", *test), strict=True)) for test in tests])


class TestState:
    @pytest.mark.parametrize(
        ("tests", "state"),
        [
            ([], "open"),
            ([(None, False)], "open"),
            ([(False, False)], "open"),
            ([(True, False)], "held"),
            ([(True, False), (True, True)], "held"),
            ([(True, True)], "partial"),
            ([(True, False), (None, False)], "partial"),
            ([(True, False), (False, True)], "partial"),
            ([(None, False), (True, True)], "partial"),
        ],
    )
    def test_is_held_only_when_all_ran_and_passed_and_one_shows_the_whole(self, tests, state):
        assert duty(*tests).state == state

    def test_is_counted(self):
        report = figures([duty(), duty((True, False)), duty((True, True))])
        assert (report["held"], report["partial"], report["open"]) == (1, 1, 1)
        assert json.loads(json.dumps(report))["rows"][1]["tests"][0]["name"] == "a test"

    def test_of_a_test_that_failed_on_one_of_two_engines_is_not_passed(self, tmp_path):
        name, known_test = "tests/x.py::test_it", {"duties": {"PRI-57": False}}
        (tmp_path / "collected-1.json").write_text(json.dumps({name: known_test}))
        for number, passed in enumerate((True, False)):
            (tmp_path / f"outcomes-{number}.json").write_text(json.dumps({name: {"passed": passed}}))
        (row,) = [duty for duty in counted(tmp_path) if duty.tests]
        assert (row.ident, row.state) == ("PRI-57", "open")
