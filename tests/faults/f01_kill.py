"""kill -9 of PostgreSQL, Redis, a web process or the worker, again and again, while eight people talk."""

import asyncio
import random
import time

from tests.faults import ground, talking

SENDERS = 8
SHORT_KILLS, KILLS = 5, 40
PAUSE_SECONDS = (1.0, 2.0)


def run(chance: random.Random, *, short: bool) -> tuple[dict, list[str]]:
    """Kill each of them in turn, in an order nobody chose; return the figures and what went wrong."""
    with ground.scaled(with_worker=True) as scene:
        each = [scene.postgres, scene.redis, scene.worker, *scene.webs]
        victims = [each[number % len(each)] for number in range(SHORT_KILLS if short else KILLS)]
        chance.shuffle(victims)
        figures = asyncio.run(kill(scene, chance, victims))
    return figures, talking.broken(figures)


async def kill(scene: ground.Scene, chance: random.Random, victims: list) -> dict:
    """Kill these one after the other with people talking, and start each again; return what became of it."""
    moments = []
    async with talking.talking(scene.families, scene.ports, senders=SENDERS) as company:
        await company.until_acknowledged(SENDERS)
        begun = time.monotonic()
        for one in victims:
            await asyncio.sleep(chance.uniform(*PAUSE_SECONDS))
            await asyncio.to_thread(one.kill)
            moments.append(time.monotonic())
            await asyncio.to_thread(one.start)
        await company.until_acknowledged(SENDERS)
        took = time.monotonic() - begun
        figures = await company.end(scene.ports[0])
    return figures | {
        "kills": len(victims),
        "seconds": round(took, 1),
        "silent_seconds_at_most": round(company.longest_silence(moments), 1),
    }
