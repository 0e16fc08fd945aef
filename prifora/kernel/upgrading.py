"""Changing tables while people use them (PostgreSQL; SQLite has one process, which is away meanwhile)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import OperationalError
from django.db.migrations import AddIndex

WAITS = timedelta(seconds=0.5)
"""How long a change of a table waits for those who use it. Whoever comes after it waits behind it."""

_NOT_AVAILABLE = "55P03"
_SETTING = "SELECT current_setting('lock_timeout'), set_config('lock_timeout', %s, false)"


class AddIndexMeanwhile(AddIndex):
    """Adds an index to a table that there is already, which can be written to meanwhile.

    Only in a migration with `atomic = False`. What a run that broke off left is made anew.
    """

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Make the index, however long others take to end what they had begun before."""
        if schema_editor.connection.vendor != "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)
            return
        model = to_state.apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(schema_editor.connection.alias, model):
            name = schema_editor.quote_name(self.index.name)
            with _waiting(schema_editor.connection, timedelta()):
                schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
                schema_editor.add_index(model, self.index, concurrently=True)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Take the index away, in the same way."""
        if schema_editor.connection.vendor != "postgresql":
            super().database_backwards(app_label, schema_editor, from_state, to_state)
            return
        model = from_state.apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(schema_editor.connection.alias, model):
            with _waiting(schema_editor.connection, timedelta()):
                schema_editor.remove_index(model, self.index, concurrently=True)


def waiting_briefly(connection: Any) -> Any:
    """Return a context in which nothing on this connection waits for a table longer than WAITS."""
    return _waiting(connection, WAITS)


def is_in_use(problem: OperationalError) -> bool:
    """Return whether a statement gave up because somebody used the table for longer than it may wait."""
    return getattr(problem.__cause__, "sqlstate", "") == _NOT_AVAILABLE


@contextmanager
def _waiting(connection: Any, at_most: timedelta) -> Iterator[None]:
    """Have statements wait so long for a lock; not at all limited when it is nothing."""
    if connection.vendor != "postgresql":
        yield
        return
    before = _set(connection, f"{int(at_most.total_seconds() * 1000)}ms")
    try:
        yield
    finally:
        _set(connection, before)


def _set(connection: Any, value: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('lock_timeout'), set_config('lock_timeout', %s, false)", [value]
        )
        return str(cursor.fetchone()[0])
