"""The form of a document for people: titles, sentences and tables, in one language."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with sentences and perhaps a table. `ident` is the same in every language."""

    ident: str
    title: str
    text: tuple[str, ...] = ()
    head: Row = ()
    rows: tuple[Row, ...] = ()

    @property
    def labelled_rows(self) -> list[list[tuple[str, str]]]:
        """Return each row as (heading, cell), for a screen too narrow for a table."""
        return [list(zip(self.head, row, strict=True)) for row in self.rows]


@dataclass(frozen=True, slots=True)
class Statement:
    """A whole document."""

    title: str
    lead: str
    sections: tuple[Section, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the document as it is kept."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Change:
    """What is different in one section: its title, what is there now, and what is not there any more."""

    title: str
    added: tuple[str, ...] = field(default=())
    removed: tuple[str, ...] = field(default=())


def from_json(kept: dict[str, Any]) -> Statement:
    """Return a document that was kept."""
    sections = (
        Section(
            ident=one["ident"],
            title=one["title"],
            text=tuple(one["text"]),
            head=tuple(one["head"]),
            rows=tuple(tuple(row) for row in one["rows"]),
        )
        for one in kept["sections"]
    )
    return Statement(kept["title"], kept["lead"], tuple(sections))


def changes(before: Statement, now: Statement) -> Iterator[Change]:
    """Yield what differs between two versions, section by section in the order of the newer one."""
    old = {section.ident: section for section in before.sections}
    new = {section.ident: section for section in now.sections}
    for ident in [*new, *(gone for gone in old if gone not in new)]:
        was, is_now = _lines(old.get(ident)), _lines(new.get(ident))
        added = tuple(line for line in is_now if line not in was)
        removed = tuple(line for line in was if line not in is_now)
        if added or removed:
            yield Change((new.get(ident) or old[ident]).title, added, removed)


def markdown(statement: Statement) -> str:
    """Return a document as Markdown."""
    parts = [f"# {statement.title}", statement.lead]
    for section in statement.sections:
        parts += [f"## {section.title}", *section.text]
        if section.rows:
            rule = "|---" * len(section.head) + "|"
            parts.append("\n".join([_line(section.head), rule, *map(_line, section.rows)]))
    return "\n\n".join(part for part in parts if part) + "\n"


def _line(cells: Row) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _lines(section: Section | None) -> list[str]:
    return [*section.text, *(" – ".join(row) for row in section.rows)] if section else []
