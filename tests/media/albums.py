"""Albums as an app makes them, as far as a server can tell."""

import hashlib
import os
from uuid import UUID, uuid4

from tests.cast import b64
from tests.chat.sealed_files import container
from tests.media.uploading import uploaded

ALBUMS = "/api/v1/albums"


def sealed(size: int = 60) -> str:
    return b64(os.urandom(size))


def boxed(someone, role: str | None = None) -> dict:
    box = {"account_id": str(someone.pk), "box": sealed(80), "signature": sealed(64)}
    return box if role is None else {**box, "role": role}


def album_body(family, owner, *, contributors=(), viewers=(), **changes) -> dict:
    shares = [boxed(owner, "owner")]
    shares += [boxed(one, "contributor") for one in contributors] + [boxed(one, "viewer") for one in viewers]
    body = {
        "id": str(uuid4()),
        "family_id": str(family.pk),
        "kind": "album",
        "no_forward": False,
        "details": sealed(),
        "shares": shares,
    }
    return {**body, **changes}


def made(client, family, owner, **changes) -> str:
    """Make an album; returns its path."""
    body = album_body(family, owner, **changes)
    reply = client.post(ALBUMS, body)
    assert reply.status_code == 201, reply.content
    return f"{ALBUMS}/{body['id']}"


def digest(body: bytes) -> str:
    return b64(hashlib.sha256(body).digest())


def item_body(parts: dict[str, tuple[UUID, bytes]], **changes) -> dict:
    """What adds an item; `parts`: by name, the upload and its bytes."""
    told = [
        {"name": name, "upload_id": str(upload_id), "sha256": digest(body)}
        for name, (upload_id, body) in parts.items()
    ]
    return {
        "id": str(uuid4()),
        "version": 1,
        "sealed_key": sealed(),
        "sealed_meta": sealed(200),
        "parts": told,
        **changes,
    }


def family_of(client, album: str) -> str:
    return client.get(album).json()["family_id"]


def added(client, album: str, *names: str, size: int = 4096, **changes) -> tuple[dict, dict[str, bytes]]:
    """Upload parts and add an item of them; returns the item, and the bytes by name."""
    family_id = family_of(client, album)
    parts = {name: uploaded(client, family_id, container(size)) for name in names or ("original",)}
    reply = client.post(f"{album}/items", item_body(parts, **changes))
    assert reply.status_code == 201, reply.content
    return reply.json(), {name: body for name, (_id, body) in parts.items()}


def remark_body(**changes) -> dict:
    return {"id": str(uuid4()), "version": 1, "sealed": sealed(90), "signature": sealed(64), **changes}


def remarked(client, album: str, item_id: str, **changes) -> dict:
    reply = client.post(f"{album}/items/{item_id}/remarks", remark_body(**changes))
    assert reply.status_code == 201, reply.content
    return reply.json()


def version_body(client, album: str, people, **changes) -> dict:
    """What gives an album its next version, for these people."""
    now = client.get(album).json()
    items = [one for one in client.get(f"{album}/items").json()["items"] if "removed" not in one]
    return {
        "version": now["version"] + 1,
        "details_rev": now["details_rev"] + 1,
        "details": sealed(),
        "boxes": [boxed(one) for one in people],
        "keys": [{"item_id": one["id"], "sealed_key": sealed()} for one in items],
        **changes,
    }


def part(client, album, item, name="original", **headers):
    """Ask for the bytes of a part of an item."""
    return client.get(f"{album}/items/{item['id']}/parts/{name}", headers=headers)


def calm(client):
    """Return a client that takes what goes wrong on the server as an answer."""
    client.raise_request_exception = False
    return client
