"""A conversation of Alice and Bob, who both hold its keys."""

import threading

import pytest
from django.db import connections

from chat import services
from prifora.kernel import clock
from tests import mls


@pytest.fixture
def talk(alice, bob, family):
    return mls.conversation_of(alice, bob, family)


@pytest.fixture
def direct(alice, bob, family):
    return mls.conversation_of(alice, bob, family, kind="direct")


@pytest.fixture
def roomy(talk, carol):
    """The conversation, now that Carol belongs to it but has no keys."""
    services.add_member(conversation=talk.row, account_id=carol.pk, now=clock.now())
    return talk


@pytest.fixture
def code_of():
    """Return the stable code of a refused request."""
    return lambda reply: (reply.status_code, reply.json()["errors"][0]["code"])


@pytest.fixture
def together():
    """Run functions at the same moment, each in a thread with a connection of its own; returns what came of them."""

    def run(*works):
        gate, outcomes = threading.Barrier(len(works)), [None] * len(works)

        def one(index, work):
            try:
                gate.wait(30)
                outcomes[index] = work()
            except Exception as problem:  # noqa: BLE001
                outcomes[index] = problem
            finally:
                connections.close_all()

        threads = [threading.Thread(target=one, args=pair) for pair in enumerate(works)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert not any(thread.is_alive() for thread in threads)
        return outcomes

    return run
