"""The MLS structures a delivery service reads (RFC 9420 sections 5 to 12), as plain values."""

from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from prifora.kernel.mls.codec import MESSAGE_MAX_BYTES, MlsError, Reader

MLS_10 = 1
SUITE = 1
"""MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519, the only one we take."""

RATCHET_TREE, EXTERNAL_PUB, EXTERNAL_SENDERS, LAST_RESORT = 2, 4, 5, 0x000A


class Wire(IntEnum):
    """Wire formats (section 6)."""

    PUBLIC = 1
    PRIVATE = 2
    WELCOME = 3
    GROUP_INFO = 4
    KEY_PACKAGE = 5


class Sender(IntEnum):
    """Sender types (section 6)."""

    MEMBER = 1
    EXTERNAL = 2
    NEW_MEMBER_PROPOSAL = 3
    NEW_MEMBER_COMMIT = 4


class Content(IntEnum):
    """Content types (section 6)."""

    APPLICATION = 1
    PROPOSAL = 2
    COMMIT = 3


class Source(IntEnum):
    """Where a leaf node comes from (section 7.2)."""

    KEY_PACKAGE = 1
    UPDATE = 2
    COMMIT = 3


Extensions = tuple[tuple[int, bytes], ...]


@dataclass(frozen=True, slots=True)
class Leaf:
    """A LeafNode (section 7.2)."""

    encryption_key: bytes
    signature_key: bytes
    credential_type: int
    identity: bytes
    versions: tuple[int, ...]
    suites: tuple[int, ...]
    credentials: tuple[int, ...]
    source: int
    not_before: int
    not_after: int
    extensions: Extensions
    signed: bytes
    signature: bytes
    raw: bytes


@dataclass(frozen=True, slots=True)
class KeyPackage:
    """A KeyPackage (section 10)."""

    suite: int
    init_key: bytes
    leaf: Leaf
    extensions: Extensions
    signed: bytes
    signature: bytes
    raw: bytes


@dataclass(frozen=True, slots=True)
class GroupContext:
    """A GroupContext (section 8.1)."""

    suite: int
    group_id: bytes
    epoch: int
    tree_hash: bytes
    confirmed: bytes
    extensions: Extensions
    raw: bytes


@dataclass(frozen=True, slots=True)
class GroupInfo:
    """A GroupInfo (section 12.4.3)."""

    context: GroupContext
    extensions: Extensions
    confirmation_tag: bytes
    signer: int
    signed: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Proposal:
    """One proposal (section 12.1) or, as `kind` "ref", the hash of one sent before."""

    kind: str
    add: KeyPackage | None = None
    removed: int | None = None
    ref: bytes = b""


@dataclass(frozen=True, slots=True)
class Commit:
    """A Commit (section 12.4); `path_leaf` is the committer's new leaf when there is a path."""

    proposals: tuple[Proposal, ...]
    path_leaf: Leaf | None


@dataclass(frozen=True, slots=True)
class PublicMessage:
    """A PublicMessage (section 6.2) holding a proposal or a commit."""

    group_id: bytes
    epoch: int
    sender_type: int
    sender: int | None
    authenticated: bytes
    content_type: int
    commit: Commit | None
    proposal: Proposal | None
    framed: bytes
    signature: bytes
    confirmation_tag: bytes | None


class PrivateMessage(NamedTuple):
    """A PrivateMessage (section 6.3): a readable head, and what only members can open."""

    group_id: bytes
    epoch: int
    content_type: int
    authenticated: bytes
    sender_data: bytes
    ciphertext: bytes


@dataclass(frozen=True, slots=True)
class Welcome:
    """The readable head of a Welcome (section 12.4.3.1): for which key packages it is."""

    suite: int
    refs: tuple[bytes, ...]


def read_message(raw: bytes, expected: Wire) -> Reader:
    """Return a reader over the body of an MLSMessage of the expected wire format (section 6)."""
    if len(raw) > MESSAGE_MAX_BYTES:
        raise MlsError("too_large")
    reader = Reader(raw)
    if reader.number(2) != MLS_10:
        raise MlsError("version")
    if reader.number(2) != expected:
        raise MlsError("wire_format")
    return reader


def extensions(reader: Reader) -> Extensions:
    """Read a list of extensions; the same one twice is refused."""
    found = tuple(reader.each(lambda part: (part.number(2), part.vector())))
    if len({kind for kind, _data in found}) != len(found):
        raise MlsError("extension_twice")
    return found


def leaf(reader: Reader) -> Leaf:
    """Read a LeafNode."""
    start = reader.at
    encryption_key, signature_key = reader.vector(), reader.vector()
    credential_type, identity = reader.number(2), reader.vector()
    versions, suites, _extensions, _proposals, credentials = (_numbers(reader) for _ in range(5))
    source, not_before, not_after = reader.byte(), 0, 0
    if source == Source.KEY_PACKAGE:
        not_before, not_after = reader.number(8), reader.number(8)
    elif source == Source.COMMIT:
        reader.vector()
    elif source != Source.UPDATE:
        raise MlsError("leaf_source")
    more = extensions(reader)
    signed = reader.since(start)
    signature = reader.vector()
    return Leaf(
        encryption_key,
        signature_key,
        credential_type,
        identity,
        versions,
        suites,
        credentials,
        source,
        not_before,
        not_after,
        more,
        signed,
        signature,
        reader.since(start),
    )


def key_package(reader: Reader) -> KeyPackage:
    """Read a KeyPackage."""
    start = reader.at
    if reader.number(2) != MLS_10:
        raise MlsError("version")
    suite, init_key = reader.number(2), reader.vector()
    its_leaf, more = leaf(reader), extensions(reader)
    signed = reader.since(start)
    signature = reader.vector()
    return KeyPackage(suite, init_key, its_leaf, more, signed, signature, reader.since(start))


