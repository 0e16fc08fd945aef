"""A backup of before some people were erased is put back: they are gone again before the port opens."""

import random
import sqlite3
from uuid import UUID

from tests.faults import ground
from tests.proof import backup

SHORT_PEOPLE, PEOPLE = 3, 20
"""How many are erased, and as many more who withdraw what they shared."""


def run(chance: random.Random, *, short: bool) -> tuple[dict, list[str]]:
    """Back up, erase, put back, start; return who was there at the first answer, and what is left of them."""
    count = SHORT_PEOPLE if short else PEOPLE
    with ground.embedded() as scene:
        [server] = scene.webs
        everybody = server.call("tests.faults.stage:people", count=2 * count + 1)
        chance.shuffle(everybody)
        kept, erased = everybody[:1], everybody[1:]
        yesterday = scene.folder / "yesterday"
        backup.make(server, yesterday)
        server.call("tests.faults.stage:erase", stay=erased[:count], withdraw=erased[count:])
        there_after_erasing = _there(server, erased)
        server.stop()
        backup.put_back(server, yesterday)
        there_in_the_backup = _there(server, erased)
        server.start()
        there_when_it_answered = _there(server, erased)
        left = server.call("tests.faults.stage:rows_about", account_ids=erased)
        figures = {
            "erased": count,
            "withdrawn": count,
            "there_after_erasing": there_after_erasing,
            "there_in_the_backup": there_in_the_backup,
            "there_when_it_answered": there_when_it_answered,
            "rows_and_keys_left": left,
            "others_there": _there(server, kept),
        }
    wanted = {**figures, "there_after_erasing": 0, "there_in_the_backup": 2 * count, "others_there": 1}
    wanted |= {"there_when_it_answered": 0, "rows_and_keys_left": 0}
    return figures, [f"{name}: {figures[name]}" for name in figures if figures[name] != wanted[name]]


def _there(server, account_ids: list[str]) -> int:
    """Return how many of these have an account, as the file says."""
    with sqlite3.connect(server.folder / "prifora.sqlite3") as database:
        ids = {row[0] for row in database.execute("SELECT id FROM accounts_account")}
    return len(ids & {UUID(one).hex for one in account_ids})
