"""The public vectors of RFC 9420, as far as a server can check them."""

import pytest

from prifora.kernel.mls import checks, messages
from prifora.kernel.mls.codec import MESSAGE_MAX_BYTES, MlsError, Reader
from prifora.kernel.mls.codec import vector as written
from prifora.kernel.mls.messages import SUITE, Content
from prifora.kernel.mls.signed import verify, verify_leaf
from prifora.kernel.mls.tree import leaves, read_tree, tree_hash
from tests.prifora.mls.vectors import CHECKED, FOLDER, NEED_SECRETS, each, of, read

PASSIVE = ("passive-client-welcome", "passive-client-handling-commit")


def whole(read_one, raw):
    """Return what a reader makes of all of the bytes."""
    reader = Reader(raw)
    found = read_one(reader)
    reader.finish()
    return found


def check_package(raw):
    """Return a key package whose two signatures hold; whose it is is another matter."""
    package = messages.read_key_package(raw)
    verify_leaf(package.leaf, group_id=b"", index=0)
    verify(package.leaf.signature_key, b"KeyPackageTBS", package.signed, package.signature)
    return package


class TestVectors:
    def test_are_those_named_here(self, capsys):
        assert {path.stem for path in FOLDER.glob("*.json")} == set(CHECKED) | NEED_SECRETS
        assert {name: len(read(name)) for name in CHECKED} == CHECKED
        with capsys.disabled():
            print(f" RFC 9420: the server checks {sum(CHECKED.values())} of the 785 public vectors")

    @each(*sorted(set(CHECKED) | NEED_SECRETS))
    def test_are_of_our_suite_where_they_are_of_one(self, vector):
        assert vector.get("cipher_suite", SUITE) == SUITE


class TestDeserialization:
    @each("deserialization")
    def test_reads_and_writes_lengths(self, vector):
        header, length = of(vector["vlbytes_header"]), vector["length"]
        assert whole(Reader.length, header) == length
        if length <= MESSAGE_MAX_BYTES:
            assert written(bytes(length)) == header + bytes(length)


class TestMessages:
    @each("messages")
    def test_are_read_to_their_end(self, vector):
        raw = {kind: of(digits) for kind, digits in vector.items()}
        package, info = check_package(raw["mls_key_package"]), messages.group_info(raw["mls_group_info"])
        tree = read_tree(raw["ratchet_tree"])
        assert info.context.tree_hash == tree_hash(tree)
        assert len(messages.welcome(raw["mls_welcome"]).refs) == 1
        assert {package.suite, whole(messages.key_package, raw["add_proposal"]).suite} == {SUITE}
        whole(messages.extensions, raw["group_context_extensions_proposal"])
        commit = whole(messages.commit, raw["commit"])
        assert messages.public_message(raw["public_message_commit"]).commit == commit
        proposal = messages.public_message(raw["public_message_proposal"]).proposal
        assert proposal is not None
        assert proposal.add == whole(messages.key_package, raw["add_proposal"])
        for kind, name in (
            (2, "update"),
            (3, "remove"),
            (4, "pre_shared_key"),
            (5, "re_init"),
            (6, "external_init"),
        ):
            rest = raw[f"{name}_proposal"]
            assert whole(messages.proposal, kind.to_bytes(2, "big") + rest).kind == name
        assert messages.private_message(raw["private_message"]).group_id == info.context.group_id

    @each("messages")
    def test_that_are_readable_but_not_about_the_group_are_refused(self, vector):
        with pytest.raises(MlsError, match="content_type"):
            messages.public_message(of(vector["public_message_application"]))


class TestMessageProtection:
    @each("message-protection")
    def test_shows_the_head_of_what_is_sealed(self, vector):
        expected = {
            "proposal": Content.PROPOSAL,
            "commit": Content.COMMIT,
            "application": Content.APPLICATION,
        }
        for kind, content_type in expected.items():
            found = messages.private_message(of(vector[f"{kind}_priv"]))
            assert (found.group_id, found.epoch) == (of(vector["group_id"]), vector["epoch"])
            assert found.content_type == content_type

    @each("message-protection")
    def test_only_messages_of_people_are_taken_sealed(self, vector):
        group_id = of(vector["group_id"])
        assert checks.check_application(of(vector["application_priv"]), group_id=group_id) == vector["epoch"]
        for kind in ("proposal", "commit"):
            with pytest.raises(MlsError, match="not_application"):
                checks.check_application(of(vector[f"{kind}_priv"]), group_id=group_id)


class TestTrees:
    @each("tree-validation")
    def test_have_their_hash(self, vector):
        tree, hashes = read_tree(of(vector["tree"])), vector["tree_hashes"]
        assert tree_hash(tree) == of(hashes[len(hashes) // 2])

    @each("tree-operations")
    def test_have_it_before_and_after_a_proposal(self, vector):
        whole(messages.proposal, of(vector["proposal"]))
        for when in ("before", "after"):
            assert tree_hash(read_tree(of(vector[f"tree_{when}"]))) == of(vector[f"tree_hash_{when}"])

    @each("treekem")
    def test_have_leaves_that_signed_their_place_in_a_new_path_too(self, vector):
        group_id, tree = of(vector["group_id"]), read_tree(of(vector["ratchet_tree"]))
        for index, one in leaves(tree).items():
            verify_leaf(one, group_id=group_id, index=index)
        for path in vector["update_paths"]:
            commit = whole(messages.commit, b"\0\1" + of(path["update_path"]))
            verify_leaf(commit.path_leaf, group_id=group_id, index=path["sender"])


class TestPassiveClients:
    @each(*PASSIVE)
    def test_are_named_by_their_welcome(self, vector):
        package = check_package(of(vector["key_package"]))
        assert checks.ref_of(package) in messages.welcome(of(vector["welcome"])).refs

    @each("passive-client-handling-commit")
    def test_hear_commits_whose_leaves_signed_themselves_and_their_place(self, vector):
        for epoch in vector["epochs"]:
            message = messages.public_message(of(epoch["commit"]))
            for proposal in message.commit.proposals:
                if proposal.add is not None:
                    verify_leaf(proposal.add.leaf, group_id=b"", index=0)
            if message.commit.path_leaf is not None:
                verify_leaf(message.commit.path_leaf, group_id=message.group_id, index=message.sender)
