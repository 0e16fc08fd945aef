"""Bodies that break off: what of an upload has arrived counts, and nobody can send more than a piece at once.

Django drops a request whose sender goes away before the end of the body. For a resumable upload that would
lose what did arrive, so here the body ends where it broke off, and the request is answered to nobody. Django
would also hold megabytes of it in memory; here it waits on the disk, beside the upload it belongs to.
"""

import asyncio
import re
from tempfile import SpooledTemporaryFile
from typing import Any

from django.core.handlers.asgi import ASGIHandler

from media.clients import CHUNK_BYTES, folder
from media.services.uploads import INCOMING

PATH = re.compile(r"/api/v1/uploads/[0-9a-f-]{36}\Z")
BODY_MAX_BYTES = 16 * 1024**2


class CutBodies:
    """Wraps the HTTP application; only the bodies of uploads are read differently."""

    def __init__(self, application: Any) -> None:
        self.application = application

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["method"] == "PATCH" and PATH.match(scope["path"]):
            receive = Body(receive)
        await self.application(scope, receive, send)


class Body:
    """One request body: it ends where it ends, where it breaks off, or one byte after it is too long."""

    def __init__(self, receive: Any) -> None:
        self.receive, self.size, self.is_whole = receive, 0, False

    async def __call__(self) -> dict[str, Any]:
        """Return the next message for the application."""
        if self.is_whole:
            return await self._goes_on()
        message = await self.receive()
        if message["type"] == "http.disconnect":
            self.is_whole, self.receive = True, None
            return {"type": "http.request", "body": b"", "more_body": False}
        body = message.get("body", b"")[: BODY_MAX_BYTES + 1 - self.size]
        self.size += len(body)
        self.is_whole = not message.get("more_body", False) or self.size > BODY_MAX_BYTES
        return {"type": "http.request", "body": body, "more_body": not self.is_whole}

    async def kept(self) -> SpooledTemporaryFile[bytes]:
        """Return all of it as a file without a name, of which at most a chunk is held in memory."""
        file = SpooledTemporaryFile(max_size=CHUNK_BYTES, dir=str(folder(INCOMING)))  # noqa: SIM115 whoever reads it closes it
        while not self.is_whole:
            some = bytearray()
            while not self.is_whole and len(some) < CHUNK_BYTES:
                some += (await self())["body"]
            await asyncio.to_thread(file.write, some)
        file.seek(0)
        return file

    async def _goes_on(self) -> dict[str, Any]:
        """After a body that broke off nothing more is said, or the work on it would be given up."""
        if self.receive is None:
            await asyncio.Event().wait()
        while (message := await self.receive())["type"] == "http.request":
            pass  # the rest of what is too long is read and forgotten
        return dict(message)


class Handler(ASGIHandler):
    """Django's own, but for how it holds what comes in, and in which steps it hands out what goes."""

    chunk_size = CHUNK_BYTES

    async def read_body(self, receive: Any) -> Any:
        """Return the body of a request as a file."""
        return await (receive.kept() if isinstance(receive, Body) else super().read_body(receive))
