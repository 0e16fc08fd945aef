"""All the devices of the bench: what they say over their sockets, what they hear, and how long it took."""

import asyncio
import base64
import hashlib
import json
import os
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from bench.tally import Ear, Sent, Talk
from bench.wire import PATIENCE_SECONDS, Place, Wire, dial

LOG, ACK, READY, NACK = b'{"t":"log"', b'"t":"ack"', b'{"t":"ready"}', b'"t":"nack"'
SEQ, IDENT, BODY = b'"seq":', b'"ident":"', b'"body":"'
IDENT_SIZE = 43
BODY_BYTES = 1500
"""Of a whole sealed message, as it stands in the log."""
SIGNATURE_BYTES = 64
GOT_SECONDS = 0.15
"""How long the app waits for more before it says what it has stored (web/packages/core/src/rooms.ts)."""
TIME_AND_NAMES = {
    "kind": "message",
    "account": str(uuid4()),
    "device": str(uuid4()),
    "at": "2026-01-01T00:00:00.000000+00:00",
    "until": None,
}
"""What the product adds to a line; said to the bare server, so that its lines have the same length."""


@dataclass
class Heard:
    """How long answers and deliveries took, in seconds; what is under way, and what went wrong."""

    answers: list[float] = field(default_factory=list)
    deliveries: list[float] = field(default_factory=list)
    under_way: set[Sent] = field(default_factory=set)
    fully: int = 0
    """How many messages were acknowledged and heard by everybody."""
    problems: Counter[str] = field(default_factory=Counter)

    def one_less(self, sent: Sent) -> None:
        """Note that an answer or a delivery came."""
        sent.owed -= 1
        if not sent.owed and sent in self.under_way:
            self.under_way.discard(sent)
            self.fully += 1
            if sent.done:
                sent.done()

    def forget(self) -> None:
        """Begin to measure anew."""
        self.answers.clear()
        self.deliveries.clear()


class Device:
    """One device of a family: its socket, and how far it has heard."""

    def __init__(self, family: "Family", cookie: str) -> None:
        self.family, self.cookie = family, cookie
        self.ear: Ear = family.talk.ear()
        self.wire: Wire | None = None
        self.ready = asyncio.Event()
        self.is_wanted = False
        self.says_got = False
        self.got_timer: asyncio.TimerHandle | None = None
        self.gone = asyncio.Event()

    async def connect(self, port: int) -> None:
        """Connect and hear what was missed."""
        self.ready.clear()
        self.gone.clear()
        self.wire = await dial(Place(port, self.cookie), self._hear, self._end)
        self.is_wanted = True
        hello = {"t": "hello", "cursors": {self.family.id: self.ear.last}}
        self.wire.say(json.dumps(hello).encode())
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self.ready.wait()

    def hang_up(self) -> None:
        """Go away without a word."""
        self.is_wanted = False
        if self.wire:
            self.wire.close()

    def say(self, done: Callable[[], None] | None = None) -> None:
        """Send one message; `done` is called once it is acknowledged and heard by everybody."""
        ident, frame = self.family.sealed()
        sent = Sent(time.perf_counter(), 1 + self.family.present, frame, done=done)
        self.family.talk.sent[ident] = sent
        self.family.heard.under_way.add(sent)
        if self.wire:
            self.wire.say(frame)

    def say_again(self) -> int:
        """Send once more what nobody acknowledged, as the app does; return how many."""
        waiting = [one for one in self.family.talk.sent.values() if not one.seq]
        for one in waiting:
            one.owed, one.done = 1 + self.family.present, None
            if self.wire:
                self.wire.say(one.frame)
        return len(waiting)

    def _hear(self, text: bytes) -> None:
        now = time.perf_counter()
        if text.startswith(LOG):
            self._hear_line(text, now)
        elif text == READY:
            self.ready.set()
        elif NACK in text:
            self.family.heard.problems[f"nack {json.loads(text)['code']}"] += 1
        elif ACK in text:
            sent = self.family.talk.acknowledged(ident_of(text), seq_of(text))
            self.family.heard.answers.append(now - sent.at)
            self.family.heard.one_less(sent)

    def _hear_line(self, text: bytes, now: float) -> None:
        seq = seq_of(text)
        sent = self.family.talk.heard(self.ear, seq, ident_of(text))
        if sent is not None:
            self.family.heard.deliveries.append(now - sent.at)
            self.family.heard.one_less(sent)
        if self.says_got:
            self._got_soon()

    def _got_soon(self) -> None:
        if self.got_timer:
            self.got_timer.cancel()
        self.got_timer = asyncio.get_running_loop().call_later(GOT_SECONDS, self._got)

    def _got(self) -> None:
        if self.wire and self.is_wanted:
            self.wire.say(json.dumps({"t": "got", "c": self.family.id, "seq": self.ear.last}).encode())

    def _end(self, code: int) -> None:
        if self.is_wanted:
            self.family.heard.problems[f"closed {code}"] += 1
        self.is_wanted = False
        self.gone.set()


