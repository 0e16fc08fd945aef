"""What is measured: the product embedded and scaled, and a bare server beside it; started anew each time."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bench.meters import Watched
from bench.run import progress
from tools import setup
from tools.bench import data_in
from tools.steps import ROOT

POSTGRES = os.environ.get("POSTGRES", "postgres://postgres@127.0.0.1:5432/postgres")
REDIS = os.environ.get("REDIS", "redis://127.0.0.1:6379/9")
PRODUCT, ECHO = "prifora.asgi:application", "bench.echo:application"


@dataclass(frozen=True)
class Form:
    """One way to run a server; `record_bytes` is the size of the archive's copy that goes with a message."""

    name: str
    says: str
    application: str = PRODUCT
    workers: int = 1
    record_bytes: int = 0
    is_scaled: bool = False


@dataclass
class Kept:
    """Families that were made once: their data folder, and on PostgreSQL the database to copy."""

    folder: Path
    families: list[dict[str, Any]]
    database: str = ""


@dataclass
class Serving:
    """A form that runs. `again` starts it anew on the same data."""

    form: Form
    kept: Kept
    url: str
    ports: list[int] = field(default_factory=list)
    process_ids: list[int] = field(default_factory=list)
    running: ExitStack = field(default_factory=ExitStack)

    def start(self) -> None:
        """Start every process."""
        self.running = ExitStack()
        started = [self.running.enter_context(setup.server(self.form.application)) for _ in self._each()]
        self.ports = [int(origin.rpartition(":")[2]) for origin, _process_id in started]
        self.process_ids = [process_id for _origin, process_id in started]

    def end(self) -> None:
        """End every process."""
        self.running.close()

    def again(self) -> None:
        """Start every process again, after they were killed."""
        self.end()
        self.start()

    def where(self) -> dict[str, Any]:
        """Return what the load has to know."""
        redis = REDIS if self.form.is_scaled else ""
        return {"ports": self.ports, "watched": asdict(Watched(self.process_ids, self.url, redis))}

    def _each(self) -> range:
        return range(self.form.workers)


@contextmanager
def families(count: int, *, is_scaled: bool) -> Iterator[Kept]:
    """Make families in a new folder, and on PostgreSQL in a new database; both go in the end."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="prifora-bench-")))
        name = stack.enter_context(database()) if is_scaled else ""
        with data_in(folder), _environment(name):
            command = [sys.executable, "-m", "bench.households", str(count)]
            env = {**os.environ, "DJANGO_SETTINGS_MODULE": "prifora.settings"}
            done = subprocess.run(  # noqa: S603  our own program
                command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True, check=True
            )
        yield Kept(folder, json.loads(done.stdout), name)


@contextmanager
def serving(form: Form, kept: Kept) -> Iterator[Serving]:
    """Run a form on a copy of the families."""
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="prifora-bench-")))
        folder = place / "data"
        shutil.copytree(kept.folder, folder)
        name = stack.enter_context(database(copy_of=kept.database)) if form.is_scaled else ""
        stack.enter_context(data_in(folder))
        stack.enter_context(_environment(name))
        served = Serving(form, kept, url_of(name))
        served.start()
        stack.callback(served.end)
        yield served


def is_scaled_here() -> bool:
    """Return whether PostgreSQL and Redis answer on this machine."""
    return all(answers(one) for one in (POSTGRES, REDIS))


def answers(url: str) -> bool:
    """Return whether something answers at an address."""
    parts = urlsplit(url)
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((parts.hostname or "127.0.0.1", parts.port or 0)) == 0


def url_of(name: str) -> str:
    """Return the address of a database; nothing for no name."""
    return POSTGRES.rpartition("/")[0] + f"/{name}" if name else ""


@contextmanager
def _environment(name: str) -> Iterator[None]:
    """Have what is started use a database of PostgreSQL, and Redis; inside `data_in`, which sets it back."""
    if name:
        os.environ.update(DATABASE_URL=url_of(name), REDIS_URL=REDIS)
    yield


@contextmanager
def database(copy_of: str = "") -> Iterator[str]:
    """Make a database of PostgreSQL, a copy of another if named; it is dropped in the end."""
    import psycopg

    name = f"prifora_bench_{os.urandom(6).hex()}"
    with psycopg.connect(POSTGRES, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}" + (f" TEMPLATE {copy_of}" if copy_of else ""))
        try:
            yield name
        finally:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


class Program:
    """The load, in a process of its own."""

    def __init__(self, form: Form, made: list[dict[str, Any]]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bench.load"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        bare = form.application == ECHO
        self.ask({"families": made, "record_bytes": form.record_bytes, "is_bare": bare})

    def ask(self, command: dict[str, Any]) -> dict[str, Any]:
        """Have it do something and return what it found; ends the bench when it fails."""
        assert self.process.stdin  # noqa: S101
        assert self.process.stdout  # noqa: S101
        self.process.stdin.write(json.dumps({"do": "begin", **command}) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise SystemExit(f"The load ended at {command}.")
        return dict(json.loads(answer))

    def do(self, name: str, **command: Any) -> dict[str, Any]:
        """Have it do what one of its methods does."""
        progress(f"    {name}")
        return self.ask({"do": name, **command})

    def end(self) -> None:
        """End it."""
        assert self.process.stdin  # noqa: S101
        self.process.stdin.close()
        self.process.wait()
