"""Pushing that others said something: to which devices, how often, and never what, who or where."""

from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chat import services as chat
from chat.models import Membership
from contacts import services as contacts
from notices import clients, services
from notices.models import PushRound, PushTarget
from notices.services import HERE_LASTS, MESSAGES_EVERY, PUSH_EVERY, PUSH_TRIES, SETTLES
from prifora.kernel import gates
from prifora.kernel.claims import LEASE
from tests import mls
from tests.notices.pushing import PushedBrowser, push_service, subscribed
from tests.notices.telling import declared, told  # noqa: F401

pytestmark = pytest.mark.django_db
NOON = datetime(2027, 3, 1, 12, tzinfo=ZoneInfo("Europe/Amsterdam"))
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def turned_on(settings):
    """A server whose operator wants web push, and that looked at noon."""
    settings.PUSH_CONTACT = "support@example.org"
    settings.PUSH_HOSTS = ["push.example"]
    services.look_for_messages(now=NOON + SETTLES)


@pytest.fixture
def service():
    """The push service: address, what it received, its answers (the last one counts)."""
    with push_service() as found:
        yield found


@pytest.fixture
def talk(alice, bob, family):
    """A group of Alice and Bob."""
    return mls.conversation_of(alice, bob, family)


@pytest.fixture
def phone(as_, alice, service):
    """A browser of Alice's that was connected until noon."""
    as_(alice).get("/api/v1/me")
    browser = PushedBrowser()
    browser.row = subscribed(alice, browser, service, at=NOON)
    return browser


def say(talk, by, after=MINUTE, **other):
    message = talk.pending(by, **{"archived": True, **other})
    return chat.send_message(message=message, now=NOON + after)


def run(after=2 * MINUTE):
    """Look and push as the schedule does; return to how many devices was pushed."""
    services.look_for_messages(now=NOON + after)
    return services.push_messages(now=NOON + after)


def here(someone, after, *, came=True):
    mine = {someone.device_id}
    services.note_connected(came=mine if came else (), stayed=() if came else mine, now=NOON + after)


def gone(someone, after):
    services.note_gone(left={someone.device_id}, now=NOON + after)


def stored(talk, someone, seq):
    chat.acknowledge(conversation_id=talk.id, account_id=someone.pk, seq=seq)