class Family:
    """One family: its devices and the conversation all of them are in."""

    def __init__(self, made: dict[str, Any], heard: Heard, *, record_bytes: int, is_bare: bool) -> None:
        self.id, self.epoch = made["id"], made["epoch"]
        self.head = bytes.fromhex(made["head"])
        self.record_bytes, self.is_bare = record_bytes, is_bare
        self.talk = Talk(made["seq"])
        self.heard = heard
        self.devices = [Device(self, one["cookie"]) for one in made["devices"]]

    @property
    def present(self) -> int:
        """How many devices will hear what is said now."""
        return sum(one.is_wanted for one in self.devices)

    def sealed(self) -> tuple[bytes, bytes]:
        """Return (ident, frame) of a new message: random bytes where the sealed content would be."""
        body = self.head + os.urandom(BODY_BYTES - len(self.head))
        ident = plain(hashlib.sha256(body).digest())
        frame = {
            "t": "send",
            "c": self.id,
            "ident": ident,
            "epoch": self.epoch,
            "body": plain(body),
            **(TIME_AND_NAMES if self.is_bare else {"archive": self._record()}),
        }
        return ident.encode(), json.dumps(frame, separators=(",", ":")).encode()

    def _record(self) -> dict[str, str] | None:
        if not self.record_bytes:
            return None
        record, signature = os.urandom(self.record_bytes), os.urandom(SIGNATURE_BYTES)
        return {"id": str(uuid4()), "record": plain(record), "signature": plain(signature)}


async def read_log(family: Family, port: int, cookie: str) -> dict[int, bytes]:
    """Return the whole log as a device without anything hears it, number and ident; each body is hashed."""
    log: dict[int, bytes] = {}
    ready = asyncio.Event()

    def hear(text: bytes) -> None:
        if text.startswith(LOG):
            seq, ident = seq_of(text), ident_of(text)
            if seq in log or not is_true(text, ident):
                family.talk.doubled += 1
            log[seq] = ident
        elif text == READY:
            ready.set()

    wire = await dial(Place(port, cookie), hear, lambda _code: None)
    wire.say(json.dumps({"t": "hello", "cursors": {family.id: family.talk.first}}).encode())
    async with asyncio.timeout(PATIENCE_SECONDS):
        await ready.wait()
    wire.close()
    return log


def seq_of(text: bytes) -> int:
    """Return the number in a frame."""
    at = text.index(SEQ) + len(SEQ)
    end = text.find(b",", at)
    return int(text[at:end] if end > 0 else text[at:-1])


def ident_of(text: bytes) -> bytes:
    """Return the ident in a frame."""
    at = text.index(IDENT) + len(IDENT)
    return text[at : at + IDENT_SIZE]


def is_true(text: bytes, ident: bytes) -> bool:
    """Return whether the body of a line is the one its ident names."""
    at = text.index(BODY) + len(BODY)
    body = text[at : text.index(b'"', at)]
    return plain(hashlib.sha256(base64.urlsafe_b64decode(body + b"==")).digest()).encode() == ident


def plain(content: bytes) -> str:
    """Return bytes as our JSON has them (docs/contract.md)."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
