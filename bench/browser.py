"""Chromium, and the bench's own page in it."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from tools.bench import PAGE

LONG_MS = 600_000
ARGUMENTS = ["--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking"]


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the browser that $CHROMIUM names."""
    root = (
        ["--no-sandbox"] if os.geteuid() == 0 else []
    )  # Chromium refuses its sandbox to root, and only there
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ["CHROMIUM"], args=[*ARGUMENTS, *root])
        try:
            yield browser
        finally:
            browser.close()


def measure(browser: Browser, name: str) -> dict[str, Any]:
    """Run one work of the page in a browser profile of its own; return what it measured."""
    with _served() as origin:
        page = browser.new_page()
        page.set_default_timeout(LONG_MS)
        page.goto(origin)
        page.wait_for_function("() => typeof measure === 'function'")
        found: dict[str, Any] = page.evaluate("name => measure(name)", name)
        page.context.close()
        return found


@contextmanager
def _served() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(PAGE)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


class _Quiet(SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Keep the lines of the report clean."""
