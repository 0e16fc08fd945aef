"""Writing many rows of one table at once, where `bulk_create` and `bulk_update` cost more than the commit."""

from collections.abc import Hashable, Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.models import Field

from prifora.kernel import bound

ROWS_AT_ONCE = 500
PLAIN = {int, str, bytes, type(None)}
"""What both engines take as it is."""

Column = Sequence[Any]


def insert(rows: Sequence[models.Model]) -> None:
    """Insert rows of one table; what the database gives by itself is not read back.

    Raises IntegrityError as Django does. For rows that are new and made by their class: nothing is asked, no
    signal is sent.
    """
    if rows:
        names = tuple(field.attname for field in type(rows[0])._meta.local_concrete_fields)
        insert_values(type(rows[0]), names, [[getattr(row, name) for name in names] for row in rows])


def insert_values(model: type[models.Model], names: tuple[str, ...], rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows given as values, in the order of `names`, as `insert` does; no row of Django's is made.

    Raises ValueError when a column of the table is not among the names: nothing is filled in.
    """
    if not rows:
        return
    form = _form(model, names, connections[DEFAULT_DB_ALIAS].vendor)
    columns = [
        _written(field, column) for field, column in zip(form.fields, zip(*rows, strict=True), strict=True)
    ]
    _execute(form, list(zip(*columns, strict=True)))


class _Form(NamedTuple):
    """How rows of one table are written: the statement up to its values, each column and its type."""

    into: str
    kinds: list[str]
    fields: list[Field]


@cache
def _form(model: type[models.Model], names: tuple[str, ...], _vendor: str) -> _Form:
    fields = {field.attname: field for field in model._meta.local_concrete_fields}
    if set(names) != set(fields):
        raise ValueError(f"not the columns of {model.__name__}: {sorted(set(names) ^ set(fields))}")
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(fields[name].column)) for name in names)
    into = f"INSERT INTO {quote(model._meta.db_table)} ({columns})"
    ordered = [fields[name] for name in names]
    return _Form(into, [_kind(field) for field in ordered], ordered)


def _written(field: Field, column: Column) -> Column:
    """Return a column's values as the database takes them; what repeats itself is asked of Django once."""
    if {type(value) for value in column} <= PLAIN:
        return column
    is_native, known = connection.features.has_native_uuid_field, dict[Any, Any]()
    return [
        value
        if type(value) in PLAIN
        else (value if is_native else value.hex)
        if type(value) is UUID
        else _asked(field, value, known)
        for value in column
    ]


def _asked(field: Field, value: Any, known: dict[Any, Any]) -> Any:
    if not isinstance(value, Hashable):
        return field.get_db_prep_save(value, connection)
    if value not in known:
        known[value] = field.get_db_prep_save(value, connection)
    return known[value]


def _execute(form: _Form, values: list[tuple[Any, ...]]) -> None:
    with bound.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany(f"{form.into} VALUES ({', '.join(['%s'] * len(form.kinds))})", values)
            return
        for at in range(0, len(values), ROWS_AT_ONCE):
            columns = zip(*values[at : at + ROWS_AT_ONCE], strict=True)
            cursor.execute(f"{form.into} {_rows_of(form.kinds)}", [list(one) for one in columns])


def _rows_of(kinds: Sequence[str]) -> str:
    return f"SELECT * FROM {bound.lists(kinds)}"  # noqa: S608  # nosec B608


def _kind(field: Field) -> str:
    """Return a column's type without its length: too long a value is refused by the table, not cut here."""
    return str(field.rel_db_type(connection) or "").partition("(")[0]


def raise_numbers(model: type[models.Model], name: str, numbers: Iterable[tuple[UUID, int]]) -> None:
    """Set one whole-number column of several rows, by their keys, where that makes it greater."""
    meta, quote = model._meta, connection.ops.quote_name
    columns = {field.name: field for field in meta.local_concrete_fields}
    key = columns["id"]
    rows = [(number, key.get_db_prep_save(one, connection)) for one, number in numbers]
    if not rows:
        return
    table, column = quote(meta.db_table), quote(str(columns[name].column))
    with bound.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany(
                f"UPDATE {table} SET {column} = %s WHERE id = %s AND {column} < %s",  # noqa: S608  # nosec B608
                [(number, one, number) for number, one in rows],
            )
            return
        given = bound.lists([_kind(columns[name]), _kind(key)])
        cursor.execute(
            f"UPDATE {table} SET {column} = given.number FROM {given} AS given (number, id) "  # noqa: S608  # nosec B608
            f"WHERE {table}.id = given.id AND {table}.{column} < given.number",
            [list(one) for one in zip(*rows, strict=True)],
        )
