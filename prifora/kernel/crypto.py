"""Server-side cryptography: the only module, beside the MLS validator, that imports `cryptography`.

Nothing here can open what members seal: it hides server data at rest, indexes it, and checks signatures.
"""

import hashlib
import hmac
import os
from functools import lru_cache

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand

NONCE_BYTES = 12
KEY_BYTES = 32
INDEX_BYTES = 16
_VERSION = b"\x01"


class Unreadable(Exception):
    """A sealed value that does not open: wrong key, wrong place, or changed bytes."""


def random_bytes(size: int) -> bytes:
    """Return `size` bytes from the operating system's generator."""
    return os.urandom(size)


def digest(value: bytes) -> bytes:
    """Return the SHA-256 of `value` (32 bytes)."""
    return hashlib.sha256(value).digest()


@lru_cache(maxsize=64)
def derive(key: bytes, label: str) -> bytes:
    """Return the 32-byte subkey of `key` for `label` (HKDF-Expand, RFC 5869)."""
    return HKDFExpand(hashes.SHA256(), KEY_BYTES, b"prifora/1 " + label.encode()).derive(key)


def seal(key: bytes, value: bytes, bound_to: str) -> bytes:
    """Encrypt `value` with AES-256-GCM under `key`; it opens only with the same `bound_to`."""
    nonce = os.urandom(NONCE_BYTES)
    return _VERSION + nonce + AESGCM(key).encrypt(nonce, value, bound_to.encode())


def unseal(key: bytes, sealed: bytes, bound_to: str) -> bytes:
    """Return what `seal` hid; raises Unreadable when key, place or bytes are not the same."""
    if sealed[:1] != _VERSION:
        raise Unreadable
    nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    try:
        return AESGCM(key).decrypt(nonce, body, bound_to.encode())
    except (InvalidTag, ValueError) as wrong:
        raise Unreadable from wrong


def blind_index(key: bytes, label: str, value: str) -> bytes:
    """Return the 16-byte keyed index of `value` (HMAC-SHA-256 truncated); normalise before."""
    return hmac.new(derive(key, f"index {label}"), value.encode(), hashlib.sha256).digest()[:INDEX_BYTES]


def mac(key: bytes, value: bytes) -> bytes:
    """Return the HMAC-SHA-256 of `value` (32 bytes)."""
    return hmac.new(key, value, hashlib.sha256).digest()


def same(one: bytes, other: bytes) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(one, other)


def ed25519_valid(*, public_key: bytes, signature: bytes, message: bytes) -> bool:
    """Return whether `signature` (64 bytes) over `message` is by raw `public_key` (RFC 8032)."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def p256_valid(*, public_key: bytes, signature: bytes, message: bytes) -> bool:
    """Return whether raw r||s `signature` (64 bytes, as WebCrypto makes) is by the uncompressed point."""
    if len(signature) != 2 * KEY_BYTES:
        return False
    der = _der_signature(signature)
    try:
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public_key)
        key.verify(der, message, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True


def signature_valid(*, public_key: bytes, signature: bytes, message: bytes) -> bool:
    """Check a device's signature: Ed25519 for a key of 32 bytes, P-256 for a point of 65."""
    check = ed25519_valid if len(public_key) == KEY_BYTES else p256_valid
    return check(public_key=public_key, signature=signature, message=message)


def ed25519_sign(*, seed: bytes, message: bytes) -> bytes:
    """Sign `message` with the server's own key of 32-byte `seed` (only for MLS removal proposals)."""
    return Ed25519PrivateKey.from_private_bytes(seed).sign(message)


def ed25519_public(seed: bytes) -> bytes:
    """Return the raw public key (32 bytes) of the server's own key."""
    key = Ed25519PrivateKey.from_private_bytes(seed).public_key()
    return key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def p256_public(secret: bytes) -> bytes:
    """Return the public point (65 bytes, uncompressed) of the server's own key of a 32-byte `secret`."""
    key = ec.derive_private_key(int.from_bytes(secret), ec.SECP256R1()).public_key()
    return key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def _der_signature(raw: bytes) -> bytes:
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

    half = len(raw) // 2
    return encode_dss_signature(int.from_bytes(raw[:half]), int.from_bytes(raw[half:]))


def derive_with_extract(secret: bytes, purpose: str) -> bytes:
    """Return 32 bytes as a client derives them from a stretched password (HKDF, RFC 5869, empty salt)."""
    hkdf = HKDF(hashes.SHA256(), KEY_BYTES, salt=None, info=b"prifora/1 " + purpose.encode())
    return hkdf.derive(secret)
