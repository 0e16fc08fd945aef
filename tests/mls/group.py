"""A group as its members see it from outside: tree, epochs, commits."""

import copy
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from prifora.kernel.mls.proposals import external_sender
from tests.cast import Someone
from tests.mls.packages import FROM_COMMIT, Package, leaf, ref_of_package
from tests.mls.tree import Tree
from tests.mls.wire import (
    GROUP_INFO,
    HEAD,
    MLS_10,
    PRIVATE,
    PUBLIC,
    SUITE,
    WELCOME,
    digest,
    message,
    reference,
    sign,
    u8,
    u16,
    u32,
    u64,
    vec,
)

MEMBER, EXTERNAL, NEW_MEMBER_COMMIT = 1, 2, 4
APPLICATION, PROPOSAL, COMMIT = 1, 2, 3
RATCHET_TREE, EXTERNAL_PUB, EXTERNAL_SENDERS = 2, 4, 5
TAG = 16


@dataclass(frozen=True)
class Change:
    """A commit on its way: what is posted, and the group after it."""

    commit: bytes
    group_info: bytes
    welcome: bytes | None
    epoch: int
    after: "Group"


@dataclass
class Group:
    """A group in one epoch; a change makes a new one."""

    id: UUID
    tree: Tree
    epoch: int = 0
    confirmed: bytes = b""
    tag: bytes = field(default_factory=lambda: os.urandom(32))
    extensions: bytes = b""
    signer: int = 0
    people: dict[int, Someone] = field(default_factory=dict)

    @classmethod
    def begin(cls, someone: Someone, group_id: UUID, **parts) -> "Group":
        """Epoch 0: only the maker's leaf, our removal key as the only external sender."""
        named = u16(EXTERNAL_SENDERS) + vec(vec(external_sender()))
        tree = Tree()
        tree.add(parts.get("whole_leaf", leaf(someone, **parts)))
        return cls(group_id, tree, extensions=parts.get("extensions", named), people={0: someone})

    def index_of(self, someone: Someone) -> int:
        """The leaf of this device."""
        return next(at for at, one in self.people.items() if one.device_id == someone.device_id)

    def context(self, **parts) -> bytes:
        """GroupContext."""
        return (
            u16(parts.get("context_version", MLS_10))
            + u16(parts.get("context_suite", SUITE))
            + vec(parts.get("info_group_id", self.id.bytes))
            + u64(parts.get("info_epoch", self.epoch))
            + vec(parts.get("tree_hash", self.tree.hash()))
            + vec(parts.get("confirmed", self.confirmed))
            + vec(parts.get("context_extensions", self.extensions))
        )

    def info(self, **parts) -> bytes:
        """An MLSMessage with the GroupInfo, ratchet tree inside.

        Parts: info_group_id, info_epoch, tree_hash, confirmed, context_extensions, ratchet_tree,
        info_extensions, info_tag, info_signer, info_key, info_signature.
        """
        signer = parts.get("info_signer", self.signer)
        tree = parts.get("ratchet_tree", self.tree.raw())
        shown = u16(RATCHET_TREE) + vec(vec(tree)) + u16(EXTERNAL_PUB) + vec(vec(os.urandom(32)))
        content = (
            self.context(**parts)
            + vec(parts.get("info_extensions", shown))
            + vec(parts.get("info_tag", self.tag))
            + u32(signer)
        )
        key = parts.get("info_key", self.people[self.signer].signer)
        return message(
            GROUP_INFO,
            content + vec(parts.get("info_signature", sign(key, b"GroupInfoTBS", content))),
        )

    def body(self, content: bytes | None = None, **parts) -> bytes:
        """An MLSMessage with a PrivateMessage of this epoch.

        Parts: group_id, epoch, content_type, authenticated, sender_data, ciphertext.
        """
        return message(
            PRIVATE,
            vec(parts.get("group_id", self.id.bytes))
            + u64(parts.get("epoch", self.epoch))
            + u8(parts.get("content_type", APPLICATION))
            + vec(parts.get("authenticated", b""))
            + vec(parts.get("sender_data", os.urandom(28)))
            + vec(parts.get("ciphertext", content if content is not None else os.urandom(1024 + TAG))),
        )

    def commit(
        self,
        by: Someone,
        *,
        add: Iterable[Package] = (),
        remove: Iterable[Someone] = (),
        refs: Iterable[bytes] = (),
        gone: Iterable[int] = (),
        path: bool | None = None,
        **parts,
    ) -> Change:
        """A commit by a member: `add` key packages, `remove` devices, and `refs`, the bodies of the server's
        proposals, whose leaves are `gone`. Without any of these it is an update.

        Parts: those of `info` and `leaf`, and group_id, epoch, sender, sender_type, authenticated, proposals
        (bytes, after the real ones), path_leaf, signature, tag, welcome, by_leaf (the key that signs).
        """
        add, remove, refs = list(add), list(remove), list(refs)
        index = self.index_of(by)
        removed = [self.index_of(one) for one in remove]
        proposals = b"".join(u8(1) + u16(1) + one[HEAD:] for one in add)
        proposals += b"".join(u8(1) + u16(3) + u32(at) for at in removed)
        proposals += b"".join(u8(2) + vec(reference(b"Proposal", one[2:])) for one in refs)
        after = self._next()
        after._remove([*removed, *gone])
        for package in add:
            after.people[after.tree.add(package.leaf)] = package.owner
        wants_path = path if path is not None else not add or bool(remove or refs)
        return self._made(by, index, after, proposals, add=add, path=wants_path, parts=parts)

    def join(self, joiner: Someone, *, again: bool = False, **parts) -> Change:
        """An external commit by which a device lets itself in (`again`: removing its old leaf first)."""
        after = self._next()
        old = [at for at, one in self.people.items() if one.device_id == joiner.device_id] if again else []
        after._remove(old)
        proposals = u8(1) + u16(6) + vec(os.urandom(32))
        proposals += b"".join(u8(1) + u16(3) + u32(at) for at in old)
        index = after.tree.free()
        parts = {"sender_type": NEW_MEMBER_COMMIT, **parts}
        return self._made(joiner, index, after, proposals, add=[], path=True, parts=parts)

    def _next(self) -> "Group":
        return copy.deepcopy(self, {id(one): one for one in self.people.values()})

    def _remove(self, indexes: Iterable[int]) -> None:
        for index in indexes:
            self.tree.blank(index)
            del self.people[index]

    def _made(self, by, index, after, proposals, *, add, path, parts) -> Change:
        """The commit and everything that goes with it; `after` has the new people already."""
        after.people[index] = by
        bound = vec(self.id.bytes) + u32(index)
        mine = parts.get("path_leaf", leaf(by, source=FROM_COMMIT, bound=bound, **parts)) if path else None
        nodes = after.tree.set_path(index, parts.get("seat_leaf", mine)) if mine else 0
        node = vec(os.urandom(32)) + vec(vec(os.urandom(32)) + vec(os.urandom(48)))
        update = u8(0) if mine is None else u8(1) + mine + vec(node * nodes)
        sender_type = parts.get("sender_type", MEMBER)
        content = (
            vec(parts.get("group_id", self.id.bytes))
            + u64(parts.get("epoch", self.epoch))
            + u8(sender_type)
            + (u32(parts.get("sender", index)) if sender_type in (MEMBER, EXTERNAL) else b"")
            + vec(parts.get("authenticated", b""))
            + u8(COMMIT)
            + vec(proposals + parts.get("proposals", b""))
            + update
        )
        signed = u16(MLS_10) + u16(PUBLIC) + content + self.context()
        signature = parts.get("signature", sign(by.signer, b"FramedContentTBS", signed))
        after.epoch, after.signer, after.tag = self.epoch + 1, index, os.urandom(32)
        interim = digest(self.confirmed + vec(self.tag))
        after.confirmed = digest(interim + u16(PUBLIC) + content + vec(signature))
        member_tag = vec(os.urandom(32)) if sender_type == MEMBER else b""
        framed = content + vec(signature) + vec(parts.get("tag", after.tag)) + member_tag
        return Change(
            commit=message(PUBLIC, framed),
            group_info=after.info(**parts),
            welcome=parts.get("welcome", welcome_for(add)),
            epoch=self.epoch,
            after=after,
        )


def welcome_for(packages: Iterable[bytes]) -> bytes | None:
    """An MLSMessage with a Welcome for these key packages; None when there are none."""
    secret = vec(os.urandom(32)) + vec(os.urandom(80))
    secrets = b"".join(vec(ref_of_package(one)) + secret for one in packages)
    return message(WELCOME, u16(SUITE) + vec(secrets) + vec(os.urandom(300))) if secrets else None
