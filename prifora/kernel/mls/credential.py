"""Whose leaf it is: the identity bytes of our MLS BasicCredential, and the certificate inside.

certificate = Ed25519 signature by the account's identity key (AIK) over
              "prifora/1 device certificate" || account (16) || device (16) || signature key (32)
identity    = 0x01 || account (16) || device (16) || AIK (32) || certificate (64)        129 bytes
"""

from dataclasses import dataclass
from uuid import UUID

from prifora.kernel.crypto import ed25519_valid

LABEL = b"prifora/1 device certificate"
VERSION = 1
IDENTITY_BYTES = 129


@dataclass(frozen=True, slots=True)
class Credential:
    """The parts of an identity."""

    account_id: UUID
    device_id: UUID
    aik: bytes
    certificate: bytes


def read_identity(identity: bytes) -> Credential | None:
    """Return the parts of `identity`, or None when it is not of our form."""
    if len(identity) != IDENTITY_BYTES or identity[0] != VERSION:
        return None
    return Credential(
        account_id=UUID(bytes=identity[1:17]),
        device_id=UUID(bytes=identity[17:33]),
        aik=identity[33:65],
        certificate=identity[65:129],
    )


def certificate_is_valid(
    *, account_id: UUID, device_id: UUID, signature_key: bytes, aik: bytes, certificate: bytes
) -> bool:
    """Return whether `aik` certified that `signature_key` is this device of this account."""
    body = LABEL + account_id.bytes + device_id.bytes + signature_key
    return ed25519_valid(public_key=aik, signature=certificate, message=body)
