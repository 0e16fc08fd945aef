"""Every socket drops at once, and all of them return within ten seconds, in the middle of their talk."""

import asyncio
import random

from tests.faults import ground, talking

SHORT_FAMILIES, FAMILIES = 2, 12
RETURN_SECONDS = 10
SHORT_RETURN_SECONDS = 2


def run(chance: random.Random, *, short: bool) -> tuple[dict, list[str]]:
    """Let everybody drop and return; return the figures and what went wrong."""
    count = SHORT_FAMILIES if short else FAMILIES
    with ground.embedded() as scene:
        scene.families += scene.webs[0].call("tests.faults.stage:families", count=count - 1)
        figures = asyncio.run(_drop(scene, chance, SHORT_RETURN_SECONDS if short else RETURN_SECONDS))
    return figures, talking.broken(figures)


async def _drop(scene: ground.Scene, chance: random.Random, seconds: float) -> dict:
    async with talking.talking(scene.families, scene.ports, senders=2, pause=0.2) as company:
        await company.until_acknowledged(len(scene.families))
        for one in company.talkers:
            one.connects.clear()
            one.stays_away = chance.uniform(0, seconds)
        for one in company.talkers:
            one.hang_up()
        await company.until_acknowledged(10 * len(scene.families))
        figures = await company.end(scene.ports[0])
        connects = sorted(took for one in company.talkers for took in one.connects)
    return figures | {
        "sockets": len(company.talkers),
        "connects": len(connects),
        "connect_p99_seconds": round(connects[len(connects) * 99 // 100], 2),
    }
