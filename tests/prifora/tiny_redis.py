"""As much of Redis as the cache needs, in a thread, so that a test can stop it and start it again."""

import socketserver
import threading


class TinyRedis:
    """Speaks RESP2 on a port of its own choosing, and on the same one when started again (empty)."""

    def __init__(self):
        self.port, self.server, self.asked = 0, None, []

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0?protocol=2"

    def start(self) -> None:
        self.rows, self.open = {}, set()
        self.server = Listener(("127.0.0.1", self.port), Line)
        self.server.redis, self.port = self, self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        for line in list(self.open):
            line.shutdown(2)

    def answer(self, command: str, arguments: list[bytes]) -> bytes:
        self.asked.append(command)
        key = arguments[0] if arguments else b""
        known = key in self.rows
        if command == "GET":
            return bulk(self.rows.get(key))
        if command == "SET":
            if b"NX" in arguments and known:
                return bulk(None)
            self.rows[key] = arguments[1]
        if command in ("EXISTS", "DEL"):
            if command == "DEL":
                self.rows.pop(key, None)
            return b":%d\r\n" % known
        if command in ("INCR", "INCRBY"):
            self.rows[key] = b"%d" % (int(self.rows.get(key, 0)) + int((arguments + [b"1"])[1]))
            return b":%s\r\n" % self.rows[key]
        return b"+PONG\r\n" if command == "PING" else b"+OK\r\n"


class Listener(socketserver.ThreadingTCPServer):
    allow_reuse_address, daemon_threads = True, True


class Line(socketserver.StreamRequestHandler):
    """One connection."""

    def handle(self) -> None:
        redis, waiting = self.server.redis, None
        redis.open.add(self.connection)
        while head := self.rfile.readline():
            command, *arguments = [self.part() for _ in range(int(head[1:]))]
            name = command.decode().upper()
            if name == "MULTI":
                waiting, said = [], b"+OK\r\n"
            elif name == "EXEC":
                said, waiting = b"*%d\r\n" % len(waiting) + b"".join(waiting), None
            elif waiting is not None:
                waiting.append(redis.answer(name, arguments))
                said = b"+QUEUED\r\n"
            else:
                said = redis.answer(name, arguments)
            self.wfile.write(said)
        redis.open.discard(self.connection)

    def part(self) -> bytes:
        size = int(self.rfile.readline()[1:])
        return self.rfile.read(size + 2)[:-2]


def bulk(value: bytes | None) -> bytes:
    return b"$-1\r\n" if value is None else b"$%d\r\n%s\r\n" % (len(value), value)
