"""The same message twenty times at the same moment, over two processes: one line in the log, one answer.

A message's key is its `ident`, the digest of its body, so another body under the same key is refused.
"""

import asyncio
import json
import random
from collections import Counter, defaultdict

from bench.company import ACK, NACK, READY, Family, Heard, ident_of, read_log, seq_of
from bench.wire import Place, Wire, dial
from tests.faults import ground

SHORT_KEYS, KEYS = 50, 1000
TIMES = 20
PATIENCE_SECONDS = 300


class Asked:
    """Sockets of all devices of a family, and what was answered to each key."""

    def __init__(self, scene: ground.Scene) -> None:
        self.made = scene.families[0]
        self.family = Family(self.made, Heard(), record_bytes=300, is_bare=False)
        self.ports = scene.ports
        self.answers: dict[bytes, Counter[int]] = defaultdict(Counter)
        self.refusals: Counter[str] = Counter()
        self.wires: list[Wire] = []

    async def connect(self) -> None:
        """Connect every device, by turns to each process."""
        for number, one in enumerate(self.made["devices"]):
            ready = asyncio.Event()
            place = Place(self.ports[number % len(self.ports)], one["cookie"])
            wire = await dial(place, lambda text, ready=ready: self._hear(text, ready), lambda _code: None)
            wire.say(json.dumps({"t": "hello", "cursors": {}}).encode())
            async with asyncio.timeout(PATIENCE_SECONDS):
                await ready.wait()
            self.wires.append(wire)

    async def say(self, frame: bytes) -> None:
        """Say it TIMES at once and wait for as many answers."""
        wanted = self.heard + TIMES
        for number in range(TIMES):
            self.wires[number % len(self.wires)].say(frame)
        async with asyncio.timeout(PATIENCE_SECONDS):
            while self.heard < wanted:  # noqa: ASYNC110  there is no event for this
                await asyncio.sleep(0.005)

    @property
    def heard(self) -> int:
        return sum(one.total() for one in self.answers.values()) + self.refusals.total()

    def _hear(self, text: bytes, ready: asyncio.Event) -> None:
        if text == READY:
            ready.set()
        elif NACK in text:
            self.refusals[json.loads(text)["code"]] += 1
        elif ACK in text:
            self.answers[ident_of(text)][seq_of(text)] += 1


def run(chance: random.Random, *, short: bool) -> tuple[dict, list[str]]:
    """Say every message TIMES, then another one under each key; return the figures and what went wrong."""
    try:
        with ground.scaled() as scene:
            return asyncio.run(_ask(scene, SHORT_KEYS if short else KEYS))
    except ground.NotHere:
        with ground.embedded() as scene:
            return asyncio.run(_ask(scene, SHORT_KEYS if short else KEYS))


async def _ask(scene: ground.Scene, keys: int) -> tuple[dict, list[str]]:
    asked = Asked(scene)
    await asked.connect()
    frames = dict(asked.family.sealed() for _ in range(keys))
    for frame in frames.values():
        await asked.say(frame)
    for ident in list(frames)[: keys // 10]:
        _other, frame = asked.family.sealed()
        await asked.say(json.dumps({**json.loads(frame), "ident": ident.decode()}).encode())
    log = await read_log(asked.family, scene.ports[0], asked.made["devices"][0]["cookie"])
    stored = Counter(log.values())
    figures = {
        "keys": keys,
        "asked": keys * TIMES,
        "effects": sum(stored[ident] for ident in frames),
        "different_answers": sum(len(asked.answers[ident]) != 1 for ident in frames),
        "other_bodies": keys // 10 * TIMES,
        "refused": dict(asked.refusals),
    }
    wrong = []
    if figures["effects"] != keys or len(stored) != keys:
        wrong.append(f"{figures['effects']} effects of {keys} keys, {len(stored)} lines")
    if figures["different_answers"]:
        wrong.append(f"{figures['different_answers']} keys were answered differently")
    if asked.refusals != {"not_sealed": figures["other_bodies"]}:
        wrong.append(f"other bodies under known keys: {figures['refused']}")
    return figures, wrong
