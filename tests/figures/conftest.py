"""Who agreed to be counted in what only the app knows."""

import pytest

from prifora.kernel import gates


@pytest.fixture
def agreed():
    """Everybody agrees to everything; without a record of it, which nobody could take away again."""
    before = gates._allowing[0]
    gates.decide_allowing(lambda account_ids, _purpose, _now: set(account_ids))
    yield
    gates.decide_allowing(before)
