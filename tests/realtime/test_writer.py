"""Group commit: what is acknowledged is committed, and nobody's message stops another's."""

import asyncio
import threading

import pytest
from django.db import OperationalError, connection

from chat.models import Entry
from prifora.kernel import events
from prifora.kernel.ids import new_id
from realtime import writer as module
from realtime.services import in_thread, read_log
from realtime.writer import BATCH_MAX, Writer
from tests import mls

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def talk(alice, bob, family):
    return mls.conversation_of(alice, bob, family)


@pytest.fixture
def writer():
    writer = Writer()
    yield writer
    writer.stop()


@pytest.fixture
def batches(monkeypatch):
    """The sizes of the transactions the writer makes."""
    sizes, real = [], module.append_messages

    def counted(messages, *, now):
        sizes.append(len(messages))
        return real(messages, now=now)

    monkeypatch.setattr(module, "append_messages", counted)
    return sizes


async def rows(talk):
    return await in_thread(written)(talk)


def written(talk):
    found = Entry.objects.filter(conversation_id=talk.id, kind="message").order_by("seq")
    return [(one.seq, bytes(one.ident)) for one in found]


class TestPut:
    async def test_answers_after_the_commit_with_the_number_in_the_log(self, writer, talk, alice):
        message = talk.pending(alice)
        outcome = await writer.put(message)
        assert outcome.refusal is None
        assert await rows(talk) == [(outcome.seq, message.ident)]

    async def test_keeps_the_order_in_which_messages_came(self, writer, talk, alice, bob):
        messages = [talk.pending(alice if number % 2 else bob) for number in range(60)]
        outcomes = await asyncio.gather(*(writer.put(one) for one in messages))
        assert await rows(talk) == [
            (outcome.seq, one.ident) for outcome, one in zip(outcomes, messages, strict=True)
        ]

    async def test_writes_what_came_during_a_commit_in_one(self, writer, talk, alice, batches):
        await asyncio.gather(*(writer.put(talk.pending(alice)) for _ in range(100)))
        assert sum(batches) == 100
        assert len(batches) < 10
        assert max(batches) <= BATCH_MAX

    async def test_gives_a_repeated_message_the_number_it_has(self, writer, talk, alice):
        message = talk.pending(alice)
        first = await writer.put(message)
        again = await asyncio.gather(*(writer.put(message) for _ in range(5)))
        assert {one.seq for one in again} == {first.seq}
        assert len(await rows(talk)) == 1

    async def test_says_no_to_one_message_and_takes_the_others(self, writer, talk, alice, charlie):
        outcomes = await asyncio.gather(
            writer.put(talk.pending(alice)),
            writer.put(talk.pending(alice, epoch=7)),
            writer.put(talk.pending(charlie)),
            writer.put(talk.pending(alice, conversation_id=new_id())),
            writer.put(talk.pending(alice)),
        )
        codes = [one.refusal and one.refusal.code for one in outcomes]
        assert codes == [None, "not_sealed", "absent", "absent", None]
        assert len(await rows(talk)) == 2

    async def test_a_message_the_database_does_not_take_stops_nobody_else(
        self, writer, talk, alice, bob, monkeypatch
    ):
        """Whatever a member makes up must not hold up what others say at the same moment."""
        poison, real = talk.pending(bob), module.append_messages

        def choking(messages, *, now):
            if poison in messages:
                raise ZeroDivisionError
            return real(messages, now=now)

        monkeypatch.setattr(module, "append_messages", choking)
        good = [talk.pending(alice) for _ in range(8)]
        outcomes = await asyncio.gather(*(writer.put(one) for one in [*good[:4], poison, *good[4:]]))
        assert outcomes.pop(4).refusal.code == "conflict"
        assert all(one.refusal is None for one in outcomes)
        assert [ident for _seq, ident in await rows(talk)] == [one.ident for one in good]

    async def test_says_try_again_while_the_database_is_away_and_writes_afterwards(
        self, writer, talk, alice, monkeypatch
    ):
        def away(_messages, *, now):
            raise OperationalError

        with monkeypatch.context() as broken:
            broken.setattr(module, "append_messages", away)
            assert await writer.put(talk.pending(alice)) is None
        assert (await writer.put(talk.pending(alice))).refusal is None

    async def test_says_try_again_when_too_much_waits(self, writer, talk, alice, monkeypatch):
        entered, gate, real = threading.Event(), threading.Event(), module.append_messages

        def held(messages, *, now):
            entered.set()
            gate.wait(20)
            return real(messages, now=now)

        monkeypatch.setattr(module, "append_messages", held)
        monkeypatch.setattr(module, "QUEUE_MAX", 3)
        under_way = asyncio.get_running_loop().create_task(writer.put(talk.pending(alice)))
        await asyncio.to_thread(entered.wait, 20)
        queued = [asyncio.get_running_loop().create_task(writer.put(talk.pending(alice))) for _ in range(3)]
        await asyncio.sleep(0)
        assert await writer.put(talk.pending(alice)) is None
        gate.set()
        outcomes = await asyncio.gather(under_way, *queued)
        assert [one.seq for one in outcomes] == [2, 3, 4, 5]


