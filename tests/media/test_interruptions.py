"""Uploads to a real server that is cut off and killed: they go on where they were, byte for byte."""

import random
import socket
import sqlite3
import time
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit
from uuid import uuid4

import psutil
import pytest

from tests.chat.sealed_files import container
from tests.media.albums import album_body, digest, sealed
from tests.media.uploading import PIECE, TUS, checksum, creation
from tests.realtime.line import CSRF
from tests.server import running

pytestmark = pytest.mark.server
MIB = 1024**2
TRIES, TRY_SECONDS = 600, 0.05


class Account:
    """What the body of an album needs to know of somebody."""

    def __init__(self, pk):
        self.pk = pk


class Line:
    """Requests of Alice to a server."""

    def __init__(self, server, home):
        self.server, self.home = server, home

    def headers(self, **more) -> dict[str, str]:
        return {
            "Cookie": f"session={self.home['alice']['cookie']}; csrftoken={CSRF}",
            "X-CSRFToken": CSRF,
            "Origin": self.server.origin,
            **TUS,
            **more,
        }

    def ask(self, method, path, body=b"", **headers):
        connection = HTTPConnection("127.0.0.1", urlsplit(self.server.origin).port, timeout=120)
        try:
            told = self.headers(**headers)
            connection.request(method, f"/api/v1{path}", body, told)
            reply = connection.getresponse()
            return reply.status, reply.headers, reply.read()
        finally:
            connection.close()

    def begin(self, length):
        upload_id = uuid4()
        told = creation(self.home["family"], length, upload_id)
        assert self.ask("POST", "/uploads", **told)[0] == 201
        return upload_id

    def offset(self, upload_id) -> int:
        status, headers, _body = self.ask("HEAD", f"/uploads/{upload_id}")
        assert status == 200
        return int(headers["Upload-Offset"])

    def send(self, upload_id, offset, body, **more):
        told = {"Content-Type": PIECE, "Upload-Offset": str(offset), **more}
        return self.ask("PATCH", f"/uploads/{upload_id}", body, **told)

    def finish(self, upload_id, body) -> None:
        """Go on as a client does: ask where it is, send from there, ask again when that is not where it is."""
        for _ in range(TRIES):
            at = self.offset(upload_id)
            if at == len(body):
                return
            status, _headers, _body = self.send(upload_id, at, body[at : at + 8 * MIB])
            assert status in (204, 409, 423)
        raise AssertionError("it does not get on")

    def cut(self, upload_id, offset, body, sent: int, **more) -> None:
        """Promise all of `body` and go away after `sent` bytes of it."""
        lines = [f"PATCH /api/v1/uploads/{upload_id} HTTP/1.1", f"Host: 127.0.0.1:{self.server.port}"]
        told = {"Content-Type": PIECE, "Upload-Offset": str(offset), "Content-Length": str(len(body)), **more}
        lines += [f"{name}: {value}" for name, value in self.headers(**told).items()]
        with socket.create_connection(("127.0.0.1", self.server.port)) as line:
            line.sendall("\r\n".join([*lines, "", ""]).encode() + body[:sent])

    def send_in_vain(self, upload_id, offset, body) -> None:
        """Send a piece to a server that is going to be killed before it answers."""

        def send():
            with suppress(OSError, HTTPException):
                self.send(upload_id, offset, body)

        Thread(target=send, daemon=True).start()

    def incoming(self, upload_id) -> Path:
        return self.server.folder / "incoming" / upload_id.hex


@pytest.fixture(scope="module")
def line(tmp_path_factory):
    with running(tmp_path_factory.mktemp("server")) as server:
        yield Line(server, server.call("tests.realtime.stage:households", count=1)[0])


@contextmanager
def nothing_is_committed(server, upload_id):
    """Hold what a request must write to, so that its bytes are on the disk and its row is not."""
    url = server.env["DATABASE_URL"]
    if url.startswith("sqlite"):
        held = sqlite3.connect(server.folder / "prifora.sqlite3", isolation_level=None)
        held.execute("BEGIN IMMEDIATE")
    else:
        import psycopg

        held = psycopg.connect(url)
        held.execute("SELECT 1 FROM media_upload WHERE id = %s FOR UPDATE", [upload_id])
    try:
        yield
    finally:
        held.rollback()
        held.close()


def wait_until(is_so) -> None:
    for _ in range(TRIES):
        if is_so():
            return
        time.sleep(TRY_SECONDS)
    raise AssertionError("it does not come to that")


