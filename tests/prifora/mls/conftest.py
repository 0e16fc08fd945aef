"""One of everything a server reads, made by the cast without a database row more than people need."""

import pytest

from prifora.kernel.ids import new_id
from tests import mls


@pytest.fixture
def group(alice):
    return mls.Group.begin(alice, new_id())


@pytest.fixture
def adding(group, alice, bob):
    """The commit by which Alice lets Bob in."""
    return group.commit(alice, add=[mls.key_package(bob)])
