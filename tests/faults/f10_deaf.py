"""A device that never reads, while another sends it megabytes: it costs little and is dropped; nobody else notices."""

import asyncio
import json
import os
import random
import socket
import time
from contextlib import suppress

import psutil

from bench.company import READY
from bench.wire import Place, dial
from tests.faults import ground
from tests.realtime.line import line, sealed

SHORT_SOCKETS, SOCKETS = 1, 8
MESSAGES, CONTENT_BYTES = 120, 64_000
COSTS_MAX_BYTES = 5 * 1024**2
PATIENCE_SECONDS = 120
LOOK_SECONDS = 0.2
BUFFER_BYTES = 8192


def run(chance: random.Random, *, short: bool) -> tuple[dict, list[str]]:
    """Let so many devices be deaf; return what each cost and how long it stayed."""
    with ground.embedded() as scene:
        figures = asyncio.run(_be_deaf(scene, SHORT_SOCKETS if short else SOCKETS))
    wrong = [] if figures["bytes_for_each"] <= COSTS_MAX_BYTES else ["a deaf device costs more than 5 MB"]
    if figures["acknowledged"] != MESSAGES or figures["heard"] != MESSAGES:
        wrong.append("somebody else noticed")
    if figures["still_held"]:
        wrong.append(f"{figures['still_held']} deaf devices still have their socket")
    return figures, wrong


async def _be_deaf(scene: ground.Scene, count: int) -> dict:
    made, [server] = scene.families[0], scene.webs
    process = psutil.Process(server.process.pid)
    speaker, hearer, *others = made["devices"]
    cursors = {made["id"]: made["seq"]}
    async with line(server, speaker, cursors) as one, line(server, hearer, cursors) as other:
        await _say(one, other, made, 10)
        memory = process.memory_info().rss
        deaf = [await _deaf(server.port, made, device) for device in others[:count]]
        begun = time.monotonic()
        acknowledged, most = 0, 0
        for _ in range(MESSAGES):
            acknowledged += await _say(one, other, made, 1)
            most = max(most, process.memory_info().rss - memory)
        still_held = await _until_let_go(process, {port_of(wire) for wire in deaf})
        took = time.monotonic() - begun
        await other.pong()
        heard = len(other.log_of(made)) - 10
    for wire in deaf:
        wire.close()
    return {
        "deaf": count,
        "megabytes_sent": round(MESSAGES * CONTENT_BYTES / 1024**2, 1),
        "bytes_for_each": most // count,
        "dropped_after_seconds": round(took, 1),
        "still_held": still_held,
        "acknowledged": acknowledged,
        "heard": heard,
    }


async def _say(one, other, made: dict, count: int) -> int:
    """Say so many messages, each once the other has heard the one before; return how many were acknowledged."""
    acknowledged = 0
    for _ in range(count):
        answer = await one.send(sealed(made, os.urandom(CONTENT_BYTES)))
        acknowledged += answer["t"] == "ack"
        await other.hear("log", seq=answer["seq"])
    return acknowledged


async def _deaf(port: int, made: dict, device: dict):
    ready = asyncio.Event()

    def hear(text: bytes) -> None:
        if text == READY:
            ready.set()

    wire = await dial(Place(port, device["cookie"]), hear, lambda _code: None)
    held = wire.transport.get_extra_info("socket")
    held.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
    wire.say(json.dumps({"t": "hello", "cursors": {made["id"]: made["seq"] + 10}}).encode())
    await asyncio.wait_for(ready.wait(), PATIENCE_SECONDS)
    wire.transport.pause_reading()
    return wire


def port_of(wire) -> int:
    return wire.transport.get_extra_info("sockname")[1]


def _held(process: psutil.Process) -> set[int]:
    """Return the ports of everybody the server holds a socket of."""
    return {one.raddr.port for one in process.net_connections("tcp") if one.raddr}


async def _until_let_go(process: psutil.Process, ports: set[int]) -> int:
    """Wait until the server has closed its sockets of these; return how many it still holds."""
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE_SECONDS):
            while ports & _held(process):  # noqa: ASYNC110  there is no event for this
                await asyncio.sleep(LOOK_SECONDS)
    return len(ports & _held(process))
