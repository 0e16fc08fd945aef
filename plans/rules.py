"""Codes, terms and states of plans, without a database."""

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from prifora.kernel.terms import months_after

LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
"""As in every code that people read to each other: none is taken for another, and they spell no word."""

CODE_LENGTH = 16
"""Fifteen letters by chance (64 bits) and one by which a slip of the pen is noticed."""

GROUP = 4

GRACE = timedelta(days=30)
"""After the last day paid for, messages go on for so long."""

YEAR_DAYS, YEAR_MONTHS = 365, 12

WARNED_DAYS = (30, 7, 1)
"""So many days before the last day a letter goes out, where the term is longer than twice that."""

OUTAGE_FROM = timedelta(hours=4)
"""What did not work for so long gives everybody days; the terms of the shop say so (shop/texts)."""

TRIAL = "trial"
KIND_MAX = 20


class Phase(StrEnum):
    """How a family's plan stands."""

    UNUSED = "unused"  # this server asks nobody for a plan
    ACTIVE = "active"
    GRACE = "grace"
    READ_ONLY = "read_only"


class Stage(StrEnum):
    """What a family is told of its plan."""

    SOON = "soon"
    GRACE = "grace"
    READ_ONLY = "read_only"


@dataclass(frozen=True, slots=True)
class Term:
    """How long something lasts: calendar months, then days."""

    months: int = 0
    days: int = 0

    def after(self, day: date) -> date:
        """Return the last day of the term when it follows on `day`."""
        return months_after(day, self.months) + timedelta(days=self.days)


@dataclass(frozen=True, slots=True)
class Span:
    """From the day after `begins_on` until and including `ends_on`."""

    begins_on: date
    ends_on: date


def new_code() -> str:
    """Return a new code in groups of four."""
    letters = "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH - 1))
    return shown(letters + check_letter(letters))


def shown(letters: str) -> str:
    """Return the letters of a code as people read them, in groups."""
    return "-".join(letters[at : at + GROUP] for at in range(0, len(letters), GROUP))


def read_code(typed: str) -> str | None:
    """Return what a person typed as the letters of a code; None when it cannot be one."""
    letters = "".join(one for one in typed.upper() if one.isalpha())
    whole = len(letters) == CODE_LENGTH and all(one in LETTERS for one in letters)
    return letters if whole and check_letter(letters[:-1]) == letters[-1] else None


def check_letter(letters: str) -> str:
    """Return the last letter of a code: Luhn's, over our own alphabet (ISO/IEC 7812-1, annex B)."""
    base, total = len(LETTERS), 0
    for place, letter in enumerate(reversed(letters)):
        doubled = LETTERS.index(letter) * (1 if place % 2 else 2)
        total += doubled // base + doubled % base
    return LETTERS[-total % base]


def days_for(*, began_at: datetime, ended_at: datetime) -> int:
    """Return how many days everybody is promised for an outage: one for each 24 hours that it began."""
    lasted = ended_at - began_at
    return -(-lasted // timedelta(days=1)) if lasted >= OUTAGE_FROM else 0


def term_of(*, days: int, months: int) -> Term:
    """Return what was sold as a term. Years sold as 365 days each are calendar years: never a day less."""
    if not months and days and days % YEAR_DAYS == 0:
        return Term(months=days // YEAR_DAYS * YEAR_MONTHS)
    return Term(months=months, days=days)


def laid_out(first: date, terms: Iterable[Term]) -> Iterator[Span]:
    """Yield when each of the terms that follow on each other runs, the first of them from `first` on.

    Months are counted from where the first of several began: a plan of the 31st ends on the 28th of February
    and on the 31st of March after that.
    """
    begins = anchor = first
    months = 0
    for term in terms:
        months += term.months
        ends = Term(months=months, days=term.days).after(anchor)
        yield Span(begins, ends)
        begins = ends
        if term.days:
            anchor, months = ends, 0


def phase_on(today: date, *, paid_until: date) -> Phase:
    """Return how a plan stands on a day."""
    if today <= paid_until:
        return Phase.ACTIVE
    return Phase.GRACE if today <= paid_until + GRACE else Phase.READ_ONLY


def stage_on(today: date, *, paid_until: date, lasted: timedelta) -> str:
    """Return what a family should have been told by a day, or "" when nothing yet; "soon" with the days.

    `lasted` is how long the last term is: of a month nobody is warned the day it begins.
    """
    phase = phase_on(today, paid_until=paid_until)
    if phase is not Phase.ACTIVE:
        return Stage.GRACE if phase is Phase.GRACE else Stage.READ_ONLY
    left = (paid_until - today).days
    due = [days for days in WARNED_DAYS if left <= days and lasted > timedelta(days=2 * days)]
    return f"{Stage.SOON}{min(due)}" if due else ""


ALWAYS = frozenset(
    {
        # reading, and what reading needs: keys for one's own devices, and taking keys from others
        "contacts:family:read",
        "stations:station:read",
        "chat:conversation:read",
        "chat:commit:send",
        "chat:keys:store",
        "chat:history:give",
        "media:portrait:see",
        "media:storage:read",
        "media:album:read",
        "media:album:renew",
        "plans:plan:read",
        # erasing, leaving, and keeping others out
        "contacts:family:lead",
        "contacts:person:welcome",
        "contacts:person:remove",
        "contacts:invitation:oversee",
        "stations:station:manage",
        "stations:station:report",
        "chat:membership:end",
        "chat:message:erase",
        "chat:file:drop",
        "media:album:leave",
        "media:album:end",
        "media:item:remove",
        "media:remark:remove",
        # paying
        "plans:code:redeem",
    }
)
"""What people may do in a family whatever its plan. Everything else ends when it is read-only."""

UPLOADS = frozenset({"media:upload:make", "chat:file:store"})
"""What ends already with the last day paid for; what was on its way by then may arrive."""

STATIONS = frozenset({"stations:pairing:approve"})
"""What only a plan with a Home Station covers."""
