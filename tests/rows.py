"""One row of any table, made from its columns alone: for tests that must hold for every table there is."""

import os
from contextlib import contextmanager
from uuid import uuid4

from django.contrib.auth import get_user_model
from django.db import connection
from django.utils import timezone

from prifora.kernel.terms import today

CANARY = b"sealed canary "
"""Every column of bytes begins with it, so that a test sees when bytes get out."""


def row_of(model, *, about, known=None):
    """Return a stored row of `model` in which every person is `about` and every column holds something.

    `known` has rows to use, by model, where others would be made.
    """
    if model is get_user_model():
        return about
    if known and model in known:
        return known[model]
    columns = model._meta.local_concrete_fields
    needed = [field for field in columns if str(field) in SAID or not field.has_default()]
    filled = {field.name: _value(field, about, known) for field in needed}
    single = {field.name: filled[field.name] for field in columns if field.one_to_one}
    known = model._default_manager.filter(**single).first() if single else None
    return known or model._default_manager.create(**filled)


SAID = {
    "books.Posting.credit": "8000",
    "tickets.Ticket.status": "answered",
    "privacy.Mandate.proof": "court",
}
"""Columns that must differ from another one of their row, or go with it."""


def _value(field, about, known=None):
    if str(field) in SAID:
        return SAID[str(field)]
    if field.is_relation:
        return row_of(field.related_model, about=about, known=known)
    kind = field.get_internal_type()
    if field.choices:
        return field.choices[0][0]
    if kind == "BinaryField":
        return (CANARY + os.urandom(16))[: field.max_length or None]
    if kind in ("CharField", "SlugField"):
        return uuid4().hex[: field.max_length]
    return {
        "UUIDField": uuid4,
        "DateTimeField": timezone.now,
        "DateField": today,
        "BooleanField": bool,
    }.get(kind, lambda: 1)()


@contextmanager
def unguarded():
    """Change rows inside that the database keeps from being changed; on PostgreSQL in a transaction."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
        yield
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = origin")
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        guards = cursor.fetchall()
        for name, _sql in guards:
            cursor.execute(f"DROP TRIGGER {name}")
    yield
    with connection.cursor() as cursor:
        for _name, sql in guards:
            cursor.execute(sql)
