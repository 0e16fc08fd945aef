"""A family that talks on and on, whatever happens to the server, and counts what becomes of every message.

Each device sends its next message when the last one is acknowledged, connects anew when its socket falls, and
sends again what has no answer: what the app does. Half of those who send forget it instead, as a device does that
falls too: what others heard of it must be there all the same.
"""

import asyncio
import json
import time
from collections.abc import Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from itertools import cycle, pairwise
from typing import Any

from bench.company import ACK, LOG, NACK, READY, Device, Family, Heard, read_log
from bench.tally import Sent
from bench.wire import Place, dial

RECORD_BYTES = 300
AGAIN_SECONDS = 0.05
FORGETS = 2
DRAIN_SECONDS = 180
ANSWER_SECONDS = 20


class Talker(Device):
    """One device that comes back whatever happens; `speaks`: it also sends."""

    speaks = False
    forgets = False
    """Whether it falls with its socket: what has no answer is never said again."""
    stays_away = AGAIN_SECONDS
    """How long until it comes back, after the next time that its socket falls."""
    is_done = False
    """Whether it may go when it has heard everything; set when everybody was answered."""

    def begin(self, ports: Iterator[int], *, speaks: bool, forgets: bool, pause: float) -> None:
        """Begin with nothing said."""
        self.ports, self.speaks, self.forgets, self.pause = ports, speaks, forgets, pause
        self.said: list[Sent] = []
        self.at: list[float] = []
        self.connects: list[float] = []
        self.turn = asyncio.Event()

    @property
    def open(self) -> list[Sent]:
        return [one for one in self.said[-1:] if not one.seq]

    @property
    def is_at_end(self) -> bool:
        return not self.open and self.ear.last >= max(self.family.talk.lines, default=self.family.talk.first)

    async def run(self) -> None:
        """Talk until told that it is enough, everything is answered and everything was heard."""
        while not (self.is_done and self.is_at_end):
            try:
                await self._come()
                await self._talk()
            except (OSError, TimeoutError):
                self.family.heard.problems["fell"] += 1
                if self.forgets and self.open:
                    self.said.pop()
                self.hang_up()
                away, self.stays_away = self.stays_away, AGAIN_SECONDS
                await asyncio.sleep(away)
            finally:
                self.hang_up()

    async def _come(self) -> None:
        begun = time.monotonic()
        self.ready.clear()
        gone = self.gone = asyncio.Event()
        self.wire = await dial(Place(next(self.ports), self.cookie), self._hear, lambda _code: gone.set())
        self.is_wanted = True
        hello = {"t": "hello", "cursors": {self.family.id: self.ear.last}}
        self.wire.say(json.dumps(hello).encode())
        await self._either(self.ready)
        self.connects.append(time.monotonic() - begun)

    async def _talk(self) -> None:
        for one in self.open:
            await self._say(one)
        while not (self.is_done and self.is_at_end):
            if self.speaks:
                ident, frame = self.family.sealed()
                self.said.append(Sent(time.perf_counter(), 0, frame))
                self.family.talk.sent[ident] = self.said[-1]
                await self._say(self.said[-1])
                await asyncio.sleep(self.pause)
            else:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self.gone.wait(), 0.1)
            if self.gone.is_set():
                raise ConnectionResetError

    async def _say(self, one: Sent) -> None:
        self.turn.clear()
        self.wire.say(one.frame)
        await self._either(self.turn)
        if not one.seq:
            raise ConnectionResetError
        self.at.append(time.monotonic())

    async def _either(self, event: asyncio.Event) -> None:
        """Wait for it; raises ConnectionResetError when the socket falls before, TimeoutError when nothing comes."""
        waits = [asyncio.ensure_future(one.wait()) for one in (event, self.gone)]
        try:
            done, _ = await asyncio.wait(waits, timeout=ANSWER_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in waits:
                one.cancel()
        if not done:
            raise TimeoutError
        if not event.is_set():
            raise ConnectionResetError

    def _hear(self, text: bytes) -> None:
        super()._hear(text)
        if not text.startswith(LOG) and text != READY and (ACK in text or NACK in text):
            self.turn.set()


class Company:
    """The devices of the families, talking."""

    def __init__(self, made: Sequence[dict[str, Any]], ports: Sequence[int]) -> None:
        self.heard = Heard()
        self.ports = ports
        self.families = [Family(one, self.heard, record_bytes=RECORD_BYTES, is_bare=False) for one in made]
        for family in self.families:
            family.devices = [Talker(family, one.cookie) for one in family.devices]
            del family.talk.ears[: len(family.devices)]

    @property
    def talkers(self) -> list[Talker]:
        return [one for family in self.families for one in family.devices]

    @property
    def acknowledged(self) -> int:
        return sum(len(one.at) for one in self.talkers)

    def begin(self, *, senders: int, pause: float = 0) -> None:
        """Let everybody connect and the first so many devices of each family talk."""
        for family in self.families:
            for number, one in enumerate(family.devices):
                ports = cycle(
                    [*self.ports[number % len(self.ports) :], *self.ports[: number % len(self.ports)]]
                )
                speaks, forgets = number % 2 == 0 and number // 2 < senders, number % 4 == FORGETS
                one.begin(ports, speaks=speaks, forgets=forgets, pause=pause)
        self.running = [asyncio.get_running_loop().create_task(one.run()) for one in self.talkers]

    async def until_acknowledged(self, more: int) -> None:
        """Wait until so many more were acknowledged; raises TimeoutError."""
        wanted = self.acknowledged + more
        async with asyncio.timeout(DRAIN_SECONDS):
            while self.acknowledged < wanted:  # noqa: ASYNC110  there is no event for this
                await asyncio.sleep(AGAIN_SECONDS)

    async def until_met(self, problem: str, times: int) -> None:
        """Wait until the devices met a problem so many times; raises TimeoutError."""
        async with asyncio.timeout(DRAIN_SECONDS):
            while self.heard.problems[problem] < times:  # noqa: ASYNC110  there is no event for this
                await asyncio.sleep(AGAIN_SECONDS)

    async def end(self, port: int) -> dict[str, int]:
        """Let everybody be answered and hear the others out, then hold it all against the log as it is read back."""
        for one in self.talkers:
            one.speaks = False
        with suppress(TimeoutError):
            async with asyncio.timeout(DRAIN_SECONDS):
                while any(one.open for one in self.talkers):  # noqa: ASYNC110  there is no event for this
                    await asyncio.sleep(AGAIN_SECONDS)
        for one in self.talkers:
            one.is_done = True
        done, late = await asyncio.wait(self.running, timeout=DRAIN_SECONDS)
        for one in done:
            one.result()
        return {**await self._whole(port), "waiting_in_the_end": len(late)}

    async def _whole(self, port: int) -> dict[str, int]:
        swapped = 0
        for family in self.families:
            family.talk.whole(await read_log(family, port, family.devices[0].cookie))
            for one in family.devices:
                seqs = [sent.seq for sent in one.said if sent.seq]
                swapped += sum(later < earlier for earlier, later in pairwise(seqs))
        talks = [family.talk for family in self.families]
        return {
            "acknowledged": self.acknowledged,
            "heard": sum(ear.last - talk.first for talk in talks for ear in talk.ears),
            "lost": sum(talk.lost for talk in talks),
            "doubled": sum(talk.doubled for talk in talks),
            "out_of_order": sum(talk.out_of_order for talk in talks) + swapped,
            "met": dict(self.heard.problems),
        }

    def longest_silence(self, moments: Sequence[float]) -> float:
        """Return how many seconds at the most it took after one of these moments until somebody was answered."""
        at = sorted(moment for one in self.talkers for moment in one.at)
        return max(
            (next((one for one in at if one > moment), moment) - moment for moment in moments), default=0
        )


@asynccontextmanager
async def talking(made: Sequence[dict[str, Any]], ports: Sequence[int], *, senders: int, pause: float = 0):
    """A company that talks; whoever still does in the end is silenced."""
    company = Company(made, ports)
    company.begin(senders=senders, pause=pause)
    try:
        yield company
    finally:
        for one in company.running:
            one.cancel()
        await asyncio.gather(*company.running, return_exceptions=True)


def broken(figures: dict[str, int]) -> list[str]:
    """Return which promise these figures break: nothing lost, doubled or out of order, and everybody answered."""
    wrong = ("lost", "doubled", "out_of_order", "waiting_in_the_end")
    found = [f"{figures[name]} {name.replace('_', ' ')}" for name in wrong if figures[name]]
    return found if figures["acknowledged"] else [*found, "nothing was acknowledged"]
