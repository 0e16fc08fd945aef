"""Kills whoever tells everybody of a policy; runs in the server's environment (tests.server.call).

The first process forks before it touches the database, so each child has connections of its own.
"""

import os
import signal
from datetime import date, datetime
from functools import partial

from accounts.models import Account
from notices.models import Notice
from privacy import access, services
from privacy.services import announcing
from tests.privacy.killing import _child

EVERY = 17
"""So many parts each process tells before it dies."""


def crowd(number: int) -> None:
    """So many people, quickly made."""
    Account.objects.bulk_create(
        [
            Account(username=f"x:{n:032}", phone=f"x:{n:032}", phone_verified=True, sealed=b"")
            for n in range(number)
        ]
    )


def killed_again_and_again(people: int, begins_on: str, now: str) -> dict:
    """Tell everybody, killed every few parts before or after the commit; return who was told."""
    begins, when = date.fromisoformat(begins_on), datetime.fromisoformat(now)
    _child(lambda: crowd(people))
    killed = 0
    while _child(partial(_tell, begins, when, before_commit=killed % 2 == 0)) == signal.SIGKILL:
        killed += 1
    told = Notice.objects.filter(kind="privacy.policy").values_list("account_id", flat=True)
    row = access.announcements()[2]
    return {
        "killed": killed,
        "letters": len(told),
        "missed": len(set(Account.objects.values_list("pk", flat=True)) - set(told)),
        "counted": row.told,
        "is_done": row.done_at is not None,
    }


def _tell(begins_on: date, now: datetime, *, before_commit: bool) -> None:
    """Tell so many parts, then die: in the middle of the next one, or when the last is stored."""
    tell, parts = announcing.tell, 0

    def and_die(**given: object) -> int:
        number = tell(**given)
        if parts >= EVERY:
            os.kill(os.getpid(), signal.SIGKILL)
        return number

    if before_commit:
        announcing.tell = and_die
    while services.tell_part(number=2, begins_on=begins_on, now=now):
        parts += 1
        if parts >= EVERY and not before_commit:
            os.kill(os.getpid(), signal.SIGKILL)
