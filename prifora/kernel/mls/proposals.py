"""The one thing the server itself says in a group: this leaf must go (RFC 9420 sections 6.2 and 12.1.8)."""

import struct

from django.conf import settings

from prifora.kernel.crypto import ed25519_public, ed25519_sign
from prifora.kernel.mls.checks import proposal_ref
from prifora.kernel.mls.codec import vector
from prifora.kernel.mls.messages import EXTERNAL_SENDERS, MLS_10, Content, Sender, Wire

REMOVE = 3
IDENTITY = b"prifora removal"
BASIC = 1


def external_sender() -> bytes:
    """Return the ExternalSender (section 12.1.8.1) every group must name: our removal key."""
    key = ed25519_public(settings.MLS_REMOVE_KEY)
    return vector(key) + struct.pack("!H", BASIC) + vector(IDENTITY)


def names_us(extensions: tuple[tuple[int, bytes], ...]) -> bool:
    """Return whether a group's extensions name our removal key, and nobody else, as external sender."""
    return extensions == ((EXTERNAL_SENDERS, vector(external_sender())),)


def removal(*, group_id: bytes, epoch: int, leaf_index: int) -> tuple[bytes, bytes]:
    """Return (MLSMessage, reference) of a signed proposal to remove a leaf in this epoch."""
    content = (
        vector(group_id)
        + struct.pack("!QBI", epoch, Sender.EXTERNAL, 0)
        + vector(b"")
        + struct.pack("!BHI", Content.PROPOSAL, REMOVE, leaf_index)
    )
    wire = struct.pack("!H", Wire.PUBLIC)
    signed = struct.pack("!H", MLS_10) + wire + content
    body = vector(b"MLS 1.0 FramedContentTBS") + vector(signed)
    signature = vector(ed25519_sign(seed=settings.MLS_REMOVE_KEY, message=body))
    message = struct.pack("!H", MLS_10) + wire + content + signature
    return message, proposal_ref(wire + content + signature)
