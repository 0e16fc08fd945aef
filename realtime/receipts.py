"""Who has stored what: gathered for a moment, then written and told together.

A message is stored by many devices at nearly the same time; a transaction for each would cost more than
the message. What could not be written waits for the next time.
"""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

import structlog

GATHER_SECONDS, AGAIN_SECONDS = 0.2, 2.0

log = structlog.get_logger(__name__)

Stored = dict[tuple[UUID, UUID], int]
"""By conversation and account: up to which number."""


class Receipts:
    """What the devices of this process said and is not written yet; everything runs on the loop."""

    def __init__(self, write: Callable[[Stored], Awaitable[None]]) -> None:
        self.write = write
        self.waiting: Stored = {}
        self.gathering: asyncio.Task[None] | None = None

    def note(self, conversation_id: UUID, account_id: UUID, seq: int) -> None:
        """Note that a device of this account has stored the log up to `seq`; only the newest counts."""
        key = (conversation_id, account_id)
        self.waiting[key] = max(seq, self.waiting.get(key, 0))
        if self.gathering is None:
            self.gathering = asyncio.get_running_loop().create_task(self._write_what_comes())

    async def stop(self) -> None:
        """Write what waits; with the database away it is lost, and the next receipt makes good for it."""
        if self.gathering is not None:
            self.gathering.cancel()
        await self._write()

    async def _write_what_comes(self) -> None:
        try:
            while self.waiting:
                await asyncio.sleep(GATHER_SECONDS)
                if not await self._write():
                    await asyncio.sleep(AGAIN_SECONDS)
        finally:
            self.gathering = None

    async def _write(self) -> bool:
        some, self.waiting = self.waiting, {}
        try:
            if some:
                await self.write(some)
        except Exception as problem:  # noqa: BLE001  the database may be away
            log.warning("receipts_failed", count=len(some), problem=type(problem).__name__)
            for key, seq in some.items():
                self.waiting[key] = max(seq, self.waiting.get(key, 0))
            return False
        return True
