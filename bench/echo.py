"""The limit: a bare websocket server that sends every text on to the family and stores nothing.

The newest lines stay in memory, for one who comes back.
It speaks the same frames as the product's socket: hello and ready, send, ack and log.
"""

import json
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

Say = Callable[[dict[str, Any]], Awaitable[None]]
SEND = len('{"t":"send",')
IDENT, IDENT_SIZE = '"ident":"', 43
KEPT_LINES = 2000


@dataclass
class Room:
    """One family: its open sockets, how many texts there were, and the newest of them as they were sent."""

    sockets: list[Say] = field(default_factory=list)
    number: int = 0
    newest: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=KEPT_LINES))


rooms: dict[str, Room] = defaultdict(Room)


async def application(scope: dict[str, Any], receive: Any, send: Say) -> None:
    """Answer every request with nothing, and every websocket with what its family says."""
    if scope["type"] == "lifespan":
        await _live(receive, send)
    elif scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})
    else:
        await receive()
        await send({"type": "websocket.accept"})
        await _talk(receive, send)


async def _live(receive: Any, send: Say) -> None:
    while True:
        kind = (await receive())["type"]
        await send({"type": f"{kind}.complete"})
        if kind == "lifespan.shutdown":
            return


async def _talk(receive: Any, send: Say) -> None:
    cursors = json.loads((await receive())["text"])["cursors"]
    [(conversation_id, after)] = cursors.items()
    room = rooms[conversation_id]
    room.number = max(room.number, after)
    for line in list(room.newest)[len(room.newest) - (room.number - after) :]:
        await send(line)
    await send({"type": "websocket.send", "text": '{"t":"ready"}'})
    room.sockets.append(send)
    try:
        while (event := await receive())["type"] == "websocket.receive":
            await _say(room, send, event["text"])
    finally:
        room.sockets.remove(send)


async def _say(room: Room, send: Say, text: str) -> None:
    room.number += 1
    line = {"type": "websocket.send", "text": f'{{"t":"log","seq":{room.number},{text[SEND:]}'}
    room.newest.append(line)
    at = text.index(IDENT) + len(IDENT)
    ack = f'{{"t":"ack","ident":"{text[at : at + IDENT_SIZE]}","seq":{room.number}}}'
    await send({"type": "websocket.send", "text": ack})
    for socket in list(room.sockets):
        await socket(line)
