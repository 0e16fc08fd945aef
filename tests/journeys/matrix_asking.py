"""Asking for an operation of the API as an actor, and what the table expects of the answer."""

import json
from contextlib import contextmanager

from django.core.cache import cache
from django.db import transaction
from rest_framework.test import APIClient

from tests.journeys.matrix_bodies import headers_for, media_type_of
from tests.journeys.matrix_table import ANYONE, QUERIES, SIGNED_OUT, TABLE

API = "/api/v1"
ENGLISH = {"Accept-Language": "en"}


@contextmanager
def undone():
    """Everything that happens inside is undone, so that every actor meets the same scene."""
    cache.clear()
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def ask(client: APIClient, operation: str, ids: dict[str, str], body=None, **headers):
    method, path = operation.split(" ")
    url = API + (path + QUERIES.get(operation, "")).format(**ids)
    kind = media_type_of(operation, body)
    sent = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else b""
    return client.generic(
        method, url, sent, content_type=kind, headers={**ENGLISH, **headers_for(operation, ids), **headers}
    )


def expected(operation: str, actor: str) -> str:
    row = TABLE[operation]
    if actor in row.but:
        return row.but[actor]
    if row.who == ANYONE:
        return str(row.status)
    if actor in SIGNED_OUT:
        return "401 not_authenticated"
    if row.device and actor == "no_device":
        return "403 device_needed"
    return str(row.status) if actor in row.who else "404 absent"


def said(reply) -> str:
    """A status, with the code when something was refused."""
    if reply.status_code < 400 or not reply.content:
        return str(reply.status_code)
    return f"{reply.status_code} {reply.json()['errors'][0]['code']}"
