"""What an authority gets: what staff may see, and of what is sealed nothing but how much it is."""

import json

import pytest
from django.apps import apps

from prifora.kernel import clock
from prifora.kernel.completeness import holdings
from prifora.kernel.policy import Seen
from support import services
from tests.rows import CANARY, row_of

pytestmark = pytest.mark.django_db


def package(someone, tables):
    raw = services.package_of(account_id=someone.pk, tables=tables, reference="R", now=clock.now())
    return raw, json.loads(raw)["tables"]


@pytest.mark.obligation("PRI-86", "PRE-42")
@pytest.mark.obligation("PRI-111", partial=True)
class TestPackageOf:
    def test_has_just_the_declared_columns_of_the_tables_asked_for(self, alice):
        tables = services.possible_tables()
        for label in tables:
            row_of(apps.get_model(label), about=alice.account)
        _raw, shown = package(alice, tables)
        assert set(shown) == set(tables)
        for label, rows in shown.items():
            held = holdings(apps.get_model(label))
            allowed = {name for name, one in held.items() if one.staff or one.seen is Seen.BY_MEMBERS}
            assert rows, label
            assert set(rows[0]) == allowed, label

    def test_has_nothing_of_what_is_sealed_but_its_size(self, alice):
        tables = services.possible_tables()
        for label in tables:
            row_of(apps.get_model(label), about=alice.account)
        raw, shown = package(alice, tables)
        assert CANARY not in raw
        assert b"memory at" not in raw
        sealed = 0
        for label, rows in shown.items():
            for name, held in holdings(apps.get_model(label)).items():
                if held.seen is Seen.BY_MEMBERS:
                    assert all(row[name].endswith(" bytes of ciphertext") for row in rows), (label, name)
                    sealed += len(rows)
        assert sealed > 3

    def test_has_what_support_could_read_of_a_person_and_not_more(self, alice, bob):
        alice.account.profile.update({"notes": "My secret garden", "date_of_birth": "1940-05-06"})
        alice.account.save(update_fields=["sealed"])
        raw, _shown = package(alice, ["accounts.Account", "accounts.Device"])
        text = raw.decode()
        assert "Alice" in text
        assert alice.account.profile["phone"] in text
        for kept in ("secret garden", "1940-05-06", "Bob", str(bob.pk), alice.account.password):
            assert kept not in text

    def test_is_the_same_bytes_for_the_same_data(self, alice):
        now = clock.now()
        made = [
            services.package_of(account_id=alice.pk, tables=tables, reference="R", now=now)
            for tables in (["accounts.Account", "accounts.Device"], ["accounts.Device", "accounts.Account"])
        ]
        assert made[0] == made[1]


class TestPossibleTables:
    def test_are_about_people_and_never_keys_or_what_staff_did(self):
        tables = services.possible_tables()
        assert {"accounts.Account", "accounts.Device", "chat.Entry"} <= set(tables)
        assert not {one for one in tables if one.startswith("support.")}
        assert not {"accounts.Session", "privacy.Closure"} & set(tables)
