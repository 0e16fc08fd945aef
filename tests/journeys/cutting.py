"""A line between browsers and a server. Each request has a connection of its own; pieces of one upload are cut where wanted."""

import re
import socket
from contextlib import suppress
from threading import Lock, Thread

HEAD_END = b"\r\n\r\n"
HEAD_MAX_BYTES = 64 * 1024
READ_BYTES = 256 * 1024
PIECE = re.compile(rb"PATCH /api/v1/uploads/[0-9a-f-]{36} ")
UPGRADE = re.compile(rb"\r\nupgrade:", re.I)
KEEP_ALIVE = re.compile(rb"\r\nconnection: keep-alive", re.I)


def number_in(head, name):
    found = re.search(rb"\r\n" + name + rb": (\d+)", head, re.I)
    return int(found[1]) if found else 0


class Cutter:
    """Listens on `origin`; everything goes to a port of this machine."""

    def __init__(self, port):
        self.port = port
        self.places = []
        """At which bytes of an upload its pieces are still to be cut, in ascending order."""
        self.cut, self.asked = 0, 0
        """How many times it was, and how many times somebody asked how far an upload is."""
        self.lock = Lock()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=100)
        self.origin = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        Thread(target=self._listen, daemon=True).start()

    def close(self):
        self.listener.close()

    def _listen(self):
        with suppress(OSError):
            while True:
                client, _address = self.listener.accept()
                Thread(target=self._pass, args=[client], daemon=True).start()

    def _pass(self, client):
        with client, suppress(OSError), socket.create_connection(("127.0.0.1", self.port)) as server:
            head, some = self._head(client)
            left = self._cut_after(head)
            server.sendall(self._one_request(head))
            back = Thread(target=pump, args=[server, client], daemon=True)
            back.start()
            while left is None or len(some) < left:
                server.sendall(some)
                left = None if left is None else left - len(some)
                some = client.recv(READ_BYTES)
                if not some:
                    back.join()
                    return
            server.sendall(some[:left])
            self._go_away(server, client)
            back.join()

    @staticmethod
    def _head(client):
        """Return the head of a request, and what came along of what follows it."""
        read = b""
        while HEAD_END not in read and len(read) < HEAD_MAX_BYTES and (some := client.recv(READ_BYTES)):
            read += some
        head, end, rest = read.partition(HEAD_END)
        return head + end, rest

    def _cut_after(self, head):
        """Return after how many bytes of its body a piece is cut; None: it passes."""
        with self.lock:
            self.asked += head.startswith(b"HEAD /api/v1/uploads/")
            begin, size = number_in(head, b"upload-offset"), number_in(head, b"content-length")
            if not PIECE.match(head) or not self.places or not begin <= self.places[0] < begin + size:
                return None
            self.cut += 1
            return self.places.pop(0) - begin

    @staticmethod
    def _one_request(head):
        """Browsers try again by themselves on a connection that served before: here none did."""
        return head if UPGRADE.search(head) else KEEP_ALIVE.sub(b"\r\nConnection: close", head)

    @staticmethod
    def _go_away(server, client):
        for one in (server, client):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)


def pump(source, target):
    """Pass on what comes, until nothing does."""
    with suppress(OSError):
        while some := source.recv(READ_BYTES):
            target.sendall(some)
        target.shutdown(socket.SHUT_WR)
