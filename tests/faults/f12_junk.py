"""Malformed frames and malformed requests by the thousand: refused, and nothing of them stays."""

import asyncio
import json
import random
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from operator import and_, or_
from pathlib import Path

import psutil

from bench.company import READY
from bench.wire import Place, dial
from tests.faults import ground
from tests.realtime.line import CSRF

SHORT_EACH, EACH = 200, 100_000
WARM = 60
AT_ONCE = 8
GROWTH_MAX_BYTES = 20 * 1024**2
PATIENCE_SECONDS = 120
REST_SECONDS = 3
LOOKS, LOOK_SECONDS = 25, 0.1
MALFORMED = 4400
DATABASE = "prifora.sqlite3"
SERVER_ERROR = 500
SPOILT = (b"{", b"[]", b"null", b'{"t":"hello"}', b'{"t":"nothing"}', b"[" * 3000, b'{"t":"send","c":1}')
PATHS = ("/api/v1/conversations", "/api/v1/families", "/api/v1/nothing", "/_allauth/browser/v1/auth/login")


def run(chance: random.Random, *, short: bool) -> tuple[dict, list[str]]:
    """Send so many of each; return what was answered, and what the server has of them afterwards."""
    with ground.embedded() as scene:
        process = psutil.Process(scene.webs[0].process.pid)
        figures = asyncio.run(_send(scene, process, chance, SHORT_EACH if short else EACH))
        log = scene.log()
    figures["tracebacks"] = log.count("Traceback")
    wrong = [f"{figures['tracebacks']} tracebacks in the log"] if figures["tracebacks"] else []
    more = figures["descriptors_more"]
    wrong += [
        f"{count} more of {what}"
        for what, count in more.items()
        if count > (AT_ONCE if what == DATABASE else 0)
    ]
    if figures["memory_more_bytes"] > GROWTH_MAX_BYTES:
        wrong.append(f"{figures['memory_more_bytes']} bytes more than before")
    if set(figures["closed_with"]) != {MALFORMED}:
        wrong.append(f"frames were answered with {figures['closed_with']}")
    wrong += [
        f"{count} requests answered {code}"
        for code, count in figures["answered"].items()
        if code >= SERVER_ERROR
    ]
    return figures, wrong


async def _send(scene: ground.Scene, process: psutil.Process, chance: random.Random, each: int) -> dict:
    closed, answered = Counter(), Counter()
    await _together(_frame, scene, chance, WARM, Counter())
    await _together(_request, scene, chance, WARM, Counter())
    await asyncio.sleep(REST_SECONDS)
    memory, before = process.memory_info().rss, await _descriptors(process, or_)
    await _together(_frame, scene, chance, each, closed)
    await _together(_request, scene, chance, each, answered)
    await asyncio.sleep(REST_SECONDS)
    return {
        "frames": closed.total(),
        "closed_with": dict(closed),
        "requests": answered.total(),
        "answered": dict(answered),
        "memory_more_bytes": process.memory_info().rss - memory,
        "descriptors_more": dict(await _descriptors(process, and_) - before),
    }


async def _descriptors(process: psutil.Process, gather: Callable[[Counter, Counter], Counter]) -> Counter:
    """Return the most, or the fewest, of each kind within LOOKS looks: the worker opens and closes now and then."""
    found = _kinds(process)
    for _ in range(LOOKS):
        await asyncio.sleep(LOOK_SECONDS)
        found = gather(found, _kinds(process))
    return found


def _kinds(process: psutil.Process) -> Counter:
    """Count what is open now: files under their names, a socket as a socket and a pipe as a pipe.

    Of the database there are as many as were ever connections at once: SQLite keeps what a closed one had
    for the next, for as long as another is open (unixClose in its os_unix.c).
    """
    found = Counter()
    for descriptor in Path(f"/proc/{process.pid}/fd").iterdir():
        with suppress(FileNotFoundError):
            found[Path(descriptor.readlink()).name.partition(":")[0]] += 1
    return found


async def _together(send, scene: ground.Scene, chance: random.Random, count: int, found: Counter) -> None:
    left = iter(range(count))
    devices = scene.families[0]["devices"]

    async def some(device: dict) -> None:
        for _ in left:
            async with asyncio.timeout(PATIENCE_SECONDS):
                found[await send(scene.ports[0], device, chance)] += 1

    await asyncio.gather(*(some(one) for one in devices[:AT_ONCE]))


async def _frame(port: int, device: dict, chance: random.Random) -> int:
    """Say one malformed frame and return with which code the socket was closed."""
    ready, ended = asyncio.Event(), asyncio.get_running_loop().create_future()

    def hear(text: bytes) -> None:
        if text == READY:
            ready.set()

    def end(code: int) -> None:
        if not ended.done():
            ended.set_result(code)

    wire = await dial(Place(port, device["cookie"]), hear, end)
    wire.say(json.dumps({"t": "hello", "cursors": {}}).encode())
    await ready.wait()
    wire.say(_spoilt(chance))
    return await ended


async def _request(port: int, device: dict, chance: random.Random) -> int:
    """Make one malformed request and return its status; 0 when the line was cut without an answer."""
    body = _spoilt(chance)
    lines = [
        f"{chance.choice(('POST', 'PUT', 'PATCH', 'DELETE'))} {chance.choice(PATHS)} HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        f"Origin: http://127.0.0.1:{port}",
        f"Cookie: session={device['cookie']}; csrftoken={CSRF}",
        f"X-CSRFToken: {CSRF}",
        f"Content-Type: {chance.choice(('application/json', 'text/plain', 'a/b/c; =;'))}",
        f"Content-Length: {chance.choice((len(body), len(body), len(body), 'many'))}",
        "Connection: close",
    ]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        status = await reader.readline()
        return int(status.split()[1]) if status else 0
    except ConnectionError:
        return 0
    finally:
        writer.close()


def _spoilt(chance: random.Random) -> bytes:
    """Return something that is no frame and no body: text that looks like one, or any characters at all."""
    if chance.random() < 0.5:
        return chance.choice(SPOILT)
    return "".join(
        chr(chance.choice((chance.randrange(32, 127), chance.randrange(160, 0xD7FF)))) for _ in range(50)
    ).encode()
