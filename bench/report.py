"""What a bench found: rows of figures, on which machine, when; as a table and as JSON."""

import json
import os
import platform
import statistics
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

WHOLE_FROM = 100


@dataclass(frozen=True)
class Row:
    """One figure: what each run gave, and what the limit gave in turn with it."""

    what: str
    unit: str
    runs: list[float]
    limit_is: str = ""
    limit_runs: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        """Return the middle one of the runs."""
        return statistics.median(self.runs)

    @property
    def limit(self) -> float | None:
        """Return the middle one of the limit's runs."""
        return statistics.median(self.limit_runs) if self.limit_runs else None


@dataclass
class Report:
    """Everything of one run."""

    bench: str
    machine: dict[str, str]
    begun_at: str
    load_before: float
    load_after: float = 0.0
    notes: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)

    def as_json(self) -> str:
        """Return it for programs."""
        rows: list[dict[str, Any]] = [
            {**asdict(row), "median": row.median, "limit_median": row.limit} for row in self.rows
        ]
        return json.dumps({**asdict(self), "rows": rows}, indent=1)

    def as_table(self) -> str:
        """Return it for people."""
        head = ["what", "median", "from .. to", "unit", "limit", "what the limit is"]
        lines = [head, *(_cells(row) for row in self.rows)]
        widths = [max(len(line[at]) for line in lines) for at in range(len(head))]
        table = [
            "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
            for line in lines
        ]
        return "\n".join([*self.about(), "", *table, "", *self.notes])

    def about(self) -> list[str]:
        """Return when and where, in lines."""
        machine = [f"{name}: {value}" for name, value in self.machine.items()]
        load = f"load (1 min): {self.load_before:.2f} before, {self.load_after:.2f} after"
        return [f"{self.bench}, {self.begun_at}", *machine, load]


def start(bench: str, browser: str = "") -> Report:
    """Return an empty report of this machine, now; `browser` is the version of Chromium, if any."""
    machine = {
        "processor": f"{_processor()}, {os.cpu_count()} cores",
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.1f} GiB",
        "system": f"{platform.system()} {platform.release()}, Python {platform.python_version()}",
    }
    if browser:
        machine["browser"] = f"Chromium {browser}"
    return Report(bench, machine, time.strftime("%Y-%m-%d %H:%M %Z"), os.getloadavg()[0])


def finish(report: Report) -> None:
    """Note how busy the machine was in the end."""
    report.load_after = os.getloadavg()[0]


def _processor() -> str:
    file = Path("/proc/cpuinfo")
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.processor() or platform.machine()


def _cells(row: Row) -> list[str]:
    limit = "" if row.limit is None else short(row.limit)
    span = f"{short(min(row.runs))} .. {short(max(row.runs))}"
    return [row.what, short(row.median), span, row.unit, limit, row.limit_is]


def short(number: float) -> str:
    """Return a figure as people read it, three digits of it."""
    return f"{number:,.0f}" if number >= WHOLE_FROM else f"{number:.3g}"
