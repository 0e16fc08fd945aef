"""The cast of every test: Alice and Bob share a family, Charlie must never learn of it, Dora is staff."""

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import transaction
from rest_framework.test import APIClient

from prifora.kernel import events
from tests import cast
from tests.rows import unguarded


@pytest.fixture(autouse=True)
def fresh_limits():
    """Start every test with unused rate limits."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def alice(db):
    return cast.person("alice", kind="user")


@pytest.fixture
def bob(db):
    return cast.person("bob")


@pytest.fixture
def charlie(db):
    return cast.person("charlie")


@pytest.fixture
def dora(db):
    return cast.person("dora")


@pytest.fixture
def family(alice, bob):
    """Alice is user and admin, Bob a Contact."""
    return cast.family_of(alice, bob)


@pytest.fixture
def carol(alice, family):
    """One more of the family, who belongs to nothing else in it yet."""
    return cast.joined(family, alice, "carol")


@pytest.fixture
def emptied_books(transactional_db):
    """Empty the books after a test that commits: it is cleaned up row by row, which they refuse."""
    yield
    with transaction.atomic(), unguarded():
        for label in ("books.Posting", "books.Bill", "books.Series"):
            apps.get_model(label).objects.all().delete()


@pytest.fixture
def as_():
    """Return a client that is signed in as somebody, on that person's device."""

    def client(someone, *, device=True, kind="person") -> APIClient:
        return cast.client_of(someone, device=device, kind=kind)

    return client


@pytest.fixture
def anyone():
    """Return a client that is not signed in."""
    return APIClient()


@pytest.fixture
def told(django_capture_on_commit_callbacks):
    """Do something and return what devices hear of it after the commit: (event, ids, people)."""

    def listen(act) -> list:
        heard = []

        def carrier(name, body, people):
            heard.append((name, body, set(people)))

        events.carry(carrier)
        try:
            with django_capture_on_commit_callbacks(execute=True):
                act()
        finally:
            events._carriers.remove(carrier)
        return heard

    return listen


BESIDE = {
    "books",
    "contacts",
    "figures",
    "media",
    "notices",
    "payments",
    "plans",
    "privacy",
    "prospects",
    "recovery",
    "shop",
    "stations",
    "support",
    "tickets",
    "test_fields.py",
    "test_matrix.py",
    "test_queries.py",
    "test_schema_coverage.py",
    "test_staff.py",
}
"""Folders and files whose tests `./run test` leaves to `./run check`."""


def pytest_collection_modifyitems(items):
    """Run the browser tests last: while a browser is driven, no other event loop can run in this thread.

    Names also the tests that `./run test` leaves to `./run check`.
    """
    for item in items:
        if {item.path.name, item.path.parent.name} & BESIDE:
            item.add_marker("check")
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
