"""A websocket client (RFC 6455) so thin that one process can hold hundreds and not be what is measured."""

import asyncio
import base64
import os
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

TEXT, CLOSE, PING, PONG = 0x1, 0x8, 0x9, 0xA
FINAL, COMPRESSED, MASKED, OPCODE = 0x80, 0x40, 0x80, 0x0F
LENGTH, TWO_BYTES, EIGHT_BYTES = 0x7F, 126, 127
TWO_BYTES_MAX = 0xFFFF
NO_MASK = bytes(4)
"""A mask of zeros leaves the content as it is: the client need not mask, the server unmasks as ever."""
END_OF_BLOCK = b"\x00\x00\xff\xff"
SWITCHING = b"HTTP/1.1 101"
ABNORMAL = 1006
PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class Place:
    """Where a device connects, and as whom."""

    port: int
    cookie: str


class Wire(asyncio.Protocol):
    """One open websocket. `heard` gets every text, `ended` the code of its close."""

    def __init__(self, place: Place, heard: Callable[[bytes], None], ended: Callable[[int], None]) -> None:
        self.place, self.heard, self.ended = place, heard, ended
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.buffer = b""
        self.is_open = False
        self.code = ABNORMAL
        self.inflate: Callable[[bytes], bytes] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the socket, as a browser does: with the cookie, the origin and an offer to compress."""
        self.transport = cast(asyncio.Transport, transport)
        where = f"127.0.0.1:{self.place.port}"
        lines = [
            "GET /ws/v1 HTTP/1.1",
            f"Host: {where}",
            f"Origin: http://{where}",
            f"Cookie: session={self.place.cookie}",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
            "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits",
        ]
        self.transport.write("\r\n".join([*lines, "", ""]).encode())

    def data_received(self, data: bytes) -> None:
        """Take what came; hand on every frame that is whole."""
        self.buffer = self.buffer + data if self.buffer else data
        if not self.is_open and not self._open():
            return
        at = 0
        while (end := self._take(at)) > at:
            at = end
        self.buffer = self.buffer[at:]

    def connection_lost(self, _problem: Exception | None) -> None:
        """Tell that it is over."""
        if not self.opened.done():
            self.opened.set_exception(ConnectionError("the server does not take the socket"))
        self.ended(self.code)

    def say(self, text: bytes) -> None:
        """Send one text."""
        self._send(TEXT, text)

    def close(self) -> None:
        """Hang up."""
        self.transport.abort()

    def _open(self) -> bool:
        head, found, rest = self.buffer.partition(b"\r\n\r\n")
        if not found:
            return False
        if not head.startswith(SWITCHING):
            self.opened.set_exception(ConnectionError(head.splitlines()[0].decode()))
            self.transport.abort()
            return False
        if b"permessage-deflate" in head.lower():
            self.inflate = zlib.decompressobj(-zlib.MAX_WBITS).decompress
        self.buffer, self.is_open = rest, True
        self.opened.set_result(None)
        return True

    def _take(self, at: int) -> int:
        """Hand on the frame that begins at `at`; return where it ends, or `at` when it is not whole yet."""
        buffer = self.buffer
        if len(buffer) < at + 2:
            return at
        first, size, start = buffer[at], buffer[at + 1] & LENGTH, at + 2
        if size == TWO_BYTES:
            start += 2
            size = int.from_bytes(buffer[at + 2 : start], "big")
        elif size == EIGHT_BYTES:
            start += 8
            size = int.from_bytes(buffer[at + 2 : start], "big")
        end = start + size
        if len(buffer) < max(start, end):
            return at
        self._frame(first, buffer[start:end])
        return end

    def _frame(self, first: int, content: bytes) -> None:
        kind = first & OPCODE
        if kind == TEXT:
            if first & COMPRESSED and self.inflate:
                content = self.inflate(content + END_OF_BLOCK)
            self.heard(content)
        elif kind == PING:
            self._send(PONG, content)
        elif kind == CLOSE:
            self.code = int.from_bytes(content[:2], "big") or ABNORMAL
            self._send(CLOSE, content[:2])

    def _send(self, kind: int, content: bytes) -> None:
        size = len(content)
        if size < TWO_BYTES:
            head = bytes([FINAL | kind, MASKED | size])
        elif size <= TWO_BYTES_MAX:
            head = struct.pack("!BBH", FINAL | kind, MASKED | TWO_BYTES, size)
        else:
            head = struct.pack("!BBQ", FINAL | kind, MASKED | EIGHT_BYTES, size)
        self.transport.write(head + NO_MASK + content)


async def dial(place: Place, heard: Callable[[bytes], None], ended: Callable[[int], None]) -> Wire:
    """Return an open websocket; raises ConnectionError when the server refuses it."""
    loop = asyncio.get_running_loop()
    _, wire = await loop.create_connection(lambda: Wire(place, heard, ended), "127.0.0.1", place.port)
    async with asyncio.timeout(PATIENCE_SECONDS):
        await wire.opened
    return wire
