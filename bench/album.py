"""Parts of an album over HTTP, as the app sends and fetches them; what is in them was sealed before."""

import base64
import hashlib
import json
import os
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

PIECE_BYTES = 16 * (256 * 1024 + 16)
"""What the app sends at a time: 16 sealed chunks (web/packages/core/src/uploadjobs.ts)."""
READ_BYTES = 1024**2
PATIENCE_SECONDS = 600
ALBUM_FILE = "album.json"
Body = bytes | memoryview


@dataclass(frozen=True)
class Part:
    """A sealed part in pieces, with the SHA-256 of each and of all, which a sender knows already."""

    pieces: list[memoryview]
    checksums: list[str]
    sha256: str
    size: int


def part_of(size: int, piece_bytes: int = PIECE_BYTES) -> Part:
    """Return `size` bytes that begin as a container and look sealed, in pieces of `piece_bytes`."""
    header = b"PFM1" + bytes([18, 0, 0, 0]) + size.to_bytes(8, "big") + uuid4().bytes
    whole = memoryview(header + os.urandom(size - len(header)))
    pieces = [whole[at : at + piece_bytes] for at in range(0, size, piece_bytes)]
    digests = [_base64(hashlib.sha256(piece).digest()) for piece in pieces]
    return Part(pieces, digests, _plain(hashlib.sha256(whole).digest()), size)


class Line:
    """The requests of somebody who is signed in, on one connection for each thing they do."""

    def __init__(self, folder: Path, name: str, origin: str) -> None:
        about = json.loads((folder / ALBUM_FILE).read_text(encoding="utf-8"))
        self.family, self.album = about["family"], about["album"]
        cookies = dict(about["cookies"][name])
        self.always = {
            "Host": urlsplit(origin).netloc,
            "Origin": origin,
            "Cookie": "; ".join(f"{one}={value}" for one, value in cookies.items()),
            "X-CSRFToken": cookies["csrftoken"],
            "Tus-Resumable": "1.0.0",
        }
        self.connection = HTTPConnection("127.0.0.1", urlsplit(origin).port, timeout=PATIENCE_SECONDS)

    def upload(self, part: Part) -> str:
        """Send a part piece by piece and make an item of it; return the item's path."""
        self.anew()
        upload_id, item_id, offset = str(uuid4()), str(uuid4()), 0
        told = f"id {_base64(upload_id.encode())},family {_base64(self.family.encode())}"
        begin = {"Upload-Length": str(part.size), "Upload-Metadata": told}
        self.ask(201, "POST", "/api/v1/uploads", b"", begin)
        for piece, checksum in zip(part.pieces, part.checksums, strict=True):
            headers = {"Content-Type": "application/offset+octet-stream", "Upload-Offset": str(offset)}
            headers["Upload-Checksum"] = f"sha256 {checksum}"
            self.ask(204, "PATCH", f"/api/v1/uploads/{upload_id}", piece, headers)
            offset += len(piece)
        item = {
            "id": item_id,
            "version": 1,
            "sealed_key": _plain(os.urandom(60)),
            "sealed_meta": _plain(os.urandom(200)),
            "parts": [{"name": "original", "upload_id": upload_id, "sha256": part.sha256}],
        }
        items = f"/api/v1/albums/{self.album}/items"
        self.ask(201, "POST", items, json.dumps(item).encode(), {"Content-Type": "application/json"})
        return f"{items}/{item_id}"

    def download(self, item: str) -> int:
        """Fetch the original of an item; return how many bytes came."""
        self.anew()
        return read_away(self.begin(200, "GET", f"{item}/parts/original"))

    def remove(self, item: str) -> None:
        """Take an item out again."""
        self.anew()
        self.ask(204, "DELETE", item)

    def anew(self) -> None:
        """Have the next request on a new connection: the server closes one that was silent for long."""
        self.connection.close()

    def ask(self, status: int, method: str, path: str, body: Body = b"", headers: Any = None) -> None:
        """Ask for something that is answered by `status` and little else."""
        self.begin(status, method, path, body, headers).read()

    def begin(
        self, status: int, method: str, path: str, body: Body = b"", headers: Any = None
    ) -> HTTPResponse:
        """Return an answer with this status that is not read yet; the bench ends at any other."""
        return answer_to(self.connection, status, method, path, body, {**self.always, **(headers or {})})


def answer_to(
    connection: HTTPConnection, status: int, method: str, path: str, body: Body, headers: dict[str, str]
) -> HTTPResponse:
    """Return an answer with this status that is not read yet; the bench ends at any other."""
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    if answer.status != status:
        raise SystemExit(f"{method} {path}: {answer.status} in place of {status}. {answer.read(500)!r}")
    return answer


def read_away(answer: HTTPResponse) -> int:
    """Read an answer to its end and keep nothing; return how many bytes it had."""
    buffer, size = memoryview(bytearray(READ_BYTES)), 0
    while read := answer.readinto(buffer):
        size += read
    return size


def _base64(content: bytes) -> str:
    """As tus has it (https://tus.io/protocols/resumable-upload)."""
    return base64.b64encode(content).decode()


def _plain(content: bytes) -> str:
    """As our JSON has it (docs/contract.md)."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
