"""Home Stations of Alice's family."""

import pytest

from tests.stations.screens import P256, Ed25519, Screen


@pytest.fixture(params=[P256, Ed25519], ids=["P-256", "Ed25519"])
def any_screen(request):
    """A new device, once for each kind of key."""
    return Screen(key=request.param())


@pytest.fixture
def screen():
    """A new device that belongs to nobody yet."""
    return Screen()


@pytest.fixture
def station(as_, alice, family, screen):
    """Alice's Home Station: paired, signed in, registered as a device."""
    return screen.start(as_(alice), family, alice)
