"""Signatures and hashes, held to the public vectors of RFC 9420."""

import struct

import pytest

from prifora.kernel.mls import messages
from prifora.kernel.mls.codec import MlsError, vector
from prifora.kernel.mls.messages import SUITE
from prifora.kernel.mls.signed import (
    confirmed_hash,
    interim_hash,
    ref_hash,
    verify,
    verify_leaf,
    verify_message,
)
from prifora.kernel.mls.tree import leaves, read_tree
from tests.prifora.mls.vectors import each, of

TAG = vector(bytes(32))


class TestRefHash:
    @each("crypto-basics")
    def test_is_that_of_the_standard(self, vector):
        its = vector["ref_hash"]
        assert ref_hash(its["label"].encode(), of(its["value"])) == of(its["out"])


class TestVerify:
    @each("crypto-basics")
    def test_takes_what_was_signed_under_this_label_only(self, vector):
        its = vector["sign_with_label"]
        key, content, signature = of(its["pub"]), of(its["content"]), of(its["signature"])
        verify(key, its["label"].encode(), content, signature)
        for label, said in ((b"Another", content), (its["label"].encode(), content + b"!")):
            with pytest.raises(MlsError, match="signature"):
                verify(key, label, said, signature)


class TestVerifyLeaf:
    @each("tree-validation")
    def test_takes_each_leaf_in_its_own_place(self, vector):
        group_id, sources = of(vector["group_id"]), set()
        for index, one in leaves(read_tree(of(vector["tree"]))).items():
            verify_leaf(one, group_id=group_id, index=index)
            sources.add(one.source)
            if one.source == messages.Source.COMMIT:
                with pytest.raises(MlsError, match="signature"):
                    verify_leaf(one, group_id=group_id, index=index + 1)
        assert sources == {messages.Source.KEY_PACKAGE, messages.Source.COMMIT}


class TestVerifyMessage:
    @each("message-protection")
    def test_takes_what_a_member_said_in_this_epoch_only(self, vector):
        context = context_of(vector)
        for kind in ("proposal", "commit"):
            message = messages.public_message(of(vector[f"{kind}_pub"]))
            assert of(vector[kind]) in message.framed
            verify_message(message, key=of(vector["signature_pub"]), context=context)
            with pytest.raises(MlsError, match="signature"):
                verify_message(message, key=of(vector["signature_pub"]), context=context[:-1] + b"\1")


class TestConfirmedHash:
    @each("transcript-hashes")
    def test_follows_the_commit_and_leads_to_the_next_interim_hash(self, vector):
        public = struct.pack("!H", messages.MLS_10) + of(vector["authenticated_content"]) + TAG
        commit = messages.public_message(public)
        confirmed = confirmed_hash(of(vector["interim_transcript_hash_before"]), commit)
        assert confirmed == of(vector["confirmed_transcript_hash_after"])
        assert interim_hash(confirmed, commit.confirmation_tag) == of(vector["interim_transcript_hash_after"])


def context_of(its):
    """Return the GroupContext (section 8.1) a vector describes: one without extensions."""
    return (
        struct.pack("!HH", messages.MLS_10, SUITE)
        + vector(of(its["group_id"]))
        + struct.pack("!Q", its["epoch"])
        + vector(of(its["tree_hash"]))
        + vector(of(its["confirmed_transcript_hash"]))
        + vector(b"")
    )
