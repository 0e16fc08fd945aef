"""A real server in a process of its own, with a database of its own, for tests that come from outside."""

import atexit
import base64
import copy
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

from tools import setup

ROOT = Path(__file__).parents[1]
CALL = """
import django, importlib, json, sys
django.setup()
module, name = sys.argv[1].split(":")
print(json.dumps(getattr(importlib.import_module(module), name)(**json.load(sys.stdin)), default=str))
"""
SECRETS = ("PRIFORA_SECRET_KEY", "PRIFORA_SEAL_KEY", "PRIFORA_BLIND_KEY", "PRIFORA_MLS_KEY")
KEPT: dict[str, tuple[Path, dict[str, str]]] = {}
"""What was made once for the tests of this run, by name: a data folder, and the secrets it is sealed with."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """One server: start, kill, start again on the same data."""

    def __init__(self, folder: Path, database_url: str = "sqlite://", redis_url: str = "") -> None:
        self.folder, self.port = folder, free_port()
        self.origin = f"http://127.0.0.1:{self.port}"
        self.application = "prifora.asgi:application"
        self.beside: tuple[str, ...] = ()
        """Where else a browser may go on purpose: to the payment provider."""
        self.process: subprocess.Popen | None = None
        self.started_at = time.time()
        clean = {
            key: value for key, value in os.environ.items() if not key.startswith(("PRIFORA_", "DJANGO_"))
        }
        self.env = {
            **clean,
            "DJANGO_SETTINGS_MODULE": "prifora.settings",
            "PRIFORA_DEVELOPMENT": "1",
            "PRIFORA_ORIGIN": self.origin,
            "DATA_DIR": str(folder),
            "KEYS_URL": str(folder / "keys.sqlite3"),
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            **{name: base64.urlsafe_b64encode(os.urandom(32)).rstrip(b"=").decode() for name in SECRETS},
        }

    def manage(self, *arguments: str) -> str:
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def call(self, function: str, **arguments):
        """Run a function of the tests, "module:name", in a process of its own on this server's database.

        What it logs comes before what it returns.
        """
        command = [sys.executable, "-c", CALL, function]
        asked = json.dumps(arguments)
        done = subprocess.run(
            command, cwd=ROOT, env=self.env, input=asked, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    def erase(self, username: str, *, withdraw: bool = False) -> None:
        """Erase somebody as two members of staff and who runs the server do; the server may be quicker."""
        self.call("tests.privacy.stage:order_erasure", username=username, withdraw=withdraw)
        try:
            self.manage("erase_account", username, "--now")
        except AssertionError as gone:
            if "There is no account" not in str(gone):
                raise

    def sibling(self, *, redis_url: str | None = None) -> "Server":
        """Return one more server on the same data, not started yet."""
        other = copy.copy(self)
        other.process, other.port = None, free_port()
        other.origin = f"http://127.0.0.1:{other.port}"
        other.env = {**self.env, "PRIFORA_ORIGIN": other.origin}
        if redis_url is not None:
            other.env["REDIS_URL"] = redis_url
        return other

    def start(self) -> None:
        self.log = (self.folder / "server.log").open("a")
        command = [sys.executable, "-m", "uvicorn", self.application, "--port", str(self.port)]
        options = ["--log-level", "warning", "--no-access-log", *setup.LIMITS]
        self.process = subprocess.Popen(
            [*command, *options], cwd=ROOT, env=self.env, stdout=self.log, stderr=subprocess.STDOUT
        )
        for _ in range(900):
            try:
                if urllib.request.urlopen(f"{self.origin}/health", timeout=2).status == 200:
                    return
            except OSError:
                time.sleep(0.1)
        self.kill()
        raise AssertionError((self.folder / "server.log").read_text())

    def kill(self) -> None:
        """kill -9: nothing is finished, nothing is said."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(20)

    def demo(self, *joined: str) -> None:
        """Give this server the demo family, and who else joined it, in place of what it has.

        Made once for all tests that want the same, then copied.
        """
        self.stop()
        if joined:
            self.begin_with(" ".join(["demo", *joined]), lambda: self._make_larger_demo(joined))
        else:
            self.begin_with("demo", self._make_demo)
        self.start()

    def join(self, names: list[str]) -> None:
        """Let more people join the demo family, invited by Jan; about three seconds each."""
        self._demo_program("join", *names)

    def people(self, names: list[str]) -> None:
        """Let people sign up and make a family of their own; the password is that of the demo family."""
        self._demo_program("people", *names)

    def begin_with(self, name: str, make) -> None:
        """Give this server, while it is stopped, the data that `make` made for the first server that asked."""
        if not self.env["DATABASE_URL"].startswith("sqlite"):
            make()
        elif name in KEPT:
            folder, secrets = KEPT[name]
            for old in self.folder.glob("*.sqlite3*"):
                old.unlink()
            shutil.copytree(folder, self.folder, dirs_exist_ok=True)
            self.env.update(secrets)
        else:
            make()
            folder = Path(tempfile.mkdtemp(prefix="prifora-kept-"))
            atexit.register(shutil.rmtree, folder, ignore_errors=True)
            leave_out = shutil.ignore_patterns("server.log")
            shutil.copytree(self.folder, folder, ignore=leave_out, dirs_exist_ok=True)
            KEPT[name] = folder, {secret: self.env[secret] for secret in SECRETS}

    def _make_demo(self) -> None:
        self.start()
        self._demo_program("family")
        self.stop()

    def _make_larger_demo(self, joined: tuple[str, ...]) -> None:
        self.begin_with("demo", self._make_demo)
        self.start()
        self._demo_program("join", *joined)
        self.stop()

    def _demo_program(self, *arguments: str) -> None:
        """Run the program of `./run`'s demo family on this server."""
        with setup.alone():
            program = setup.demo_program()
        command = [setup.node_home() / "bin" / "node", program, self.origin, self.folder, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

    def _newest(self, name: str) -> str:
        files = sorted((self.folder / name).iterdir(), key=lambda file: file.stat().st_mtime_ns)
        return files[-1].read_text()

    def text_code(self) -> str:
        return re.search(r"\b([A-Z0-9-]{6,12})\.", self._newest("sms")).group(1)

    def mail_code(self) -> str:
        return re.findall(r"^\s*([A-Z0-9]{3,}-?[A-Z0-9]{3,})\s*$", self._newest("mail"), re.M)[-1]


@contextmanager
def running(folder: Path):
    """A migrated, started server on the engine of this test run; its PostgreSQL database is its own and dropped."""
    url = os.environ.get("DATABASE_URL", "sqlite://")
    if not url.startswith("postgres"):
        yield from _run(Server(folder))
        return
    import psycopg

    name = f"prifora_{os.urandom(6).hex()}"
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
    try:
        server = Server(folder, url.rsplit("/", 1)[0] + f"/{name}", os.environ.get("REDIS_URL", ""))
        yield from _run(server)
    finally:
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _run(server: Server):
    server.begin_with("empty", lambda: server.manage("migrate", "-v0"))
    server.start()
    try:
        yield server
    finally:
        server.stop()
