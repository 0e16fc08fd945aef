"""The encoding of RFC 9420 section 2.1, and signatures and references over it."""

import hashlib
import struct

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

MLS_10, SUITE = 1, 1
PUBLIC, PRIVATE, WELCOME, GROUP_INFO, KEY_PACKAGE = 1, 2, 3, 4, 5
HEAD = 4
"""Bytes of version and wire format before the body of an MLSMessage."""


def u8(value: int) -> bytes:
    return struct.pack("!B", value)


def u16(value: int) -> bytes:
    return struct.pack("!H", value)


def u32(value: int) -> bytes:
    return struct.pack("!I", value)


def u64(value: int) -> bytes:
    return struct.pack("!Q", value)


def vec(value: bytes) -> bytes:
    """opaque<V>"""
    size = len(value)
    if size < 1 << 6:
        return u8(size) + value
    return (u16(1 << 14 | size) if size < 1 << 14 else u32(1 << 31 | size)) + value


def optional(value: bytes | None) -> bytes:
    return u8(0) if value is None else u8(1) + value


def message(wire_format: int, body: bytes) -> bytes:
    """An MLSMessage."""
    return u16(MLS_10) + u16(wire_format) + body


def sign(key: Ed25519PrivateKey, label: bytes, content: bytes) -> bytes:
    """SignWithLabel, section 5.1.2."""
    return key.sign(vec(b"MLS 1.0 " + label) + vec(content))


def reference(kind: bytes, value: bytes) -> bytes:
    """RefHash, section 5.2."""
    return digest(vec(b"MLS 1.0 " + kind + b" Reference") + vec(value))


def digest(value: bytes) -> bytes:
    return hashlib.sha256(value).digest()
