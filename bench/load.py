"""The other side of `./run bench messages`: drives a server over real sockets, from a process of its own.

Takes one command as JSON on each line of its input and answers with one line of JSON.
"""

import asyncio
import gc
import json
import os
import random
import signal
import sys
import time
from collections.abc import Sequence
from functools import partial
from typing import Any

import uvloop

from bench.company import Device, Family, Heard, read_log
from bench.meters import DATABASE, REDIS, SERVER, Meter, Watched, spent

CONNECTS_AT_ONCE = 16
CATCH_UP_WINDOW = 16
REST_SECONDS = 1.0
DRAIN_SECONDS = 60
LOOK_SECONDS = 0.02
NEAR_SECONDS = 0.0015
SEED = 7
STEP = 3
"""How far apart in a family two devices are that speak one after the other."""


class Load:
    """Every device of every family, and what is done with them."""

    def __init__(self, families: list[dict[str, Any]], *, record_bytes: int, is_bare: bool) -> None:
        self.heard = Heard()
        self.is_bare = is_bare
        self.families = [
            Family(one, self.heard, record_bytes=record_bytes, is_bare=is_bare) for one in families
        ]
        self.devices = [device for family in self.families for device in family.devices]
        self.is_stopping = False

    async def connect(self, ports: list[int], watched: dict[str, Any]) -> dict[str, Any]:
        """Connect every device; return how many resident bytes each took, after those of the first family."""
        self.ports, self.meter = ports, Meter(Watched(**watched))
        self.is_stopping = False
        first = self.families[0].devices
        await self._connect_all(first)
        await asyncio.sleep(REST_SECONDS)
        before = self.meter.memory()
        rest = [one for one in self.devices if one not in first]
        await self._connect_all(rest)
        await asyncio.sleep(REST_SECONDS)
        each = (self.meter.memory() - before) / max(1, len(rest))
        return {"connections": len(self.devices), "bytes_per_connection": each, "memory": before}

    async def closed(self, seconds: float, warm: float, window: int) -> dict[str, Any]:
        """Keep `window` messages under way, the next as soon as one is heard by everybody; measure."""
        self._start_lanes(window)
        await asyncio.sleep(warm)
        measured = await self._measured(seconds)
        await self._stop_lanes()
        return measured

    async def steady(self, rate: float, seconds: float, warm: float, *, says_got: bool) -> dict[str, Any]:
        """Send `rate` messages a second at random moments, whatever the server does; measure."""
        for device in self.devices:
            device.says_got = says_got
        sending = asyncio.create_task(self._send_at(rate, warm + seconds))
        await asyncio.sleep(warm)
        measured = await self._measured(seconds)
        await sending
        await self._drained()
        for device in self.devices:
            device.says_got = False
        return measured

    async def catch_up(self, place: int, count: int) -> dict[str, Any]:
        """Let one device miss `count` messages; return how long it took from connecting to `ready`, in ms."""
        family = self.families[place % len(self.families)]
        device = family.devices[-1]
        device.hang_up()
        await device.gone.wait()
        await asyncio.sleep(REST_SECONDS)
        left, before = iter(range(count)), device.ear.last
        speakers = family.devices[:-1]

        def next_one(number: int) -> None:
            if next(left, None) is not None:
                speakers[number % len(speakers)].say(partial(next_one, number + STEP))

        for number in range(CATCH_UP_WINDOW):
            next_one(number)
        await self._drained()
        begun = time.perf_counter()
        await device.connect(self._port_of(device))
        took = time.perf_counter() - begun
        return {"ms": took * 1000, "heard": device.ear.last - before}

    async def crash(self, seconds: float, window: int) -> dict[str, Any]:
        """Kill the server in the middle of everything (SIGKILL); return how many were on their way."""
        self._start_lanes(window)
        await asyncio.sleep(seconds)
        self.is_stopping = True
        for device in self.devices:
            device.is_wanted = False
        for one in self.meter.watched.server:
            os.kill(one, signal.SIGKILL)
        await asyncio.gather(*(device.gone.wait() for device in self.devices))
        self.heard.under_way.clear()
        return {"on_their_way": self._unanswered()}

    async def again(self, ports: list[int], watched: dict[str, Any]) -> dict[str, Any]:
        """Connect every device to the server that started again; say again what nobody acknowledged."""
        self.ports, self.meter = ports, Meter(Watched(**watched))
        await self._connect_all(self.devices)
        said = sum(family.devices[0].say_again() for family in self.families)
        async with asyncio.timeout(DRAIN_SECONDS):
            while self._unanswered():  # noqa: ASYNC110  what is awaited has no event
                await asyncio.sleep(LOOK_SECONDS)
        await asyncio.sleep(REST_SECONDS)
        return {"said_again": said}

    async def whole(self) -> dict[str, Any]:
        """Read every log back and hold all that was said and heard against it."""
        for family in self.families:
            device = family.devices[0]
            device.hang_up()
            await device.gone.wait()
            log = dict(family.talk.lines)
            if not self.is_bare:
                log = await read_log(family, self._port_of(device), device.cookie)
            family.talk.whole(log)
        talks = [family.talk for family in self.families]
        return {
            "said": sum(len(talk.sent) for talk in talks),
            "acknowledged": sum(bool(one.seq) for talk in talks for one in talk.sent.values()),
            "heard": sum(ear.last - talk.first - len(ear.missed) for talk in talks for ear in talk.ears),
            "lost": sum(talk.lost for talk in talks),
            "doubled": sum(talk.doubled for talk in talks),
            "out_of_order": sum(talk.out_of_order for talk in talks),
            "problems": dict(self.heard.problems),
        }

    def _unanswered(self) -> int:
        return sum(not one.seq for family in self.families for one in family.talk.sent.values())

    async def _connect_all(self, devices: Sequence[Device]) -> None:
        room = asyncio.Semaphore(CONNECTS_AT_ONCE)

        async def one(device: Device) -> None:
            async with room:
                await device.connect(self._port_of(device))

        await asyncio.gather(*(one(device) for device in devices))

    def _port_of(self, device: Device) -> int:
        return self.ports[device.family.devices.index(device) % len(self.ports)]

    def _start_lanes(self, window: int) -> None:
        self.is_stopping = False
        for number in range(window):
            self._lane(number % len(self.families), number // len(self.families) * 2 * STEP)

    def _lane(self, family: int, number: int) -> None:
        """Send one message, and the next by another device when this one was heard."""
        if self.is_stopping:
            return
        devices, loop = self.families[family].devices, asyncio.get_running_loop()

        def done() -> None:
            loop.call_soon(self._lane, family, number + STEP)

        devices[number % len(devices)].say(done)

    async def _stop_lanes(self) -> None:
        self.is_stopping = True
        await self._drained()

    async def _drained(self) -> None:
        """Wait until nothing is owed any more; what never comes is counted in the end."""
        until = time.monotonic() + DRAIN_SECONDS
        while time.monotonic() < until and self.heard.under_way:  # noqa: ASYNC110  it has no event
            await asyncio.sleep(LOOK_SECONDS)

    async def _send_at(self, rate: float, seconds: float) -> None:
        chance = random.Random(SEED)  # noqa: S311  # nosec B311  the same moments each time
        speakers = chance.sample(self.devices, len(self.devices))
        due = begun = time.perf_counter()
        number = 0
        while (due := due + chance.expovariate(rate)) < begun + seconds:
            await _until(due)
            speakers[number % len(speakers)].say()
            number += 1

    async def _measured(self, seconds: float) -> dict[str, Any]:
        """Watch for so long; return what was done, what it took of the processor, how long answers took."""
        before, own, fully = self.meter.read(), time.process_time(), self.heard.fully
        self.heard.forget()
        begun = time.perf_counter()
        await asyncio.sleep(seconds)
        took = time.perf_counter() - begun
        answers, deliveries = list(self.heard.answers), list(self.heard.deliveries)
        own, fully = time.process_time() - own, self.heard.fully - fully
        used = spent(before, self.meter.read())
        others = used["all"] - used[SERVER] - used[DATABASE] - used[REDIS] - own
        return {
            "seconds": took,
            "messages": fully,
            "deliveries": len(deliveries),
            "cpu": {name: used[name] for name in (SERVER, DATABASE, REDIS)},
            "cpu_load": own,
            "cpu_others": max(0.0, others),
            "answers_ms": parts_of(answers),
            "deliveries_ms": parts_of(deliveries),
        }


async def _until(due: float) -> None:
    """Wait for a moment more exactly than a timer does."""
    left = due - time.perf_counter()
    while left > 0:
        await asyncio.sleep(max(0.0, left - NEAR_SECONDS))
        left = due - time.perf_counter()


def parts_of(seconds: list[float]) -> dict[str, float]:
    """Return what so many of a hundred took at the most, in milliseconds."""
    ordered = sorted(seconds)
    return {
        f"p{share}": ordered[min(len(ordered) - 1, len(ordered) * share // 100)] * 1000 if ordered else 0.0
        for share in (50, 95, 99)
    }


async def main() -> None:
    """Do what each line of the input asks, until it ends."""
    loop = asyncio.get_running_loop()
    load: Load | None = None
    gc.disable()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        command = json.loads(line)
        name = command.pop("do")
        gc.collect()
        if load is None:
            load, answer = Load(**command), {}
        else:
            answer = await getattr(load, name)(**command)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    uvloop.run(main())
