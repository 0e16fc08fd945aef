"""Nothing is stored that is not declared: held against the database catalogue, not only the models."""

import pytest
from django.db import connection

from prifora.kernel.completeness import disagreements, undeclared_columns
from prifora.kernel.policy import Category, Purpose
from privacy.services import list_holdings


def test_models_and_policies_agree():
    assert not list(disagreements())


@pytest.mark.obligation("PRI-06")
@pytest.mark.django_db
def test_every_column_of_the_catalogue_is_declared():
    assert not list(undeclared_columns())


@pytest.mark.obligation("PRE-05", partial=True)
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("make", "found", "undo"),
    [
        ("CREATE TABLE planted (a integer)", "planted.a", "DROP TABLE planted"),
        (
            "ALTER TABLE contacts_family ADD COLUMN planted integer",
            "contacts_family.planted",
            "ALTER TABLE contacts_family DROP COLUMN planted",
        ),
    ],
)
def test_a_planted_table_or_column_is_found(make, found, undo):
    with connection.cursor() as cursor:
        cursor.execute(make)
    try:
        assert found in list(undeclared_columns())
    finally:
        with connection.cursor() as cursor:
            cursor.execute(undo)


@pytest.mark.obligation("PRE-26", partial=True)
@pytest.mark.obligation("PRI-06")
@pytest.mark.obligation("PRI-67", "PRI-127", partial=True)
def test_every_holding_names_a_category_and_a_purpose():
    rows = list(list_holdings())
    assert len(rows) > 100
    for table, column, held in rows:
        assert isinstance(held.category, Category), (table, column)
        assert isinstance(held.purpose, Purpose), (table, column)
