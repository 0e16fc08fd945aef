"""What the faults stand on: PostgreSQL, Redis and worker that may be killed, and our server on them.

Nothing of the machine's own services is used: each is started from its binary in a folder that goes in the end.
"""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import psycopg
import redis

from tests.server import ROOT, SECRETS, Server, free_port

START_SECONDS = 60
LOOK_SECONDS = 0.05
PRODUCT = "prifora.asgi:application"


class NotHere(Exception):
    """What a fault needs is not on this machine."""


class Postgres:
    """One cluster of its own. `settings` are more lines of its configuration."""

    def __init__(self, folder: Path, settings: tuple[str, ...] = ()) -> None:
        self.folder, self.settings, self.port = folder, settings, free_port()
        self.process: subprocess.Popen | None = None
        self.url = f"postgres://postgres@127.0.0.1:{self.port}/prifora"
        self.keys_url = self.url.replace("/prifora", "/keys")

    def make(self) -> None:
        """Make the cluster and two empty databases, and leave it running."""
        self.folder.mkdir(parents=True)
        shutil.chown(self.folder, _owner())
        self._run(
            "initdb", "-D", str(self.folder), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"
        )
        self.start()
        with self.connect("postgres") as admin:
            admin.execute("CREATE DATABASE prifora")
            admin.execute("CREATE DATABASE keys")

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        more = [part for one in self.settings for part in ("-c", one)]
        options = ["-D", str(self.folder), "-p", str(self.port), "-k", "", "-h", "127.0.0.1", *more]
        self.log = (self.folder / "server.log").open("a")
        self.process = subprocess.Popen(
            [binary("postgres"), *options], user=_owner(), stdout=self.log, stderr=subprocess.STDOUT, cwd="/"
        )
        until(self._answers, "PostgreSQL answers", self._said)

    def kill(self) -> None:
        """kill -9 of every process of it: what only its memory held is gone."""
        postmaster = psutil.Process(self.process.pid)
        postmaster.suspend()
        family = [postmaster, *postmaster.children(recursive=True)]
        _signal(family, signal.SIGKILL)
        self.process.wait()
        psutil.wait_procs(family, timeout=START_SECONDS)

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """For a while it says nothing and refuses nothing, as on a machine that hangs."""
        postmaster = psutil.Process(self.process.pid)
        postmaster.suspend()
        family = [postmaster, *postmaster.children(recursive=True)]
        _signal(family, signal.SIGSTOP)
        try:
            yield
        finally:
            _signal(family, signal.SIGCONT)

    def stop(self) -> None:
        """Stop it at once but in order: who is connected is thrown out."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(START_SECONDS)

    def connect(self, name: str = "prifora") -> psycopg.Connection:
        url = self.url.replace("/prifora", f"/{name}")
        return psycopg.connect(url, autocommit=True, connect_timeout=5)

    def _answers(self) -> bool:
        try:
            self.connect("postgres").close()
        except psycopg.OperationalError:
            return False
        return True

    def _run(self, name: str, *arguments: str) -> None:
        command = [binary(name), *arguments]
        subprocess.run(command, user=_owner(), check=True, stdout=subprocess.DEVNULL, cwd="/")

    def _said(self) -> str:
        return (self.folder / "server.log").read_text()


class Redis:
    """One Redis of its own that keeps nothing on the disk."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self.folder)]
        self.process = subprocess.Popen(
            [binary("redis-server"), *options], stdout=subprocess.DEVNULL, cwd=self.folder
        )
        until(self._answers, "Redis answers")

    def kill(self) -> None:
        """kill -9: whatever it held is gone."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.kill()

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """For a while it says nothing and refuses nothing."""
        _signal([self.process], signal.SIGSTOP)
        try:
            yield
        finally:
            _signal([self.process], signal.SIGCONT)

    def wipe(self) -> int:
        """Empty it; return how many keys it had."""
        with redis.Redis.from_url(self.url) as client:
            had = client.dbsize()
            client.flushall()
        return had

    def _answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.url) as client:
                return client.ping()
        except redis.ConnectionError:
            return False


class Worker:
    """One Celery worker, as docs/operations.md starts it."""

    def __init__(self, server: Server, *, application: str = "prifora.celery") -> None:
        self.server, self.application = server, application
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "celery", "-A", self.application, "worker", "--pool", "threads"]
        options = ["--concurrency", "2", "--without-gossip", "--without-mingle", "--loglevel", "WARNING"]
        self.log = (self.server.folder / "worker.log").open("a")
        self.process = subprocess.Popen(
            [*command, *options], cwd=ROOT, env=self.server.env, stdout=self.log, stderr=subprocess.STDOUT
        )

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(START_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()


class Clock(Worker):
    """The clock of the worker, as docs/operations.md starts it."""

    def start(self) -> None:
        schedule = self.server.folder / "beat"
        command = [
            sys.executable,
            "-m",
            "celery",
            "-A",
            self.application,
            "beat",
            "--schedule",
            str(schedule),
        ]
        self.log = (self.server.folder / "clock.log").open("a")
        self.process = subprocess.Popen(
            [*command, "--pidfile=", "--loglevel", "WARNING"],
            cwd=ROOT,
            env=self.server.env,
            stdout=self.log,
            stderr=subprocess.STDOUT,
        )


@dataclass
class Scene:
    """The product as it runs, and the families that were made in it (bench.households)."""

    folder: Path
    webs: list[Server]
    families: list[dict[str, Any]] = field(default_factory=list)
    postgres: Postgres | None = None
    redis: Redis | None = None
    worker: Worker | None = None

    @property
    def ports(self) -> list[int]:
        return [one.port for one in self.webs]

    def log(self) -> str:
        """Return what the server said."""
        return (self.webs[0].folder / "server.log").read_text()


@dataclass
class _Kept:
    """What was made once in this process and is copied for each fault."""

    folder: Path
    env: dict[str, str]
    families: list[dict[str, Any]]


KEPT: dict[bool, _Kept] = {}


@contextmanager
def embedded(application: str = PRODUCT, *, disk_megabytes: int = 0, **env: str) -> Iterator[Scene]:
    """One process on SQLite, started, with a family in it; `env` is more of its environment.

    `disk_megabytes`: its data is on a disk of its own, of this size.
    """
    with _copied(is_scaled=False, disk_megabytes=disk_megabytes) as (folder, kept):
        server = _server(folder, kept, application)
        server.env.update(env)
        with _started(server):
            yield Scene(folder, [server], kept.families)


@contextmanager
def scaled(
    application: str = PRODUCT,
    *,
    webs: int = 2,
    with_worker: bool = False,
    settings: tuple[str, ...] = (),
    **env: str,
) -> Iterator[Scene]:
    """So many web processes and a worker on PostgreSQL and Redis of their own, started, with a family.

    `env` is more of their environment.
    """
    with _copied(is_scaled=True) as (folder, kept), ExitStack() as stack:
        postgres, store = Postgres(folder / "postgres", settings), Redis(folder)
        for one in (postgres, store):
            stack.callback(one.stop)
            one.start()
        server = _server(folder, kept, application)
        server.env.update(DATABASE_URL=postgres.url, KEYS_URL=postgres.keys_url, REDIS_URL=store.url, **env)
        every = [server, *(server.sibling() for _ in range(webs - 1))]
        for one in every:
            stack.enter_context(_started(one))
        worker = Worker(server) if with_worker else None
        if worker:
            stack.callback(worker.stop)
            worker.start()
        yield Scene(folder, every, kept.families, postgres, store, worker)


def binary(name: str) -> str:
    """Return the path of a program of PostgreSQL or Redis; raises NotHere."""
    found = shutil.which(name) or next(
        (str(one) for one in sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)), None
    )
    if found is None:
        raise NotHere(f"{name} is not installed")
    return found


def until(
    true: Callable[[], bool],
    what: str,
    said: Callable[[], str] = lambda: "",
    *,
    seconds: float = START_SECONDS,
) -> float:
    """Wait until it is true; return how many seconds that took. Raises TimeoutError with what was said."""
    begun = time.monotonic()
    while not true():
        if time.monotonic() - begun > seconds:
            raise TimeoutError(f"waited {seconds} s until {what}\n{said()}")
        time.sleep(LOOK_SECONDS)
    return time.monotonic() - begun


def _owner() -> str | None:
    """Return as whom PostgreSQL runs: it refuses root."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        raise NotHere("PostgreSQL refuses root, and there is no user postgres") from None


