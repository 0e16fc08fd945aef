"""Alice, who lost everything, and the family that may bring her back."""

import pytest

from tests import cast
from tests.recovery.asking import Asker, choose


@pytest.fixture
def carol(db):
    return cast.person("carol")


@pytest.fixture
def home(alice, bob, carol, dora):
    """Alice's family: Bob, Carol and Dora are in it, Charlie is not."""
    return cast.family_of(alice, bob, carol, dora)


@pytest.fixture
def chosen(as_, alice, bob, carol, dora, home):
    """Alice chose Bob, Carol and Dora; any two of them bring her back after a day."""
    return choose(as_(alice), alice, bob, carol, dora)


@pytest.fixture
def asker(chosen):
    """A new device that asks to come back as Alice."""
    asker = Asker()
    assert asker.ask().status_code == 201
    return asker
