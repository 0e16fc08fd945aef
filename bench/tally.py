"""What was said and what was heard of it: every message once, in the order of the log, to everybody."""

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True, eq=False)
class Sent:
    """A message on its way: when it left (seconds), and how many answers and deliveries are still owed.

    `frame` is what was sent; it is kept until the server answers.
    """

    at: float
    owed: int
    frame: bytes
    seq: int = 0
    done: Callable[[], None] | None = None


@dataclass
class Ear:
    """How far one device has heard a conversation, and what it missed on the way."""

    last: int
    missed: set[int] = field(default_factory=set)


@dataclass
class Talk:
    """One conversation: what everybody in it said and heard."""

    first: int
    sent: dict[bytes, Sent] = field(default_factory=dict)
    lines: dict[int, bytes] = field(default_factory=dict)
    """Which message (its ident as sent) stands at each number, by whoever said so first."""
    ears: list[Ear] = field(default_factory=list)
    doubled: int = 0
    out_of_order: int = 0
    lost: int = 0

    def ear(self) -> Ear:
        """Return a new device's ear, which knows everything up to now."""
        ear = Ear(max(self.lines, default=self.first))
        self.ears.append(ear)
        return ear

    def acknowledged(self, ident: bytes, seq: int) -> Sent:
        """Note that the server took a message as number `seq`; twice is one too many."""
        sent = self.sent[ident]
        self.doubled += bool(sent.seq)
        sent.seq, sent.frame = seq, b""
        self._stands(seq, ident)
        return sent

    def heard(self, ear: Ear, seq: int, ident: bytes) -> Sent | None:
        """Note that a device heard number `seq`; return the message, unless others said it before us."""
        if seq == ear.last + 1:
            ear.last = seq
        elif seq > ear.last:
            self.out_of_order += 1
            ear.missed.update(range(ear.last + 1, seq))
            ear.last = seq
        elif seq in ear.missed:
            ear.missed.discard(seq)
        else:
            self.doubled += 1
        self._stands(seq, ident)
        return self.sent.get(ident)

    def whole(self, log: dict[int, bytes]) -> None:
        """Hold everything against the log as it was read back: numbers and idents."""
        newest = max(log, default=self.first)
        self.lost += newest - self.first - len(log)
        self.lost += sum(log.get(seq) != ident for seq, ident in self.lines.items())
        self.lost += sum(log.get(one.seq) != ident for ident, one in self.sent.items() if one.seq)
        self.lost += sum(len(ear.missed) + max(0, newest - ear.last) for ear in self.ears)
        self.doubled += len(log) - len(set(log.values()))

    def _stands(self, seq: int, ident: bytes) -> None:
        """Two messages at one number: one of them is not where it was said to be."""
        self.out_of_order += self.lines.setdefault(seq, ident) != ident
