"""Our MLS engine in a real browser: beside another implementation in one group, and before the server's eyes.

The other one is Wire's core-crypto (OpenMLS), which only this test uses: web/dev/engines. Set HISTORY_SEED to
repeat a run.
"""

import functools
import http.server
import os
import random
import threading
from uuid import UUID

import pytest

from prifora.kernel import clock
from prifora.kernel.fields import from_base64
from prifora.kernel.mls import checks, messages
from prifora.kernel.mls.codec import vector
from prifora.kernel.mls.messages import EXTERNAL_SENDERS, RATCHET_TREE
from prifora.kernel.mls.tree import leaves, read_tree, tree_hash
from tests.mls import leaf_named_in
from tools.setup import node

pytestmark = [pytest.mark.browser, pytest.mark.long]

MIXED_STEPS = 100
ALONE_STEPS = 60
DEVICES = 8


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, *_said):
        pass


@pytest.fixture(scope="module")
def origin(tmp_path_factory):
    """Where the page is served that holds both engines."""
    folder = tmp_path_factory.mktemp("engines")
    config = ["-c", "dev/engines/vite.config.ts", "--outDir", folder, "--logLevel", "error"]
    node("vite/bin/vite.js", "build", *config, quiet=True)
    handler = functools.partial(Quiet, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as web:
        threading.Thread(target=web.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{web.server_address[1]}/"
        web.shutdown()


@pytest.fixture
def page(chromium, origin):
    """The page, on which nothing may go wrong unseen."""
    problems = []
    opened = chromium.new_page()
    opened.on("pageerror", lambda error: problems.append(str(error)))
    opened.goto(origin)
    opened.wait_for_function("window.mixed")
    yield opened
    opened.close()
    assert not problems


@pytest.fixture
def seed():
    """Which random changes are made; shown when a test fails."""
    chosen = int(os.environ.get("HISTORY_SEED") or random.randrange(2**32))
    print(f"HISTORY_SEED={chosen}")
    return chosen


def test_devices_of_two_engines_stay_of_one_mind_through_random_changes(page, seed):
    made = page.evaluate("([seed, steps]) => mixed(seed, steps)", [seed, MIXED_STEPS])

    print(made["done"])
    assert sum(made["done"].values()) == MIXED_STEPS
    for kind in ("add", "remove", "removeAsked", "update"):
        assert made["done"].get(f"{kind} by ours", 0) > 0, kind
        assert made["done"].get(f"{kind} by wire", 0) > 0, kind
    for raw in map(from_base64, made["groupInfos"]):
        info = messages.group_info(raw)
        tree = read_tree(dict(info.extensions)[RATCHET_TREE])
        assert tree_hash(tree) == info.context.tree_hash
        assert info.signer in leaves(tree)
    for raw in map(from_base64, made["packages"]):
        assert messages.read_key_package(raw).suite == messages.SUITE


def test_the_server_takes_every_change_our_engine_makes(page, seed):
    made = page.evaluate("([seed, ...limits]) => alone(seed, ...limits)", [seed, ALONE_STEPS, DEVICES])

    now = clock.now()
    group = checks.check_new_group(from_base64(made["start"]), group_id=UUID(made["id"]).bytes, now=now)
    named = ((EXTERNAL_SENDERS, vector(from_base64(made["externalSender"]))),)
    assert len(made["steps"]) == ALONE_STEPS
    for step in made["steps"]:
        asked = [from_base64(one) for one in step["proposals"]]
        change = checks.check_commit(
            group=group,
            commit=from_base64(step["commit"]),
            group_info=from_base64(step["groupInfo"]),
            welcome=from_base64(step["welcome"]) if step["welcome"] else None,
            pending={checks.proposal_ref(one[2:]): leaf_named_in(one) for one in asked},
            now=now,
        )
        group = change.group
        assert str(change.sender.device_id) == step["by"]
        assert group.info.context.extensions == named
        assert {str(one.device_id) for one in group.owners.values()} == set(step["devices"])
