"""Nothing starts while something is stored that nobody declared, whichever way it got into the database."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.server import ROOT, free_port, running

pytestmark = [pytest.mark.server, pytest.mark.long]
NAMED = "is in the database and undeclared"
MODEL = """
from django.db import models
from prifora.kernel.models import Row
from prifora.kernel.policy import Policy
from contacts.models import Family


"""
MODELS = {
    "a model": (
        "class Planted(models.Model):\n    name = models.TextField()\n",
        "planted.Planted.name says nothing about what it holds",
    ),
    "an inherited column": (
        "class Named(models.Model):\n    name = models.TextField()\n    class Meta:\n        abstract = True\n"
        'class Planted(Named, Row):\n    policy = Policy(subject="", keep=None)\n',
        "planted.Planted.name says nothing about what it holds",
    ),
    "a many-to-many table": (
        'class Planted(Row):\n    families = models.ManyToManyField(Family, related_name="+")\n'
        '    policy = Policy(subject="", keep=None)\n',
        "planted.Planted_families.family says nothing about what it holds",
    ),
}
STATEMENTS = {
    "a table by raw SQL": ("CREATE TABLE planted (name text)", "DROP TABLE planted", "planted.name"),
    "a column by raw SQL": (
        "ALTER TABLE contacts_family ADD COLUMN planted text",
        "ALTER TABLE contacts_family DROP COLUMN planted",
        "contacts_family.planted",
    ),
    "a view by raw SQL": (
        "CREATE VIEW planted AS SELECT id AS who FROM contacts_family",
        "DROP VIEW planted",
        "planted.who",
    ),
}
MIGRATION = """
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("contacts", "__first__")]
    operations = [migrations.RunSQL({do!r}, {undo!r})]
"""
PROCESSES = {
    "server": ["uvicorn", "prifora.asgi:application", "--port", "{port}", "--log-level", "warning"],
    "worker": ["celery", "-A", "prifora.celery", "worker", "--pool", "threads", "--concurrency", "1"],
    "clock": ["celery", "-A", "prifora.celery", "beat", "--schedule", "{folder}/beat", "--pidfile="],
}


BUILD = [
    "pytest",
    "-q",
    "-p",
    "no:cacheprovider",
    "--ds",
    "with_planted",
    "tests/architecture/test_policies.py",
]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server that was started once, so that its database is whole, and stopped."""
    with running(tmp_path_factory.mktemp("start")) as one:
        one.stop()
        yield one


@pytest.fixture
def plant(server, tmp_path):
    """Add an app to the project, with models or a migration; it is named `planted`."""
    app = tmp_path / "planted"
    (app / "migrations").mkdir(parents=True)
    (app / "__init__.py").touch()
    (app / "migrations" / "__init__.py").touch()
    (tmp_path / "with_planted.py").write_text(
        "from prifora.settings import *\nINSTALLED_APPS = [*INSTALLED_APPS, 'planted']\n"
    )
    env = {**server.env, "PYTHONPATH": str(tmp_path), "DJANGO_SETTINGS_MODULE": "with_planted"}
    for name in ("PYTEST_XDIST_WORKER", "OBLIGATIONS_FOLDER"):
        env.pop(name, None)  # What this build says of itself is no outcome of ours.

    def write(file, text):
        (app / file).write_text(text)
        return env

    return write


