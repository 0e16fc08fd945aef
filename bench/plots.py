"""Two plots of the message path as SVG: what a message takes of the processor, and how long people wait."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from bench.report import short

Figures = Mapping[str, float | None]
LEFT, WIDE, BAR, GAP, TOP, AFTER = 180, 520, 22, 12, 64, 90
COLOURS = ("#2f6f8f", "#c8803a", "#7d8a3c")


@dataclass(frozen=True)
class Plot:
    """Bars for each form: parts of one bar after the other, or bars below each other."""

    file: str
    title: str
    names: Mapping[str, str]
    """What each part is called, by the name of its figure."""
    is_stacked: bool


PLOTS = (
    Plot(
        "messages-cpu.svg",
        "Processor time of one message, committed and heard by 16 devices (ms)",
        {"cpu_ms_server": "server", "cpu_ms_database": "database", "cpu_ms_redis": "Redis"},
        is_stacked=True,
    ),
    Plot(
        "messages-delivery.svg",
        "From sending to hearing, at 200 messages a second (ms)",
        {"delivery_p50_ms": "half", "delivery_p95_ms": "95 of 100", "delivery_p99_ms": "99 of 100"},
        is_stacked=False,
    ),
)


def write(figures: Mapping[str, Figures], folder: Path) -> list[Path]:
    """Write the plots; return where they are."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for plot in PLOTS:
        file = folder / plot.file
        file.write_text(draw(plot, figures), encoding="utf-8")
        files.append(file)
    return files


def draw(plot: Plot, figures: Mapping[str, Figures]) -> str:
    """Return one plot; forms without these figures are left out."""
    shown = {name: _values(plot, some) for name, some in figures.items()}
    shown = {name: values for name, values in shown.items() if any(values)}
    totals = [sum(values) if plot.is_stacked else max(values) for values in shown.values()]
    scale = WIDE / max(totals, default=1)
    rows = 1 if plot.is_stacked else len(plot.names)
    height = TOP + len(shown) * (rows * BAR + GAP) + GAP
    drawn: list[str] = [_legend(plot)]
    for at, (name, values) in enumerate(shown.items()):
        top = TOP + at * (rows * BAR + GAP)
        drawn.append(_text(LEFT - 8, top + rows * BAR / 2 + 4, name, anchor="end"))
        drawn.append(_stack(values, top, scale) if plot.is_stacked else _bars(values, top, scale))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDE + AFTER} {height}" '
        f'font-family="sans-serif" font-size="12"><rect width="100%" height="100%" fill="#ffffff"/>'
        f"{_text(8, 20, plot.title)}{''.join(drawn)}</svg>\n"
    )


def _values(plot: Plot, figures: Figures) -> list[float]:
    return [figures.get(name) or 0.0 for name in plot.names]


def _stack(values: Sequence[float], top: float, scale: float) -> str:
    left, drawn = float(LEFT), ""
    for value, colour in zip(values, COLOURS, strict=True):
        drawn += _bar(left, top, value * scale, colour)
        left += value * scale
    return drawn + _text(left + 6, top + BAR / 2 + 4, short(sum(values)))


def _bars(values: Sequence[float], top: float, scale: float) -> str:
    drawn = ""
    for at, (value, colour) in enumerate(zip(values, COLOURS, strict=True)):
        drawn += _bar(LEFT, top + at * BAR, value * scale, colour)
        drawn += _text(LEFT + value * scale + 6, top + at * BAR + BAR / 2 + 4, short(value))
    return drawn


def _legend(plot: Plot) -> str:
    drawn = ""
    for at, (name, colour) in enumerate(zip(plot.names.values(), COLOURS, strict=True)):
        left = LEFT + at * WIDE / len(COLOURS)
        drawn += _bar(left, 34, 12, colour) + _text(left + 18, 49, name)
    return drawn


def _bar(left: float, top: float, width: float, colour: str) -> str:
    return f'<rect x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{BAR - 4}" fill="{colour}"/>'


def _text(left: float, top: float, text: str, *, anchor: str = "start") -> str:
    return f'<text x="{left:.1f}" y="{top:.1f}" text-anchor="{anchor}" fill="#222222">{escape(text)}</text>'
