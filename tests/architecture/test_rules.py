"""Rules no tool has built in. Import layers are in pyproject.toml (import-linter)."""

import ast
from pathlib import Path

import grimp
import pytest
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

from prifora.kernel.api import Endpoint

ROOT = Path(__file__).parents[2]
APPS = (
    "accounts",
    "contacts",
    "media",
    "stations",
    "recovery",
    "books",
    "chat",
    "shop",
    "realtime",
    "notices",
    "figures",
    "payments",
    "plans",
    "tickets",
    "prospects",
    "support",
    "privacy",
)
FRONT_DOORS = ("services", "access", "events")
LETTERS = "notices.rules"
"""What a letter is: whoever tells people something declares its own with it."""

MAX_LINES = 400
VOCABULARIES = {"notices.rules", "books.rules"}
"""What every app needs to declare things of its own with (its letters)."""
DAYS = {"prifora/kernel/terms.py": "a local day", "notices/rules.py": "a day in a person's own zone"}
"""Where a moment is made a day; an hour before midnight in Amsterdam it is another day in UTC."""
UNTESTED = {"__init__", "models", "events", "urls", "apps", "foreign", "pages_urls"}
"""Modules that hold declarations only; their tests are those of the modules that use them."""


def own_python_files():
    for folder in (*APPS, "prifora"):
        for file in (ROOT / folder).rglob("*.py"):
            if "migrations" not in file.parts:
                yield file


def paths(resolver=None, prefix=""):
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from paths(entry, route)
        elif isinstance(entry, URLPattern):
            yield route, entry.callback


def test_other_apps_come_in_by_a_front_door():
    graph = grimp.build_graph(*APPS, "prifora", cache_dir=None, exclude_type_checking_imports=True)
    wrong = {
        f"{importer} -> {imported}"
        for importer in graph.modules
        for imported in graph.find_modules_directly_imported_by(importer)
        if (app := imported.split(".")[0]) in APPS
        and importer.split(".")[0] not in (app, "prifora")
        and imported != LETTERS
        and imported.split(".")[1:2] not in [[door] for door in FRONT_DOORS]
        and imported not in VOCABULARIES
    }
    assert not wrong


def test_every_api_path_leads_to_an_endpoint():
    wrong = [
        route
        for route, view in paths()
        if route.startswith("api/") and not issubclass(getattr(view, "cls", object), Endpoint)
    ]
    assert not wrong


def test_only_access_modules_grant():
    wrong = [
        str(file.relative_to(ROOT))
        for file in own_python_files()
        if file.name != "access.py" and ".grant(" in file.read_text(encoding="utf-8")
    ]
    assert not wrong


def test_a_day_is_a_local_one():
    wrong = {
        name
        for file in own_python_files()
        if (name := str(file.relative_to(ROOT))) not in DAYS
        and any(text in file.read_text(encoding="utf-8") for text in (".date()", "localdate"))
    }
    assert not wrong, "take kernel.terms.day_of"


@pytest.mark.parametrize("app", APPS)
def test_tests_mirror_the_app(app):
    modules = {file.stem for file in (ROOT / app).glob("*.py")} - UNTESTED
    tests = {file.stem.removeprefix("test_") for file in (ROOT / "tests" / app).glob("test_*.py")}
    assert modules <= tests, f"without a test file: {sorted(modules - tests)}"


def test_files_stay_small():
    long = {
        str(file.relative_to(ROOT)): lines
        for file in own_python_files()
        if (lines := len(file.read_text(encoding="utf-8").splitlines())) > MAX_LINES
    }
    assert not long


def test_every_module_says_what_it_is_for():
    silent = [
        str(file.relative_to(ROOT))
        for file in own_python_files()
        if (text := file.read_text(encoding="utf-8").strip()) and not ast.get_docstring(ast.parse(text))
    ]
    assert not silent


def test_apps_have_a_short_readme():
    for app in APPS:
        readme = ROOT / app / "README.md"
        assert readme.exists(), app
        assert len(readme.read_text(encoding="utf-8").splitlines()) <= 30, app


def test_every_app_is_installed_and_layered():
    assert set(APPS) <= set(settings.INSTALLED_APPS)
    contracts = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for app in APPS:
        assert f'"{app}"' in contracts
