"""Reading and writing the TLS presentation language as RFC 9420 section 2.1 uses it; strict on input."""

import struct
from collections.abc import Callable
from typing import TypeVar

MESSAGE_MAX_BYTES = 1 << 20
"""Longest MLS message the server looks at."""
ELEMENTS_MAX = 4096
"""Most elements of one list; more than any family needs, few enough to be read in milliseconds."""

T = TypeVar("T")

_ONE_BYTE, _TWO_BYTES, _FOUR_BYTES = 1 << 6, 1 << 14, 1 << 30


class MlsError(ValueError):
    """The bytes are not what the standard asks for; `code` says in one word why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Reader:
    """Reads forward through bytes; anything cut short, overlong or not minimal raises MlsError."""

    __slots__ = ("at", "end", "raw")

    def __init__(self, raw: bytes, at: int = 0, end: int | None = None) -> None:
        self.raw, self.at, self.end = raw, at, len(raw) if end is None else end

    def take(self, size: int) -> bytes:
        """Return the next `size` bytes."""
        at, after = self.at, self.at + size
        if after > self.end:
            raise MlsError("truncated")
        self.at = after
        return self.raw[at:after]

    def number(self, size: int) -> int:
        """Return an unsigned integer of `size` bytes."""
        return int.from_bytes(self.take(size), "big")

    def byte(self) -> int:
        """Return an unsigned integer of one byte."""
        at = self.at
        if at >= self.end:
            raise MlsError("truncated")
        self.at = at + 1
        return self.raw[at]

    def length(self) -> int:
        """Return a variable-size length (RFC 9420 section 2.1.2); only the shortest form is accepted."""
        first = self.byte()
        if first < _ONE_BYTE:
            return first
        form, value = first >> 6, first & 0x3F
        if form == 1:
            return _minimal(value << 8 | self.byte(), _ONE_BYTE)
        if form == 2:  # noqa: PLR2004
            return _minimal(value << 24 | self.number(3), _TWO_BYTES)
        raise MlsError("length")

    def vector(self) -> bytes:
        """Return an opaque<V>."""
        return self.take(self.length())

    def part(self) -> "Reader":
        """Return a reader over the content of the next vector."""
        size = self.length()
        start = self.at
        self.take(size)
        return Reader(self.raw, start, self.at)

    def each(self, read: Callable[["Reader"], T], at_most: int = ELEMENTS_MAX) -> list[T]:
        """Return every element of the next vector; more than `at_most` of them raise MlsError."""
        part = self.part()
        found: list[T] = []
        while part.at < part.end:
            if len(found) == at_most:
                raise MlsError("too_many")
            found.append(read(part))
        return found

    def optional(self, read: Callable[["Reader"], T]) -> T | None:
        """Return an optional<T>."""
        present = self.byte()
        if present > 1:
            raise MlsError("optional")
        return read(self) if present else None

    def since(self, start: int) -> bytes:
        """Return the bytes read from `start` on."""
        return self.raw[start : self.at]

    def finish(self) -> None:
        """Raise MlsError when bytes are left."""
        if self.at != self.end:
            raise MlsError("trailing")


def _minimal(value: int, at_least: int) -> int:
    if value < at_least:
        raise MlsError("length")
    return value


def vector(value: bytes) -> bytes:
    """Return `value` as opaque<V>."""
    size = len(value)
    if size < _ONE_BYTE:
        return bytes([size]) + value
    if size < _TWO_BYTES:
        return struct.pack("!H", 0x4000 | size) + value
    if size < _FOUR_BYTES:
        return struct.pack("!I", 0x80000000 | size) + value
    raise MlsError("length")
