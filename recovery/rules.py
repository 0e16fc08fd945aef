"""Rules about coming back that need no database: what may be chosen, how long it lasts, what is made up."""

from datetime import datetime, timedelta
from typing import Any

LASTS = timedelta(days=14)
"""How long a recovery is open: the longest waiting time, and seven days more. The same for everybody, so
that the end of it tells a stranger nothing about what a person chose."""

USED_LASTS = timedelta(minutes=15)
"""How long the asking device may fetch the shares again, when the answer that had them got lost."""

TRACE_KEPT = timedelta(days=30)
OPEN_MAX = 2
WAIT_HOURS = (0, 24, 72, 168)
THRESHOLDS = {1: 1, 2: 2, 3: 2}
"""How many shares there are, and how many of them are needed. One alone is for Home Station users only."""

MADE_UP: dict[str, Any] = {"state": "waiting", "approvals": 0, "needed": 2, "wait_until": None}
"""What a stranger is told, whether there is such a person or not."""


def may_choose(*, shares: int, threshold: int, wait_hours: int, by_station: bool) -> bool:
    """Return whether so many relatives with such a waiting time may be chosen."""
    if THRESHOLDS.get(shares) != threshold:
        return False
    return by_station or (shares > 1 and wait_hours > 0)


def state_of(
    *, outcome: str, approvals: int, needed: int, wait_until: datetime, ends_at: datetime, now: datetime
) -> str:
    """Return how a recovery stands: waiting, ready, vetoed or ended."""
    if outcome == "vetoed":
        return "vetoed"
    if outcome == "ended" or ends_at <= now:
        return "ended"
    return "ready" if outcome == "used" or (approvals >= needed and wait_until <= now) else "waiting"