class TestPushMessages:
    def test_says_the_same_word_as_for_a_letter_and_nothing_else(self, alice, bob, talk, phone, service):
        say(talk, bob)
        assert run() == 1
        told(alice, now=NOON + 10 * MINUTE)
        services.send_pushes(now=NOON + 10 * MINUTE)
        (path, headers, body), (_path, _headers, letter) = service[1]
        assert (path, phone.read(body), phone.read(letter)) == ("/secret-path", b"news", b"news")
        assert len(body) == len(letter)
        assert headers["ttl"] == "86400"
        named = f"{headers}".encode() + body
        for readable in (bob.pk, alice.pk, talk.id, alice.device_id):
            assert str(readable).encode() not in named

    def test_waits_until_those_who_are_connected_had_time_to_store_it(self, bob, talk, phone):
        say(talk, bob)
        assert run(MINUTE + SETTLES / 2) == 0
        assert run(MINUTE + SETTLES) == 1

    def test_leaves_the_devices_of_who_says_it_alone(self, as_, bob, talk, service):
        as_(bob).get("/api/v1/me")
        subscribed(bob, PushedBrowser(), service, at=NOON)
        say(talk, bob)
        assert services.look_for_messages(now=NOON + 2 * MINUTE) == 0
        PushTarget.objects.update(news_at=NOON)
        assert services.push_messages(now=NOON + 2 * MINUTE) == 0

    def test_reaches_the_other_devices_of_somebody_who_has_it_elsewhere(self, alice, bob, talk, phone):
        stored(talk, alice, say(talk, bob))
        assert run() == 1

    def test_says_nothing_of_what_devices_send_by_themselves(self, alice, bob, talk, phone):
        say(talk, bob, archived=False)
        talk.post(bob, talk.group.commit(bob))
        assert run() == 0

    def test_says_it_of_what_disappears(self, bob, talk, phone):
        say(talk, bob, archived=False, lasts=timedelta(hours=1))
        assert run() == 1

    def test_says_nothing_of_what_was_taken_back(self, bob, talk, phone):
        seq = say(talk, bob)
        services.look_for_messages(now=NOON + 2 * MINUTE)
        chat.erase_message(conversation=talk.row, account_id=bob.pk, seq=seq)
        assert run() == 0
        assert PushTarget.objects.get().news_at is None

    def test_says_nothing_of_whom_one_has_blocked(self, alice, bob, talk, phone):
        contacts.set_block(blocker_id=alice.pk, blocked_id=bob.pk, wanted=True)
        say(talk, bob)
        assert run() == 0

    def test_says_nothing_of_a_conversation_one_left(self, alice, bob, talk, phone):
        say(talk, bob)
        Membership.objects.filter(member_id=alice.pk).update(left_at=NOON + MINUTE)
        assert run() == 0

    def test_waits_until_quiet_hours_are_over(self, alice, bob, talk, phone):
        alice.account.profile.update(quiet_from="11:00", quiet_to="14:00")
        alice.account.save(update_fields=["sealed"])
        say(talk, bob)
        assert run() == 0
        assert run(timedelta(hours=1)) == 0
        assert run(timedelta(hours=2)) == 1

    def test_waits_while_data_may_only_be_stored(self, alice, bob, talk, phone):
        say(talk, bob)
        before = gates.decide_restricted(lambda: {alice.pk})
        try:
            assert run() == 0
        finally:
            gates.decide_restricted(before)
        assert run(3 * MINUTE) == 1

    def test_asks_nothing_where_the_operator_has_not_turned_it_on(self, bob, talk, phone, settings):
        say(talk, bob)
        settings.PUSH_CONTACT = ""
        with CaptureQueriesContext(connection) as asked:
            assert run() == 0
        assert len(asked) == 0

    def test_tries_again_later_and_not_for_ever(self, bob, talk, phone, service):
        service[2].append(500)
        say(talk, bob)
        at = 2 * MINUTE
        for _ in range(PUSH_TRIES):
            assert run(at) == 0
            at = PushTarget.objects.get().due_at - NOON
        assert run(at + timedelta(days=1)) == 0
        assert len(service[1]) == PUSH_TRIES


class TestGathering:
    def test_is_one_push_until_the_device_is_back(self, alice, bob, talk, phone):
        say(talk, bob)
        assert run() == 1
        for minutes in (3, 10, 20):
            say(talk, bob, minutes * MINUTE)
        assert run(30 * MINUTE) == 0
        here(alice, 31 * MINUTE)
        gone(alice, 32 * MINUTE)
        assert run(33 * MINUTE) == 0, "it got everything when it came back"
        say(talk, bob, 34 * MINUTE)
        assert run(35 * MINUTE) == 1

    def test_is_one_an_hour_while_the_device_stays_away(self, bob, talk, phone):
        say(talk, bob)
        assert run() == 1
        say(talk, bob, 3 * MINUTE)
        assert run(MESSAGES_EVERY + MINUTE) == 0
        assert run(MESSAGES_EVERY + 2 * MINUTE) == 1
        assert run(3 * MESSAGES_EVERY) == 0, "nothing was said since"

    def test_keeps_five_minutes_between_also_when_it_comes_and_goes(self, alice, bob, talk, phone):
        say(talk, bob)
        run()
        here(alice, 2 * MINUTE)
        gone(alice, 2 * MINUTE + SETTLES)
        say(talk, bob, 3 * MINUTE)
        assert run(4 * MINUTE) == 0
        assert run(2 * MINUTE + PUSH_EVERY) == 1

    def test_is_one_push_for_letters_and_messages(self, alice, bob, talk, phone):
        told(alice, now=NOON + MINUTE)
        say(talk, bob)
        assert run() == 1
        assert services.send_pushes(now=NOON + 2 * PUSH_EVERY) == 0


