"""Real, correctly signed MLS 1.0 structures for tests, made without looking at the product's own code.

What only members can check (path secrets, confirmation tags, ciphertext) is random: no server can tell.
Everything a server can check is right, and every part can be changed by naming it.

    talk = mls.conversation_of(alice, bob, family)            # both hold keys, epoch 1
    ident, epoch, body = mls.message(alice, talk)             # a sealed message of this epoch
    change = talk.group.commit(alice, add=[mls.key_package(carol)])
    talk.post(alice, change)                                  # accepted: talk.group is the group after it
    wrong = talk.group.commit(alice, add=[...], signature=bytes(64))
"""

from tests.mls.group import Change, Group
from tests.mls.packages import Package, further_device, key_package, ref_of_package
from tests.mls.talk import (
    Talk,
    boxes_for,
    conversation_of,
    leaf_named_in,
    message,
    message_json,
    start,
    store_packages,
)
from tests.mls.wire import SUITE, vec

__all__ = [
    "SUITE",
    "Change",
    "Group",
    "Package",
    "Talk",
    "boxes_for",
    "conversation_of",
    "further_device",
    "key_package",
    "leaf_named_in",
    "message",
    "message_json",
    "ref_of_package",
    "start",
    "store_packages",
    "vec",
]
