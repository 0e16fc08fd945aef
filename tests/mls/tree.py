"""The ratchet tree of RFC 9420 section 7 and appendix C, for tests."""

import os
from dataclasses import dataclass, field

from tests.mls.wire import digest, optional, u8, u32, vec

LEAF, PARENT = 1, 2


@dataclass
class Parent:
    """A parent node that is not blank."""

    key: bytes = field(default_factory=lambda: os.urandom(32))
    unmerged: set[int] = field(default_factory=set)

    def raw(self) -> bytes:
        return vec(self.key) + vec(b"") + vec(b"".join(u32(one) for one in sorted(self.unmerged)))


@dataclass
class Tree:
    """Nodes by index in the array form: leaves at even places, parents at odd ones."""

    nodes: dict[int, bytes | Parent] = field(default_factory=dict)

    def leaves(self) -> dict[int, bytes]:
        return {at // 2: node for at, node in sorted(self.nodes.items()) if isinstance(node, bytes)}

    def free(self) -> int:
        """The leftmost leaf that is blank."""
        used = self.leaves()
        return next(index for index in range(len(used) + 1) if index not in used)

    def add(self, raw_leaf: bytes) -> int:
        """Seats a newcomer in the leftmost blank leaf."""
        index = self.free()
        self.nodes[2 * index] = raw_leaf
        for at in self.direct_path(index):
            if isinstance(node := self.nodes.get(at), Parent):
                node.unmerged.add(index)
        return index

    def blank(self, index: int) -> None:
        """Removes a leaf and everything its holder knew secrets of."""
        for at in [2 * index, *self.direct_path(index)]:
            self.nodes.pop(at, None)

    def set_path(self, index: int, raw_leaf: bytes) -> int:
        """Puts a committer's new leaf in place; returns the number of path nodes that get new secrets."""
        self.nodes[2 * index] = raw_leaf
        below, filled = 2 * index, 0
        for at in self.direct_path(index):
            self.nodes.pop(at, None)
            if self._is_used(_sibling(below, at)):
                self.nodes[at] = Parent()
                filled += 1
            below = at
        return filled

    def direct_path(self, index: int) -> list[int]:
        """The parents above a leaf, up to the root."""
        level, path = 1, []
        while 1 << (level - 1) < self.width():
            path.append((index >> level << level + 1) + (1 << level) - 1)
            level += 1
        return path

    def width(self) -> int:
        """Leaves in the full tree: a power of two."""
        last = max(self.leaves(), default=0)
        return 1 << last.bit_length()

    def raw(self) -> bytes:
        """The content of the ratchet_tree extension: nodes without trailing blanks."""
        last = max(self.nodes)
        return b"".join(optional(self._node(at)) for at in range(last + 1))

    def hash(self) -> bytes:
        return self._hash(self.width() - 1, self.width())

    def _hash(self, at: int, width: int) -> bytes:
        node = self.nodes.get(at)
        if width == 1:
            return digest(u8(LEAF) + u32(at // 2) + optional(node))
        half = width // 2
        inside = optional(node.raw() if node else None)
        sides = [self._hash(at - half, half), self._hash(at + half, half)]
        return digest(u8(PARENT) + inside + b"".join(vec(side) for side in sides))

    def _is_used(self, at: int) -> bool:
        low, high = _span(at)
        return any(low <= 2 * index <= high for index in self.leaves())

    def _node(self, at: int) -> bytes | None:
        node = self.nodes.get(at)
        if node is None:
            return None
        return u8(LEAF) + node if isinstance(node, bytes) else u8(PARENT) + node.raw()


def _level(at: int) -> int:
    return (~at & (at + 1)).bit_length() - 1


def _span(at: int) -> tuple[int, int]:
    reach = (1 << _level(at)) - 1
    return at - reach, at + reach


def _sibling(below: int, parent: int) -> int:
    return parent + (parent - below)
