"""The public ratchet tree."""

import random

import pytest

from prifora.kernel.mls.codec import MlsError
from prifora.kernel.mls.tree import NODES_MAX, leaves, read_tree, tree_hash
from tests.mls.packages import leaf
from tests.mls.tree import Tree
from tests.mls.wire import optional, u8, vec


def read(raw):
    return read_tree(vec(raw))


class TestReadTree:
    def test_finds_the_leaves_and_the_hash_of_any_tree(self, alice):
        """Trees that grew and shrank at random, against the tests' own arithmetic."""
        chance, tree = random.Random(7), Tree()
        tree.add(leaf(alice))
        for _ in range(150):
            used = list(tree.leaves())
            step = chance.random()
            if step < 0.45 or len(used) < 2:
                tree.add(leaf(alice))
            elif step < 0.7:
                tree.blank(chance.choice(used))
            else:
                tree.set_path(chance.choice(used), leaf(alice))
            found = read(tree.raw())
            assert {index: one.raw for index, one in leaves(found).items()} == tree.leaves()
            assert tree_hash(found) == tree.hash()

    def test_keeps_a_tree_of_one_leaf(self, alice):
        tree = Tree()
        tree.add(leaf(alice))
        assert tree_hash(read(tree.raw())) == tree.hash()

    def test_refuses_a_tree_of_no_shape(self, alice):
        one = u8(1) + leaf(alice)
        parent = u8(2) + vec(bytes(32)) + vec(b"") + vec(b"")
        shapes = {
            "empty": b"",
            "ends blank": optional(one) + optional(None),
            "ends blank again": optional(one) + optional(None) * 2,
            "even": optional(one) + optional(parent),
            "a leaf where a parent stands": optional(one) + optional(one) + optional(one),
            "a parent where a leaf stands": optional(parent) + optional(None) + optional(one),
            "only a blank": optional(None),
        }
        for name, raw in shapes.items():
            with pytest.raises(MlsError) as wrong:
                read(raw)
            assert wrong.value.code == "tree_shape", name

    def test_refuses_a_node_of_no_kind(self):
        with pytest.raises(MlsError, match="node_type"):
            read(optional(u8(3)))

    def test_refuses_more_nodes_than_any_family_fills(self, alice):
        with pytest.raises(MlsError, match="too_many"):
            read(optional(None) * (NODES_MAX + 1) + optional(u8(1) + leaf(alice)))

    def test_refuses_what_follows_the_tree(self, alice):
        with pytest.raises(MlsError, match="trailing"):
            read_tree(vec(optional(u8(1) + leaf(alice))) + b"\0")
