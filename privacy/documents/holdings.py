"""Every holding with the policy of its table: what all documents are made from."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from prifora.kernel.policy import Category, Held, Policy
from privacy.services import list_holdings, list_policies


@dataclass(frozen=True, slots=True)
class Holding:
    """One stored column, what it holds, and the policy of its table."""

    table: str
    column: str
    held: Held
    policy: Policy

    @property
    def keep(self) -> timedelta | None:
        """Return how long the value is kept; None: as long as the account it belongs to."""
        return self.policy.keep if self.held.keep is None else self.held.keep

    @property
    def is_about_people(self) -> bool:
        """Return whether the value says something about a person."""
        return self.held.category is not Category.SYSTEM


def holdings() -> Iterator[Holding]:
    """Yield every stored column, table by table."""
    policies = list_policies()
    for table, column, held in sorted(list_holdings(), key=lambda one: one[:2]):
        yield Holding(table, column, held, policies[table])
