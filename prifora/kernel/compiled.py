"""Queries written with Django and compiled once, where compiling them costs more than asking."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import QuerySet

from prifora.kernel import bound
from prifora.kernel.ids import id_of_text

Value = UUID | bytes
Row = tuple[Any, ...]


class Compiled:
    """A query over lists of ids or bytes; `make(list, …)` gives it, with `values_list`, each list as `__in`.

    The lists are filled up to a power of two with what is in them already, so that few forms are compiled.
    `make` must give the same query whenever it is asked: nothing of who asks, or of the moment.
    """

    def __init__(self, make: Callable[..., QuerySet[Any, Any]]) -> None:
        self.make = make
        self.forms: dict[tuple[Any, ...], _Form] = {}

    def rows(self, *lists: Iterable[Value]) -> list[Row]:
        """Return the rows, values as Django gives them; none when one of the lists is empty. One query."""
        given = [_filled(list(one)) for one in lists]
        if not all(given):
            return []
        connection = connections[DEFAULT_DB_ALIAS]
        key = (connection.vendor, *((type(one[0]), len(one)) for one in given))
        if key not in self.forms:
            self.forms[key] = _Form(connection, self.make, given)
        return self.forms[key].rows(connection, [value for one in given for value in one])


class _Form:
    """The query for lists of certain lengths, as the database takes it."""

    def __init__(
        self,
        connection: BaseDatabaseWrapper,
        make: Callable[..., QuerySet[Any, Any]],
        given: Sequence[list[Value]],
    ) -> None:
        lists = [[_mark(place, at, one) for at, one in enumerate(some)] for place, some in enumerate(given)]
        compiler = make(*lists).query.get_compiler(connection=connection)
        self.sql, parameters = compiler.as_sql()
        marks = [mark for one in lists for mark in one]
        is_native = connection.features.has_native_uuid_field
        places = {_known(_written(mark, is_native=is_native)): place for place, mark in enumerate(marks)}
        self.fixed = list(parameters)
        self.filled = [
            (at, places[_known(one)]) for at, one in enumerate(parameters) if _known(one) in places
        ]
        if {place for _at, place in self.filled} != set(range(len(marks))):
            raise ValueError("a list of this query is not among its parameters")
        selected = [expression for expression, _sql, _alias in compiler.select or []]
        of_ids = [getattr(connection.ops, "convert_uuidfield_value", None)]
        self.converters = [
            (at, [_id_of] if converters == of_ids else converters, expression)
            for at, (converters, expression) in compiler.get_converters(selected).items()
        ]

    def rows(self, connection: BaseDatabaseWrapper, values: Sequence[Value]) -> list[Row]:
        parameters = list(self.fixed)
        is_native = connection.features.has_native_uuid_field
        for at, place in self.filled:
            parameters[at] = _written(values[place], is_native=is_native)
        with bound.cursor() as cursor:
            cursor.execute(self.sql, parameters)
            found = cursor.fetchall()
        return [self._converted(connection, row) for row in found] if self.converters else found

    def _converted(self, connection: BaseDatabaseWrapper, row: Row) -> Row:
        values = list(row)
        for at, converters, expression in self.converters:
            for convert in converters:
                values[at] = convert(values[at], expression, connection)
        return tuple(values)


def _id_of(text: str | None, _expression: Any, _connection: BaseDatabaseWrapper) -> UUID | None:
    """Return an id as Django reads it from SQLite."""
    return None if text is None else id_of_text(text)


def _filled(values: list[Value]) -> list[Value]:
    if not values:
        return []
    length = 1 << (len(values) - 1).bit_length()
    return values + [values[-1]] * (length - len(values))


def _mark(place: int, at: int, given: Value) -> Value:
    """Return what stands for a value that is given later: no other parameter of a query looks like it."""
    mark = UUID(int=(0xFEED << 112) | (place << 32) | at)
    return mark if isinstance(given, UUID) else mark.bytes


def _written(value: Value, *, is_native: bool) -> Any:
    """Return a value as the engine takes it."""
    return value if is_native or isinstance(value, bytes) else value.hex


def _known(parameter: Any) -> Any:
    """Return a parameter as what can be looked up: bytes come wrapped, by the driver of either engine."""
    return getattr(parameter, "obj", parameter)
