"""The ASGI application: HTTP to Django, one socket path, and what starts and stops with the process."""

import asyncio
import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "prifora.settings")

import django
from channels.routing import ProtocolTypeRouter, URLRouter
from django.conf import settings
from django.urls import path, re_path

django.setup(set_prefix=False)

from prifora.cuts import CutBodies, Handler  # noqa: E402  apps must be ready first
from prifora.embedded import EmbeddedWorker  # noqa: E402
from prifora.health import HealthFirst  # noqa: E402
from prifora.presence import Presence  # noqa: E402
from prifora.start import reason_not_to_start  # noqa: E402
from realtime import services  # noqa: E402
from realtime.consumers import Gateway  # noqa: E402


async def lifespan(_scope: Any, receive: Any, send: Any) -> None:
    """Start the message path and the embedded worker with the process, and stop them with it.

    Starts nothing while the database or an outgoing host is not what is declared; whoever a restored backup
    brought back is erased again before the port opens.
    """
    worker: EmbeddedWorker | None = None
    presence: Presence | None = None
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            if reason := await asyncio.to_thread(reason_not_to_start):
                await send({"type": "lifespan.startup.failed", "message": reason})
                return
            presence = Presence(services.path().hub)
            presence.start()
            if settings.EMBEDDED_WORKER:
                worker = await asyncio.to_thread(EmbeddedWorker)
                worker.start()
            await send({"type": "lifespan.startup.complete"})
        else:
            if presence:
                await presence.stop()
            await services.stop_path()
            if worker:
                await asyncio.to_thread(worker.stop)
            await send({"type": "lifespan.shutdown.complete"})
            return


async def no_such_socket(_scope: Any, _receive: Any, send: Any) -> None:
    """Refuse every other socket path."""
    await send({"type": "websocket.close"})


http = HealthFirst(CutBodies(Handler()))
sockets = URLRouter([path("ws/v1", Gateway.as_asgi()), re_path("", no_such_socket)])  # type: ignore[arg-type]
application = ProtocolTypeRouter({"http": http, "websocket": sockets, "lifespan": lifespan})
