"""Says which devices are connected to this server process, for those whose person asked to be pushed to.

The message path does nothing for it: the sockets are looked at from outside, now and then.
"""

import asyncio
from uuid import UUID

import structlog
from django.conf import settings

from notices import services as notices
from prifora.kernel import clock
from realtime.hub import Hub
from realtime.services import in_thread

LOOK_SECONDS = 5
AGAIN_LOOKS = 4
"""Every so many looks it is said anew who is still here; well within `notices.HERE_LASTS`."""

log = structlog.get_logger(__name__)


class Presence:
    """Looks at the sockets of this process, and remembers which devices it said are here."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.here: set[UUID] = set()
        self.looks = 0
        self.looking: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Start looking, where anybody is pushed to at all."""
        if settings.PUSH_CONTACT:
            self.looking = asyncio.get_running_loop().create_task(self._look_always())

    async def stop(self) -> None:
        """Stop, and say that nobody is here any more."""
        if self.looking:
            self.looking.cancel()
            await self._say(set(), set())

    async def look(self) -> None:
        """Say who came and who left since the last look, and now and then who is still here."""
        here = set(self.hub.by_device)
        self.looks += 1
        stayed = here & self.here if self.looks % AGAIN_LOOKS == 0 else set()
        if here != self.here or stayed:
            await self._say(here, stayed)

    async def _say(self, here: set[UUID], stayed: set[UUID]) -> None:
        """Say it; when the database is away, it is said at the next look."""
        try:
            await in_thread(_note)(here - self.here, stayed, self.here - here)
        except Exception as problem:  # noqa: BLE001  the database may be away
            log.warning("presence_failed", problem=type(problem).__name__)
        else:
            self.here = here

    async def _look_always(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            await self.look()


def _note(came: set[UUID], stayed: set[UUID], left: set[UUID]) -> None:
    now = clock.now()
    notices.note_connected(came=came, stayed=stayed, now=now)
    notices.note_gone(left=left, now=now)
