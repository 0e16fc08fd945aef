"""Sealing at rest: personal fields of one row as one document, under the person's own key."""

import json
from typing import Any
from uuid import UUID

from django.conf import settings

from prifora.kernel import crypto, keystore, stores


def seal_document(document: dict[str, Any], *, person: UUID, place: str) -> bytes:
    """Return `document` (JSON-ready) sealed under the key of `person`, bound to `place` ("table.column")."""
    plain = json.dumps(document, separators=(",", ":"), ensure_ascii=False, sort_keys=True).encode()
    return crypto.seal(keystore.key_of(person), plain, f"{place}:{person}")


def open_document(sealed: bytes | memoryview, *, person: UUID, place: str) -> dict[str, Any]:
    """Return what `seal_document` hid.

    Raises keystore.Erased when the person's key is destroyed, crypto.Unreadable when the bytes were
    changed or moved to another row or column.
    """
    plain = crypto.unseal(keystore.existing_key_of(person), bytes(sealed), f"{place}:{person}")
    return json.loads(plain)


def seal_bytes(value: bytes, *, person: UUID, place: str) -> bytes:
    """Return `value` sealed under the key of `person`, bound to `place`."""
    return crypto.seal(keystore.key_of(person), value, f"{place}:{person}")


def open_bytes(sealed: bytes | memoryview, *, person: UUID, place: str) -> bytes:
    """Return what `seal_bytes` hid; raises as `open_document`."""
    return crypto.unseal(keystore.existing_key_of(person), bytes(sealed), f"{place}:{person}")


def seal_secret(value: bytes, *, place: str) -> bytes:
    """Return a server secret (session, code, second factor) sealed under the server's own key."""
    return crypto.seal(crypto.derive(settings.SEAL_KEY, f"secret {place}"), value, place)


def open_secret(sealed: bytes, *, place: str) -> bytes:
    """Return what `seal_secret` hid; raises crypto.Unreadable."""
    return crypto.unseal(crypto.derive(settings.SEAL_KEY, f"secret {place}"), sealed, place)


def index_of(label: str, value: str) -> bytes:
    """Return the blind index (16 bytes) by which `value` can be found but not read. Normalise before."""
    return crypto.blind_index(settings.BLIND_KEY, label, value)


def hidden_key(key: str, prefix: str, version: int) -> str:
    """Return the name of a cache entry: who reads the cache learns no address and no account from it.

    Raises stores.UndeclaredKey for an entry that nothing declares.
    """
    stores.check_key(key)
    return index_of("cache", f"{prefix}:{version}:{key}").hex()
