"""Trying a key on a sealed line of a conversation: an MLS PrivateMessage (RFC 9420, section 6.3), suite 1.

The first lock is that of the sender's data. Its key follows from `sender_data_secret`, and that from the secret of the
epoch: both are tried.
"""

import struct
from collections.abc import Callable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from tests.mls.wire import HEAD, vec

SECRET, KEY, NONCE = 32, 16, 12
Open = Callable[[bytes], bytes]


def opener(line: bytes) -> Open:
    """Return what tries a key on this line; what opens is the sender's data."""
    group, at = _vec(line, HEAD)
    epoch, kind = line[at : at + 8], line[at + 8 : at + 9]
    _authenticated, at = _vec(line, at + 9)
    sender, at = _vec(line, at)
    content, _end = _vec(line, at)
    bound, sample = vec(group) + epoch + kind, content[:SECRET]

    def opened(key: bytes) -> bytes:
        if len(key) == KEY:
            return AESGCM(key).decrypt(sender[:NONCE], sender[NONCE:], bound)
        try:
            return open_sender(key, sender, sample, bound)
        except InvalidTag:
            return open_sender(expand(key, "sender data", b"", SECRET), sender, sample, bound)

    return opened


def open_sender(secret: bytes, sealed: bytes, sample: bytes, bound: bytes) -> bytes:
    """Section 6.3.2."""
    key, nonce = (expand(secret, label, sample, size) for label, size in (("key", KEY), ("nonce", NONCE)))
    return AESGCM(key).decrypt(nonce, sealed, bound)


def expand(secret: bytes, label: str, context: bytes, size: int) -> bytes:
    """ExpandWithLabel, section 8."""
    info = struct.pack("!H", size) + vec(b"MLS 1.0 " + label.encode()) + vec(context)
    return HKDFExpand(SHA256(), size, info).derive(secret)


def _vec(data: bytes, at: int) -> tuple[bytes, int]:
    """opaque<V>, and where it ends."""
    width = 1 << (data[at] >> 6)
    size = int.from_bytes(data[at : at + width], "big") & ((1 << (8 * width - 2)) - 1)
    return data[at + width : at + width + size], at + width + size
