"""What account keys sign, byte for byte as clients write it, and the check of such a signature.

Ed25519 over the raw concatenation written here. The server holds none of these keys: it checks, so that
what it shows to others was said by whom it is about, and whoever fetches it checks again.
"""

from collections.abc import Iterable
from uuid import UUID

from prifora.kernel.crypto import digest, ed25519_valid

COUNT_BYTES, VERSION_BYTES = 2, 4
FROM_TODAY, FROM_THE_START = 0, 1
"""From when on an invited person may read the family's conversation."""

HISTORY = {"today": FROM_TODAY, "start": FROM_THE_START}

Keys = tuple[UUID, bytes, bytes]
"""A device in a list: its id, its signature key and its box key."""


def holds(*, public_key: bytes, signature: bytes, statement: bytes) -> bool:
    """Return whether the Ed25519 key `public_key` signed `statement`."""
    return ed25519_valid(public_key=public_key, signature=signature, message=statement)


def encryption_key(*, account_id: UUID, version: int, aek: bytes) -> bytes:
    """Signed by an account's identity key: this is its encryption key, of this version."""
    return b"prifora/1 encryption key" + account_id.bytes + version.to_bytes(VERSION_BYTES) + aek


def device_list(*, account_id: UUID, version: int, devices: Iterable[Keys]) -> bytes:
    """Signed by an account's identity key: these are all of its devices; sorted here by id."""
    sorted_ones = sorted(devices, key=lambda one: one[0].bytes)
    head = b"prifora/1 devices" + account_id.bytes + version.to_bytes(VERSION_BYTES)
    body = b"".join(device.bytes + signature + box for device, signature, box in sorted_ones)
    return head + len(sorted_ones).to_bytes(COUNT_BYTES) + body


def share(*, account_id: UUID, set_id: UUID, relative_id: UUID, box: bytes) -> bytes:
    """Signed by an account's identity key: this box holds the share it gives to a relative."""
    return b"prifora/1 share" + account_id.bytes + set_id.bytes + relative_id.bytes + digest(box)


def returned_share(*, request_id: UUID, relative_id: UUID, box: bytes) -> bytes:
    """Signed by a relative's identity key: this box holds their share, for who asks to come back."""
    return b"prifora/1 recovery" + request_id.bytes + relative_id.bytes + digest(box)


def founding(*, family_id: UUID, account_id: UUID, aik: bytes) -> bytes:
    """Signed by the founder's identity key: this family begins with me."""
    return b"prifora/1 family" + family_id.bytes + account_id.bytes + aik


def invitation(*, family_id: UUID, by: UUID, key: bytes, history: str) -> bytes:
    """Signed by an inviter's identity key: who has this invitation key may come in; `history` of HISTORY."""
    return b"prifora/1 invitation" + family_id.bytes + by.bytes + key + bytes([HISTORY[history]])


def admission(*, family_id: UUID, account_id: UUID, aik: bytes) -> bytes:
    """Signed by the key of an invitation: this account came in with its code."""
    return b"prifora/1 admission" + family_id.bytes + account_id.bytes + aik


def paired(*, family_id: UUID, by: UUID, account_id: UUID, aik: bytes) -> bytes:
    """Signed by the identity key of who paired a Home Station: these keys were made on it, for its user."""
    return b"prifora/1 paired" + family_id.bytes + by.bytes + account_id.bytes + aik


def sheet_sign_in(*, login: str, nonce: str) -> bytes:
    """Signed by the key of a recovery sheet: whoever has the sheet wants to come in now."""
    return f"prifora recovery|{login.strip().lower()}|{nonce}".encode()
