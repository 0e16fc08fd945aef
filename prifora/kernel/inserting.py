"""Writing many rows of one table at once, where `bulk_create` and `bulk_update` cost more than the commit."""

from collections.abc import Hashable, Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.models import Field

ROWS_AT_ONCE = 500
PLAIN = {int, str, bytes, type(None)}
"""What both engines take as it is."""


def insert(rows: Sequence[models.Model]) -> None:
    """Insert rows of one table; what the database gives by itself is not read back.

    Raises IntegrityError as Django does. For rows that are new and made by their class: nothing is asked, no
    signal is sent.
    """
    if not rows:
        return
    meta = type(rows[0])._meta
    fields = meta.local_concrete_fields
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(field.column)) for field in fields)
    into = f"INSERT INTO {quote(meta.db_table)} ({names}) VALUES "  # noqa: S608  # nosec B608  names of our own tables
    written: dict[tuple[Field, Any], Any] = {}
    values = [[_written(field, getattr(row, field.attname), written) for field in fields] for row in rows]
    _execute(into, f"({', '.join(['%s'] * len(fields))})", values)


def _written(field: Field, value: Any, written: dict[tuple[Field, Any], Any]) -> Any:
    """Return a value as the database has it; what repeats itself (moments, ids) is asked of Django once."""
    if type(value) in PLAIN:
        return value
    if not isinstance(value, Hashable):
        return field.get_db_prep_save(value, connection)
    key = (field, value)
    if key not in written:
        written[key] = field.get_db_prep_save(value, connection)
    return written[key]


def _execute(into: str, places: str, values: list[list[Any]]) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany(into + places, values)
            return
        for at in range(0, len(values), ROWS_AT_ONCE):
            some = values[at : at + ROWS_AT_ONCE]
            cursor.execute(into + ", ".join([places] * len(some)), [one for row in some for one in row])


def raise_numbers(model: type[models.Model], name: str, numbers: Iterable[tuple[UUID, int]]) -> None:
    """Set one whole-number column of several rows, by their keys, where that makes it greater."""
    meta, quote = model._meta, connection.ops.quote_name
    columns = {field.name: field for field in meta.local_concrete_fields}
    key = columns["id"]
    rows = [(number, key.get_db_prep_save(one, connection)) for one, number in numbers]
    if not rows:
        return
    table, column = quote(meta.db_table), quote(str(columns[name].column))
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany(
                f"UPDATE {table} SET {column} = %s WHERE id = %s AND {column} < %s",  # noqa: S608  # nosec B608
                [(number, one, number) for number, one in rows],
            )
            return
        given = ", ".join(["(%s, %s)"] * len(rows))
        cursor.execute(
            f"UPDATE {table} SET {column} = given.number FROM (VALUES {given}) AS given (number, id) "  # noqa: S608  # nosec B608
            f"WHERE {table}.id = given.id AND {table}.{column} < given.number",
            [one for row in rows for one in row],
        )
