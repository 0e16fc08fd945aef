"""What MLS binds by a signature or a hash that a server can compute again (RFC 9420 sections 5 to 8)."""

import hashlib
import struct

from prifora.kernel.crypto import ed25519_valid
from prifora.kernel.mls.codec import MlsError, vector
from prifora.kernel.mls.messages import MLS_10, Leaf, PublicMessage, Source, Wire


def ref_hash(label: bytes, value: bytes) -> bytes:
    """Return the RefHash of a value (section 5.2)."""
    return hashlib.sha256(vector(label) + vector(value)).digest()


def verify_leaf(its_leaf: Leaf, *, group_id: bytes, index: int) -> None:
    """Raise MlsError unless a leaf signed itself, and its place where it must name it (section 7.2)."""
    place = b"" if its_leaf.source == Source.KEY_PACKAGE else vector(group_id) + struct.pack("!I", index)
    verify(its_leaf.signature_key, b"LeafNodeTBS", its_leaf.signed + place, its_leaf.signature)


def verify_message(message: PublicMessage, *, key: bytes, context: bytes) -> None:
    """Raise MlsError unless who holds this key said it in the group of this GroupContext (section 6.1)."""
    signed = struct.pack("!HH", MLS_10, Wire.PUBLIC) + message.framed + context
    verify(key, b"FramedContentTBS", signed, message.signature)


def verify(key: bytes, label: bytes, content: bytes, signature: bytes) -> None:
    """Raise MlsError unless the signature is one of the content under this label (section 5.1.2)."""
    message = vector(b"MLS 1.0 " + label) + vector(content)
    if not ed25519_valid(public_key=key, signature=signature, message=message):
        raise MlsError("signature")


def confirmed_hash(interim: bytes, commit: PublicMessage) -> bytes:
    """Return the confirmed transcript hash after a commit (section 8.2)."""
    content = struct.pack("!H", Wire.PUBLIC) + commit.framed + vector(commit.signature)
    return hashlib.sha256(interim + content).digest()


def interim_hash(confirmed: bytes, confirmation_tag: bytes) -> bytes:
    """Return the interim transcript hash of an epoch (section 8.2)."""
    return hashlib.sha256(confirmed + vector(confirmation_tag)).digest()
