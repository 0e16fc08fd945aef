"""Telling the shop that something changed: a form with the payment's id, again and again until it is taken.

As untidily as is asked for: several times each, late, in any order, or not at all.
"""

import heapq
import itertools
import random
import threading
import time
import urllib.parse
import urllib.request
from dataclasses import dataclass

WAITS = (1, 2, 4, 8, 16, 32, 64, 128)
TIMEOUT_SECONDS = 15


@dataclass
class Manner:
    """How webhooks are told: `times` each, up to `late` seconds late, or `lost`."""

    times: int = 1
    late: float = 0
    lost: bool = False


class Hooks:
    """One thread that tells what is due."""

    def __init__(self) -> None:
        self.manner = Manner()
        self.told = 0
        """How often a shop has taken one."""
        self.numbers = itertools.count()
        self.waiting: list[tuple[float, int, int, str, str]] = []
        self.changed = threading.Condition()
        threading.Thread(target=self._run, daemon=True).start()

    def tell(self, url: str, payment_id: str) -> None:
        """Tell the shop at `url` soon that a payment changed."""
        if not url or self.manner.lost:
            return
        for _ in range(self.manner.times):
            self._put(time.time() + random.uniform(0, self.manner.late), 0, url, payment_id)

    def _put(self, at: float, tries: int, url: str, payment_id: str) -> None:
        with self.changed:
            heapq.heappush(self.waiting, (at, next(self.numbers), tries, url, payment_id))
            self.changed.notify()

    def _run(self) -> None:
        while True:
            _at, _number, tries, url, payment_id = self._next()
            threading.Thread(target=self._send, args=[tries, url, payment_id], daemon=True).start()

    def _next(self) -> tuple[float, int, int, str, str]:
        with self.changed:
            while not self.waiting or self.waiting[0][0] > time.time():
                self.changed.wait(self.waiting[0][0] - time.time() if self.waiting else None)
            return heapq.heappop(self.waiting)

    def _send(self, tries: int, url: str, payment_id: str) -> None:
        body = urllib.parse.urlencode({"id": payment_id}).encode()
        try:
            with urllib.request.urlopen(url, body, timeout=TIMEOUT_SECONDS):
                self.told += 1
        except OSError:
            if tries < len(WAITS):
                self._put(time.time() + WAITS[tries], tries + 1, url, payment_id)
