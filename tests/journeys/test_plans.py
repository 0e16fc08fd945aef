"""What a plan that ended refuses: every operation there is, as every member, in the grace and when it is read-only.

The other question, whether anything is deleted or locked away then, is answered by the same table: all that is not named
here is answered as if it were paid.
"""

from datetime import timedelta

import pytest
from django.db import connection, transaction

from plans import services
from plans.models import Plan
from plans.services import begin_plan
from prifora.celery import app
from prifora.kernel import clock
from prifora.kernel.catalogue import stored_columns
from prifora.kernel.terms import day_of
from prifora.schedule import BEAT
from tests.journeys import matrix_scene
from tests.journeys.matrix_bodies import body_for
from tests.journeys.matrix_table import FAMILY, SIGNED_OUT, TABLE
from tests.journeys.test_matrix import ask, expected, said, undone

pytestmark = [pytest.mark.django_db, pytest.mark.check]

UPLOADS = {"POST /uploads", "PUT /conversations/{conversation_id}/files/{file_id}"}
ENDED = UPLOADS | {
    "POST /families/{family_id}/invitations",
    "POST /invitations/accept",
    "PUT /families/{family_id}/favourites/{account_id}",
    "DELETE /families/{family_id}/favourites/{account_id}",
    "POST /families/{family_id}/stations",
    "POST /conversations",
    "POST /conversations/{conversation_id}/messages",
    "POST /conversations/{conversation_id}/members",
    "PATCH /uploads/{upload_id}",
    "POST /albums",
    "PUT /albums/{album_id}/details",
    "PUT /albums/{album_id}/members/{account_id}",
    "POST /albums/{album_id}/items",
    "POST /albums/{album_id}/items/copy",
    "PUT /albums/{album_id}/items/{item_id}/meta",
    "POST /albums/{album_id}/items/{item_id}/remarks",
}
"""What is refused when a family is read-only, to who may do it otherwise."""

ALWAYS_THERE = {
    "GET /conversations/{conversation_id}/log",
    "GET /conversations/{conversation_id}/archive",
    "GET /albums/{album_id}/items/{item_id}/parts/{name}",
    "POST /me/export",
    "POST /me/closing",
    "DELETE /families/{family_id}/people/{account_id}",
    "DELETE /albums/{album_id}",
    "DELETE /albums/{album_id}/items/{item_id}",
    "DELETE /conversations/{conversation_id}/entries/{seq}",
    "DELETE /conversations/{conversation_id}/members/{account_id}",
    "DELETE /families/{family_id}/stations/{station_id}",
    "POST /families/{family_id}/plan/codes",
}
"""Reading, taking along, erasing, leaving, paying."""

WHO = sorted({*FAMILY, "outsider", "anonymous"} - SIGNED_OUT)


@pytest.fixture(scope="module")
def scene(django_db_setup, django_db_blocker):
    """One scene for the whole file, undone at its end; every question is undone by itself."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield matrix_scene.build()
        transaction.set_rollback(True)


@pytest.fixture
def ended(settings, scene):
    """ended(days) lets the plan of the scene's family have ended so many days ago."""
    settings.PLANS_USED = True
    for name, value in matrix_scene.PUSHING.items():
        setattr(settings, name, value)

    def end(days):
        begin_plan(family_id=scene.family.pk, now=clock.now())
        Plan.objects.filter(family=scene.family).update(paid_until=day_of(clock.now()) - timedelta(days=days))

    return end


def answers(scene, operation):
    found = {}
    for actor in WHO:
        with undone():
            reply = ask(scene.client(actor), operation, scene.ids, body_for(operation, scene, actor))
            found[actor] = said(reply)
    return found


def as_if_paid(operation):
    return {actor: expected(operation, actor) for actor in WHO}


def refused(operation, code):
    """What the table says, with the refusal for whoever would be let in or be told why not."""
    told = as_if_paid(operation)
    mine = {actor for actor, answer in told.items() if not answer.startswith(("401", "404", "403"))}
    return {actor: f"403 {code}" if actor in mine else answer for actor, answer in told.items()}


@pytest.mark.parametrize(
    "operation", sorted(one for one in TABLE if not one.startswith(("GET ", "OPTIONS ")))
)
def test_read_only_refuses_what_is_new_and_nothing_else(scene, ended, operation):
    ended(31)
    if operation == "POST /invitations/accept":  # who is in the family already is told so first
        assert answers(scene, operation)["outsider"] == "403 plan_read_only"
        return
    wanted = refused(operation, "plan_read_only") if operation in ENDED else as_if_paid(operation)
    assert answers(scene, operation) == wanted


@pytest.mark.obligation("PRI-16", partial=True)
@pytest.mark.parametrize("operation", sorted(ENDED))
def test_the_grace_refuses_new_uploads_and_nothing_else(scene, ended, operation):
    ended(30)
    wanted = refused(operation, "plan_grace") if operation in UPLOADS else as_if_paid(operation)
    assert answers(scene, operation) == wanted


@pytest.mark.parametrize("operation", sorted(one for one in TABLE if one.startswith("GET ")))
def test_everything_can_be_read(scene, ended, operation):
    ended(400)
    assert answers(scene, operation) == as_if_paid(operation)


def test_what_must_always_be_possible_is_among_what_is_asked():
    assert set(TABLE) >= ALWAYS_THERE | ENDED
    assert not ALWAYS_THERE & ENDED


def test_a_code_opens_everything_again(scene, ended):
    ended(31)
    with undone():
        services.redeem(
            family_id=scene.family.pk,
            code=services.issue("home", 365, True, now=clock.now()),
            now=clock.now(),
        )
        operation = "POST /conversations/{conversation_id}/messages"
        reply = ask(scene.client("user"), operation, scene.ids, body_for(operation, scene, "user"))
        assert said(reply) == "201"


def rows_gone(scene, ended, days):
    """How many rows of which table what runs by itself deletes, the plan having ended so many days ago."""
    app.loader.import_default_modules()
    with undone():
        ended(days)
        before = counted()
        for entry in BEAT.values():
            app.tasks[entry["task"]]()
        after = counted()
    return {table: before[table] - after[table] for table in before if after[table] < before[table]}


def counted():
    found = {}
    for table in {table for table, _column in stored_columns()}:
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            found[table] = cursor.fetchone()[0]
    return found


@pytest.mark.obligation("PRI-16", partial=True)
def test_nothing_is_deleted_because_nobody_paid(scene, ended):
    assert rows_gone(scene, ended, 4000) == rows_gone(scene, ended, -300)
