"""The one thing the server itself says in a group."""

from django.conf import settings

from prifora.kernel import crypto
from prifora.kernel.mls import messages
from prifora.kernel.mls.messages import EXTERNAL_SENDERS, Content, Sender
from prifora.kernel.mls.proposals import external_sender, names_us, removal
from tests.mls.wire import reference, u16, vec


class TestRemoval:
    def test_says_which_leaf_must_go_in_which_epoch(self, group):
        found = messages.public_message(removal(group_id=group.id.bytes, epoch=9, leaf_index=4)[0])
        assert (found.sender_type, found.sender, found.content_type) == (
            Sender.EXTERNAL,
            0,
            Content.PROPOSAL,
        )
        assert (found.group_id, found.epoch, found.proposal.kind, found.proposal.removed) == (
            group.id.bytes,
            9,
            "remove",
            4,
        )

    def test_is_signed_with_the_key_every_group_names(self, group):
        found = messages.public_message(removal(group_id=group.id.bytes, epoch=9, leaf_index=4)[0])
        signed = vec(b"MLS 1.0 FramedContentTBS") + vec(u16(1) + u16(1) + found.framed)
        key = external_sender()[1:33]
        assert key == crypto.ed25519_public(settings.MLS_REMOVE_KEY)
        assert crypto.ed25519_valid(public_key=key, signature=found.signature, message=signed)

    def test_is_referred_to_by_its_hash(self, group):
        body, ref = removal(group_id=group.id.bytes, epoch=9, leaf_index=4)
        assert ref == reference(b"Proposal", body[2:])


class TestNamesUs:
    def test_wants_our_key_and_nobody_elses(self):
        ours, other = external_sender(), vec(bytes(32)) + u16(1) + vec(b"me")
        assert names_us(((EXTERNAL_SENDERS, vec(ours)),))
        for wrong in (
            (),
            ((EXTERNAL_SENDERS, vec(other)),),
            ((EXTERNAL_SENDERS, vec(ours + other)),),
            ((EXTERNAL_SENDERS, vec(b"")),),
            ((EXTERNAL_SENDERS, vec(ours)), (3, b"")),
        ):
            assert not names_us(wrong)
