"""What films cost: sealing them, the line to the server, its memory. `./run bench media [--json]`."""

import atexit
import contextlib
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import cache, partial
from pathlib import Path
from threading import Barrier
from typing import TypeVar

from playwright.sync_api import Browser

from bench import memory, nginx
from bench.album import PIECE_BYTES, Line, part_of
from bench.browser import measure
from bench.crypto import files, rate
from bench.nginx import Nginx
from bench.report import Row
from bench.run import Work, progress, run
from tools import setup
from tools.bench import ALBUM, data_in

ROUNDS = 5
PART_BYTES = 256_000_000
AT_ONCE, EACH_BYTES = 20, 24_000_000
LARGEST_BYTES, LARGEST_PIECE_BYTES = 64_000_000, 16 * 1024**2
"""In the largest pieces that the server takes."""
LIMIT = "how much it may be"
NO_NGINX = "not measured: there is no nginx here, and apt has none"
NO_DAV = "not measured: this nginx has no dav module"
T = TypeVar("T")
Ready = Callable[[Line], Callable[[Line], object]]
"""Makes ready, by one line, what each of many lines then does."""
NOTES = [
    "Every figure is the median. The first run warms up and is left out; for memory each has a new server.",
    "Ours and the limit take turns. MB are millions of bytes. Both servers run here, over the loopback.",
    "Upload: announced, sent in pieces of 4 MiB with hashes, on the disk, hashed whole, made an item of.",
    "nginx checks nothing, asks nobody, and does not wait for the disk.",
]


def main(options: list[str]) -> None:
    """Measure everything, print it."""
    run("media", NOTES, WORKS, options)


def film(browser: Browser) -> list[Row]:
    """Return how fast a film is sealed as it is sent, and opened as it is played."""
    found = measure(browser, "film")
    limit = "AES-GCM of the platform, chunks of 256 KiB"
    rows = {"seal": "seal a film out of a file", "open": "open a film as a stream"}
    return [
        Row(what, "MB/s", rate(found, name), limit, rate(found, f"{name} limit"))
        for name, what in rows.items()
    ]


def line(_browser: Browser) -> list[Row]:
    """Return how fast a sealed part of a film goes to the server and comes back, beside nginx."""
    part = part_of(PART_BYTES)
    ours, theirs = Times(), Times()
    with ExitStack() as stack:
        folder, origin, _process_id = stack.enter_context(_server())
        beside = stack.enter_context(nginx.running(part))
        jan, sofie = Line(folder, "jan", origin), Line(folder, "sofie", origin)
        for _ in range(1 + ROUNDS):
            item = ours.upload(lambda: jan.upload(part))
            if beside and beside.takes:
                theirs.upload(lambda: beside.put(part))
                beside.remove()
            came = ours.download(lambda item=item: sofie.download(item))  # type: ignore[misc]
            if came != part.size:
                raise SystemExit(f"{came} bytes came back of {part.size}.")
            if beside:
                theirs.download(beside.get)
            jan.remove(item)
    taken, given = _limits(beside)
    return [
        Row("upload 256 MB", "MB/s", ours.rates("upload"), taken, theirs.rates("upload")),
        Row("download 256 MB", "MB/s", ours.rates("download"), given, theirs.rates("download")),
    ]


class Times:
    """How long what was done took, in seconds."""

    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = {"upload": [], "download": []}

    def upload(self, work: Callable[[], T]) -> T:
        """Do one upload; return what it returns."""
        return self._timed("upload", work)

    def download(self, work: Callable[[], T]) -> T:
        """Do one download; return what it returns."""
        return self._timed("download", work)

    def rates(self, name: str) -> list[float]:
        """Return millions of bytes a second, without the first, which warms up."""
        return [PART_BYTES / 1e6 / one for one in self.seconds[name][1:]]

    def _timed(self, name: str, work: Callable[[], T]) -> T:
        begun = time.monotonic()
        done = work()
        self.seconds[name].append(time.monotonic() - begun)
        return done


def held(_browser: Browser) -> list[Row]:
    """Return how much memory the server takes while many uploads or downloads go on at once."""
    if not memory.is_known():
        progress("  only Linux tells the peak of a process: not measured")
        return []
    as_sent, largest = part_of(EACH_BYTES), part_of(LARGEST_BYTES, LARGEST_PIECE_BYTES)
    works: dict[str, Ready] = {
        f"{AT_ONCE} uploads at once": lambda _jan: lambda one: one.upload(as_sent),
        f"{AT_ONCE} uploads at once, pieces of 16 MiB": lambda _jan: lambda one: one.upload(largest),
        f"{AT_ONCE} downloads at once": lambda jan: partial(Line.download, item=jan.upload(as_sent)),
    }
    return [
        Row(f"memory above idle: {what}", "MB", [_peak(ready) for _ in range(ROUNDS)], LIMIT, [64.0])
        for what, ready in works.items()
    ]


def _peak(ready: Ready) -> float:
    """Return how many MB more a new server holds while so many do the same at once."""
    with _server() as (folder, origin, process_id):
        jan = Line(folder, "jan", origin)
        item = jan.upload(part_of(PIECE_BYTES // 4))
        jan.download(item)
        work = ready(jan)
        return memory.peak_while(process_id, lambda: _at_once(folder, origin, work)) / 1e6


def _at_once(folder: Path, origin: str, work: Callable[[Line], object]) -> None:
    together = Barrier(AT_ONCE)

    def one(_number: int) -> None:
        line = Line(folder, "jan", origin)
        together.wait()
        work(line)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(one, range(AT_ONCE)))


@contextmanager
def _server() -> Iterator[tuple[Path, str, int]]:
    """Run a server on a copy of the family with an album; give its folder, origin and process id."""
    with tempfile.TemporaryDirectory(prefix="prifora-bench-") as name:
        folder = Path(name) / "data"
        shutil.copytree(_family(), folder)
        with data_in(folder), setup.server() as (origin, process_id):
            yield folder, origin, process_id


@cache
def _family() -> Path:
    """Return the data of a server on which the family of the bench signed up; it goes when the bench ends."""
    folder = Path(tempfile.mkdtemp(prefix="prifora-bench-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with data_in(folder), contextlib.redirect_stdout(sys.stderr):
        setup.database()
        with setup.serving() as origin:
            setup.node(ALBUM, origin, folder)
    return folder


def _limits(beside: Nginx | None) -> tuple[str, str]:
    if beside is None:
        return NO_NGINX, NO_NGINX
    return (
        "nginx, the same bytes in one PUT" if beside.takes else NO_DAV
    ), "nginx, the same bytes by sendfile"


WORKS: dict[str, Work] = {
    "containers": files,
    "a film": film,
    "the line": line,
    "memory": held,
}

if __name__ == "__main__":
    main(sys.argv[1:])