class TestLookForMessages:
    def test_leaves_who_is_connected_and_has_it_alone(self, alice, bob, talk, phone):
        here(alice, 0 * MINUTE)
        stored(talk, alice, say(talk, bob, MINUTE / 2))
        assert run(MINUTE - SETTLES) == 0
        gone(alice, MINUTE)
        assert run() == 0

    def test_finds_who_seemed_connected_and_got_nothing(self, alice, bob, talk, phone):
        here(alice, 0 * MINUTE)
        say(talk, bob, MINUTE / 2)
        here(alice, MINUTE / 2, came=False)
        assert run(MINUTE) == 0, "it still seems to be connected"
        gone(alice, MINUTE + SETTLES)
        assert run() == 1

    def test_says_nothing_when_it_was_only_slow(self, alice, bob, talk, phone):
        here(alice, 0 * MINUTE)
        seq = say(talk, bob, MINUTE / 2)
        assert services.look_for_messages(now=NOON + MINUTE) == 1
        stored(talk, alice, seq)
        gone(alice, MINUTE + SETTLES)
        assert run() == 0

    def test_takes_a_device_for_gone_when_its_server_says_nothing_any_more(self, alice, bob, talk, phone):
        here(alice, MINUTE)
        say(talk, bob, MINUTE + HERE_LASTS / 2)
        assert run(MINUTE + HERE_LASTS - MINUTE / 6) == 0
        assert run(MINUTE + HERE_LASTS) == 1

    def test_goes_through_each_message_once(self, bob, talk, phone):
        say(talk, bob)
        assert services.look_for_messages(now=NOON + 2 * MINUTE) == 1
        PushTarget.objects.update(news_at=None)
        assert services.look_for_messages(now=NOON + 3 * MINUTE) == 0

    def test_finds_what_was_said_while_nobody_looked(self, bob, talk, phone):
        say(talk, bob, MINUTE)
        assert run(timedelta(hours=3)) == 1

    def test_loses_nothing_when_the_process_dies(self, bob, talk, phone, monkeypatch):
        def dies(_address):
            raise KeyboardInterrupt

        say(talk, bob)
        with monkeypatch.context() as dying, pytest.raises(KeyboardInterrupt):
            dying.setattr(clients, "push", dies)
            run()
        assert run(2 * MINUTE + LEASE / 2) == 0, "somebody may still be sending it"
        assert run(2 * MINUTE + LEASE) == 1

    def test_asks_as_much_however_much_was_said_to_however_many(self, as_, alice, bob, talk, phone, service):
        def asked(after):
            with CaptureQueriesContext(connection) as queries:
                services.look_for_messages(now=NOON + after)
            return len(queries)

        say(talk, bob)
        few = asked(2 * MINUTE)
        PushTarget.objects.update(news_at=None)
        as_(bob).get("/api/v1/me")
        subscribed(bob, PushedBrowser(), service, at=NOON)
        for _ in range(5):
            say(talk, bob, 3 * MINUTE)
            say(talk, alice, 3 * MINUTE)
        assert asked(4 * MINUTE) == few
        assert PushTarget.objects.exclude(news_at=None).count() == 2

    def test_goes_on_after_the_clock_was_set_back(self, bob, talk, phone):
        PushRound.objects.update(looked_until=NOON + timedelta(days=400))
        assert run(MINUTE) == 0
        say(talk, bob, 2 * MINUTE)
        assert run(3 * MINUTE) == 1


class TestNoteConnected:
    def test_is_about_who_is_pushed_to_alone(self, alice, bob, phone):
        services.note_connected(came={alice.device_id, bob.device_id}, stayed=(), now=NOON)
        assert PushTarget.objects.get().here_until == NOON + HERE_LASTS

    def test_takes_many_at_once(self, alice, phone):
        many = {*(uuid4() for _ in range(1200)), alice.device_id}
        services.note_connected(came=many, stayed=(), now=NOON)
        assert PushTarget.objects.get().here_until == NOON + HERE_LASTS

    def test_begins_with_asking_to_be_pushed_to(self, as_, alice):
        browser = {"endpoint": "https://push.example/a", **PushedBrowser().keys()}
        assert as_(alice).put("/api/v1/notices/push", browser).status_code == 204
        target = PushTarget.objects.get()
        assert target.here_until - target.due_at == HERE_LASTS
