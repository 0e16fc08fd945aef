"""The websocket as uvicorn speaks it, and two things more; `--ws prifora.wire:Wire`.

It lets go also of who reads nothing. A closing transport waits until all it holds was taken: who takes
nothing and does not go would hold that memory, and a descriptor, for as long as they like.

And it takes frames that are made already: what goes to many is put into a frame once (RFC 6455 section 5.2;
a server's frame is the same bytes for everybody), and no task has to wake up for each of them.
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame, Opcode

if TYPE_CHECKING:
    from uvicorn._types import ASGISendEvent

LET_GO_SECONDS = 10
EXTENSION = "prifora.write"

Write = Callable[[bytes], bool]


def framed(texts: Iterable[str]) -> bytes:
    """Return texts as the frames that carry them, one after the other: unmasked, uncompressed."""
    return b"".join(Frame(Opcode.TEXT, text.encode()).serialize(mask=False) for text in texts)


def write_of(scope: dict[str, Any]) -> Write:
    """Return what writes frames to the websocket of `scope` at once: False when nothing can be taken now."""
    given = scope.get("extensions", {}).get(EXTENSION)
    return given["write"] if given else lambda _frames: False


class Wire(WebSocketsSansIOProtocol):
    """One websocket: once it closes, the other side has LET_GO_SECONDS to take the rest."""

    async def run_asgi(self) -> None:
        """Run the application, which may write frames by itself."""
        self.scope["extensions"][EXTENSION] = {"write": self.write}
        await super().run_asgi()

    def write(self, frames: bytes) -> bool:
        """Write whole frames; False, and nothing written, when the other side must read first or is gone."""
        if self.disconnected or self.close_sent or not self.writable.is_set() or self.transport.is_closing():
            return False
        self.transport.write(frames)
        return True

    async def send(self, message: "ASGISendEvent") -> None:
        """Send what the application says; its last word, a close, may wait for the other side to read."""
        if message["type"] == "websocket.close":
            self._let_go()
        await super().send(message)

    def data_received(self, data: bytes) -> None:
        """Take what the other side says, which may be goodbye, or nonsense."""
        super().data_received(data)
        if self.transport.is_closing():
            self._let_go()

    def keepalive_timeout(self) -> None:
        """End what has answered no ping."""
        super().keepalive_timeout()
        self._let_go()

    def _let_go(self) -> None:
        self.loop.call_later(LET_GO_SECONDS, self.transport.abort)
