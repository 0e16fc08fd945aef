"""10,000 pictures on a telephone: opening the album and scrolling. `./run bench library [--json]`."""

import json
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect

from bench.browser import LONG_MS
from bench.conversation import PASSWORD
from bench.report import Row
from bench.run import Work, progress, run
from tools import setup
from tools.bench import LIBRARY, PICTURES, data_in

PHONE: Any = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "has_touch": True}
SLOWER = 4
"""How many times slower than this machine the telephone is (Chromium's own throttle)."""
DEVICES = 3
SCROLL_MS = 10_000
STILL_MS = 3_000
STILL_FRAME_MS = 100
"""A frame that takes longer is seen as a stop."""
SCROLLED = """(ms) => new Promise((done) => {
  const end = document.documentElement.scrollHeight - innerHeight
  const frames = []
  let nodes = 0
  let before = performance.now()
  const begun = before
  const step = (now) => {
    frames.push(now - before)
    before = now
    nodes = Math.max(nodes, document.querySelectorAll('*').length)
    if (now - begun >= ms) return done({ frames: frames.slice(1), nodes })
    scrollTo(0, end * ((now - begun) / ms))
    requestAnimationFrame(step)
  }
  requestAnimationFrame(step)
})"""
"""Goes from top to bottom in so long, a step in each frame; how long each took, the most elements."""
BARE = "data:text/html,<body style='margin:0;height:400000px'>"
LIMIT = "a bare page of that kind"
NOTES = [
    f"Every figure is the median of {DEVICES} new devices; its processor is throttled {SLOWER} times.",
    f"Scrolling: all of the album in {SCROLL_MS // 1000} s, a thousand pictures a second; thumbnails are",
    "fetched, opened, stored and shown while it goes.",
]


@dataclass
class Found:
    """What each device gave."""

    first: list[float] = field(default_factory=list)
    last: list[float] = field(default_factory=list)
    middle: list[float] = field(default_factory=list)
    slow: list[float] = field(default_factory=list)
    still: list[float] = field(default_factory=list)
    nodes: list[float] = field(default_factory=list)
    heap: list[float] = field(default_factory=list)
    bare_middle: list[float] = field(default_factory=list)
    bare_slow: list[float] = field(default_factory=list)


def main(options: list[str]) -> None:
    """Measure everything, print it."""
    run("library", NOTES, WORKS, options)


def album(browser: Browser) -> list[Row]:
    """Return how an album of 10,000 pictures opens and scrolls on a new device."""
    found = Found()
    for number in range(DEVICES):
        progress(f"  device {number + 1} of {DEVICES}")
        _bare(browser, found)
        _device(browser, found)
    what = f"{PICTURES:,} pictures"
    return [
        Row(f"{what}: the first are shown after", "s", found.first),
        Row(f"{what}: a frame while scrolling, median", "ms", found.middle, LIMIT, found.bare_middle),
        Row(f"{what}: a frame while scrolling, 95 of 100", "ms", found.slow, LIMIT, found.bare_slow),
        Row(f"{what}: frames over {STILL_FRAME_MS} ms", "in 10 s", found.still),
        Row(f"{what}: pictures shown after the end is reached", "s", found.last),
        Row(f"{what}: elements in the page, at most", "", found.nodes),
        Row(f"{what}: memory of the page's own program", "MB", found.heap),
    ]


def _device(browser: Browser, found: Found) -> None:
    with tempfile.TemporaryDirectory(prefix="prifora-bench-") as name:
        folder = Path(name) / "data"
        shutil.copytree(LIBRARY, folder)
        about = json.loads((folder / "library.json").read_text(encoding="utf-8"))
        with data_in(folder), setup.serving() as origin:
            context = browser.new_context(base_url=origin, locale="nl-BE", **PHONE)
            context.set_default_timeout(LONG_MS)
            try:
                _look(_throttled(context.new_page()), about, found)
            finally:
                context.close()


def _look(page: Page, about: dict[str, Any], found: Found) -> None:
    """Sign in, open the album, scroll through it."""
    page.goto("/")
    page.fill("#login", about["login"])
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.locator("nav.tabs a[href='/photos']").click()
    cover = page.locator("a.album")
    expect(cover).to_be_visible(timeout=LONG_MS)
    begun = time.monotonic()
    cover.click()
    _shown(page)
    found.first.append(time.monotonic() - begun)
    expect(page.get_by_text(f"{about['pictures']} foto")).to_be_visible(timeout=LONG_MS)
    scrolled = page.evaluate(SCROLLED, SCROLL_MS)
    begun = time.monotonic()
    _shown(page)
    found.last.append(time.monotonic() - begun)
    frames = sorted(scrolled["frames"])
    found.middle.append(_part(frames, 0.5))
    found.slow.append(_part(frames, 0.95))
    found.still.append(float(sum(one > STILL_FRAME_MS for one in frames)))
    found.nodes.append(float(scrolled["nodes"]))
    found.heap.append(page.evaluate("() => performance.memory.usedJSHeapSize") / 1e6)


def _bare(browser: Browser, found: Found) -> None:
    """Scroll through a page of nothing, by the same program."""
    context = browser.new_context(**PHONE)
    page = _throttled(context.new_page())
    page.goto(BARE)
    frames = sorted(page.evaluate(SCROLLED, STILL_MS)["frames"])
    found.bare_middle.append(_part(frames, 0.5))
    found.bare_slow.append(_part(frames, 0.95))
    context.close()


def _throttled(page: Page) -> Page:
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    return page


def _shown(page: Page) -> None:
    """Wait until every picture on the screen is there."""
    page.wait_for_function(
        """() => {
          const seen = [...document.querySelectorAll('.photo-row .thumb')].filter((one) => {
            const { top, bottom } = one.getBoundingClientRect()
            return bottom > 0 && top < innerHeight
          })
          return seen.length > 0 && seen.every((one) => one.querySelector('img')?.complete)
        }""",
        timeout=LONG_MS,
    )


def _part(frames: list[float], share: float) -> float:
    return float(frames[int(share * (len(frames) - 1))])


WORKS: dict[str, Work] = {"an album": album}

if __name__ == "__main__":
    main(sys.argv[1:])
