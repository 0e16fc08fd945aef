"""An upgrade while eight people talk and backups are made: tables change, then every process is replaced."""

import asyncio
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.faults import ground, talking

SHORT_LINES, LINES = 20_000, 1_000_000
"""How many lines other conversations have already."""
SHORT_BACKUP, BACKUP = (4, 2), (20, 3)
"""For how many seconds a backup reads every table, and how long after it the next one begins."""
NEXT = {"DJANGO_SETTINGS_MODULE": "tests.faults.next.settings"}
LOCKED_SECONDS = 1
LOOK_SECONDS = 0.02
TALK = """
    INSERT INTO chat_conversation
    SELECT (jsonb_populate_record(one, jsonb_build_object('id', gen_random_uuid()))).*
    FROM chat_conversation AS one LIMIT 1 RETURNING id
"""
FILL = """
    INSERT INTO chat_entry (id, created_at, conversation_id, seq, kind, epoch, ident, body)
    SELECT gen_random_uuid(), now(), %s, number, 'message', 0, decode(md5(number::text), 'hex'), ''
    FROM generate_series(1, %s) AS number
"""
LOCKS = """
    SELECT pid, relname FROM pg_locks JOIN pg_class ON pg_class.oid = relation
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
    AND mode IN ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
"""
"""Who keeps others from writing to a table, or waits for that, with everybody else waiting behind."""
TABLES = "SELECT string_agg(quote_ident(tablename), ', ') FROM pg_tables WHERE schemaname = 'public'"


def run(chance: random.Random, *, short: bool) -> tuple[dict, list[str]]:
    """Upgrade as docs/operations.md says; return what was lost, and which table could not be used for how long."""
    with ground.scaled(with_worker=True) as scene:
        taken_back = scene.webs[0].call("tests.faults.stage:take_back")
        lines = SHORT_LINES if short else LINES
        with scene.postgres.connect() as one:
            [talk] = one.execute(TALK).fetchone()
            one.execute(FILL, [talk, lines])
        order = [*scene.webs, scene.worker]
        chance.shuffle(order)
        figures = asyncio.run(_talk_meanwhile(scene, order, SHORT_BACKUP if short else BACKUP))
    figures |= {"lines_before": lines, "indexes_made": taken_back}
    wrong = talking.broken(figures)
    if figures["locked_seconds_at_most"] > LOCKED_SECONDS:
        wrong.append(f"{figures['locked_longest']} was locked for {figures['locked_seconds_at_most']} s")
    if not taken_back:
        wrong.append("there was no index to be made")
    return figures, wrong


async def _talk_meanwhile(scene: ground.Scene, order: list, backup: tuple[float, float]) -> dict:
    async with talking.talking(scene.families, scene.ports, senders=8, pause=0.05) as company:
        await company.until_acknowledged(8)
        moments = [time.monotonic()]
        found = await asyncio.to_thread(_migrate, scene, backup)
        for one in order:
            moments.append(time.monotonic())
            await asyncio.to_thread(_replace, one)
        await company.until_acknowledged(8)
        figures = await company.end(scene.ports[0])
    return figures | found | {"silent_seconds_at_most": round(company.longest_silence(moments), 1)}


def _migrate(scene: ground.Scene, backup: tuple[float, float]) -> dict:
    following = scene.webs[0].sibling()
    following.env.update(NEXT)
    begun, locked = time.monotonic(), Locked()
    with _meanwhile(locked.look, scene), _meanwhile(_back_up, scene, *backup):
        said = following.manage("migrate", "--no-input")
    return {
        "migrated_after": round(time.monotonic() - begun, 1),
        "tried_again": said.count("Trying again"),
        "locked_seconds_at_most": round(locked.seconds, 2),
        "locked_longest": locked.table,
    }


def _replace(one: ground.Worker | ground.Server) -> None:
    """Stop a process and start it as the next release: one of the old would refuse a table it does not know."""
    one.stop()
    (one.server.env if isinstance(one, ground.Worker) else one.env).update(NEXT)
    one.start()


class Locked:
    """Which table was kept from writers longest."""

    def __init__(self) -> None:
        self.seconds, self.table = 0.0, ""

    def look(self, scene: ground.Scene, enough: threading.Event) -> None:
        """Look again and again until it is enough."""
        since: dict[tuple, float] = {}
        with scene.postgres.connect() as watcher:
            while not enough.wait(LOOK_SECONDS):
                now, held = time.monotonic(), watcher.execute(LOCKS).fetchall()
                since = {one: since.get(one, now) for one in held}
                for (_pid, table), first in since.items():
                    if now - first > self.seconds:
                        self.seconds, self.table = now - first, table


def _back_up(scene: ground.Scene, seconds: float, pause: float, enough: threading.Event) -> None:
    """Read as pg_dump does, which keeps every table from changing; and after a while once more."""
    with scene.postgres.connect() as reader:
        while not enough.is_set():
            [tables] = reader.execute(TABLES).fetchone()
            with reader.transaction():
                reader.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                reader.execute(f"LOCK TABLE {tables} IN ACCESS SHARE MODE")
                enough.wait(seconds)
            enough.wait(pause)


@contextmanager
def _meanwhile(act, *arguments) -> Iterator[None]:
    """Do something in a thread until it is enough."""
    enough = threading.Event()
    thread = threading.Thread(target=act, args=(*arguments, enough), daemon=True)
    thread.start()
    try:
        yield
    finally:
        enough.set()
        thread.join()
