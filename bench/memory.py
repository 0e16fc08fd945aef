"""How much memory a program and everything it started hold at the most, as Linux counts it."""

from collections.abc import Callable
from pathlib import Path

import psutil

FORGET_THE_PEAK = "5"
"""Written to /proc/<pid>/clear_refs (proc(5))."""


def is_known() -> bool:
    """Return whether this machine tells the peak of a process."""
    return Path("/proc/self/clear_refs").exists()


def peak_while(process_id: int, work: Callable[[], None]) -> int:
    """Return how many resident bytes more than before all processes held at their peaks during `work`."""
    before = 0
    for one in _family(process_id):
        Path(f"/proc/{one}/clear_refs").write_text(FORGET_THE_PEAK, encoding="ascii")
        before += _bytes(one, "VmRSS")
    work()
    return sum(_bytes(one, "VmHWM") for one in _family(process_id)) - before


def _family(process_id: int) -> list[int]:
    return [process_id, *(one.pid for one in psutil.Process(process_id).children(recursive=True))]


def _bytes(process_id: int, name: str) -> int:
    status = Path(f"/proc/{process_id}/status").read_text(encoding="ascii").splitlines()
    line = next(one for one in status if one.startswith(f"{name}:"))
    return int(line.split()[1]) * 1024
