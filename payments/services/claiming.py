"""Taking what is due, so that nobody else does the same at the same time."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

CLAIMED_FOR = timedelta(minutes=2)
"""How long whoever took something has for it; then somebody else does it."""


def claim(rows: QuerySet[Any], now: datetime, **changes: Any) -> datetime | None:
    """Take the one row of `rows` when it is due; return until when it is taken, else nothing."""
    until = now + CLAIMED_FOR
    return until if rows.filter(due_at__lte=now).update(due_at=until, **changes) else None
