"""Looking up many rows by pairs of values, where two lists would be asked for every one with every other."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import connection, models

from prifora.kernel import bound
from prifora.kernel.ids import id_of_text

Value = UUID | bytes
Pair = tuple[Value, Value]


def among(
    model: type[models.Model], names: tuple[str, str], pairs: Iterable[Pair], wanted: str
) -> set[tuple[Any, Any, Any]]:
    """Return both columns and a whole number, `wanted`, of each row that has one of the pairs. One query.

    `names` are two columns of a unique key, in its order, UUIDs or bytes: a pair is one look into its index.
    """
    given = list(pairs)
    if not given:
        return set()
    first, second = (_column(model, name) for name in names)
    kinds = [type(one) for one in given[0]]
    table, number = connection.ops.quote_name(model._meta.db_table), _column(model, wanted)
    of_given, values = _on_sqlite(given) if connection.vendor == "sqlite" else _on_postgres(given)
    with bound.cursor() as cursor:
        cursor.execute(
            f"SELECT found.{first}, found.{second}, found.{number} FROM {of_given} "  # noqa: S608  # nosec B608  names of our own tables
            f"CROSS JOIN {table} AS found WHERE found.{first} = given.a AND found.{second} = given.b",
            values,
        )
        rows = cursor.fetchall()
    return {(_read(kinds[0], a), _read(kinds[1], b), number) for a, b, number in rows}


def _column(model: type[models.Model], name: str) -> str:
    columns = {field.name: field.column for field in model._meta.local_concrete_fields}
    return connection.ops.quote_name(str(columns[name]))


def _on_sqlite(given: list[Pair]) -> tuple[str, list[Any]]:
    """Return the pairs as a table, filled up to a power of two so that few statements are prepared.

    SQLite takes the tables of a CROSS JOIN in the order they stand in.
    """
    filled = given + [given[-1]] * ((1 << (len(given) - 1).bit_length()) - len(given))
    values = [one.hex if isinstance(one, UUID) else one for pair in filled for one in pair]
    places = ", ".join(["(%s, %s)"] * len(filled))
    return f"(SELECT column1 AS a, column2 AS b FROM (VALUES {places})) AS given", values  # noqa: S608  # nosec B608


def _on_postgres(given: Sequence[Pair]) -> tuple[str, list[Any]]:
    kinds = ["uuid" if isinstance(one, UUID) else "bytea" for one in given[0]]
    return f"{bound.lists(kinds)} AS given (a, b)", [list(one) for one in zip(*given, strict=True)]


def _read(kind: type, value: Any) -> Value:
    """Return a value as it was given: SQLite keeps UUIDs as hexadecimal text; bytes come as memoryviews."""
    if kind is bytes:
        return bytes(value)
    return value if isinstance(value, UUID) else id_of_text(value)
