"""Telling what happened: to other apps inside the transaction, to people's devices after it."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from django.db import transaction


@dataclass(frozen=True, slots=True)
class Event:
    """Base of every event; subclasses in `<app>/events.py` set `name` and list JSON-ready ids, no content.

    `for_server`: the message path of every server process hears it, though it is meant for no device.
    """

    name: ClassVar[str]
    for_server: ClassVar[bool] = False


Happened = TypeVar("Happened", bound=Event)
Carrier = Callable[[str, dict[str, Any], list[UUID]], None]

_handlers: dict[type[Event], list[Callable[[Any], None]]] = defaultdict(list)
_carriers: list[Carrier] = []


def subscribe(event: type[Happened], handler: Callable[[Happened], None]) -> None:
    """Have `handler` run for every published `event`, inside the publisher's transaction.

    What must happen with the event is thus committed with it or not at all. Called from AppConfig.ready.
    """
    if handler not in _handlers[event]:
        _handlers[event].append(handler)


def carry(carrier: Carrier) -> None:
    """Have `carrier(name, body, people)` bring events to devices; called after commit, never trusted."""
    if carrier not in _carriers:
        _carriers.append(carrier)


def publish(event: Event, to: Iterable[UUID] = ()) -> None:
    """Run the handlers of `event` now, and tell every device of the people in `to` after the commit.

    Devices get a hint (name and ids), never content; they fetch what changed. A lost hint loses nothing.
    """
    for handler in _handlers[type(event)]:
        handler(event)
    people = sorted(set(to), key=str)
    if people or event.for_server:
        body = {field.name: _plain(getattr(event, field.name)) for field in fields(event)}
        transaction.on_commit(lambda: _carry(event.name, body, people))


def _plain(value: Any) -> Any:
    return dict(value) if isinstance(value, dict) else str(value)


def _carry(name: str, body: dict[str, Any], people: list[UUID]) -> None:
    for carrier in _carriers:
        carrier(name, body, people)
