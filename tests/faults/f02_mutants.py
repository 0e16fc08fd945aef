"""The same kills on servers with one promise broken: the harness must see it, or it sees nothing."""

import asyncio
import random

from tests.faults import f01_kill, ground
from tests.faults.ground import NotHere

SHORT_KILLS, KILLS = 1, 5
SETTINGS = ("synchronous_commit=off", "wal_writer_delay=10s", "wal_writer_flush_after=0")
NO_WAITING = "does not wait for the disk"
BROKEN = ("lost", "doubled", "out_of_order", "waiting_in_the_end")


def run(chance: random.Random, *, short: bool) -> tuple[dict, list[str]]:
    """Kill every mutant (the short form: those on SQLite); return how much was wrong, and whom nobody noticed."""
    kills = SHORT_KILLS if short else KILLS
    figures = {}
    for name in ("acknowledges before the commit", "tells before the commit"):
        with ground.embedded("tests.faults.mutants:application", FAULTS_MUTANT=name) as scene:
            figures[name] = _seen(scene, chance, scene.webs * kills)
    if not short:
        figures[NO_WAITING] = _without_waiting(chance, kills)
    return figures, [f"nobody noticed a server that {name}" for name, seen in figures.items() if seen == 0]


def _without_waiting(chance: random.Random, kills: int) -> int | str:
    """Kill a PostgreSQL that acknowledges what is not on the disk yet."""
    try:
        with ground.scaled(webs=1, settings=SETTINGS) as scene:
            return _seen(scene, chance, [scene.postgres] * kills)
    except NotHere as missing:
        return f"not run: {missing}"


def _seen(scene: ground.Scene, chance: random.Random, victims: list) -> int:
    """Return how often the harness says that something is wrong."""
    figures = asyncio.run(f01_kill.kill(scene, chance, victims))
    return sum(figures[name] for name in BROKEN)
