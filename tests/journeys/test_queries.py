"""What a request costs: the same number of questions to the databases, however much there is to list."""

from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from prifora.kernel import keystore
from tests import cast
from tests.chat.sealed_files import container
from tests.journeys import growth, matrix_scene
from tests.journeys.matrix_asking import ask, expected, said, undone
from tests.journeys.matrix_bodies import body_for
from tests.journeys.matrix_table import ANYONE, TABLE
from tests.journeys.queries_table import EACH, LISTS, MOST
from tests.media.albums import ALBUMS, album_body, item_body, version_body
from tests.media.uploading import uploaded

pytestmark = pytest.mark.django_db
FEW, MANY = 3, 9
ASKING = ("contact", "user", "station", "outsider")
"""Who asks, the first that may: there is more of everything around the contact and the user."""

BORDERS = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT")
CHILD = "/me/children/{account_id}"


class CountedKeys:
    """The store of people's keys, noting each reading: it is a database too."""

    def __init__(self, store, notes):
        self.store, self.notes = store, notes

    def __getattr__(self, name):
        def noted(*values):
            self.notes.append(f"keys: {name}")
            return getattr(self.store, name)(*values)

        return noted


def actor_of(operation):
    """Who asks: somebody who gets what they ask for, where anybody does."""
    who = TABLE[operation].who
    return next((one for one in ASKING if who == ANYONE or one in who), "contact")


def whose(scene, operation):
    """The ids of the scene, or another one where only that lets the operation do something."""
    if operation.endswith(CHILD):
        return {**scene.ids, "account_id": str(growth.newcomers(scene)[0].pk)}
    if operation == "PUT /conversations/{conversation_id}/files/{file_id}":
        return {**scene.ids, "file_id": str(uuid4())}
    if operation == "POST /conversations/{conversation_id}/members":
        return {**scene.ids, "account_id": str(scene.people["admin"].pk)}
    return scene.ids


def body_of(operation, scene, actor):
    """A body that is about everything there is, where one can be."""
    who, newcomers = scene.people[actor], growth.newcomers(scene)
    if operation == "POST /albums/{album_id}/versions":
        album = f"{ALBUMS}/{scene.ids['album_id']}"
        return version_body(cast.client_of(who), album, growth.album_members(scene))
    if operation == "POST /albums":
        return album_body(scene.family, who, viewers=newcomers)
    if operation == "POST /albums/{album_id}/items":
        return item_body({"original": uploaded(cast.client_of(who), scene.family.pk, container())})
    if operation == "POST /conversations/{conversation_id}/key-packages/claim":
        return {"account_ids": [str(one.pk) for one in newcomers]}
    return body_for(operation, scene, actor)


def cost(scene, operation):
    """Ask once; return the answer, its size, and every question to a database that it took."""
    actor, keys, store = actor_of(operation), [], keystore.store()
    with undone():
        body, ids, client = body_of(operation, scene, actor), whose(scene, operation), scene.client(actor)
        keystore._cache.clear()
        keystore._store = CountedKeys(store, keys)
        try:
            with CaptureQueriesContext(connection) as told:
                reply = ask(client, operation, ids, body)
                size = len(b"".join(reply))
        finally:
            keystore._store = store
    asked = [one["sql"] for one in told.captured_queries if not one["sql"].startswith(BORDERS)]
    return said(reply), size, asked + keys


@pytest.fixture(scope="module")
def costs(django_db_setup, django_db_blocker):
    """The cost of every operation with a few of everything, and with three times as many."""
    on = override_settings(PLANS_USED=True, **matrix_scene.PUSHING)
    with django_db_blocker.unblock(), transaction.atomic(), on:
        scene = matrix_scene.build()
        found = []
        for more in (FEW, MANY - FEW):
            growth.grow(scene, more)
            found.append({operation: cost(scene, operation) for operation in sorted(TABLE)})
        yield {operation: (found[0][operation], found[1][operation]) for operation in TABLE}
        transaction.set_rollback(True)


class TestTheTable:
    def test_names_exactly_the_operations_of_the_matrix(self):
        assert set(MOST) == set(TABLE)


@pytest.mark.parametrize("operation", sorted(TABLE))
class TestAnOperation:
    def test_asks_as_much_about_much_as_about_little(self, costs, operation):
        (answer, _size, few), (same, _more, many) = costs[operation]
        wanted = "204" if operation.endswith(CHILD) else expected(operation, actor_of(operation))
        assert answer == same == wanted
        assert len(many) - len(few) == EACH.get(operation, 0) * (MANY - FEW), "\n".join(many)

    def test_asks_no_more_than_the_table_says(self, costs, operation):
        _answer, _size, asked = costs[operation][0]
        assert len(asked) <= MOST[operation], "\n".join(asked)


class TestTheScene:
    @pytest.mark.parametrize("operation", sorted(LISTS))
    def test_has_more_to_list_of_everything(self, costs, operation):
        (_answer, little, _few), (_same, much, _many) = costs[operation]
        assert much > little + 10 * (MANY - FEW)
