"""The ASGI application: HTTP to Django, one socket path, and what starts and stops with the process."""

import asyncio
import gc
import os
from collections.abc import Sequence
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "prifora.settings")

import django
from channels.routing import ProtocolTypeRouter
from django.conf import settings

django.setup(set_prefix=False)

from prifora.checkpoints import Checkpoints  # noqa: E402  apps must be ready first
from prifora.cuts import CutBodies, Handler  # noqa: E402
from prifora.embedded import EmbeddedWorker  # noqa: E402
from prifora.health import HealthFirst  # noqa: E402
from prifora.presence import Presence  # noqa: E402
from prifora.start import reason_not_to_start  # noqa: E402
from realtime import services  # noqa: E402
from realtime.consumers import Gateway  # noqa: E402

SOCKET_PATH = "/ws/v1"


class Beside:
    """What runs beside the requests of this process."""

    presence: Presence | None = None
    threads: Sequence[EmbeddedWorker | Checkpoints] = ()

    async def start(self) -> None:
        """Start the message path, what looks who is there, and the threads."""
        self.presence = Presence(services.path().hub)
        self.presence.start()
        self.threads = await asyncio.to_thread(self._made)
        for one in self.threads:
            one.start()
        leave_alone_what_is_loaded()

    async def stop(self) -> None:
        """Stop all of it; what is under way may finish."""
        if self.presence:
            await self.presence.stop()
        await services.stop_path()
        for one in self.threads:
            await asyncio.to_thread(one.stop)

    @staticmethod
    def _made() -> list[EmbeddedWorker | Checkpoints]:
        return [EmbeddedWorker(), Checkpoints()] if settings.EMBEDDED_WORKER else [Checkpoints()]


async def lifespan(_scope: Any, receive: Any, send: Any) -> None:
    """Start what runs beside the requests with the process, and stop it with it.

    Starts nothing while the database or an outgoing host is not what is declared; whoever a restored backup
    brought back is erased again before the port opens.
    """
    beside = Beside()
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            if reason := await asyncio.to_thread(reason_not_to_start):
                await send({"type": "lifespan.startup.failed", "message": reason})
                return
            await beside.start()
            await send({"type": "lifespan.startup.complete"})
        else:
            await beside.stop()
            await send({"type": "lifespan.shutdown.complete"})
            return


def leave_alone_what_is_loaded() -> None:
    """Have Python look no more for garbage among what is loaded by now.

    It did every few thousand messages, for a tenth of a second in which nobody was answered.
    """
    gc.collect()
    gc.freeze()


gateway = Gateway.as_asgi()


async def sockets(scope: Any, receive: Any, send: Any) -> None:
    """Answer at the one socket path, refuse every other; a router would keep a copy of `scope` per device."""
    if scope["path"] == SOCKET_PATH:
        await gateway(scope, receive, send)
    else:
        await send({"type": "websocket.close"})


http = HealthFirst(CutBodies(Handler()))
application = ProtocolTypeRouter({"http": http, "websocket": sockets, "lifespan": lifespan})
