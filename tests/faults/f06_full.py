"""The disk fills up while eight people talk: writes are refused for now, reads go on, nothing is lost."""

import asyncio
import random
import sqlite3

from tests.faults import ground, talking
from tests.realtime.line import http, sealed

MEGABYTES = 64
BLOCK = bytes(64 * 1024)
REFUSED = 20
"""How many messages are refused on the full disk before there is room again; the long form: ten times as many."""


def run(chance: random.Random, *, short: bool) -> tuple[dict, list[str]]:
    """Fill the disk and make room again; return what was refused and read meanwhile, and what was lost."""
    with ground.embedded(disk_megabytes=MEGABYTES) as scene:
        figures = asyncio.run(_fill(scene, REFUSED if short else 10 * REFUSED))
        with sqlite3.connect(scene.folder / "data" / "prifora.sqlite3") as database:
            [(figures["integrity_check"],)] = database.execute("PRAGMA integrity_check").fetchall()
    wrong = talking.broken(figures)
    if figures["write"] != 503 or not figures["retry_after"]:
        wrong.append(f"a write was answered {figures['write']}, Retry-After {figures['retry_after']}")
    if figures["read"] != 200:
        wrong.append(f"a read was answered {figures['read']}")
    if figures["integrity_check"] != "ok":
        wrong.append("the file is not whole")
    return figures, wrong


async def _fill(scene: ground.Scene, refused: int) -> dict:
    async with talking.talking(scene.families, scene.ports, senders=8, pause=0.05) as company:
        await company.until_acknowledged(8)
        fill = scene.folder / "data" / "fill"
        await asyncio.to_thread(_until_full, fill)
        await company.until_met("nack busy", refused)
        found = await asyncio.to_thread(_ask, scene)
        fill.unlink()
        await company.until_acknowledged(8)
        return {**await company.end(scene.ports[0]), **found}


def _until_full(fill) -> None:
    """Write until nothing more fits, and a little later whatever has become free meanwhile."""
    with fill.open("ab", buffering=0) as file:
        for size in (len(BLOCK), 512, 1):
            try:
                while True:
                    file.write(BLOCK[:size])
            except OSError:
                continue


def _ask(scene: ground.Scene) -> dict:
    """Write and read over HTTP on the full disk."""
    [server], made = scene.webs, scene.families[0]
    path = f"/api/v1/conversations/{made['id']}"
    frame = sealed(made)
    body = {name: frame[name] for name in ("ident", "epoch", "body", "archive")}
    write = http(server, made["devices"][0], "POST", f"{path}/messages", body)
    read = http(server, made["devices"][0], "GET", f"{path}/log?after=0")
    return {
        "write": write.status_code,
        "retry_after": write.headers.get("Retry-After"),
        "read": read.status_code,
    }
