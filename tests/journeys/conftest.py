"""Real browsers on a real server. A page error, a console error or a foreign request fails the test."""

from contextlib import suppress

import pytest
from playwright.sync_api import Error, expect, sync_playwright

from tests.journeys.chromium import arguments, executable
from tests.server import ROOT, running

ARTEFACTS = ROOT / "artefacts" / "screenshots"
FAILED = ROOT / "artefacts" / "failed"
OUTCOME = pytest.StashKey[bool]()
SIZES = {"kiosk": (1280, 800), "phone": (390, 844), "desktop": (1440, 900)}


@pytest.fixture(scope="session")
def chromium():
    """The browser of this machine."""
    expect.set_options(timeout=30_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=arguments())
        yield browser
        browser.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Let fixtures know whether their test failed."""
    report = yield
    if report.when == "call":
        item.stash[OUTCOME] = report.failed
    return report


@pytest.fixture
def server(tmp_path):
    """A server with an empty database."""
    with running(tmp_path) as started:
        yield started


@pytest.fixture
def browse(chromium, server, request):
    """browse("jan", size="phone", locale="nl-BE", path="/") opens a page in a browser profile of its own."""
    contexts, problems, pages = [], [], {}

    def open_page(name, *, size="desktop", locale="nl-BE", path="/"):
        width, height = SIZES[size]
        context = chromium.new_context(
            base_url=server.origin,
            locale=locale,
            viewport={"width": width, "height": height},
            reduced_motion="reduce",
        )
        context.set_default_timeout(30_000)
        contexts.append(context)
        page = pages[name] = context.new_page()
        page.on("pageerror", lambda error: problems.append(f"{name}: {error}"))
        page.on("console", lambda said: note(name, said))
        page.on("request", lambda request: foreign(name, request.url))
        page.goto(path)
        return page

    def note(name, said):
        expected = "Failed to load resource" in said.text or "WebSocket connection" in said.text
        if said.type == "error" and not expected:
            problems.append(f"{name}: {said.text}")

    def foreign(name, url):
        if not url.startswith((server.origin, *server.beside, "blob:", "data:")):
            problems.append(f"{name} asked {url}")

    yield open_page
    if request.node.stash.get(OUTCOME, False):
        keep(request.node.name, pages)
    for context in contexts:
        context.close()
    assert not problems, problems


def keep(test, pages):
    """Keep what was on the screens when a test failed."""
    FAILED.mkdir(parents=True, exist_ok=True)
    for name, page in pages.items():
        with suppress(Error):
            page.screenshot(path=FAILED / f"{test}-{name}.png")


@pytest.fixture
def shot():
    """shot(page, "name") keeps a screenshot as an artefact."""

    def take(page, name):
        ARTEFACTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=ARTEFACTS / f"{name}.png")

    return take
