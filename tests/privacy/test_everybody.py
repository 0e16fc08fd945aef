"""Whoever is erased out of a family that has everything, nothing is left of them but what is declared."""

from contextlib import contextmanager

import pytest
from django.db import connection, transaction

from accounts.models import Account
from prifora.kernel import clock, keystore
from privacy import services
from privacy.models import Closure
from tests.journeys import matrix_scene

pytestmark = pytest.mark.django_db
PSEUDONYMS = {
    "chat_entry.sender_id",
    "chat_archiverecord.sender_id",
    "contacts_family.founder_ref",
    "contacts_forebear.account_id",
    "chat_conversation.group_info",
    "chat_entry.body",
}
"""Where the random number of somebody who is erased stays, as declared.

In a group's state until the next commit, in commits that let somebody in as long as any line is kept.
"""

SIGNED = {"contacts_bond.admission", "contacts_forebear.admission"}
"""Statements of others that name by whom they came in."""


@pytest.fixture(scope="module")
def scene(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield matrix_scene.build()
        transaction.set_rollback(True)


@contextmanager
def undone(someone):
    """Everything that happens to somebody inside is undone, their key too."""
    wrapped = keystore.store().read(str(someone.pk))
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    keystore.store().add(str(someone.pk), wrapped)


def erased(someone, *, withdraw=False):
    services.close_at_once(account_id=someone.pk, withdraw=withdraw, now=clock.now())
    services.erase(account_id=someone.pk, now=clock.now())


def named_in_catalogue(account_id) -> set[str]:
    """Every column of every table in which the account's number is, in any of its forms."""
    found, forms = set(), (str(account_id), account_id.hex)
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            for column in connection.introspection.get_table_description(cursor, table):
                for form in forms:
                    cursor.execute(
                        f'SELECT 1 FROM "{table}" WHERE CAST("{column.name}" AS TEXT) LIKE %s LIMIT 1',
                        [f"%{form}%"],
                    )
                    if cursor.fetchone():
                        found.add(f"{table}.{column.name}")
    return found


PEOPLE = ["user", "contact", "admin", "target", "blocked", "removed", "closed", "outsider", "support"]


class TestErase:
    @pytest.mark.parametrize("withdraw", [False, True], ids=["leave", "withdraw"])
    @pytest.mark.parametrize("actor", PEOPLE)
    def test_leaves_nothing_but_what_is_declared(self, scene, actor, withdraw):
        someone = scene.people[actor]
        with undone(someone):
            erased(someone, withdraw=withdraw)
            assert services.rows_about(someone.pk) == {}
            assert named_in_catalogue(someone.pk) <= PSEUDONYMS | SIGNED
            assert not Account.objects.filter(pk=someone.pk).exists()
            assert not Closure.objects.exists()
            with pytest.raises(keystore.Erased):
                keystore.existing_key_of(someone.pk)

    def test_keeps_what_others_have(self, scene):
        others = [scene.people[one] for one in ("user", "blocked", "outsider")]
        with undone(scene.people["contact"]):
            before = {one.pk: set(services.rows_about(one.pk)) for one in others}
            erased(scene.people["contact"])
            for one in others:
                gone = before[one.pk] - set(services.rows_about(one.pk))
                assert {name.split(".")[0] for name in gone} <= {
                    "media_share",  # of the contact's album
                    "media_albumbox",
                    "recovery_share",  # the contact kept theirs
                    "contacts_favourite",
                    "recovery_approval",
                }