def _signal(family: list[Any], number: int) -> None:
    """Send it to those that are still there."""
    for one in family:
        with suppress(psutil.NoSuchProcess):
            one.send_signal(number)


def _server(folder: Path, kept: _Kept, application: str) -> Server:
    server = Server(folder / "data")
    server.application = application
    server.env.pop("PGOPTIONS", None)  # tests that cut no power do not wait for the disk; these do
    server.env.update(kept.env)
    return server


@contextmanager
def _started(server: Server) -> Iterator[None]:
    server.start()
    try:
        yield
    finally:
        server.stop()


@contextmanager
def _copied(*, is_scaled: bool, disk_megabytes: int = 0) -> Iterator[tuple[Path, _Kept]]:
    """Give a copy of what was made once: the data folder, and the cluster."""
    if is_scaled:
        _owner()
        for name in ("postgres", "initdb", "redis-server"):
            binary(name)
    if is_scaled not in KEPT:
        KEPT[is_scaled] = _make(is_scaled=is_scaled)
    kept = KEPT[is_scaled]
    with _folder() as place, ExitStack() as stack:
        folder = place / "copy"
        if disk_megabytes:
            stack.enter_context(_disk(folder, disk_megabytes))
        subprocess.run(["cp", "-a", f"{kept.folder}/.", str(folder)], check=True)
        yield folder, kept


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder that also the user of PostgreSQL may walk through."""
    with tempfile.TemporaryDirectory(prefix="prifora-faults-", ignore_cleanup_errors=True) as name:
        place = Path(name)
        place.chmod(0o755)
        yield place


@contextmanager
def _disk(folder: Path, megabytes: int) -> Iterator[None]:
    """Mount a small disk; raises NotHere where one may not."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "prifora-faults", str(folder)]
    if subprocess.run(mount, stderr=subprocess.DEVNULL, check=False).returncode:
        raise NotHere("a small disk may not be mounted here")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _make(*, is_scaled: bool) -> _Kept:
    """Migrate, make a family, stop everything; the folder goes with the process."""
    folder = Path(_LASTING.enter_context(_folder())) / "made"
    folder.mkdir()
    (folder / "data").mkdir()
    server = Server(folder / "data")
    with ExitStack() as stack:
        if is_scaled:
            postgres = Postgres(folder / "postgres")
            stack.callback(postgres.stop)
            postgres.make()
            server.env.update(DATABASE_URL=postgres.url, KEYS_URL=postgres.keys_url)
        server.manage("migrate", "-v0")
        families = server.call("tests.faults.stage:families", count=1)
    return _Kept(folder, {name: server.env[name] for name in SECRETS}, families)


_LASTING = ExitStack()
