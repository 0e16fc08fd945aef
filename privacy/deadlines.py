"""By when a request or a complaint must be answered (GDPR art. 12(3)), in local days.

The month ends with its last day also where that is a Sunday or a holiday: earlier than Regulation (EEC)
1182/71 art. 3(4) would have it, never later.
"""

from datetime import date, datetime, timedelta

from prifora.kernel.terms import day_of, months_after, working_days_after

ANSWER_MONTHS = 1
EXTENSION_MONTHS_MAX = 2
ACKNOWLEDGE_WORKING_DAYS = 10
"""Within which a person of ours says that they read a complaint."""

REMIND_ON_DAYS = (20, 27)
"""Staff are reminded on these days after a request came."""

REMIND_DAYS_BEFORE = (10, 3)
"""And, once more time was taken, so many days before its end."""


def answer_by(filed_at: datetime, *, more_months: int = 0) -> date:
    """Return the last day for the answer to what was filed, with so many months more."""
    return months_after(day_of(filed_at), ANSWER_MONTHS + more_months)


def acknowledge_by(filed_at: datetime) -> date:
    """Return the last day on which somebody must have said that they read a complaint."""
    return working_days_after(day_of(filed_at), ACKNOWLEDGE_WORKING_DAYS)


def may_extend(filed_at: datetime, now: datetime) -> bool:
    """Return whether more time may still be taken: within the first month, since it must be told then."""
    return day_of(now) <= answer_by(filed_at)


def reminders_by(filed_at: datetime, due_on: date, today: date) -> int:
    """Return how many reminders staff should have had by `today` about a request that is due on a day."""
    filed_on = day_of(filed_at)
    if due_on == answer_by(filed_at):
        days = [filed_on + timedelta(days=number) for number in REMIND_ON_DAYS]
    else:
        days = [due_on - timedelta(days=number) for number in REMIND_DAYS_BEFORE]
    return sum(day <= today for day in days)


def days_left(due_on: date, today: date) -> int:
    """Return how many days are left after `today`; negative when it is late."""
    return (due_on - today).days
