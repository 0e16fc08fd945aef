"""Sending values beside the statement, where writing them into it costs more than asking."""

from collections.abc import Sequence
from typing import Any

from django.db import connection


def cursor() -> Any:
    """Return a cursor as `connection.cursor()` does.

    PostgreSQL gets the values as they are, and keeps statements that come again prepared (`prepare_threshold`
    in the settings). Django's own cursor writes every value into the text of the statement: 9 KB of
    hexadecimal for a message, which both sides read again. SQLite does it this way anyway.
    """
    if connection.vendor == "sqlite":
        return connection.cursor()
    from django.db.backends.postgresql.base import ServerBindingCursor  # not loaded where it is not used

    connection.ensure_connection()
    with connection.wrap_database_errors:
        return connection._prepare_cursor(ServerBindingCursor(connection.connection))  # type: ignore[attr-defined, call-arg]


def lists(kinds: Sequence[str]) -> str:
    """Return lists of these types as a table: however long they are, the statement is the same."""
    return f"unnest({', '.join(f'%b::{kind}[]' for kind in kinds)})"
