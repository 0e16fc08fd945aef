"""Figures of several forms next to each other: one line for each figure, one column for each form."""

from collections.abc import Mapping

from bench.report import short

Figures = Mapping[str, float | None]
ASKED = (
    "messages_per_s",
    "deliveries_per_s",
    "cpu_ms_per_message",
    "ack_p99_ms",
    "delivery_p99_ms",
    "idle_kb_per_connection",
    "catch_up_1000_ms",
    "lost",
    "doubled",
    "out_of_order",
)
"""What every column has, also where it does not apply."""


def whole(figures: Figures) -> dict[str, float | None]:
    """Return the figures with everything that is asked first, None where it does not apply."""
    return {**{name: figures.get(name) for name in ASKED}, **figures}


def table(figures: Mapping[str, Figures]) -> str:
    """Return it for people, as a table that Markdown shows too."""
    names = list(dict.fromkeys(name for some in figures.values() for name in some))
    lines = [
        ["", *figures],
        *([name, *(_cell(some.get(name)) for some in figures.values())] for name in names),
    ]
    widths = [max(len(line[at]) for line in lines) for at in range(len(lines[0]))]
    rows = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |"
        for line in lines
    ]
    return "\n".join([rows[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *rows[1:]])


def _cell(number: float | None) -> str:
    return "" if number is None else short(number)
