"""Structures the web app's own MLS engine made (public parts only), kept so that the two sides stay one."""

import json
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest

from prifora.kernel.fields import from_base64
from prifora.kernel.mls import checks, messages
from prifora.kernel.mls.codec import vector
from prifora.kernel.mls.messages import EXTERNAL_SENDERS
from prifora.kernel.mls.tree import Node

MADE = json.loads((Path(__file__).parent / "made_by_the_app.json").read_text())
AT = datetime.fromisoformat(MADE["at"])
GROUP = UUID(MADE["group"]).bytes


def of(text):
    return from_base64(text) if text else None


@pytest.fixture
def changes():
    """What each commit does, one after the other from the first epoch on."""
    group, found = checks.check_new_group(of(MADE["start"]), group_id=GROUP, now=AT), []
    for step in MADE["steps"]:
        change = checks.check_commit(
            group=group,
            commit=of(step["commit"]),
            group_info=of(step["group_info"]),
            welcome=of(step["welcome"]),
            pending={},
            now=AT,
        )
        assert str(change.sender.device_id) == step["by"]
        group = change.group
        found.append(change)
    return found


class TestWhatTheAppMade:
    def test_holds_commit_after_commit(self, changes):
        assert [len(one.group.owners) for one in changes] == [3, 3, 4, 3]
        assert [len(one.added) for one in changes] == [2, 0, 0, 0]
        assert [len(one.removed) for one in changes] == [0, 0, 0, 1]
        assert [one.is_external for one in changes] == [False, False, True, False]
        assert [one.group.info.context.epoch for one in changes] == [1, 2, 3, 4]

    def test_has_parents_in_its_tree(self, changes):
        tree = changes[2].group.tree
        assert any(isinstance(node, Node) and node.leaf is None for node in tree)

    def test_calls_key_packages_by_the_same_reference(self, changes):
        refs = []
        for one in MADE["packages"]:
            package, _owner = checks.check_key_package(of(one["package"]), now=AT)
            assert checks.ref_of(package) == of(one["ref"])
            refs.append(of(one["ref"]))
        assert [ref for _owner, ref in changes[0].added] == refs
        assert set(messages.welcome(of(MADE["steps"][0]["welcome"])).refs) == set(refs)

    def test_names_one_external_sender(self, changes):
        named = ((EXTERNAL_SENDERS, vector(of(MADE["external_sender"]))),)
        assert {one.group.info.context.extensions for one in changes} == {named}

    def test_seals_its_messages_whole(self):
        body = of(MADE["message"])
        assert checks.check_application(body, group_id=GROUP) == MADE["message_epoch"]
        assert b"Dag oma" not in body
