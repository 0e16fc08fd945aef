"""How fast the embedded server starts, what memory it holds, and when the first screen stands on a phone.

`./run bench start [--json]`
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
from playwright.sync_api import Browser, BrowserContext

from bench.report import Row
from bench.run import progress, run
from bench.signing_in import sign_in
from tools import setup
from tools.bench import data_in
from tools.steps import BIN, ROOT

ROUNDS = 3
PRODUCT, BARE = "prifora.asgi:application", "bench.bare:application"
BARE_IS = "a bare uvicorn that answers with one small page"
TARGET = "the target"
READY_SECONDS, MEMORY_MB, SCREEN_SECONDS = 2.0, 150.0, 1.0
ASK_EVERY_SECONDS, SETTLED_AFTER_SECONDS = 0.01, 3
SLOWER = 4
"""How many times slower than this machine a mid-range phone is taken to be."""

LINE = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 0.75e6 / 8}
"""A slow line: bytes a second, and milliseconds of waiting for each request."""

PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "locale": "nl-NL",
    "is_mobile": True,
    "has_touch": True,
}
LONG_MS = 120_000
NOTES = [
    "Ready: from starting the process until /health answers 200, asked every 10 ms.",
    "New: a data folder with its tables and no row. Existing: the same folder, with a family in it.",
    "Memory: resident, of the process and all it started, 3 s after it was ready; and 3 s after 8 people",
    "of a family signed in by password and their apps asked what they ask first.",
    "First screen: from asking for the page until its heading is visible, in Chromium with the processor",
    "slowed 4 times, 1.6 Mbit/s and 150 ms. Cold: nothing is kept. Warm: the service worker has the app.",
]


def main(options: list[str]) -> None:
    """Measure and print."""
    run("start", NOTES, {"ready and memory": starts, "first screen": screens}, options)


def starts(_browser: Browser) -> list[Row]:
    """Return when the server is ready and what it holds, beside the targets and a bare server."""
    new, existing, bare, idle, used = [], [], [], [], []
    for number in range(ROUNDS):
        progress(f"  start {number + 1} of {ROUNDS}")
        with fresh_data():
            with started(PRODUCT) as (_origin, _process_id, seconds):
                new.append(seconds)
            with started(PRODUCT) as (origin, process_id, _seconds):
                idle.append(megabytes(process_id))
                sign_in(origin)
                used.append(megabytes(process_id))
            with started(PRODUCT) as (_origin, _process_id, seconds):
                existing.append(seconds)
            with started(BARE) as (_origin, _process_id, seconds):
                bare.append(seconds)
    return [
        Row("ready, new data folder", "s", new, TARGET, [READY_SECONDS]),
        Row("ready, existing data folder", "s", existing, TARGET, [READY_SECONDS]),
        Row("ready, existing data folder, again", "s", existing, BARE_IS, bare),
        Row("memory, idle", "MB", idle, TARGET, [MEMORY_MB]),
        Row("memory, a family signed in", "MB", used, TARGET, [MEMORY_MB]),
    ]


def screens(browser: Browser) -> list[Row]:
    """Return when the heading of signing in is visible on a phone, beside a bare page's on the same phone."""
    cold: list[float] = []
    warm: list[float] = []
    bare: list[float] = []
    with fresh_data(), started(PRODUCT) as (origin, _id, _s), started(BARE) as (other, _other_id, _other_s):
        for number in range(ROUNDS + 1):
            progress(f"  first screen {number} of {ROUNDS}")
            with phone(browser) as context:
                seconds = [shown(context, origin)]
                kept(context, origin)
                seconds += [shown(context, origin), shown(context, other)]
            if number:  # the first one warms the server up
                for found, one in zip((cold, warm, bare), seconds, strict=True):
                    found.append(one)
    return [
        Row("first screen, cold", "s", cold, BARE_IS, bare),
        Row("first screen, cold, again", "s", cold, TARGET, [SCREEN_SECONDS]),
        Row("first screen, warm", "s", warm, TARGET, [SCREEN_SECONDS]),
    ]


@contextmanager
def fresh_data() -> Iterator[Path]:
    """Use a new data folder whose database has its tables."""
    with tempfile.TemporaryDirectory(prefix="prifora-bench-") as name, data_in(Path(name)):
        setup.database()
        yield Path(name)


@contextmanager
def started(application: str) -> Iterator[tuple[str, int, float]]:
    """Run an application as it is run; give origin, process id and after how many seconds it answered."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    origin = f"http://127.0.0.1:{port}"
    command = [str(BIN / "uvicorn"), application, "--port", str(port), "--no-access-log"]
    command += ["--log-level", "warning", *map(str, setup.LIMITS)]
    begun = time.monotonic()
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PRIFORA_ORIGIN": origin})  # noqa: S603
    try:
        while not answers(f"{origin}/health"):
            if process.poll() is not None:
                raise SystemExit(f"{application} does not start.")
            time.sleep(ASK_EVERY_SECONDS)
        yield origin, process.pid, time.monotonic() - begun
    finally:
        process.terminate()
        process.wait()


def answers(url: str) -> bool:
    """Return whether a page is answered with 200."""
    try:
        with urllib.request.urlopen(url, timeout=LONG_MS / 1000) as answer:  # noqa: S310  our own server
            return bool(answer.status == 200)  # noqa: PLR2004  OK
    except OSError:
        return False


def megabytes(process_id: int) -> float:
    """Return what a process and all it started hold in memory, once it has come to rest."""
    time.sleep(SETTLED_AFTER_SECONDS)
    one = psutil.Process(process_id)
    return sum(each.memory_info().rss for each in (one, *one.children(recursive=True))) / 1e6


@contextmanager
def phone(browser: Browser) -> Iterator[BrowserContext]:
    """Open a browser profile of its own, as of a new phone."""
    context = browser.new_context(**PHONE)
    context.set_default_timeout(LONG_MS)
    try:
        yield context
    finally:
        context.close()


def shown(context: BrowserContext, origin: str) -> float:
    """Open the first page on the phone's line; return after how many seconds its heading was visible."""
    page = context.new_page()
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send("Network.emulateNetworkConditions", LINE)
    wire.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    begun = time.monotonic()
    page.goto(origin, wait_until="commit")
    page.locator("h1").first.wait_for(state="visible")
    seconds = time.monotonic() - begun
    page.close()
    return seconds


def kept(context: BrowserContext, origin: str) -> None:
    """Open the page without haste until the service worker has all of the app."""
    page = context.new_page()
    page.goto(origin)
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    page.close()


if __name__ == "__main__":
    main(sys.argv[1:])
