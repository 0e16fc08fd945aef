"""The websocket as uvicorn speaks it, which lets go also of who reads nothing; `--ws prifora.wire:Wire`.

A closing transport waits until all it holds was taken. Who takes nothing and does not go would hold that
memory, and a descriptor, for as long as they like.
"""

from typing import TYPE_CHECKING

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

if TYPE_CHECKING:
    from uvicorn._types import ASGISendEvent

LET_GO_SECONDS = 10


class Wire(WebSocketsSansIOProtocol):
    """One websocket: once it closes, the other side has LET_GO_SECONDS to take the rest."""

    async def send(self, message: "ASGISendEvent") -> None:
        """Send what the application says; its last word may be a close."""
        await super().send(message)
        if self.close_sent:
            self._let_go()

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
