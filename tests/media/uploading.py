"""Uploads as an app makes them: tus over HTTP."""

import base64
import hashlib
from pathlib import Path
from uuid import UUID, uuid4

from django.conf import settings

from tests.chat.sealed_files import container

UPLOADS = "/api/v1/uploads"
PIECE = "application/offset+octet-stream"
TUS = {"Tus-Resumable": "1.0.0"}


def b64(value: bytes | str) -> str:
    """Base64 as tus has it."""
    return base64.b64encode(value.encode() if isinstance(value, str) else value).decode()


def checksum(body: bytes) -> str:
    return f"sha256 {b64(hashlib.sha256(body).digest())}"


def creation(family_id, length, upload_id) -> dict[str, str]:
    told = f"id {b64(str(upload_id))},family {b64(str(family_id))}"
    return {**TUS, "Upload-Length": str(length), "Upload-Metadata": told}


def begin(client, family_id, length, upload_id=None, **changes):
    headers = {**creation(family_id, length, upload_id or uuid4()), **changes}
    return client.post(UPLOADS, headers=headers)


def begun(client, family_id, length) -> UUID:
    """Begin a new upload; returns its id."""
    upload_id = uuid4()
    reply = begin(client, family_id, length, upload_id)
    assert reply.status_code == 201, reply.content
    return upload_id


def send(client, upload_id, offset, body, kind=PIECE, **headers):
    """Send a piece."""
    told = {**TUS, "Upload-Offset": str(offset), **headers}
    return client.generic("PATCH", f"{UPLOADS}/{upload_id}", body, content_type=kind, headers=told)


def look(client, upload_id):
    return client.head(f"{UPLOADS}/{upload_id}", headers=TUS)


def end(client, upload_id):
    return client.delete(f"{UPLOADS}/{upload_id}", headers=TUS)


def uploaded(client, family_id, body=None) -> tuple[UUID, bytes]:
    """Upload a whole part; returns its id and its bytes."""
    upload_id = uuid4()
    whole = body or container(file_id=upload_id)
    assert begin(client, family_id, len(whole), upload_id).status_code == 201
    assert send(client, upload_id, 0, whole).status_code == 204
    return upload_id, whole


def incoming() -> list[Path]:
    """Every file that is on its way."""
    return sorted((Path(settings.DATA_DIR) / "incoming").glob("*"))
