"""The eraser is killed at every step, before and after its commit, and always comes to the same end."""

import pytest

from tests.server import running

pytestmark = [pytest.mark.server, pytest.mark.long]


@pytest.mark.parametrize(("actor", "withdraw"), [("contact", True), ("user", False)])
def test_a_killed_eraser_comes_to_the_same_end(tmp_path, actor, withdraw):
    with running(tmp_path / "data") as server:
        server.stop()
        scene = server.call("tests.privacy.killing:scene", actor=actor, withdraw=withdraw)
        assert scene["steps"] > 40
        found = server.call(
            "tests.privacy.killing:killed_everywhere", account_id=scene["account_id"], now=scene["now"]
        )
        assert found["different"] == []
