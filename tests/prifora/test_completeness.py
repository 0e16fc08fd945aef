"""Nothing undeclared gets in, whichever way it comes (raw SQL is in tests/architecture/test_policies.py)."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.core import checks
from django.db import connections, models

from contacts.models import Family
from prifora.kernel.completeness import disagreeing_ends, disagreements, holdings, undeclared_columns
from prifora.kernel.models import Row
from prifora.kernel.policy import Category, Erase, Held, Policy, Purpose, Seen, declare_foreign, foreign

LABEL = "support"
TEXT = Held(Category.NAME, Purpose.ACCOUNT)
SEALED = Held(Category.NAME, Purpose.ACCOUNT, Seen.SEALED)


@pytest.fixture
def plant():
    """Make a model as an app would, and take it out again."""
    before = dict(apps.all_models[LABEL])

    def make(name, /, *bases, **members):
        meta = type("Meta", (), {"app_label": LABEL})
        return type(name, bases or (Row,), {"__module__": __name__, "Meta": meta, **members})

    yield make
    for name in set(apps.all_models[LABEL]) - set(before):
        del apps.all_models[LABEL][name]
    apps.clear_cache()


def policy(**fields) -> Policy:
    return Policy(subject="", keep=timedelta(days=1), fields=fields)


def said() -> list[str]:
    return [line for line in disagreements() if "Planted" in line]


class TestDisagreements:
    def test_finds_a_model_without_a_policy(self, plant):
        plant("Planted", models.Model, id=models.UUIDField(primary_key=True))
        assert said() == ["support.Planted.id says nothing about what it holds"]

    def test_finds_a_column_that_the_policy_forgot(self, plant):
        plant("Planted", name=models.TextField(), policy=policy())
        assert said() == ["support.Planted.name says nothing about what it holds"]

    def test_finds_a_declaration_of_nothing(self, plant):
        plant("Planted", policy=policy(name=TEXT))
        assert said() == ["support.Planted.name is declared but does not exist"]

    def test_finds_the_hidden_table_between_two_models(self, plant):
        plant("Planted", others=models.ManyToManyField(Family, related_name="+"), policy=policy())
        assert {line.split()[0] for line in said()} == {
            "support.Planted_others.id",
            "support.Planted_others.planted",
            "support.Planted_others.family",
        }

    def test_finds_what_an_inherited_model_adds(self, plant):
        plant("Planted", Family, name=models.TextField())
        silent = [line for line in said() if line.endswith("says nothing about what it holds")]
        assert {line.split()[0] for line in silent} == {
            "support.Planted.family_ptr",
            "support.Planted.name",
        }

    def test_wants_bytes_for_what_is_sealed(self, plant):
        plant("Planted", name=models.TextField(), policy=policy(name=SEALED))
        assert said() == ["support.Planted.name is encrypted, so it must be bytes"]

    def test_is_content_with_what_is_declared(self, plant):
        plant("Planted", name=models.BinaryField(), policy=policy(name=SEALED))
        assert said() == []

    def test_knows_tables_of_libraries_by_their_declaration(self, plant):
        model = plant("Planted", models.Model, id=models.UUIDField(primary_key=True))
        declare_foreign(model._meta.db_table, policy(id=TEXT))
        try:
            assert holdings(model) == {"id": TEXT}
            assert said() == []
        finally:
            del foreign[model._meta.db_table]


class TestDisagreeingEnds:
    def named(self, plant, on_delete, on_erase, **more):
        named = models.ForeignKey("accounts.Account", on_delete, null=True, related_name="+", **more)
        held = Held(Category.RELATION, Purpose.ACCOUNT, on_erase=on_erase)
        plant("Planted", person=named, policy=policy(person=held))
        return [line for line in disagreeing_ends() if "Planted" in line]

    def test_finds_a_column_that_ends_otherwise_than_it_says(self, plant):
        assert self.named(plant, models.CASCADE, Erase.BLANK) == [
            "support.Planted.person says blank, but does CASCADE"
        ]

    @pytest.mark.parametrize("on_erase", [Erase.KEEP, Erase.SHRED, Erase.PSEUDONYM])
    def test_wants_an_end_for_everybody_named(self, plant, on_erase):
        assert self.named(plant, models.SET_NULL, on_erase)

    @pytest.mark.parametrize(
        ("on_delete", "on_erase"),
        [
            (models.CASCADE, Erase.DELETE),
            (models.SET_NULL, Erase.BLANK),
            (models.SET_NULL, Erase.DELETE),
            (models.DO_NOTHING, Erase.PSEUDONYM),
        ],
    )
    def test_is_content_where_they_agree(self, plant, on_delete, on_erase):
        assert self.named(plant, on_delete, on_erase) == []

    def test_is_content_with_all_there_is(self):
        assert list(disagreeing_ends()) == []


class TestTheStart:
    def test_is_refused_while_anything_is_undeclared(self, plant):
        plant("Planted", name=models.TextField(), policy=policy())
        errors = [error for error in checks.run_checks() if error.id == "prifora.E001"]
        assert [error.msg for error in errors] == ["support.Planted.name says nothing about what it holds"]
        assert errors[0].is_serious()

    def test_is_allowed_as_things_are(self):
        assert not [error for error in checks.run_checks() if error.id == "prifora.E001"]


@pytest.mark.django_db
def test_every_database_is_declared():
    assert [column for alias in connections for column in undeclared_columns(alias)] == []
