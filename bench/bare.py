"""The limit of a start: an application that answers every request with one small page, and that is all."""

from collections.abc import Awaitable, Callable
from typing import Any

PAGE = b'<!doctype html><html lang="nl"><title>Bare</title><link rel="icon" href="data:,"><h1>Here</h1>'
HEADERS = [(b"content-type", b"text/html; charset=utf-8")]


async def application(scope: dict[str, Any], receive: Any, send: Callable[[Any], Awaitable[None]]) -> None:
    """Answer with the page; live as long as the server does."""
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        await send({"type": "http.response.body", "body": PAGE})
    while scope["type"] == "lifespan":
        kind = (await receive())["type"]
        await send({"type": f"{kind}.complete"})
        if kind == "lifespan.shutdown":
            return
