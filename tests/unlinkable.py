"""Looks for any way from what somebody ordered to the family that uses it: by the schema, and by what is stored.

General: it goes by the tables there are. An app of ORDERS that is not there (yet) is simply not found.
"""

import base64
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, time
from functools import singledispatch
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection

from prifora.kernel.catalogue import stored_columns
from prifora.kernel.terms import ZONE

ORDERS = ("shop", "payments", "books")
"""Apps that know who bought what."""

FAMILIES = (
    "account",
    "accounts",
    "contacts",
    "media",
    "mfa",
    "stations",
    "recovery",
    "chat",
    "calls",
    "agenda",
    "notices",
    "plans",
    "privacy",
    "tickets",
    "prospects",
)
"""Apps that know who belongs together, or who wrote to us. Not support: its ledger names rows of both, each for itself.
Not figures: they name nobody."""

HUBS = {"django_content_type"}
"""Tables that every table with an admin site points to, and by which no row leads to another."""

SHORTEST = 8
"""Characters or bytes: anything shorter is many things by chance."""

LARGE = 10**6
"""Whole numbers from here on are an id, a moment or a telephone number."""

TOKEN = re.compile(rf"[0-9A-Za-z@.+/=_-]{{{SHORTEST},}}")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
MOMENT = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:")
HEX = re.compile(rf"(?:[0-9a-fA-F]{{2}}){{{SHORTEST},}}")
NO_LETTER = re.compile(r"[^0-9A-Za-z]")
VOWEL = re.compile(r"[aeiouy]", re.IGNORECASE)


Row = tuple[tuple[str, Any], ...]
"""The columns of a row, and what is in them."""


def app_of(table: str) -> str:
    return table.split("_", maxsplit=1)[0]


# -- the schema ------------------------------------------------------------------------------------------


def model_graph() -> dict[str, set[str]]:
    """Every table, and those it shares a key with either way, as the models say; many-to-many ones too."""
    graph: dict[str, set[str]] = defaultdict(set)
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.local_fields:
            if field.is_relation and field.related_model is not None:
                join(graph, model._meta.db_table, field.related_model._meta.db_table)
    return graph


def catalogue_graph() -> dict[str, set[str]]:
    """The same as the database itself says: tables that no model describes have keys, too."""
    graph: dict[str, set[str]] = defaultdict(set)
    with connection.cursor() as cursor:
        for table in tables():
            for _column, other in connection.introspection.get_relations(cursor, table).values():
                join(graph, table, other)
    return graph


def join(graph: dict[str, set[str]], one: str, other: str) -> None:
    if not {one, other} & HUBS:
        graph[one].add(other)
        graph[other].add(one)


def path_between(graph: dict[str, set[str]], starts: Iterable[str], ends: Iterable[str]) -> list[str]:
    """The shortest way from one of `starts` to one of `ends`, over keys in either direction; [] for none."""
    wanted, ways = set(ends), [[start] for start in sorted(starts)]
    seen = {way[0] for way in ways}
    while ways:
        way = ways.pop(0)
        if way[-1] in wanted:
            return way
        for other in sorted(graph.get(way[-1], set()) - seen):
            seen.add(other)
            ways.append([*way, other])
    return []


def unkeyed_links() -> Iterator[str]:
    """Columns on either side that point to any table at all, by its name: generic foreign keys."""
    for model in apps.get_models(include_auto_created=True):
        if app_of(model._meta.db_table) in (*ORDERS, "plans"):
            for field in model._meta.local_fields:
                if field.is_relation and field.related_model._meta.db_table in HUBS:
                    yield f"{model._meta.db_table}.{field.column}"


def tables(side: Iterable[str] | None = None) -> list[str]:
    """The tables of the apps of a side, or all, as the database says."""
    there = {table for table, _column in stored_columns()}
    return sorted(table for table in there if side is None or app_of(table) in side)


# -- what is stored --------------------------------------------------------------------------------------


def shared_values(
    one: Iterable[str], other: Iterable[str], allowed: Iterable[Any] = ()
) -> dict[str, set[str]]:
    """What rows of the apps of both sides have in common and is no word, day or small number; where it is."""
    known = {form for value in allowed for form in forms(value)}
    ours, theirs = values_in(tables(one)), values_in(tables(other))
    return {value: ours[value] | theirs[value] for value in (set(ours) & set(theirs)) - known}


