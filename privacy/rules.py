"""When a clock may be believed, when an account is idle, and when a new policy may begin.

A sweep deletes for good, so it never trusts a clock that just jumped.
"""

from datetime import date, datetime, timedelta
from enum import Enum

from prifora.kernel.terms import months_after, working_days_after

JUMP = timedelta(hours=48)
"""More time than this since the last sweep is a jump of the clock, or a server that was off."""

DOUBT_LASTS = timedelta(hours=24)
"""How long a clock must go on steadily after a jump; long enough for somebody to set it right."""


class Clock(Enum):
    """What a sweep makes of the time it is told."""

    BELIEVED = "believed"
    DOUBTED = "doubted"
    JUMPED = "jumped"


def judge(*, now: datetime, swept_at: datetime, doubted_at: datetime | None) -> Clock:
    """Return whether `now` can be believed after a sweep at `swept_at` and a doubt since `doubted_at`."""
    if now - swept_at <= JUMP:
        return Clock.BELIEVED
    if doubted_at is None or not doubted_at <= now <= doubted_at + JUMP:
        return Clock.JUMPED
    return Clock.BELIEVED if now - doubted_at >= DOUBT_LASTS else Clock.DOUBTED


REVIEW_MONTHS = 12
"""By then somebody has read the privacy policy again and found it right, or made a new version."""

IDLE_MONTHS = 24
"""After so many calendar months without use an account is closed."""

WARNED_DAYS = (60, 30)
"""So many days before, at least, its person is warned, and warned again."""

POLICY_WORKING_DAYS = 30
"""A new version of the privacy policy begins at least so many working days after everybody was told."""

POLICY_ROOM = 15
"""So many working days more there are, by default, for a release to reach the servers."""


def warns_on(used_on: date) -> date:
    """Return the day on which the first warning is due for an account last used on a day."""
    return months_after(used_on, IDLE_MONTHS) - timedelta(days=WARNED_DAYS[0])


def closes_on(used_on: date, *, warned_on: date) -> date:
    """Return the day on which an account is closed: after IDLE_MONTHS, never too soon after the warning."""
    return max(months_after(used_on, IDLE_MONTHS), warned_on + timedelta(days=WARNED_DAYS[0]))


def perhaps_idle(today: date) -> date:
    """Return a day: whoever used their account after it is not due for a warning today.

    Months differ in length, so who is due is said by `warns_on` alone.
    """
    return months_after(today + timedelta(days=WARNED_DAYS[0]), -IDLE_MONTHS) + timedelta(days=3)


def policy_may_begin(*, begins_on: date, told_on: date) -> bool:
    """Return whether a version may begin on a day when the last person was told of it on another."""
    return begins_on >= working_days_after(told_on, POLICY_WORKING_DAYS)