class TestTold:
    async def test_hears_of_a_commit_once_with_its_lines_as_devices_read_them(self, talk, alice, bob):
        heard = asyncio.Queue()
        writer = Writer(lambda lines, _hints: heard.put_nowait(lines))
        answers = [await writer.put(talk.pending(one)) for one in (alice, bob)]
        lines = [await heard.get() for _ in answers]
        assert lines == [{talk.id: await read_log(talk.id, answer.seq - 1, 1)} for answer in answers]
        await asyncio.to_thread(writer.stop)

    async def test_hears_nothing_of_what_was_there_or_is_refused(self, talk, alice, charlie):
        heard = asyncio.Queue()
        writer = Writer(lambda lines, _hints: heard.put_nowait(lines))
        message = talk.pending(alice)
        for one in (message, message, talk.pending(charlie)):
            await writer.put(one)
        assert [len(await heard.get()) for _ in range(3)] == [1, 0, 0]
        await asyncio.to_thread(writer.stop)


class TestKeep:
    async def test_keeps_what_its_own_commits_publish_and_nothing_else(self, talk, alice):
        heard, kept = asyncio.Queue(), []
        writer = Writer(lambda _lines, hints: heard.put_nowait(hints))

        def carrier(name, body, people):
            kept.append(writer.keep({"name": name, "seq": body["seq"]}))

        events.carry(carrier)
        try:
            answer = await writer.put(talk.pending(alice))
            assert await heard.get() == [{"name": "log.advanced", "seq": str(answer.seq)}]
            await in_thread(talk.send)(alice)
        finally:
            events._carriers.remove(carrier)
        assert kept == [True, False]
        await asyncio.to_thread(writer.stop)


class TestStop:
    async def test_writes_what_is_queued_first(self, writer, talk, alice):
        waiting = [asyncio.get_running_loop().create_task(writer.put(talk.pending(alice))) for _ in range(40)]
        await asyncio.sleep(0)
        await asyncio.to_thread(writer.stop)
        outcomes = await asyncio.gather(*waiting)
        assert all(one is not None for one in outcomes)
        assert len(await rows(talk)) == 40

    async def test_takes_nothing_afterwards(self, writer, talk, alice):
        await asyncio.to_thread(writer.stop)
        assert await writer.put(talk.pending(alice)) is None
        assert writer.thread is None
        assert await rows(talk) == []

    async def test_gives_the_connection_back(self, writer, talk, alice, monkeypatch):
        closed, real = [], type(connection._connections[connection._alias]).close

        def noted(self):
            closed.append(threading.current_thread().name)
            real(self)

        monkeypatch.setattr(type(connection._connections[connection._alias]), "close", noted)
        await writer.put(talk.pending(alice))
        await asyncio.to_thread(writer.stop)
        assert "message-writer" in closed