class TestALineThatIsCut:
    @pytest.mark.obligation("PRI-53")
    def test_brings_everything_in_the_end(self, line):
        body, chance = container(12 * MIB), random.Random(11)
        upload_id = line.begin(len(body))
        for _ in range(12):
            at = line.offset(upload_id)
            rest = body[at : at + 4 * MIB]
            line.cut(upload_id, at, rest, chance.randrange(len(rest)))
            assert at <= line.offset(upload_id) <= at + len(rest)
        line.finish(upload_id, body)
        assert line.incoming(upload_id).read_bytes() == body

    def test_counts_what_arrived(self, line):
        body = container(8 * MIB)
        upload_id = line.begin(len(body))
        line.cut(upload_id, 0, body, 6 * MIB)
        wait_until(lambda: line.offset(upload_id) > 0)
        arrived = line.offset(upload_id)
        assert 0 < arrived <= 6 * MIB
        assert line.incoming(upload_id).read_bytes() == body[:arrived]

    def test_counts_nothing_of_a_piece_with_a_checksum(self, line):
        body = container(8 * MIB)
        upload_id = line.begin(len(body))
        line.cut(upload_id, 0, body, 6 * MIB, **{"Upload-Checksum": checksum(body)})
        line.finish(upload_id, body[: 1 * MIB] + body[1 * MIB :])
        assert line.incoming(upload_id).read_bytes() == body


@pytest.mark.long
class TestAServerThatIsKilled:
    def test_between_the_bytes_and_the_commit_goes_on_from_what_counts(self, line):
        body = container(6 * MIB)
        upload_id = line.begin(len(body))
        assert line.send(upload_id, 0, body[: 2 * MIB])[0] == 204
        wrong = bytes(3 * MIB)
        with nothing_is_committed(line.server, upload_id):
            line.send_in_vain(upload_id, 2 * MIB, wrong)
            wait_until(lambda: line.incoming(upload_id).stat().st_size == 5 * MIB)
            line.server.kill()
        line.server.start()
        assert line.offset(upload_id) == 2 * MIB
        assert line.incoming(upload_id).stat().st_size == 5 * MIB
        assert line.send(upload_id, 2 * MIB, body[2 * MIB : 3 * MIB])[0] == 204
        assert line.incoming(upload_id).read_bytes() == body[: 3 * MIB]
        line.finish(upload_id, body)
        assert line.incoming(upload_id).read_bytes() == body

    def test_holds_nothing_that_was_being_written(self, line):
        """A writer that is killed does not keep the next one out."""
        body = container(4 * MIB)
        upload_id = line.begin(len(body))
        with nothing_is_committed(line.server, upload_id):
            line.send_in_vain(upload_id, 0, body)
            wait_until(
                lambda: line.incoming(upload_id).exists() and line.incoming(upload_id).stat().st_size > 0
            )
            assert line.send(upload_id, 0, body)[0] == 423
            line.server.kill()
        line.server.start()
        assert line.send(upload_id, 0, body)[0] == 204


class TestAnItem:
    @pytest.mark.obligation("PRI-53")
    def test_comes_back_as_it_was_sent(self, line):
        body = container(40 * MIB)
        upload_id = line.begin(len(body))
        process = psutil.Process(line.server.process.pid)
        before = process.memory_info().rss
        line.finish(upload_id, body)
        album = self.album(line)
        item = {
            "id": str(uuid4()),
            "version": 1,
            "sealed_key": sealed(),
            "sealed_meta": sealed(),
            "parts": [{"name": "original", "upload_id": str(upload_id), "sha256": digest(body)}],
        }
        assert self.post(line, f"{album}/items", item)[0] == 201
        path = f"{album}/items/{item['id']}/parts/original"
        assert line.ask("GET", path)[2] == body
        status, headers, some = line.ask("GET", path, Range=f"bytes={30 * MIB}-{30 * MIB + 99}")
        assert (status, some) == (206, body[30 * MIB : 30 * MIB + 100])
        assert headers["Content-Range"] == f"bytes {30 * MIB}-{30 * MIB + 99}/{len(body)}"
        assert process.memory_info().rss - before < len(body)
        assert not line.incoming(upload_id).exists()

    def test_may_be_told_twice_to_a_server_that_was_killed(self, line):
        body = container(1 * MIB)
        upload_id, album = line.begin(len(body)), self.album(line)
        line.finish(upload_id, body)
        item = {
            "id": str(uuid4()),
            "version": 1,
            "sealed_key": sealed(),
            "sealed_meta": sealed(),
            "parts": [{"name": "original", "upload_id": str(upload_id), "sha256": digest(body)}],
        }
        assert self.post(line, f"{album}/items", item)[0] == 201
        line.server.kill()
        line.server.start()
        assert self.post(line, f"{album}/items", item)[0] == 201
        assert line.ask("GET", f"{album}/items/{item['id']}/parts/original")[2] == body

    def album(self, line) -> str:
        class Family:
            pk = line.home["family"]

        body = album_body(Family, Account(line.home["alice"]["id"]))
        assert self.post(line, "/albums", body)[0] == 201
        return f"/albums/{body['id']}"

    @staticmethod
    def post(line, path, body):
        import json

        return line.ask("POST", path, json.dumps(body).encode(), **{"Content-Type": "application/json"})
