"""The stand-in over HTTP: the API below /v2/, a buyer's pages below /checkout/, the bank's desk at /."""

import json
import os
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tools.stand_in import pages
from tools.stand_in.api import Api
from tools.stand_in.book import OPEN, Book, Impossible, Unknown
from tools.stand_in.hooks import Hooks, Manner

TICK_SECONDS = 0.2


@dataclass
class Mood:
    """How the API behaves: answers so many requests with 503, does so many but loses the answer, is slow."""

    errors: int = 0
    lost_answers: int = 0
    slow: float = 0


class StandIn:
    """One stand-in: what it knows, whom it tells, how it behaves."""

    def __init__(self, *, file: str, clearing: float, expires: float) -> None:
        self.hooks, self.mood = Hooks(), Mood()
        self.book = Book(
            file=file,
            tell=lambda payment: self.hooks.tell(str(payment["webhookUrl"] or ""), payment["id"]),
            clearing=clearing,
            expires=expires,
        )
        self.api = Api(self.book)
        self.asked: list[str] = []
        """What was asked of the API, one line each: for tests that count."""

    def serve(self, port: int, parent: int | None) -> None:
        """Serve until stopped, or until the process that started us is gone."""
        stand_in = self

        class Handler(Answer):
            one = stand_in

        server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.api.base = f"http://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=self._live, args=[server, parent], daemon=True).start()
        server.serve_forever()

    def _live(self, server: ThreadingHTTPServer, parent: int | None) -> None:
        while parent is None or os.getppid() == parent:
            self.book.go_on(time.time())
            time.sleep(TICK_SECONDS)
        server.shutdown()


class Answer(BaseHTTPRequestHandler):
    """Answers one request."""

    one: StandIn

    def do_GET(self) -> None:
        """Answer the API, or show a page."""
        self._answer("GET")

    def do_POST(self) -> None:
        """Answer the API, or do what was chosen on a page."""
        self._answer("POST")

    def do_DELETE(self) -> None:
        """Answer the API."""
        self._answer("DELETE")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Write nothing: what is typed here is nobody's business."""

    def _answer(self, method: str) -> None:
        address = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = address.path.strip("/").split("/")
        try:
            if parts[0] == "v2":
                self._api(method, "/".join(parts[1:]), address.query, body)
            elif parts[0] == "checkout":
                self._checkout(method, parts[1:], dict(parse_qsl(body.decode(), keep_blank_values=True)))
            else:
                self._desk(method, parts, body)
        except Unknown:
            self._send(404, "text/plain", b"There is no such thing.")
        except Impossible as why:
            self._send(409, "text/plain", str(why).encode())

    def _api(self, method: str, path: str, query: str, body: bytes) -> None:
        mood = self.one.mood
        self.one.asked.append(f"{method} {path}")
        time.sleep(mood.slow)
        if mood.errors > 0:
            mood.errors -= 1
            self._send(
                503, "application/hal+json", b'{"status": 503, "title": "Away", "detail": "Try again"}'
            )
            return
        status, answer, is_again = self.one.api.answer(
            method, path, query, {name.title(): value for name, value in self.headers.items()}, body
        )
        if mood.lost_answers > 0 and method == "POST":
            mood.lost_answers -= 1
            self.connection.close()
            return
        more = {"Idempotent-Replayed": "true"} if is_again else {}
        self._send(
            status, "application/hal+json", b"" if answer is None else json.dumps(answer).encode(), more
        )

    def _checkout(self, method: str, parts: list[str], given: dict[str, str]) -> None:
        payment = self.one.book.by_token(parts[0])
        ways = pages.methods_of(payment)
        way = parts[1] if len(parts) > 1 else (ways[0] if len(ways) == 1 else "")
        if payment["status"] != OPEN:
            self._go(str(payment["redirectUrl"]))
        elif way not in ways:
            self._show(pages.choice(payment))
        elif method == "POST":
            if pages.submit(self.one.book, payment, way, given):
                self._go(str(payment["redirectUrl"]))
            else:
                self._show(pages.form(payment, way, is_wrong=True))
        else:
            self._show(pages.form(payment, way))

    def _desk(self, method: str, parts: list[str], body: bytes) -> None:
        if method == "GET" and parts == ["desk", "asked"]:
            self._send(200, "application/json", json.dumps([self.one.asked, self.one.hooks.told]).encode())
        elif method == "GET" and parts == [""]:
            self._show(pages.desk(self.one.book))
        elif method == "POST" and parts == ["desk", "mood"]:
            wanted = json.loads(body)
            self.one.mood = Mood(**wanted.get("api", {}))
            self.one.hooks.manner = Manner(**wanted.get("hooks", {}))
            self._send(204, "text/plain", b"")
        elif method == "POST" and len(parts) == 3 and parts[0] == "desk":
            pages.act(self.one.book, parts[1], parts[2])
            self._go("/")
        else:
            raise Unknown(self.path)

    def _show(self, page: str) -> None:
        self._send(200, "text/html; charset=utf-8", page.encode())

    def _go(self, where: str) -> None:
        self._send(303, "text/plain", b"", {"Location": where})

    def _send(self, status: int, kind: str, body: bytes, more: dict[str, str] | None = None) -> None:
        headers = {"Content-Type": kind, "Content-Length": str(len(body)), "Cache-Control": "no-store"}
        self.send_response(status)
        for name, value in {**headers, **(more or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
