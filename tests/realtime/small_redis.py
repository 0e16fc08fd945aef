"""As much of Redis as hints need (PUBLISH, SUBSCRIBE), so that a test can stop it and start it again."""

import asyncio


class SmallRedis:
    """Speaks RESP2 on a port of its own choosing, and on the same one when started again."""

    def __init__(self):
        self.port, self.server, self.subscribers, self.writers = 0, None, set(), set()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}?protocol=2"

    async def start(self) -> None:
        self.server = await asyncio.start_server(self.serve, "127.0.0.1", self.port)
        self.port = self.server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        self.server.close()
        for writer in list(self.writers):
            writer.transport.abort()
        self.subscribers.clear()
        await asyncio.sleep(0)

    async def serve(self, reader, writer) -> None:
        self.writers.add(writer)
        try:
            while True:
                command, *arguments = [part async for part in parts(reader)]
                writer.write(self.answer(command.upper(), arguments, writer))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, ValueError):
            writer.close()
        finally:
            self.writers.discard(writer)
            self.subscribers.discard(writer)

    def answer(self, command, arguments, writer) -> bytes:
        if command == b"SUBSCRIBE":
            self.subscribers.add(writer)
            return reply(b"subscribe", arguments[0], 1)
        if command == b"PUBLISH":
            for subscriber in self.subscribers:
                subscriber.write(reply(b"message", *arguments))
            return b":%d\r\n" % len(self.subscribers)
        return b"+OK\r\n"


async def parts(reader):
    count = int((await reader.readuntil(b"\r\n"))[1:])
    for _ in range(count):
        size = int((await reader.readuntil(b"\r\n"))[1:])
        yield (await reader.readexactly(size + 2))[:-2]


def reply(*values) -> bytes:
    lines = [b"*%d\r\n" % len(values)]
    for value in values:
        lines.append(b":%d\r\n" % value if isinstance(value, int) else b"$%d\r\n%s\r\n" % (len(value), value))
    return b"".join(lines)
