"""What a browser loads before it shows the first screen, and how much of it there may be.

The page's own scripts and styles with all that those import, the longest list of words, and the worker that
the page starts at once; each as a server sends it, packed by gzip.
"""

import gzip
import re
import sys
from pathlib import Path

from tools.steps import WEB, say

MOST_BYTES = {"index.html": 201_500, "station.html": 204_300}
"""By page; 10 % more than on 30 November 2026. Who needs more says why in the commit that changes it."""

LINKED = re.compile(r'(?:src|href)="/assets/([^"]+\.(?:js|css))"')
IMPORTED = re.compile(r'(?:\bfrom|\bimport)\s*"\./([^"]+\.js)"')
WORDS = ("nl-*.js", "fr-*.js", "en-*.js")
WORKER = "engine.worker-*.js"


def weigh(dist: Path = WEB / "dist") -> None:
    """Say what each page weighs; stop when one weighs more than it may."""
    found = {page: weight_of(dist, page) for page in MOST_BYTES}
    for page, size in found.items():
        say(f"  {page}: {size:,} of at most {MOST_BYTES[page]:,} bytes before the first screen")
    heavy = [page for page, size in found.items() if size > MOST_BYTES[page]]
    if heavy:
        sys.exit(f"\nToo much is loaded before the first screen of {' and '.join(heavy)} (tools/weights.py).")


def weight_of(dist: Path, page: str) -> int:
    """Return how many bytes `page` of a built web app loads before it shows something."""
    assets = dist / "assets"
    due = {assets / name for name in LINKED.findall((dist / page).read_text())}
    due |= {max((one for like in WORDS for one in assets.glob(like)), key=_packed), *assets.glob(WORKER)}
    loaded: set[Path] = set()
    while due:
        file = due.pop()
        loaded.add(file)
        if file.suffix == ".js":
            due |= {assets / name for name in IMPORTED.findall(file.read_text())} - loaded
    return sum(map(_packed, loaded))


def _packed(file: Path) -> int:
    return len(gzip.compress(file.read_bytes(), mtime=0))