def run(server, *command, env=None):
    """Run a program of Python to its end; return whether it failed, and all it said."""
    done = subprocess.run(
        [sys.executable, "-m", *command] if command[0] != "manage.py" else [sys.executable, *command],
        cwd=ROOT,
        env=env or server.env,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return done.returncode != 0, done.stdout + done.stderr


def own_database(folder):
    """Return the environment of a test run beside this one, on the same engine."""
    if os.environ.get("DATABASE_URL", "sqlite").startswith("sqlite"):
        return {"TEST_DATABASE": str(folder / "build.sqlite3")}
    return {"TEST_DATABASE": f"test_planted_{os.urandom(6).hex()}"}


def start(server, process="server", env=None):
    """Start a process that must refuse to: one that stays is a test that fails by its time limit."""
    places = {"port": free_port(), "folder": server.folder}
    return run(server, *(part.format(**places) for part in PROCESSES[process]), env=env)


@pytest.mark.obligation("PRI-06")
class TestAnUndeclaredColumn:
    @pytest.mark.parametrize("what", MODELS)
    def test_of_a_model_lets_neither_a_migration_nor_the_server_run(self, server, plant, what):
        models, said = MODELS[what]
        env = plant("models.py", MODEL + models)
        for failed, output in (run(server, "manage.py", "migrate", env=env), start(server, env=env)):
            assert failed
            assert said in output

    @pytest.mark.parametrize("what", STATEMENTS)
    def test_of_raw_sql_does_not_let_the_server_start(self, server, plant, what):
        do, undo, found = STATEMENTS[what]
        env = plant("migrations/0001_planted.py", MIGRATION.format(do=do, undo=undo))
        assert run(server, "manage.py", "migrate", "-v0", env=env) == (False, "")
        try:
            failed, output = start(server)
        finally:
            undone, _said = run(server, "manage.py", "migrate", "-v0", "planted", "zero", env=env)
        assert not undone
        assert failed
        assert f"{found} {NAMED}" in output

    @pytest.mark.parametrize("what", [*MODELS, *STATEMENTS])
    def test_fails_the_build(self, server, plant, tmp_path, what):
        """The tests that everybody runs before a change lands, in a project that has it."""
        if what in MODELS:
            models, said = MODELS[what]
            env = plant("models.py", MODEL + models)
        else:
            do, undo, said = STATEMENTS[what]
            env = plant("migrations/0001_planted.py", MIGRATION.format(do=do, undo=undo))
        failed, output = run(server, *BUILD, env=env | own_database(tmp_path))
        assert failed
        assert said in output

    def test_is_what_fails_it(self, server, plant, tmp_path):
        env = plant("models.py", "")
        failed, output = run(server, *BUILD, env=env | own_database(tmp_path))
        assert not failed, output

    @pytest.mark.parametrize("process", ["worker", "clock"])
    def test_does_not_let_background_work_start_either(self, server, plant, process):
        do, undo, found = STATEMENTS["a table by raw SQL"]
        env = plant("migrations/0001_planted.py", MIGRATION.format(do=do, undo=undo))
        assert run(server, "manage.py", "migrate", "-v0", env=env) == (False, "")
        apart = {**server.env, "REDIS_URL": f"redis://127.0.0.1:{free_port()}/0"}
        try:
            failed, output = start(server, process, env=apart)
        finally:
            run(server, "manage.py", "migrate", "-v0", "planted", "zero", env=env)
        assert failed
        assert f"{found} {NAMED}" in output


@pytest.mark.obligation("PRI-06")
class TestADeclarationOfNothing:
    def test_does_not_let_the_server_start(self, server, tmp_path):
        """An upgrade that was not migrated: the program declares what the database does not have yet."""
        assert run(server, "manage.py", "migrate", "-v0", "privacy", "zero") == (False, "")
        try:
            failed, output = start(server)
        finally:
            run(server, "manage.py", "migrate", "-v0")
        assert failed
        assert "privacy_sweep.swept_at is declared and not in the database" in output


class TestADatabaseThatIsAway:
    def test_does_not_let_the_server_start(self, server):
        away = f"postgres://nobody@127.0.0.1:{free_port()}/nothing"
        failed, output = start(server, env={**server.env, "DATABASE_URL": away})
        assert failed
        assert "Not started, because the database could not be looked through" in output


class TestALedgerThatWasChanged:
    """The ledger of looks (support/services/ledger.py)."""

    def test_does_not_let_the_server_start(self, server):
        server.call("tests.support.spoiling:write")
        server.call("tests.support.spoiling:rename", what="nothing")
        failed, output = start(server)
        server.call("tests.support.spoiling:rename", what="look")
        assert failed
        assert "Not started, because the ledger of looks was changed" in output


class TestAProcessThatStarted:
    @pytest.mark.obligation("PRE-19", "PRE-25", partial=True)
    def test_looks_up_no_host_that_is_not_declared(self, server):
        code = (
            "from prifora.start import refuse_to_start as r; r(); import socket\n"
            "try: socket.getaddrinfo('collect.example', 443)\n"
            "except OSError as refused: print(refused)"
        )
        assert "this host is not declared" in server.manage("shell", "-v0", "-c", code)


class TestInProduction:
    REGISTER = ROOT / "deploy" / "processors.example.toml"

    def begun(self, server, register: Path | None, **more):
        production = {
            "PRIFORA_DEVELOPMENT": "",
            "PRIFORA_ORIGIN": "https://family.example",
            "EMAIL_BACKEND": "anymail.backends.mailjet.EmailBackend",
            "SMS_URL": "http://127.0.0.1:9000/send",
        }
        env = {**server.env, **production, **more}
        return start(server, env=env | ({"PROCESSORS_FILE": str(register)} if register else {}))

    @pytest.mark.obligation("PIM-27", "PRI-73", partial=True)
    @pytest.mark.obligation("PRI-90")
    @pytest.mark.obligation("PRI-01", "PIM-11", partial=True)
    def test_a_host_that_is_no_processor_lets_nothing_start(self, server):
        failed, output = self.begun(server, None)
        assert failed
        assert "mail: api.mailjet.com is no declared processor" in output

    @pytest.mark.obligation("PRI-91", "PRE-38", "PER-42")
    @pytest.mark.obligation("PIM-11", partial=True)
    def test_nor_does_one_outside_the_economic_area(self, server, tmp_path):
        register = tmp_path / "processors.toml"
        register.write_text(self.REGISTER.read_text().replace('"FR"', '"US"'))
        failed, output = self.begun(server, register)
        assert failed
        assert "Mailjet SAS is in US, where no data may be" in output

    @pytest.mark.obligation("PRI-01", partial=True)
    def test_a_second_host_needs_a_line_of_its_own(self, server):
        gateway = "https://gateway.example/send"
        failed, output = self.begun(server, self.REGISTER, SMS_URL=gateway)
        assert failed
        assert "text messages: gateway.example is no declared processor" in output

    @pytest.mark.obligation("PRI-90", "PRI-91")
    def test_what_is_declared_starts(self, server):
        other = server.sibling()
        other.env |= {
            "PRIFORA_DEVELOPMENT": "",
            "EMAIL_BACKEND": "anymail.backends.mailjet.EmailBackend",
            "SMS_URL": "http://127.0.0.1:9000/send",
            "MOLLIE_KEY": "live_is_never_asked_anything_here",
            "PROCESSORS_FILE": str(self.REGISTER),
        }
        other.start()
        other.stop()
