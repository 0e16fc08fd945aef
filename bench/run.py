"""What every bench does: its works one after the other, progress apart from the result."""

import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from playwright.sync_api import Browser

from bench import report
from bench.browser import chromium
from bench.report import Report, Row
from tools.steps import say

Work = Callable[[Browser], list[Row]]


def run(bench: str, notes: Sequence[str], works: Mapping[str, Work], options: Sequence[str]) -> None:
    """Measure everything in a browser and print it, as a table or with --json as JSON."""
    with chromium() as browser:
        found = report.start(bench, browser.version)
        measure(found, notes, {name: partial(work, browser) for name, work in works.items()}, options)


def measure(
    found: Report, notes: Sequence[str], works: Mapping[str, Callable[[], list[Row]]], options: Sequence[str]
) -> None:
    """Measure everything for a report and print it, as a table or with --json as JSON."""
    found.notes.extend(notes)
    for name, work in works.items():
        progress(f"… {name}")
        for row in work():
            progress(f"  {row.what}: {row.median:.3g} {row.unit}")
            found.rows.append(row)
    report.finish(found)
    say(found.as_json() if "--json" in options else found.as_table())


def progress(what: str) -> None:
    """Say what is being measured, apart from the result."""
    sys.stderr.write(f"  {what}\n")
