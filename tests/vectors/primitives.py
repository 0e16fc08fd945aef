"""The building blocks of our formats, for a reader of its own: nothing here comes from the product."""

import base64
import hashlib
import hmac
import json
import re
import unicodedata
from typing import Any

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
LEAST_MEMORY_KIB, LEAST_PASSES = 65_536, 3


class Refused(Exception):
    """What was read is not what it must be."""


def need(holds: object, what: str) -> None:
    if not holds:
        raise Refused(what)


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(written: object, size: int | None = None) -> bytes:
    """Bytes of canonical base64url, of one size where it is given."""
    need(isinstance(written, str) and re.fullmatch(r"[A-Za-z0-9_-]*", written), "base64url")
    text = str(written)
    need(len(text) % 4 != 1, "base64url")
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    need(b64(data) == text and (size is None or len(data) == size), "bytes")
    return data


def id16(written: object) -> bytes:
    need(isinstance(written, str) and UUID.fullmatch(written), "id")
    return bytes.fromhex(str(written).replace("-", ""))


def id_text(data: bytes) -> str:
    digits = data.hex()
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def read_json(data: bytes) -> dict[str, Any]:
    try:
        read = json.loads(data.decode())
    except ValueError as problem:
        raise Refused("json") from problem
    need(isinstance(read, dict), "object")
    return dict(read)


def sha256(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def mac(key: bytes, *parts: bytes) -> bytes:
    return hmac.new(key, b"".join(parts), "sha256").digest()


def derive(secret: bytes, purpose: str, size: int = 32) -> bytes:
    """HKDF-SHA256 without salt, info "prifora/1 <purpose>"."""
    return HKDF(SHA256(), size, None, b"prifora/1 " + purpose.encode()).derive(secret)


def stretch(secret: str, salt: bytes, memory_kib: int, passes: int, lanes: int) -> bytes:
    """Argon2id, with no less than we accept."""
    strong = memory_kib >= LEAST_MEMORY_KIB and passes >= LEAST_PASSES and lanes >= 1
    need(strong and len(salt) == 16, "weak parameters")
    text = unicodedata.normalize("NFC", secret).encode()
    return hash_secret_raw(text, salt, passes, memory_kib, lanes, 32, Type.ID)


def gcm_open(key: bytes, sealed: bytes, bound_to: str) -> bytes:
    """AES-256-GCM with the nonce in front."""
    return gcm_decrypt(key, sealed[:12], sealed[12:], bound_to.encode())


def gcm_decrypt(key: bytes, nonce: bytes, sealed: bytes, bound_to: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(nonce, sealed, bound_to)
    except (InvalidTag, ValueError) as problem:
        raise Refused("not readable") from problem


def sign(seed: bytes, *parts: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(seed).sign(b"".join(parts))


def signer_of(seed: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def verify(public_key: bytes, signature: bytes, *parts: bytes) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, b"".join(parts))
    except (InvalidSignature, ValueError) as problem:
        raise Refused("forged") from problem


def box_key_of(private_key: bytes) -> bytes:
    return X25519PrivateKey.from_private_bytes(private_key).public_key().public_bytes_raw()


# HPKE (RFC 9180): base mode, DHKEM(X25519, HKDF-SHA256) 0x0020, HKDF-SHA256 0x0001, AES-256-GCM 0x0002.
KEM = b"KEM" + (0x0020).to_bytes(2, "big")
SUITE = b"HPKE" + b"".join(part.to_bytes(2, "big") for part in (0x0020, 0x0001, 0x0002))


def _extract(suite: bytes, salt: bytes, label: str, secret: bytes) -> bytes:
    return HKDF.extract(SHA256(), salt or None, b"HPKE-v1" + suite + label.encode() + secret)


def _expand(suite: bytes, key: bytes, label: str, info: bytes, size: int) -> bytes:
    labeled = size.to_bytes(2, "big") + b"HPKE-v1" + suite + label.encode() + info
    return HKDFExpand(SHA256(), size, labeled).derive(key)


def derive_box_private(secret: bytes) -> bytes:
    """DeriveKeyPair (section 7.1.3)."""
    return _expand(KEM, _extract(KEM, b"", "dkp_prk", secret), "sk", b"", 32)


def hpke_open(private_key: bytes, box: bytes, bound_to: str) -> bytes:
    """Open enc || ciphertext; `bound_to` is the info, additional data is empty."""
    need(len(box) >= 48, "box")
    enc, sealed = box[:32], box[32:]
    own = X25519PrivateKey.from_private_bytes(private_key)
    shared = own.exchange(X25519PublicKey.from_public_bytes(enc))
    context = enc + own.public_key().public_bytes_raw()
    secret = _expand(KEM, _extract(KEM, b"", "eae_prk", shared), "shared_secret", context, 32)
    schedule = (
        b"\0"
        + _extract(SUITE, b"", "psk_id_hash", b"")
        + _extract(SUITE, b"", "info_hash", bound_to.encode())
    )
    root = _extract(SUITE, secret, "secret", b"")
    key = _expand(SUITE, root, "key", schedule, 32)
    nonce = _expand(SUITE, root, "base_nonce", schedule, 12)
    return gcm_decrypt(key, nonce, sealed, b"")


def hpke_open_any(private_keys: list[bytes], box: bytes, bound_to: str) -> bytes:
    for private_key in private_keys:
        try:
            return hpke_open(private_key, box, bound_to)
        except Refused:
            continue
    raise Refused("not readable")


def combine(shares: list[bytes], threshold: int) -> bytes:
    """Shamir over GF(256), x^8+x^4+x^3+x+1: the last byte of a share is its x, the others are y."""
    need(len(shares) >= threshold >= 1 and all(len(share) == 33 for share in shares), "shares")
    if threshold == 1:
        return shares[0][:32]
    used = shares[:threshold]
    xs = [share[32] for share in used]
    need(len(set(xs)) == threshold, "shares")
    secret = bytearray(32)
    for share, x in zip(used, xs, strict=True):
        basis = 1
        for other in xs:
            if other != x:
                basis = _times(basis, _times(other, _inverse(other ^ x)))
        for at in range(32):
            secret[at] ^= _times(share[at], basis)
    return bytes(secret)


def _times(one: int, other: int) -> int:
    product = 0
    while other:
        if other & 1:
            product ^= one
        one = (one << 1) ^ (0x11B if one & 0x80 else 0)
        other >>= 1
    return product


def _inverse(value: int) -> int:
    return next(one for one in range(1, 256) if _times(one, value) == 1)
