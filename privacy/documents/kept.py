"""What is kept about people, category by category, in the words of the person's language."""

from collections.abc import Iterable
from dataclasses import dataclass

from prifora.kernel.policy import Category, Held
from privacy.documents.holdings import Holding, holdings
from privacy.documents.words import (
    BASES,
    CAME_BY,
    CATEGORIES,
    CHANNELS,
    ERASED,
    PURPOSES,
    READERS,
    once,
    term,
)


@dataclass(frozen=True, slots=True)
class KeptCategory:
    """One category, and every column that holds something of it."""

    category: Category
    kept: tuple[Holding, ...]

    @property
    def what(self) -> str:
        """Return what it is."""
        return str(CATEGORIES[self.category])

    @property
    def purposes(self) -> list[str]:
        """Return what it is for."""
        return once(PURPOSES[one.purpose] for one in self._held())

    @property
    def bases(self) -> list[str]:
        """Return why we may."""
        return once(BASES[one.basis] for one in self._held())

    @property
    def channels(self) -> list[str]:
        """Return by which ways it comes to us."""
        return [str(CHANNELS[one]) for one in CAME_BY[self.category]]

    @property
    def readers(self) -> list[str]:
        """Return who can read it."""
        return once(READERS[one.seen] for one in self._held())

    @property
    def terms(self) -> list[str]:
        """Return how long it is kept, the longest first."""
        return once(one.policy.ends or term(one.keep) for one in sorted(self.kept, key=_longest_first))

    @property
    def erased(self) -> list[str]:
        """Return what becomes of it when the account is closed."""
        laws = (one.policy.kept for one in self.kept)
        stays = [law.what for law in laws if law is not None and law.by_law]
        return once([*(ERASED[one.on_erase] for one in self._held()), *stays])

    @property
    def tables(self) -> set[str]:
        """Return the tables that hold something of it."""
        return {one.table for one in self.kept}

    def _held(self) -> Iterable[Held]:
        return (one.held for one in self.kept)


def kept_by_category() -> list[KeptCategory]:
    """Return every category of which something is kept about people, in the order of the declarations."""
    found: dict[Category, list[Holding]] = {}
    for one in holdings():
        if one.is_about_people:
            found.setdefault(one.held.category, []).append(one)
    return [KeptCategory(one, tuple(found[one])) for one in Category if one in found]


def _longest_first(one: Holding) -> float:
    return float("-inf") if one.keep is None else -one.keep.total_seconds()
