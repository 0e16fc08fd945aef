"""Sealed files as an app makes them, as far as a server can tell; and what lies in the store."""

import os
from pathlib import Path
from uuid import UUID, uuid4

from django.conf import settings

BYTES = "application/octet-stream"


def container(size: int = 4096, file_id: UUID | None = None) -> bytes:
    """A PFM1 file of `size` bytes (at least 48): the header of docs/contract.md, and what looks sealed."""
    header = b"PFM1" + bytes([18, 0, 0, 0]) + (size - 48).to_bytes(8, "big") + (file_id or uuid4()).bytes
    return header + os.urandom(size - len(header))


def put(client, talk, file_id, body, **other):
    return client.put(f"{talk.path}/files/{file_id}", data=body, content_type=BYTES, **other)


def kept(client, talk, body=None):
    """Put a new file in; returns its id."""
    file_id = uuid4()
    assert put(client, talk, file_id, body or container()).status_code == 201
    return file_id


def fetched(reply) -> bytes:
    return b"".join(reply)


def on_disk() -> list[Path]:
    """Every file the store holds, finished or not."""
    return sorted(path for path in (Path(settings.DATA_DIR) / "files").rglob("*") if path.is_file())
