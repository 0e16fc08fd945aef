"""Everything the server holds about a person, as columns declare it: the export of GDPR art. 15 and 20."""

import json
from collections.abc import Generator, Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models

from prifora.kernel.completeness import holdings, policy_of
from prifora.kernel.crypto import Unreadable
from prifora.kernel.fields import to_base64
from prifora.kernel.indexed import is_token
from prifora.kernel.keystore import Erased
from prifora.kernel.policy import Erase, Held, Seen
from prifora.kernel.processors import processors
from prifora.kernel.sealing import open_bytes

ROWS_AT_ONCE = 200
PIECE_CHARACTERS = 64 * 1024


def export_pieces(*, account_id: UUID, now: datetime) -> Generator[bytes, None, None]:
    """Yield, as JSON in pieces (privacy.shapes.ExportOut), every row about a person, as far as it is theirs.

    What is sealed under their key is opened; what only members can read stays sealed, base64, and opens on
    their devices. No password, no key, no blind index. Memory does not grow with what there is, and between
    two pieces nothing of the database is held.
    """
    waiting, size = [], 0
    for text in _texts(account_id, now):
        waiting.append(text)
        size += len(text)
        if size >= PIECE_CHARACTERS:
            yield "".join(waiting).encode()
            waiting, size = [], 0
    yield "".join(waiting).encode()


def tables_about_people() -> Iterator[type[models.Model]]:
    """Yield every table whose rows are about one person each, by name: what an export may have."""
    for model in sorted(apps.get_models(), key=lambda one: one._meta.db_table):
        policy = policy_of(model)
        if policy is not None and policy.subject:
            yield model


def exported_columns(model: type[models.Model]) -> list[Any]:
    """Return the columns of a table, as fields, that an export has."""
    held = holdings(model)
    return [one for one in model._meta.local_concrete_fields if one.name in held and held[one.name].export]


def rows_about_person(model: type[models.Model], account_id: UUID) -> models.QuerySet[Any]:
    """Return the rows of one of `tables_about_people` that are about a person, in the order of their keys."""
    policy = policy_of(model)
    path = "pk" if policy is None or policy.subject == "self" else policy.subject
    return model._base_manager.filter(**{path: account_id}).order_by("pk")


def _texts(account_id: UUID, now: datetime) -> Iterator[str]:
    receive = [_recipient(one) for one in processors()]
    yield f'{{"account_id": "{account_id}", "made_at": "{now.isoformat()}", '
    yield f'"recipients": {json.dumps(receive, ensure_ascii=False)}, "tables": ['
    comma = ""
    for model in tables_about_people():
        rows = _rows(model, account_id)
        first = next(rows, None)
        if first is None:
            continue
        yield f'{comma}{{"table": "{model._meta.db_table}", "rows": [{_as_json(model, first, account_id)}'
        for row in rows:
            yield f", {_as_json(model, row, account_id)}"
        yield "]}"
        comma = ", "
    yield "]}"


def _rows(model: type[models.Model], account_id: UUID) -> Iterator[models.Model]:
    """Yield the rows about a person, a few at a time, each time asked for anew after the last key."""
    every = rows_about_person(model, account_id)
    some = list(every[:ROWS_AT_ONCE])
    while some:
        yield from some
        some = list(every.filter(pk__gt=some[-1].pk)[:ROWS_AT_ONCE]) if len(some) == ROWS_AT_ONCE else []


def _recipient(one: Any) -> dict[str, str]:
    """Return who works for us, for what, where, and since when under which agreement."""
    told = ("name", "kind", "does", "country", "agreement")
    return {**{name: getattr(one, name) for name in told}, "agreed_on": one.agreed_on.isoformat()}


def _as_json(model: type[models.Model], row: models.Model, account_id: UUID) -> str:
    held = holdings(model)
    shown = {one.name: _value(one, row, held[one.name], account_id) for one in exported_columns(model)}
    return json.dumps(shown, ensure_ascii=False)


def _value(field: Any, row: models.Model, held: Held, account_id: UUID) -> Any:
    value = getattr(row, field.attname)
    if held.seen is Seen.SEALED and held.on_erase is Erase.SHRED and value:
        return _opened(bytes(value), f"{row._meta.db_table}.{field.column}", account_id)
    return plain(value)


def _opened(sealed: bytes, place: str, account_id: UUID) -> Any:
    try:
        value = open_bytes(sealed, person=account_id, place=place)
    except (Erased, Unreadable):
        return None
    try:
        text = value.decode()
    except UnicodeDecodeError:
        return to_base64(value)
    try:
        return _without_indexes(json.loads(text)) if text.startswith("{") else text
    except ValueError:  # words of a person that begin like a document
        return text


def _without_indexes(document: Any) -> Any:
    """Return a document whose entries by blind index are a plain list."""
    if not isinstance(document, dict):
        return document
    if document and all(is_token(name) for name in document):
        return list(document.values())
    return {name: _without_indexes(value) for name, value in document.items()}


def plain(value: Any) -> Any:
    """Return a column's value ready for JSON: bytes as base64, moments and days as ISO 8601, ids as text."""
    if isinstance(value, bytes | bytearray | memoryview):
        return to_base64(bytes(value))
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
