"""Ways to spoil bytes, by chance that can be repeated."""

from random import Random

LENGTHS = (
    b"\x00",
    b"\x3f",
    b"\x40\x00",
    b"\x40\x40",
    b"\x7f\xff",
    b"\x80\x00\x40\x00",
    b"\xbf\xff\xff\xff",
    b"\xc0",
)
"""Beginnings of vectors that are empty, not minimal, too long or of no known form."""


def spoiled(raw: bytes, others: list[bytes], chance: Random) -> bytes:
    """`raw` changed by one to three of the ways below; never one of the `others`, which are sound as well."""
    found = raw
    while found == raw or found in others:
        for _ in range(chance.choice((1, 1, 1, 2, 3))):
            found = chance.choice(WAYS)(found or raw, others, chance)
    return found


def flip(raw, _others, chance):
    """One bit turned over."""
    at = chance.randrange(len(raw))
    return raw[:at] + bytes([raw[at] ^ 1 << chance.randrange(8)]) + raw[at + 1 :]


def set_byte(raw, _others, chance):
    at = chance.randrange(len(raw))
    return raw[:at] + chance.randbytes(1) + raw[at + 1 :]


def step_byte(raw, _others, chance):
    """A number, often a length, one more or one less."""
    at = chance.randrange(len(raw))
    return raw[:at] + bytes([(raw[at] + chance.choice((-1, 1))) % 256]) + raw[at + 1 :]


def set_length(raw, _others, chance):
    """Something in the place of a length that no length may be there."""
    value = chance.choice(LENGTHS)
    at = chance.randrange(len(raw))
    return raw[:at] + value + raw[at + len(value) :]


def cut(raw, _others, chance):
    return raw[: chance.randrange(len(raw))]


def leave_out(raw, _others, chance):
    begin, end = _part(raw, chance)
    return raw[:begin] + raw[end:]


def repeat(raw, _others, chance):
    """A part twice."""
    begin, end = _part(raw, chance)
    return raw[:end] + raw[begin:]


def swap(raw, _others, chance):
    """Two neighbouring parts in each other's place."""
    begin, middle, end = sorted(chance.randrange(len(raw) + 1) for _ in range(3))
    return raw[:begin] + raw[middle:end] + raw[begin:middle] + raw[end:]


def splice(raw, others, chance):
    """A part of something else in the place of a part of this."""
    other = chance.choice(others)
    begin, end = _part(raw, chance)
    first, last = _part(other, chance)
    return raw[:begin] + other[first:last] + raw[end:]


def graft(raw, others, chance):
    """The end of something else after the beginning of this."""
    other = chance.choice(others)
    at = chance.randrange(min(len(raw), len(other)))
    return raw[:at] + other[at:]


def append(raw, _others, chance):
    return raw + chance.randbytes(chance.randrange(1, 40))


WAYS = (flip, flip, set_byte, step_byte, set_length, cut, leave_out, repeat, swap, splice, graft, append)


def _part(raw, chance):
    begin = chance.randrange(len(raw))
    return begin, min(len(raw), begin + chance.choice((1, 2, 4, 16, 33, 64, 200)))
