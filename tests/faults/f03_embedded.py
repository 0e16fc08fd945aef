"""kill -9 of the one process on SQLite, again and again, while eight people talk."""

import asyncio
import random
import sqlite3

from tests.faults import f01_kill, ground, talking

SHORT_KILLS, KILLS = 2, 40
FULL = 2
"""What SQLite calls synchronous=FULL."""


def run(chance: random.Random, *, short: bool) -> tuple[dict, list[str]]:
    """Kill it so many times, then look into its file; return the figures and what went wrong."""
    with ground.embedded() as scene:
        victims = scene.webs * (SHORT_KILLS if short else KILLS)
        figures = asyncio.run(f01_kill.kill(scene, chance, victims))
        synchronous = scene.webs[0].call("tests.faults.stage:synchronous")
        with sqlite3.connect(scene.folder / "data" / "prifora.sqlite3") as database:
            [(said,)] = database.execute("PRAGMA integrity_check").fetchall()
            dangling = len(database.execute("PRAGMA foreign_key_check").fetchall())
    figures |= {"synchronous": synchronous, "integrity_check": said, "dangling": dangling}
    wrong = talking.broken(figures)
    if (synchronous, said, dangling) != (FULL, "ok", 0):
        wrong.append(f"the file is not whole: {said}, {dangling} rows dangle, synchronous={synchronous}")
    return figures, wrong
