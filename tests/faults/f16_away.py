"""The database is stopped for a while, then every connection of the pool is held: health says so, then all is well."""

import asyncio
import json
import random
import threading
import urllib.error
import urllib.request

from tests.faults import ground, talking
from tests.realtime.line import http

SHORT_SECONDS, SECONDS = 2, 30
ASKING = 40
"""How many ask at the same time: more than the pool has connections."""
PATIENCE_SECONDS = 30


def run(chance: random.Random, *, short: bool) -> tuple[dict, list[str]]:
    """Take the database away in both ways; return how long it took until health said so, and said that all is well."""
    with ground.scaled(webs=1) as scene:
        figures = asyncio.run(_stopped(scene, SHORT_SECONDS if short else SECONDS))
        figures |= _exhausted(scene)
    return figures, talking.broken(figures)


async def _stopped(scene: ground.Scene, seconds: float) -> dict:
    async with talking.talking(scene.families, scene.ports, senders=8, pause=0.05) as company:
        await company.until_acknowledged(8)
        await asyncio.to_thread(scene.postgres.stop)
        degraded = await asyncio.to_thread(_until, scene, "degraded")
        await asyncio.sleep(seconds)
        await asyncio.to_thread(scene.postgres.start)
        well = await asyncio.to_thread(_until, scene, "ok")
        await company.until_acknowledged(8)
        figures = await company.end(scene.ports[0])
    return figures | {"stopped_degraded_after": degraded, "stopped_ok_after": well}


def _exhausted(scene: ground.Scene) -> dict:
    """Hold the table that everybody is looked up in, so that everybody who asks holds a connection."""
    device = scene.families[0]["devices"][0]
    with scene.postgres.connect() as holder:
        holder.execute("BEGIN")
        holder.execute("LOCK TABLE accounts_session, accounts_account IN ACCESS EXCLUSIVE MODE")
        asking = [threading.Thread(target=_ask, args=(scene, device), daemon=True) for _ in range(ASKING)]
        for one in asking:
            one.start()
        degraded = _until(scene, "degraded")
        holder.execute("ROLLBACK")
    well = _until(scene, "ok")
    for one in asking:
        one.join()
    answer = http(scene.webs[0], device, "GET", "/api/v1/conversations").status_code
    return {"held_degraded_after": degraded, "held_ok_after": well, "asked_then": answer}


def _ask(scene: ground.Scene, device: dict) -> None:
    http(scene.webs[0], device, "GET", "/api/v1/conversations")


def _until(scene: ground.Scene, status: str) -> float:
    return round(ground.until(lambda: _health(scene) == status, f"health says {status}"), 1)


def _health(scene: ground.Scene) -> str:
    try:
        with urllib.request.urlopen(f"{scene.webs[0].origin}/health", timeout=PATIENCE_SECONDS) as answer:
            return json.load(answer)["status"]
    except urllib.error.HTTPError as refused:
        with refused:
            return json.load(refused)["status"]
    except OSError:
        return "nothing"
