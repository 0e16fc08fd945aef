"""Database and Redis are stopped or frozen, then every connection is held: health says so, then all is well."""

import asyncio
import json
import random
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from tests.faults import ground, talking
from tests.realtime.line import http

SHORT_SECONDS, SECONDS = 1, 30
NOTICED_SECONDS = 5
"""How long it may take until health says that something is away. How soon the pool is full is up to the machine."""
ASKING = 40
"""How many ask at the same time: more than the pool has connections."""
PATIENCE_SECONDS = 30


def run(chance: random.Random, *, short: bool) -> tuple[dict, list[str]]:
    """Take them away in every way; return how long it took until health said so, and said that all is well."""
    with ground.scaled(webs=1) as scene:
        figures = asyncio.run(_talk_meanwhile(scene, SHORT_SECONDS if short else SECONDS))
        figures |= _exhausted(scene)
    late = [f"{name}: {took} s" for name, took in figures.items() if _is_late(name, took)]
    return figures, [*talking.broken(figures), *late]


def _is_late(name: str, took: float) -> bool:
    return name.endswith("degraded_after") and not name.startswith("held") and took > NOTICED_SECONDS


async def _talk_meanwhile(scene: ground.Scene, seconds: float) -> dict:
    async with talking.talking(scene.families, scene.ports, senders=8, pause=0.05) as company:
        await company.until_acknowledged(8)
        found = await asyncio.to_thread(_take_away, scene, seconds)
        await company.until_acknowledged(8)
        return await company.end(scene.ports[0]) | found


def _take_away(scene: ground.Scene, seconds: float) -> dict:
    """Have each be away for so long in each way; return how long after it was gone, and back, health said so."""
    found = {}
    ways = {
        "stopped": _stopped(scene.postgres),
        "frozen": scene.postgres.frozen(),
        "redis_stopped": _stopped(scene.redis),
        "redis_frozen": scene.redis.frozen(),
    }
    for name, away in ways.items():
        with away:
            found[f"{name}_degraded_after"] = _until(scene, "degraded")
            time.sleep(seconds)
        found[f"{name}_ok_after"] = _until(scene, "ok")
    return found


@contextmanager
def _stopped(one: ground.Postgres | ground.Redis) -> Iterator[None]:
    one.stop()
    try:
        yield
    finally:
        one.start()


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
