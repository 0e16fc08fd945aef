"""What is asked before anything is done: apps that stand above the asking ones answer (privacy, plans).

Until they have said how (`AppConfig.ready`), nobody is restricted, nobody has agreed to anything, and every
family's plan covers everything.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from uuid import UUID

from prifora.kernel.errors import Refused

Restricted = Callable[[], set[UUID]]
Allowing = Callable[[Iterable[UUID], str, datetime], set[UUID]]
Lapsed = Callable[[Iterable[UUID], str], dict[UUID, Refused]]


def _nobody() -> set[UUID]:
    return set()


def _none_of_them(_account_ids: Iterable[UUID], _purpose: str, _now: datetime) -> set[UUID]:
    return set()


def _all_covered(_family_ids: Iterable[UUID], _permission: str) -> dict[UUID, Refused]:
    return {}


_restricted: list[Restricted] = [_nobody]
_allowing: list[Allowing] = [_none_of_them]
_lapsed: list[Lapsed] = [_all_covered]


def decide_restricted(rule: Restricted) -> Restricted:
    """Set who knows whose data may only be stored (GDPR art. 18); return who knew before."""
    before, _restricted[0] = _restricted[0], rule
    return before


def decide_allowing(rule: Allowing) -> None:
    """Set who knows which people agreed to an optional purpose."""
    _allowing[0] = rule


def restricted_people() -> set[UUID]:
    """Return everybody whose data may only be stored now, besides what they do and what a law asks.

    Whatever runs by itself and does something with people's data asks this at the moment it does it.
    """
    return _restricted[0]()


def allowing(account_ids: Iterable[UUID], purpose: str, *, now: datetime) -> set[UUID]:
    """Return those of these people who agree to an optional purpose at `now`; asked again when it is done."""
    return _allowing[0](account_ids, purpose, now)


def decide_lapsed(rule: Lapsed) -> None:
    """Set who knows which families' plans do not cover something, and why not."""
    _lapsed[0] = rule


def lapsed(family_ids: Iterable[UUID], permission: str) -> dict[UUID, Refused]:
    """Return, of these families, those whose plan does not cover what `permission` names now, and why not."""
    return _lapsed[0](family_ids, permission)


def need_plan(family_id: UUID, permission: str) -> None:
    """Raise why not, when the plan of a family does not cover what `permission` names now."""
    refusal = lapsed([family_id], permission).get(family_id)
    if refusal is not None:
        raise refusal
