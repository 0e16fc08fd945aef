"""What a database really has: every column of every table and view, read from its own catalogue."""

from collections.abc import Iterator

from django.db import connections

_POSTGRES = r"""
SELECT c.relname, a.attname
FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND a.attnum > 0 AND NOT a.attisdropped
  AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%'
  AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
ORDER BY 1, 2
"""
"""All schemas but PostgreSQL's own; without what belongs to an extension."""

_SQLITE = r"""
SELECT t.name, c.name
FROM sqlite_master t JOIN pragma_table_xinfo(t.name) c
WHERE t.type IN ('table', 'view') AND t.name NOT LIKE 'sqlite\_%' ESCAPE '\'
ORDER BY 1, 2
"""
"""With generated columns; without SQLite's own tables."""


def stored_columns(alias: str = "default") -> Iterator[tuple[str, str]]:
    """Yield (table, column) for everything the database of `alias` has, whoever made it and however.

    Raises django.db.DatabaseError when the database does not answer.
    """
    connection = connections[alias]
    with connection.cursor() as cursor:
        cursor.execute(_POSTGRES if connection.vendor == "postgresql" else _SQLITE)
        yield from cursor.fetchall()