def group_context(reader: Reader) -> GroupContext:
    """Read a GroupContext."""
    start = reader.at
    if reader.number(2) != MLS_10:
        raise MlsError("version")
    suite, group_id, epoch, tree_hash = reader.number(2), reader.vector(), reader.number(8), reader.vector()
    confirmed, more = reader.vector(), extensions(reader)
    return GroupContext(suite, group_id, epoch, tree_hash, confirmed, more, reader.since(start))


def group_info(raw: bytes) -> GroupInfo:
    """Read an MLSMessage that is a GroupInfo."""
    reader = read_message(raw, Wire.GROUP_INFO)
    start = reader.at
    context, more, tag, signer = group_context(reader), extensions(reader), reader.vector(), reader.number(4)
    signed = reader.since(start)
    info = GroupInfo(context, more, tag, signer, signed, reader.vector())
    reader.finish()
    return info


def read_key_package(raw: bytes) -> KeyPackage:
    """Read an MLSMessage that is a KeyPackage."""
    reader = read_message(raw, Wire.KEY_PACKAGE)
    package = key_package(reader)
    reader.finish()
    return package


def welcome(raw: bytes) -> Welcome:
    """Read an MLSMessage that is a Welcome."""
    reader = read_message(raw, Wire.WELCOME)
    suite = reader.number(2)
    refs = tuple(reader.each(_welcome_ref))
    reader.vector()
    reader.finish()
    return Welcome(suite, refs)


def private_message(raw: bytes) -> PrivateMessage:
    """Read an MLSMessage that is a PrivateMessage."""
    reader = read_message(raw, Wire.PRIVATE)
    group_id, epoch, content_type = reader.vector(), reader.number(8), reader.byte()
    found = PrivateMessage(group_id, epoch, content_type, reader.vector(), reader.vector(), reader.vector())
    reader.finish()
    return found


def public_message(raw: bytes) -> PublicMessage:
    """Read an MLSMessage that is a PublicMessage with a proposal or a commit inside."""
    reader = read_message(raw, Wire.PUBLIC)
    start = reader.at
    group_id, epoch, sender_type = reader.vector(), reader.number(8), reader.byte()
    if sender_type not in set(Sender):
        raise MlsError("sender_type")
    sender = reader.number(4) if sender_type in (Sender.MEMBER, Sender.EXTERNAL) else None
    authenticated, content_type = reader.vector(), reader.byte()
    a_commit = commit(reader) if content_type == Content.COMMIT else None
    a_proposal = proposal(reader) if content_type == Content.PROPOSAL else None
    if a_commit is None and a_proposal is None:
        raise MlsError("content_type")
    framed = reader.since(start)
    signature = reader.vector()
    tag = reader.vector() if a_commit else None
    if sender_type == Sender.MEMBER:
        reader.vector()
    reader.finish()
    return PublicMessage(
        group_id,
        epoch,
        sender_type,
        sender,
        authenticated,
        content_type,
        a_commit,
        a_proposal,
        framed,
        signature,
        tag,
    )


def commit(reader: Reader) -> Commit:
    """Read a Commit."""
    proposals = tuple(reader.each(_proposal_or_ref))
    return Commit(proposals, reader.optional(_path_leaf))


def proposal(reader: Reader) -> Proposal:
    """Read a Proposal; kinds we never use are read to their end and named."""
    kind = reader.number(2)
    if kind == 1:
        return Proposal("add", add=key_package(reader))
    if kind == 3:  # noqa: PLR2004
        return Proposal("remove", removed=reader.number(4))
    if kind == 6:  # noqa: PLR2004
        reader.vector()
        return Proposal("external_init")
    return _rare_proposal(kind, reader)


def _rare_proposal(kind: int, reader: Reader) -> Proposal:
    if kind == 2:  # noqa: PLR2004
        leaf(reader)
        return Proposal("update")
    if kind == 4:  # noqa: PLR2004
        _pre_shared_key_id(reader)
        return Proposal("pre_shared_key")
    if kind == 5:  # noqa: PLR2004
        reader.vector()
        reader.take(2 + 2)
        extensions(reader)
        return Proposal("re_init")
    if kind == 7:  # noqa: PLR2004
        extensions(reader)
        return Proposal("group_context_extensions")
    raise MlsError("proposal_kind")


def _pre_shared_key_id(reader: Reader) -> None:
    """Read a PreSharedKeyID (section 8.4): an external one, or one of another epoch."""
    form = reader.byte()
    if form == 1:
        reader.vector()
    elif form == 2:  # noqa: PLR2004
        reader.take(1)
        reader.vector()
        reader.take(8)
    else:
        raise MlsError("psk_type")
    reader.vector()


def _proposal_or_ref(reader: Reader) -> Proposal:
    form = reader.byte()
    if form == 1:
        return proposal(reader)
    if form == 2:  # noqa: PLR2004
        return Proposal("ref", ref=reader.vector())
    raise MlsError("proposal_form")


def _path_leaf(reader: Reader) -> Leaf:
    its_leaf = leaf(reader)
    reader.each(_path_node)
    return its_leaf


def _path_node(reader: Reader) -> None:
    reader.vector()
    reader.each(lambda part: (part.vector(), part.vector()))


def _welcome_ref(reader: Reader) -> bytes:
    ref = reader.vector()
    reader.vector()
    reader.vector()
    return ref


def _numbers(reader: Reader) -> tuple[int, ...]:
    return tuple(reader.each(lambda part: part.number(2)))
