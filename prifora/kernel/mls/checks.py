"""Every check a delivery service can make without a secret (RFC 9420 sections 7.3, 10.1, 12.4; RFC 9750)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from prifora.kernel.mls import messages
from prifora.kernel.mls.codec import MlsError
from prifora.kernel.mls.credential import Credential, certificate_is_valid, read_identity
from prifora.kernel.mls.messages import (
    MLS_10,
    RATCHET_TREE,
    SUITE,
    GroupInfo,
    KeyPackage,
    Leaf,
    Sender,
    Source,
)
from prifora.kernel.mls.signed import (
    confirmed_hash,
    interim_hash,
    ref_hash,
    verify,
    verify_leaf,
    verify_message,
)
from prifora.kernel.mls.tree import Tree, leaves, read_tree, tree_hash

KEY_BYTES = 32
TAG_BYTES = 16
SENDER_DATA_BYTES = 12 + TAG_BYTES
"""Of this suite: leaf, generation and reuse guard (4 bytes each), sealed."""
BASIC = 1
LIFETIME_MAX = timedelta(days=90)
KNOWN = {"add", "remove", "ref", "external_init"}
"""Kinds of proposals a commit may carry here."""


@dataclass(frozen=True, slots=True)
class Group:
    """A group as the server knows it after its last commit."""

    info: GroupInfo
    tree: Tree
    owners: Mapping[int, Credential]


@dataclass(frozen=True, slots=True)
class Change:
    """What an accepted commit does: the group after it, who came, who went."""

    group: Group
    sender: Credential
    added: tuple[tuple[Credential, bytes], ...]
    removed: tuple[Credential, ...]
    is_external: bool


def ref_of(package: KeyPackage) -> bytes:
    """Return the KeyPackageRef (section 5.2)."""
    return ref_hash(b"MLS 1.0 KeyPackage Reference", package.raw)


def proposal_ref(authenticated_content: bytes) -> bytes:
    """Return the ProposalRef of an AuthenticatedContent (section 5.2)."""
    return ref_hash(b"MLS 1.0 Proposal Reference", authenticated_content)


def check_key_package(raw: bytes, *, now: datetime) -> tuple[KeyPackage, Credential]:
    """Return a key package that is fit to be handed out, and whose it is; else MlsError."""
    package = messages.read_key_package(raw)
    owner = _check_package(package)
    _check_lifetime(package.leaf, now)
    return package, owner


def read_group(raw: bytes) -> Group:
    """Return the group of a GroupInfo that was checked before it was stored; else MlsError."""
    info = messages.group_info(raw)
    if info.context.suite != SUITE:
        raise MlsError("suite")
    data = dict(info.extensions).get(RATCHET_TREE)
    if data is None or messages.EXTERNAL_PUB not in dict(info.extensions):
        raise MlsError("group_info")
    tree = read_tree(data)
    return Group(info, tree, {index: _named(one) for index, one in leaves(tree).items()})


def check_group(raw: bytes) -> Group:
    """Return the group a GroupInfo describes, when tree, hash, owners and signature hold; else MlsError."""
    group = read_group(raw)
    info, present = group.info, leaves(group.tree)
    if tree_hash(group.tree) != info.context.tree_hash:
        raise MlsError("tree_hash")
    for its_leaf in present.values():
        _owner(its_leaf)
    if len({owner.device_id for owner in group.owners.values()}) != len(present):
        raise MlsError("device_twice")
    signer = present.get(info.signer)
    if signer is None:
        raise MlsError("signer")
    verify(signer.signature_key, b"GroupInfoTBS", info.signed, info.signature)
    return group


def check_new_group(raw: bytes, *, group_id: bytes, now: datetime) -> Group:
    """Return a group nobody but its maker is in yet (section 11), when all of it holds; else MlsError."""
    group = check_group(raw)
    context, present = group.info.context, leaves(group.tree)
    if context.group_id != group_id or context.epoch != 0 or context.confirmed:
        raise MlsError("group_info")
    if list(present) != [0] or present[0].source != Source.KEY_PACKAGE:
        raise MlsError("maker")
    verify(present[0].signature_key, b"LeafNodeTBS", present[0].signed, present[0].signature)
    _check_lifetime(present[0], now)
    return group


def check_commit(
    *,
    group: Group,
    commit: bytes,
    group_info: bytes,
    welcome: bytes | None,
    pending: Mapping[bytes, int],
    now: datetime,
) -> Change:
    """Return what a commit changes, when everything a server can check holds; else MlsError.

    `pending` maps the reference of each removal the server proposed to the leaf it removes; every one of
    them must be in a member's commit. Who lets itself in cannot carry them (section 12.2).
    """
    message = messages.public_message(commit)
    if message.commit is None or message.group_id != group.info.context.group_id:
        raise MlsError("group")
    if message.authenticated:
        raise MlsError("not_sealed")
    if message.epoch != group.info.context.epoch:
        raise MlsError("epoch")
    after = check_group(group_info)
    committer = _check_committer(group, message)
    verify_message(message, key=committer.signature_key, context=group.info.context.raw)
    added, removed = _check_proposals(group, message, pending, now)
    _check_after(group, after, message, added, removed)
    _check_welcome(welcome, added)
    return Change(
        group=after,
        sender=_owner(committer),
        added=tuple((owner, ref_of(package)) for package, owner in added),
        removed=tuple(group.owners[index] for index in removed),
        is_external=message.sender_type == Sender.NEW_MEMBER_COMMIT,
    )


def check_application(raw: bytes, *, group_id: bytes) -> int:
    """Return the epoch of a sealed application message of this group; else MlsError.

    Authenticated data is readable by everyone, so a message that has any is not sealed.
    """
    found = messages.private_message(raw)
    if found.group_id != group_id or found.content_type != messages.Content.APPLICATION:
        raise MlsError("not_application")
    if (
        found.authenticated
        or len(found.sender_data) != SENDER_DATA_BYTES
        or len(found.ciphertext) < TAG_BYTES
    ):
        raise MlsError("not_sealed")
    return found.epoch


def leaf_indexes(group: Group, *, account_id: UUID | None = None, device_id: UUID | None = None) -> list[int]:
    """Return the leaves of an account or of one device."""
    return [
        index
        for index, owner in group.owners.items()
        if owner.device_id == device_id or owner.account_id == account_id
    ]


def _check_committer(group: Group, message: messages.PublicMessage) -> Leaf:
    if message.sender_type == Sender.MEMBER:
        sender = leaves(group.tree).get(message.sender if message.sender is not None else -1)
        if sender is None:
            raise MlsError("sender")
        return sender
    if message.sender_type != Sender.NEW_MEMBER_COMMIT:
        raise MlsError("sender_type")
    assert message.commit  # noqa: S101  # nosec B101
    joiner = message.commit.path_leaf
    if joiner is None:
        raise MlsError("no_path")
    if not _same_account_inside(group, _owner(joiner)):
        raise MlsError("stranger")
    return joiner


def _same_account_inside(group: Group, joiner: Credential) -> bool:
    return any(
        owner.account_id == joiner.account_id and owner.aik == joiner.aik for owner in group.owners.values()
    )


def _check_proposals(
    group: Group, message: messages.PublicMessage, pending: Mapping[bytes, int], now: datetime
) -> tuple[list[tuple[KeyPackage, Credential]], list[int]]:
    """Return the packages a commit adds and the leaves it removes, when every proposal may be made."""
    assert message.commit  # noqa: S101  # nosec B101
    proposals = message.commit.proposals
    if any(one.kind not in KNOWN or (one.kind == "ref" and one.ref not in pending) for one in proposals):
        raise MlsError("proposal_kind")
    referenced = [one.ref for one in proposals if one.kind == "ref"]
    if message.sender_type == Sender.MEMBER and set(referenced) != set(pending):
        raise MlsError("pending")
    _check_external(message)
    added = [_added(one.add, now) for one in proposals if one.add is not None]
    removed = [one.removed for one in proposals if one.removed is not None]
    removed += [pending[ref] for ref in referenced]
    if len(set(removed)) != len(removed) or any(index not in group.owners for index in removed):
        raise MlsError("removed")
    if message.commit.path_leaf is None and (removed or not added):
        raise MlsError("no_path")
    return added, removed


def _added(package: KeyPackage, now: datetime) -> tuple[KeyPackage, Credential]:
    owner = _check_package(package)
    _check_lifetime(package.leaf, now)
    return package, owner


def _check_external(message: messages.PublicMessage) -> None:
    """Who lets itself in says so once, and may besides only remove its own old leaf (section 12.2)."""
    assert message.commit  # noqa: S101  # nosec B101
    kinds = [one.kind for one in message.commit.proposals]
    if message.sender_type != Sender.NEW_MEMBER_COMMIT:
        if "external_init" in kinds:
            raise MlsError("external")
    elif sorted(kinds) not in (["external_init"], ["external_init", "remove"]):
        raise MlsError("external")


def _check_after(
    before: Group,
    after: Group,
    message: messages.PublicMessage,
    added: list[tuple[KeyPackage, Credential]],
    removed: list[int],
) -> None:
    context = after.info.context
    if context.group_id != message.group_id or context.epoch != message.epoch + 1:
        raise MlsError("group_info")
    if after.info.confirmation_tag != message.confirmation_tag:
        raise MlsError("confirmation_tag")
    interim = interim_hash(before.info.context.confirmed, before.info.confirmation_tag)
    if context.confirmed != confirmed_hash(interim, message):
        raise MlsError("transcript")
    if context.extensions != before.info.context.extensions:
        raise MlsError("group_extensions")
    _check_leaves(before, after, message, [package.leaf for package, _owner in added], removed)


def _check_leaves(
    before: Group, after: Group, message: messages.PublicMessage, added: list[Leaf], removed: list[int]
) -> None:
    """Hold every leaf of the group after a commit against what the commit does (section 12.3)."""
    assert message.commit  # noqa: S101  # nosec B101
    expected = {index: one for index, one in leaves(before.tree).items() if index not in removed}
    if message.sender is not None and message.sender not in expected:
        raise MlsError("removed")
    for one in added:
        expected[_leftmost_free(expected)] = one
    committer = _leftmost_free(expected) if message.sender is None else message.sender
    path = message.commit.path_leaf
    if path is not None:
        _check_path(before, path, message, committer)
        expected[committer] = path
    if {index: one.raw for index, one in expected.items()} != {
        index: one.raw for index, one in leaves(after.tree).items()
    }:
        raise MlsError("membership")
    if after.info.signer != committer:
        raise MlsError("signer")


def _check_path(before: Group, path: Leaf, message: messages.PublicMessage, index: int) -> None:
    is_same = message.sender is None or _owner(path).device_id == before.owners[index].device_id
    if path.source != Source.COMMIT or not is_same or len(path.encryption_key) != KEY_BYTES:
        raise MlsError("path")
    verify_leaf(path, group_id=message.group_id, index=index)


def _leftmost_free(taken: Mapping[int, Leaf]) -> int:
    return next(index for index in range(len(taken) + 1) if index not in taken)


def _check_welcome(welcome: bytes | None, added: list[tuple[KeyPackage, Credential]]) -> None:
    expected = sorted(ref_of(package) for package, _owner in added)
    if welcome is None:
        if expected:
            raise MlsError("welcome")
        return
    found = messages.welcome(welcome)
    if not expected or found.suite != SUITE or sorted(found.refs) != expected:
        raise MlsError("welcome")


def _check_package(package: KeyPackage) -> Credential:
    its_leaf = package.leaf
    if package.suite != SUITE or SUITE not in its_leaf.suites or MLS_10 not in its_leaf.versions:
        raise MlsError("suite")
    if its_leaf.source != Source.KEY_PACKAGE or package.init_key == its_leaf.encryption_key:
        raise MlsError("leaf_source")
    if len(package.init_key) != KEY_BYTES or len(its_leaf.encryption_key) != KEY_BYTES:
        raise MlsError("key_length")
    owner = _owner(its_leaf)
    verify(its_leaf.signature_key, b"LeafNodeTBS", its_leaf.signed, its_leaf.signature)
    verify(its_leaf.signature_key, b"KeyPackageTBS", package.signed, package.signature)
    return owner


def _check_lifetime(its_leaf: Leaf, now: datetime) -> None:
    moment = int(now.timestamp())
    length = its_leaf.not_after - its_leaf.not_before
    if not its_leaf.not_before <= moment <= its_leaf.not_after or length > LIFETIME_MAX.total_seconds():
        raise MlsError("lifetime")


def _named(its_leaf: Leaf) -> Credential:
    """Return whose leaf it says it is; else MlsError."""
    owner = read_identity(its_leaf.identity) if its_leaf.credential_type == BASIC else None
    if owner is None or BASIC not in its_leaf.credentials:
        raise MlsError("credential")
    return owner


def _owner(its_leaf: Leaf) -> Credential:
    """Return whose leaf it is, when its credential is ours and its certificate holds; else MlsError."""
    owner = _named(its_leaf)
    if not certificate_is_valid(
        account_id=owner.account_id,
        device_id=owner.device_id,
        signature_key=its_leaf.signature_key,
        aik=owner.aik,
        certificate=owner.certificate,
    ):
        raise MlsError("certificate")
    return owner
