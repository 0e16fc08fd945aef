"""Figures beside the limit of the same machine in the same run; nothing here passes or fails."""

import contextlib
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from tools import setup
from tools.steps import ROOT, TOOLS, say, sh, step

HOME = TOOLS / "bench"
PAGE, FILL, TALK = HOME / "page", HOME / "fill" / "fill.mjs", HOME / "conversation"
ALBUM = HOME / "album" / "album.mjs"
PLOTS = HOME / "messages"
PILE, LIBRARY = HOME / "pile" / "library.mjs", HOME / "library"
ENGINE = ["web/packages/*/src/**/*", "web/package-lock.json"]
MESSAGES = 10_000
PICTURES, PICTURES_SENT = 10_000, 24


def bench() -> None:
    """Run the named bench; without a name say which there are."""
    name, *options = sys.argv[2:] or [""]
    asked = {one.partition("=")[0] for one in options}
    if name in BENCHES and asked <= {"--json", *MORE.get(name, ())}:
        return BENCHES[name](options)
    say("./run bench NAME [--json]")
    for known, more in MORE.items():
        say(f"  {known:10} takes {', '.join(more)} too")
    for known, action in BENCHES.items():
        say(f"  {known:10} {(action.__doc__ or '').splitlines()[0]}")
    sys.exit(f"\nThere is no bench '{name}' like that." if name else 0)


def crypto(options: list[str]) -> None:
    """Sealing, opening, groups, the vault, files, and a long conversation on a new device; in Chromium."""
    _measure("bench.crypto", options, prepare_crypto)


def media(options: list[str]) -> None:
    """Films: sealing them, sending and fetching them beside nginx, and the memory this takes."""
    _measure("bench.media", options, prepare_media)


def erasure(options: list[str]) -> None:
    """Erasing and exporting one person, sweeping what has ended: beside bare statements, on each engine."""
    with contextlib.redirect_stdout(sys.stderr):
        setup.set_up(with_database=False)
    sh(setup.PYTHON, "-m", "bench.erasure", *options)


def library(options: list[str]) -> None:
    """An album of 10,000 pictures on a telephone: opening it, scrolling through it."""
    _measure("bench.library", options, prepare_library)


def messages(options: list[str]) -> None:
    """What a message costs, from socket to sockets: the product, a bare server, the database alone."""
    with contextlib.redirect_stdout(sys.stderr):
        setup.set_up(with_database=False)
    sh(setup.PYTHON, "-m", "bench.messages", *options)


def start(options: list[str]) -> None:
    """Starting the embedded server, its memory, and the first screen on a telephone."""
    _measure("bench.start", options, lambda: None)


def big(options: list[str]) -> None:
    """Lists, catching up and the sweep among 100,000 accounts and as many messages as asked, with plans."""
    with contextlib.redirect_stdout(sys.stderr):
        setup.set_up(with_database=False)
    sh(setup.PYTHON, "-m", "bench.big", *options)


BENCHES: dict[str, Callable[[list[str]], None]] = {
    "crypto": crypto,
    "media": media,
    "library": library,
    "erasure": erasure,
    "messages": messages,
    "start": start,
    "big": big,
}


MORE = {"messages": ("--short",), "big": ("--messages",)}
"""What a bench may be asked besides; big: how many, as in --messages=10000000."""


def _measure(module: str, options: list[str], prepare: Callable[[], None]) -> None:
    chromium = setup.browser()
    if chromium is None:
        sys.exit("No Chromium or Chrome found; set CHROMIUM to one.")
    with contextlib.redirect_stdout(sys.stderr):
        setup.set_up(with_database=False)
        with setup.alone():
            step("bench page", [*ENGINE, "bench/page/*", "bench/*.mts"], _page, PAGE / "index.html")
        prepare()
    env = {"CHROMIUM": chromium, "PLAYWRIGHT_NODEJS_PATH": str(setup.node_home() / "bin" / "node")}
    sh(setup.PYTHON, "-m", module, *options, env=env)


def prepare_crypto() -> None:
    """Build the program of the bench; make the long conversation once, which is kept."""
    with setup.alone():
        inputs = [*ENGINE, "bench/fill/fill.ts", "web/packages/headless/demo/*", "web/*.ts"]
        step("bench program", inputs, lambda: _program(FILL), FILL)
    inputs = ["web/packages/crypto/src/*", "bench/fill/fill.ts", "*/migrations/*.py"]
    step(f"conversation of {MESSAGES} messages", inputs, _conversation, TALK / "bench.json")


def prepare_media() -> None:
    """Build the program that makes the family of the bench and its album."""
    with setup.alone():
        inputs = [*ENGINE, "bench/fill/album.ts", "web/packages/headless/demo/*", "web/*.ts"]
        step("bench album", inputs, lambda: _program(ALBUM), ALBUM)


def prepare_library() -> None:
    """Build the program that makes the album of many pictures; make it once, it is kept."""
    with setup.alone():
        inputs = [*ENGINE, "bench/fill/library.ts", "web/packages/headless/demo/*", "web/*.ts"]
        step("bench library", inputs, lambda: _program(PILE), PILE)
    inputs = ["web/packages/crypto/src/*", "bench/fill/library.ts", "*/migrations/*.py"]
    step(f"album of {PICTURES} pictures", inputs, _library, LIBRARY / "library.json")


def _page() -> None:
    more = ["-c", ROOT / "bench" / "vite.config.mts", "--logLevel", "error"]
    setup.node("vite/bin/vite.js", "build", *more, env={"OUT": str(PAGE)}, quiet=True)


def _program(made: Path) -> None:
    entry = ROOT / "bench" / "fill" / made.with_suffix(".ts").name
    env = {"ENTRY": str(entry), "OUT": str(made.parent)}
    more = ["-c", "vite.headless.config.ts", "--emptyOutDir", "--logLevel", "error"]
    setup.node("vite/bin/vite.js", "build", *more, env=env)


def _conversation() -> None:
    """Let somebody say all of it, by the app's engine, on a server that runs only for that."""
    shutil.rmtree(TALK, ignore_errors=True)
    TALK.mkdir(parents=True)
    with data_in(TALK):
        setup.database()
        with setup.serving() as origin:
            setup.node(FILL, origin, TALK, MESSAGES)


def _library() -> None:
    """Let somebody fill an album, by the app's engine, on a server that runs only for that."""
    shutil.rmtree(LIBRARY, ignore_errors=True)
    pictures = LIBRARY / "pictures"
    pictures.mkdir(parents=True)
    sh(setup.PYTHON, "-m", "bench.pictures", pictures, PICTURES_SENT)
    with data_in(LIBRARY):
        setup.database()
        with setup.serving() as origin:
            setup.node(PILE, origin, LIBRARY, pictures, PICTURES)


@contextlib.contextmanager
def data_in(folder: Path) -> Iterator[None]:
    """Let whatever is started keep its data in this folder, and nowhere else."""
    before = dict(os.environ)
    more = {"DATABASE_URL": "sqlite://", "REDIS_URL": "", "KEYS_URL": str(folder / "keys.sqlite3")}
    os.environ.update(DATA_DIR=str(folder), PRIFORA_DEVELOPMENT="1", **more)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
