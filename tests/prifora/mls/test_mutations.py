"""Twenty thousand spoiled inputs: each is refused as MlsError, or means what the sound one means.

Set MUTATION_SEED to repeat a run.
"""

import os
import random
from collections import Counter
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import partial

import pytest

from prifora.kernel import clock
from prifora.kernel.ids import new_id
from prifora.kernel.mls import checks, messages
from prifora.kernel.mls.codec import MlsError
from prifora.kernel.mls.messages import RATCHET_TREE
from prifora.kernel.mls.proposals import removal
from prifora.kernel.mls.tree import read_tree, tree_hash
from tests import mls
from tests.mls.wire import PRIVATE, message, u8, u64, vec
from tests.prifora.mls.mutants import spoiled

ALL = 20_000
SIGNED = ("key package", "new group", "group", "group info of a commit", "external commit")
"""What the server can check to the last byte: nothing else may be taken in its place."""
BOUND = ("commit", "removal", "welcome", "message")
"""What holds bytes that only members can check; all the rest must stay as it is."""
READ = ("stored group", "tree", "proposal")
"""What is only read, because it was checked before or is the server's own."""


@dataclass
class Sample:
    """Something sound, and how to ask what it means: MlsError when it means nothing."""

    raw: bytes
    meaning: Callable[[bytes], Hashable]


@pytest.fixture
def samples(alice, bob, charlie):
    now, package = clock.now(), mls.key_package(bob)
    start = mls.Group.begin(alice, new_id())
    adding = start.commit(alice, add=[package, mls.key_package(charlie)])
    group = adding.after
    asked, ref = removal(group_id=group.id.bytes, epoch=group.epoch, leaf_index=2)
    removing = group.commit(alice, refs=[asked], gone=[2])
    joining = removing.after.join(mls.further_device(bob))
    add, remove = changing(start, adding, {}, now), changing(group, removing, {ref: 2}, now)
    join = changing(removing.after, joining, {}, now)
    tree = dict(messages.group_info(adding.group_info).extensions)[RATCHET_TREE]
    new_group = partial(checks.check_new_group, group_id=start.id.bytes, now=now)
    return {
        "key package": Sample(package, whole(partial(checks.check_key_package, now=now))),
        "new group": Sample(start.info(), whole(new_group)),
        "group": Sample(joining.group_info, whole(checks.check_group)),
        "group info of a commit": Sample(adding.group_info, whole(lambda raw: add(group_info=raw))),
        "external commit": Sample(joining.commit, whole(lambda raw: join(commit=raw))),
        "commit": Sample(adding.commit, lambda raw: add(commit=raw) and messages.public_message(raw)),
        "removal": Sample(removing.commit, lambda raw: remove(commit=raw) and messages.public_message(raw)),
        "welcome": Sample(adding.welcome, lambda raw: add(welcome=raw) and heads_of(raw)),
        "message": Sample(group.body(), partial(is_all_of_message, group_id=group.id.bytes)),
        "stored group": Sample(adding.group_info, lambda raw: checks.read_group(raw) and True),
        "tree": Sample(tree, lambda raw: len(tree_hash(read_tree(raw)))),
        "proposal": Sample(asked, lambda raw: messages.public_message(raw).framed in raw),
    }


def changing(before, change, pending, now):
    """Returns how to check a commit in which one part is another than it should be."""
    group = checks.check_group(before.info())
    sound = {"commit": change.commit, "group_info": change.group_info, "welcome": change.welcome}
    return lambda **part: checks.check_commit(
        **{"group": group, "pending": pending, "now": now, **sound, **part}
    )


def whole(check):
    """What passes this check means all of its bytes."""

    def meaning(raw):
        check(raw)
        return raw

    return meaning


def heads_of(welcome):
    """For whom a Welcome is; the rest is sealed for them."""
    found = messages.welcome(welcome)
    return found.suite, frozenset(found.refs)


def is_all_of_message(raw, *, group_id):
    """Whether a message is nothing but what was read of it: no byte is hidden between its parts."""
    epoch = checks.check_application(raw, group_id=group_id)
    found = messages.private_message(raw)
    parts = (found.authenticated, found.sender_data, found.ciphertext)
    content = vec(group_id) + u64(epoch) + u8(messages.Content.APPLICATION) + b"".join(map(vec, parts))
    return message(PRIVATE, content) == raw


class TestSpoiledInput:
    def test_is_refused_or_means_the_same(self, samples):
        seed = int(os.environ.get("MUTATION_SEED") or random.randrange(2**32))
        chance, taken = random.Random(seed), Counter()
        sound = {name: one.meaning(one.raw) for name, one in samples.items()}
        others = [one.raw for one in samples.values()]
        assert set(samples) == {*SIGNED, *BOUND, *READ}
        for number in range(ALL):
            name = (*SIGNED, *BOUND, *READ)[number % len(samples)]
            raw = spoiled(samples[name].raw, others, chance)
            where = f"MUTATION_SEED={seed} number {number}, {name}: {raw.hex()}"
            try:
                meaning = samples[name].meaning(raw)
            except MlsError:
                continue
            except Exception as error:
                raise AssertionError(where) from error
            taken[name] += 1
            assert meaning == sound[name], where
        print(f"MUTATION_SEED={seed}: {ALL} inputs, taken {dict(taken)}, refused {ALL - taken.total()}")
        assert not set(taken) & set(SIGNED)
        assert all(taken[name] for name in ("welcome", "message", *READ))
