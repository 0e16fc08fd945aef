"""The public ratchet tree: who has a leaf, and the hash that binds it to the group (RFC 9420 section 7)."""

import hashlib
import struct
from dataclasses import dataclass

from prifora.kernel.mls.codec import MlsError, Reader, vector
from prifora.kernel.mls.messages import Leaf, leaf

LEAF, PARENT = 1, 2
NODES_MAX = 2047
"""Nodes of a tree with 1024 leaves: a full family with ten devices each."""


@dataclass(frozen=True, slots=True)
class Node:
    """A node that is not blank; `leaf` is None for a parent."""

    leaf: Leaf | None
    raw: bytes


Tree = list[Node | None]


def read_tree(data: bytes) -> Tree:
    """Read the ratchet_tree extension (section 12.4.3.3)."""
    reader = Reader(data)
    nodes: Tree = reader.each(lambda part: part.optional(_node), NODES_MAX)
    reader.finish()
    if not nodes or nodes[-1] is None or len(nodes) % 2 == 0:
        raise MlsError("tree_shape")
    for position, node in enumerate(nodes):
        if node is not None and (node.leaf is None) != bool(position % 2):
            raise MlsError("tree_shape")
    return nodes


def leaves(tree: Tree) -> dict[int, Leaf]:
    """Return the leaves that are in use, by leaf index."""
    return {at // 2: node.leaf for at, node in enumerate(tree) if node is not None and node.leaf is not None}


def tree_hash(tree: Tree) -> bytes:
    """Return the hash of the whole tree (section 7.8)."""
    width = 1
    while width < len(tree):
        width = width * 2 + 1
    return _hash(tree + [None] * (width - len(tree)), 0, width - 1)


def _hash(nodes: Tree, low: int, high: int) -> bytes:
    if low == high:
        body = struct.pack("!BI", LEAF, low // 2) + _optional(nodes[low])
    else:
        middle = (low + high) // 2
        left, right = _hash(nodes, low, middle - 1), _hash(nodes, middle + 1, high)
        body = struct.pack("!B", PARENT) + _optional(nodes[middle]) + vector(left) + vector(right)
    return hashlib.sha256(body).digest()


def _optional(node: Node | None) -> bytes:
    return b"\x00" if node is None else b"\x01" + node.raw


def _node(reader: Reader) -> Node:
    kind = reader.byte()
    start = reader.at
    if kind == LEAF:
        its_leaf = leaf(reader)
        return Node(its_leaf, reader.since(start))
    if kind == PARENT:
        reader.vector()
        reader.vector()
        reader.each(lambda part: part.number(4))
        return Node(None, reader.since(start))
    raise MlsError("node_type")
