from dataclasses import dataclass
from typing import ClassVar

import pytest
from django.db import transaction

from prifora.kernel import events
from prifora.kernel.ids import new_id


@dataclass(frozen=True, slots=True)
class Happened(events.Event):
    name: ClassVar[str] = "test.happened"
    thing_id: str


@dataclass(frozen=True, slots=True)
class Grew(events.Event):
    name: ClassVar[str] = "test.grew"
    for_server: ClassVar[bool] = True
    thing_id: str


@pytest.fixture
def carried(monkeypatch):
    told = []
    monkeypatch.setattr(events, "_carriers", [lambda name, body, people: told.append((name, body, people))])
    return told


@pytest.mark.django_db(transaction=True)
class TestPublish:
    def test_tells_devices_only_after_the_commit(self, carried):
        person = new_id()
        with transaction.atomic():
            events.publish(Happened(thing_id="1"), to=[person, person])
            assert carried == []
        assert carried == [("test.happened", {"thing_id": "1"}, [person])]

    def test_tells_the_message_path_of_what_concerns_no_named_people(self, carried):
        with transaction.atomic():
            events.publish(Grew(thing_id="1"))
            events.publish(Happened(thing_id="2"))
        assert carried == [("test.grew", {"thing_id": "1"}, [])]

    def test_tells_nobody_when_the_transaction_fails(self, carried):
        with pytest.raises(RuntimeError), transaction.atomic():
            events.publish(Happened(thing_id="1"), to=[new_id()])
            raise RuntimeError
        assert carried == []

    def test_runs_the_handlers_of_other_apps_inside_it(self, carried, monkeypatch):
        seen = []
        monkeypatch.setattr(events, "_handlers", {Happened: [seen.append]})
        with transaction.atomic():
            events.publish(Happened(thing_id="1"))
            assert seen == [Happened(thing_id="1")]


class TestSubscribe:
    def test_keeps_one_handler_once(self, monkeypatch):
        monkeypatch.setattr(events, "_handlers", {Happened: []})
        for _ in range(2):
            events.subscribe(Happened, print)
        assert events._handlers[Happened] == [print]
