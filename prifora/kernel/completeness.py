"""Nothing starts while a column is undeclared: what the policies say is held against what there is."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.core import checks
from django.db import connections, models

from prifora.kernel import processors
from prifora.kernel.catalogue import stored_columns
from prifora.kernel.policy import EVERY_ROW, Erase, Held, Policy, Seen, foreign

ENDS = {
    models.CASCADE: {Erase.DELETE},
    models.SET_NULL: {Erase.BLANK, Erase.DELETE},
    models.DO_NOTHING: {Erase.PSEUDONYM},
}
"""What a column that names a person may declare about their erasure, by what the database does then."""


def policy_of(model: type[models.Model]) -> Policy | None:
    """Return what `model` says of itself, or what was declared of its table."""
    policy = getattr(model, "policy", None)
    return policy if isinstance(policy, Policy) else foreign.get(model._meta.db_table)


def people_named_in(model: type[models.Model]) -> list[Any]:
    """Return the columns of `model` that name a person, as fields."""
    columns = model._meta.local_concrete_fields
    return [field for field in columns if field.is_relation and field.related_model is get_user_model()]


def disagreeing_ends() -> Iterator[str]:
    """Yield one line for each column that names a person and does at their erasure what it does not say."""
    for model in apps.get_models(include_auto_created=True):
        held = holdings(model)
        for field in people_named_in(model):
            says, does = held.get(field.name), field.remote_field.on_delete
            if says is not None and says.on_erase not in ENDS.get(does, ()):
                yield f"{model._meta.label}.{field.name} says {says.on_erase}, but does {does.__name__}"


class Undeclared(Exception):
    """Something is stored or sent that nothing declares, or declared and not there; one line for each."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


def refuse_undeclared() -> None:
    """Raise Undeclared unless models, databases and outgoing hosts are exactly what is declared.

    Called before a server or a worker does anything. Raises django.db.DatabaseError when a database does
    not answer: then nobody can know.
    """
    lines = [*disagreements(), *processors.disagreements()]
    for alias in connections:
        lines += [f"{column} is in the database and undeclared" for column in undeclared_columns(alias)]
    lines += [f"{column} is declared and not in the database" for column in missing_columns()]
    if lines:
        raise Undeclared(lines)


def holdings(model: type[models.Model]) -> Mapping[str, Held]:
    """Return what each column (field name) of `model` holds; empty if it carries no policy."""
    policy = getattr(model, "policy", None)
    if isinstance(policy, Policy):
        base = EVERY_ROW if _is_row(model) else {}
        return {**base, **policy.fields}
    return foreign[model._meta.db_table].fields if model._meta.db_table in foreign else {}


def disagreements() -> Iterator[str]:
    """Yield one line for each column without declaration and each declaration without column."""
    for model in apps.get_models(include_auto_created=True):
        yield from _disagreements_of(model)


def undeclared_columns(alias: str = "default") -> Iterator[str]:
    """Yield "table.column" for every column of the database catalogue that nothing declares.

    Walks the catalogue, not the models, so it sees raw-SQL tables, views and columns too.
    """
    declared = _declared()
    for table, column in stored_columns(alias):
        if column not in declared.get(table, ()):
            yield f"{table}.{column}"


def missing_columns() -> Iterator[str]:
    """Yield "table.column" for every declared column that the database catalogue does not have."""
    there = set(stored_columns())
    for table, columns in _declared().items():
        yield from (f"{table}.{column}" for column in sorted(columns) if (table, column) not in there)


def _declared() -> dict[str, set[str]]:
    """Return the declared columns of each table, by their names in the database."""
    tables: dict[str, set[str]] = {}
    for model in apps.get_models(include_auto_created=True):
        held = holdings(model)
        columns = {str(f.column) for f in model._meta.local_concrete_fields if f.name in held}
        tables.setdefault(model._meta.db_table, set()).update(columns)
    for table, policy in foreign.items():
        if table not in tables:
            tables[table] = set(policy.fields)
    return tables


def _disagreements_of(model: type[models.Model]) -> Iterator[str]:
    label, held = model._meta.label, holdings(model)
    columns = {field.name: field for field in model._meta.local_concrete_fields}
    for name in sorted(columns.keys() - held.keys()):
        yield f"{label}.{name} says nothing about what it holds"
    attributes = {field.attname for field in columns.values()}
    for name in sorted(held.keys() - columns.keys() - attributes - EVERY_ROW.keys()):
        yield f"{label}.{name} is declared but does not exist"
    for name, field in columns.items():
        if _must_be_bytes(held.get(name)) and not isinstance(field, models.BinaryField):
            yield f"{label}.{name} is encrypted, so it must be bytes"


def _must_be_bytes(held: Held | None) -> bool:
    return held is not None and held.seen in (Seen.BY_MEMBERS, Seen.SEALED)


def _is_row(model: type[models.Model]) -> bool:
    return any(base.__name__ == "Row" for base in model.__mro__)


@checks.register
def every_column_is_declared(**_: Any) -> list[checks.CheckMessage]:
    """Refuse every command while models and policies disagree."""
    return [checks.Error(line, id="prifora.E001") for line in disagreements()]


@checks.register
def every_end_is_declared(**_: Any) -> list[checks.CheckMessage]:
    """Refuse to start while erasing a person would do to a column what it does not say."""
    return [checks.Error(line, id="prifora.E002") for line in disagreeing_ends()]
