"""What each app ends itself when somebody is erased, beyond deleting rows as their columns declare.

An app registers in its `AppConfig.ready`. Endings run from the highest app down, each in a transaction of
its own, and again after a crash: they must be safe to run twice, and may open nothing that is sealed, since
after a restore the person's key is gone.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from prifora.kernel.batches import AT_FIRST


@dataclass(frozen=True, slots=True)
class Leaving:
    """Somebody who is erased. `withdraw`: what they shared with others goes too.

    `at_once`: how many rows may go before the others have their turn again.
    """

    account_id: UUID
    withdraw: bool
    now: datetime
    at_once: int = AT_FIRST


def _no_names(_account_id: UUID) -> set[UUID]:
    return set()


def _nothing(_account_id: UUID) -> dict[str, Any]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What one app does: `end` ends things, `names` says which stored bytes may then be nobody's.

    `end` does no more at once than others can wait for, and returns True to be called again for the rest. So
    does `empty`, which runs before the account is shut: what shutting it would otherwise do in one go.
    `tell` returns what a person should know before they close their account, ready for JSON.
    """

    app: str
    end: Callable[[Leaving], bool | None]
    empty: Callable[[Leaving], bool] | None = None
    names: Callable[[UUID], set[UUID]] = field(default=_no_names)
    tell: Callable[[UUID], dict[str, Any]] = field(default=_nothing)


_endings: dict[str, Ending] = {}


def register(ending: Ending) -> None:
    """Have `ending` run whenever somebody is erased."""
    _endings[ending.app] = ending


def endings() -> list[Ending]:
    """Return what is registered, the highest app first."""
    return list(reversed(_endings.values()))