def way_of_values(
    starts: Iterable[str], ends: Iterable[str], allowed: Iterable[Any] = ()
) -> dict[str, set[str]]:
    """What rows of the apps of `ends` share with rows of `starts`, or with any row those lead to.

    From one row to the next over an equal value, through every table of the database: sessions, the ledger of
    looks, the admin site's own log. Empty when there is no way, however long.
    """
    known = {form for value in allowed for form in forms(value)}
    between = [one for one in tables() if app_of(one) not in (*starts, *ends)]
    waiting = [(table, dict(values_of(row))) for table in between for row in rows_of(table)]
    reached = values_in(tables(starts))
    while found := [one for one in waiting if set(one[1]) & set(reached) - known]:
        waiting = [one for one in waiting if one not in found]
        for table, row in found:
            for value, column in row.items():
                reached[value].add(f"{table}.{column}")
    theirs = values_in(tables(ends))
    return {value: reached[value] | theirs[value] for value in (set(reached) & set(theirs)) - known}


def cells_in(names: Iterable[str]) -> dict[str, set[str]]:
    """Every value of whole tables as it is written, however short and plain, and the columns it stands in."""
    found: dict[str, set[str]] = defaultdict(set)
    for table in names:
        for row in rows_of(table):
            for column, value in row:
                for leaf in leaves(value):
                    found[leaf].add(f"{table}.{column}")
    return found


def leaves(value: Any) -> Iterator[str]:
    """The single values of a cell: what is inside of JSON, too."""
    if isinstance(value, str) and value[:1] in ("{", "["):
        with suppress(ValueError):
            value = json.loads(value)
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if isinstance(value, list | tuple):
        for inner in value:
            yield from leaves(inner)
    elif value is not None and value != "":
        yield bytes(value).hex() if isinstance(value, bytes | memoryview) else str(value)


def places_of(value: Any) -> set[str]:
    """Every column of the whole database that holds a value in one of its forms."""
    found = values_in(tables())
    return {place for form in forms(value) for place in found.get(form, set())}


def values_in(names: Iterable[str]) -> dict[str, set[str]]:
    """Every telling value of whole tables, and the columns in which it stands."""
    found: dict[str, set[str]] = defaultdict(set)
    for table in names:
        for row in rows_of(table):
            for value, column in values_of(row):
                found[value].add(f"{table}.{column}")
    return found


def values_of(row: Row) -> Iterator[tuple[str, str]]:
    """Every telling value of one row, and its column."""
    for column, value in row:
        for form in forms(value):
            yield form, column


def rows_of(table: str) -> list[Row]:
    """Every row of a table as the database gives it, all columns."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}"')
        columns = [one[0] for one in cursor.description]
        return [tuple(zip(columns, row, strict=True)) for row in cursor]


@singledispatch
def forms(value: Any) -> Iterator[str]:
    """What a value says, in a form in which equal ones are equal however they are written down."""
    return iter(())


@forms.register
def _bytes(value: bytes | memoryview) -> Iterator[str]:
    whole = bytes(value)
    if len(whole) >= SHORTEST:
        yield whole.hex()
    if whole.isascii():
        yield from forms(whole.decode())


@forms.register
def _id(value: UUID) -> Iterator[str]:
    yield value.hex


@forms.register
def _moment(value: datetime) -> Iterator[str]:
    """A moment as it is; a midnight is a day, and a day is shared by many."""
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    if aware.time() != time.min and aware.astimezone(ZONE).time() != time.min:
        yield f"at {aware.timestamp():.6f}"


@forms.register
def _inside(value: dict | list | tuple) -> Iterator[str]:
    for inner in (*value, *value.values()) if isinstance(value, dict) else value:
        yield from forms(inner)


@forms.register
def _number(value: int) -> Iterator[str]:
    if abs(value) >= LARGE:
        yield str(value)


@forms.register
def _text(value: str) -> Iterator[str]:
    if value[:1] in ("{", "["):
        with suppress(ValueError):
            yield from forms(json.loads(value))
            return
    if MOMENT.match(value):
        with suppress(ValueError):
            yield from forms(datetime.fromisoformat(value))
            return
    for token in TOKEN.findall(value):
        yield from _token(token)


def _token(token: str) -> Iterator[str]:
    """Something in a text that is no plain word and no day: as it stands, and as the bytes that it may be."""
    joined = NO_LETTER.sub("", token)
    is_word = joined.isalpha() and joined[1:].islower() and VOWEL.search(joined) and "@" not in token
    if len(joined) < SHORTEST or is_word or DAY.match(token):
        return
    yield joined.lower()
    if not HEX.fullmatch(joined):
        encoded = token.strip("=.").replace("+", "-").replace("/", "_")
        with suppress(ValueError):
            yield from forms(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
