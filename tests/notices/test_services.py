"""Telling people things: once, in the transaction of what it tells; and the mail, whatever dies in between."""

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction

from notices import services
from notices.models import Notice
from notices.services import AGAIN_AFTER, AT_ONCE, SENT_FOR, telling
from prifora.kernel import clock
from prifora.kernel.claims import LEASE
from prifora.kernel.keystore import destroy_key
from tests import cast
from tests.accounts.browser import texts
from tests.notices.telling import (  # noqa: F401
    FACTS,
    MAILED,
    PLAIN,
    SAID,
    URGENT,
    declared,
    give_address,
    told,
)

pytestmark = pytest.mark.django_db
NOW = clock.now()


class Killed(BaseException):
    """The process dies here."""


@pytest.fixture
def anna(alice):
    """Somebody with an address who reads English."""
    give_address(alice.account)
    return alice


def fails(monkeypatch, failure, times=1):
    """Have the mail gateway fail so many times, before anything is sent."""
    send, left = EmailBackend.send_messages, [times]

    def sometimes(self, messages):
        if left[0]:
            left[0] -= 1
            raise failure
        return send(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", sometimes)


class TestTell:
    def test_reaches_each_person_once(self, alice, bob):
        assert told(alice, bob, alice) == 2
        assert told(alice) == 0
        assert told(alice, once="another") == 1
        assert Notice.objects.filter(account_id=alice.pk).count() == 2

    def test_tells_nothing_that_did_not_happen(self, alice):
        with pytest.raises(ValueError, match="no"), transaction.atomic():
            told(alice)
            raise ValueError("no")
        assert not Notice.objects.exists()

    @pytest.mark.parametrize("missing", ["due_on", "number"])
    def test_wants_every_fact_of_text_mail_and_path(self, alice, missing):
        facts = {name: value for name, value in FACTS.items() if name != missing}
        with pytest.raises(KeyError):
            services.tell(account_ids=[alice.pk], kind=SAID.kind, facts=facts, once="x", now=NOW)
        with pytest.raises(KeyError):
            services.tell(account_ids=[alice.pk], kind="test.unknown", once="x", now=NOW)
        assert not Notice.objects.exists()

    def test_lets_the_devices_of_each_know(self, alice, bob, told):
        def act():
            services.tell(account_ids=[alice.pk, bob.pk], kind=PLAIN.kind, facts=FACTS, once="x", now=NOW)

        assert [(name, people) for name, _body, people in told(act)] == [
            ("notices.changed", {alice.pk, bob.pk})
        ]


class TestMarkRead:
    def test_lets_the_other_devices_know_once(self, alice, told):
        services.tell(account_ids=[alice.pk], kind=PLAIN.kind, facts=FACTS, once="x", now=NOW)
        heard = told(lambda: services.mark_read(account_id=alice.pk, notice_ids=None, now=NOW))
        assert [(name, people) for name, _body, people in heard] == [("notices.changed", {alice.pk})]
        assert told(lambda: services.mark_read(account_id=alice.pk, notice_ids=None, now=NOW)) == []
        assert Notice.objects.get().read_at == NOW

    def test_keeps_when_it_was_first_read(self, alice):
        told(alice)
        services.mark_read(account_id=alice.pk, notice_ids=None, now=NOW)
        services.mark_read(account_id=alice.pk, notice_ids=None, now=NOW + SENT_FOR)
        assert Notice.objects.get().read_at == NOW


class TestSendMail:
    @pytest.mark.obligation("PRI-119", partial=True)
    def test_says_that_a_letter_is_there_and_what_it_is_called(self, anna):
        told(anna, letter=MAILED, now=NOW)
        assert services.send_mail(now=NOW) == 1
        only = mail.outbox[0]
        assert (only.to, only.subject) == (["anna@example.org"], "A letter in your PRIFORA Message Center")
        assert "Due 1 March 2027" in only.body
        assert "Answer by" not in only.body
        assert Notice.objects.get().mailed_at == NOW

    def test_says_the_facts_where_the_letter_wants_that(self, anna, settings):
        told(anna, letter=SAID)
        services.send_mail(now=clock.now())
        assert "It begins on 1 March 2027." in mail.outbox[0].body
        assert f"{settings.ORIGIN}/privacy/en/2" in mail.outbox[0].body

    def test_speaks_the_language_of_the_person(self, alice):
        give_address(alice.account, language="fr")
        told(alice, letter=MAILED)
        services.send_mail(now=clock.now())
        assert "Due 1 mars 2027" in mail.outbox[0].body
        assert mail.outbox[0].subject != "A letter in your PRIFORA Message Center"

    def test_sends_nothing_for_a_letter_without_mail_and_nothing_twice(self, anna):
        told(anna)
        assert services.send_mail(now=clock.now()) == 0
        told(anna, letter=MAILED, once="b")
        assert [services.send_mail(now=clock.now()) for _ in range(3)] == [1, 0, 0]

    @pytest.mark.obligation("PRI-35", partial=True)
    def test_texts_who_has_no_address_and_only_when_it_is_urgent(self, bob):
        before = len(texts())
        told(bob, letter=MAILED)
        told(bob, letter=URGENT, once="b")
        services.send_mail(now=clock.now())
        assert not mail.outbox
        sent = texts()[before:]
        assert len(sent) == 1
        assert "Urgent" in sent[0]
        assert not Notice.objects.exclude(mail_due_at=None).exists()

    def test_is_done_again_when_the_process_died_while_sending(self, anna, monkeypatch):
        told(anna, letter=MAILED, now=NOW)
        fails(monkeypatch, Killed())
        with pytest.raises(Killed):
            services.send_mail(now=NOW)
        assert services.send_mail(now=NOW + LEASE / 2) == 0, "somebody may still be sending it"
        assert services.send_mail(now=clock.now() + LEASE) == 1
        assert services.send_mail(now=clock.now() + LEASE * 3) == 0

    def test_is_sent_by_one_of_two_who_try(self, anna, monkeypatch):
        told(anna, letter=MAILED, now=NOW)
        reach, other = telling._reach, []

        def meanwhile(notice, letter):
            monkeypatch.setattr(telling, "_reach", reach)
            other.append(services.send_mail(now=NOW))
            return reach(notice, letter)

        monkeypatch.setattr(telling, "_reach", meanwhile)
        assert services.send_mail(now=NOW) == 1
        assert other == [0]
        assert len(mail.outbox) == 1

    def test_tries_again_later_and_later_and_stops_after_thirty_days(self, anna, monkeypatch):
        told(anna, letter=MAILED, now=NOW)
        fails(monkeypatch, OSError("refused"), times=1000)
        waits, at = [], NOW
        while True:
            services.send_mail(now=at)
            due = Notice.objects.get().mail_due_at
            if due is None:
                break
            waits.append(due - at)
            at = due
        assert waits[0] == AGAIN_AFTER
        assert waits == sorted(waits)
        assert len(waits) < 20
        assert at - NOW > SENT_FOR
        assert Notice.objects.get().mailed_at is None
        assert not mail.outbox

    def test_keeps_nobody_waiting_for_those_that_fail(self, anna, monkeypatch):
        bad = cast.account("badly")
        give_address(bad, "bad@example.org")
        for n in range(AT_ONCE + 1):
            services.tell(account_ids=[bad.pk], kind=MAILED.kind, facts=FACTS, once=str(n), now=NOW)
        told(anna, letter=MAILED, now=NOW)
        send = EmailBackend.send_messages

        def refuse_bad(self, messages):
            if messages[0].to == ["bad@example.org"]:
                raise OSError("refused")
            return send(self, messages)

        monkeypatch.setattr(EmailBackend, "send_messages", refuse_bad)
        services.send_mail(now=NOW)
        services.send_mail(now=NOW)
        assert [one.to for one in mail.outbox] == [["anna@example.org"]]

    def test_never_reaches_who_was_erased_meanwhile(self, anna, bob):
        give_address(bob.account, "bob@example.org")
        told(anna, bob, letter=URGENT)
        before = len(texts())
        destroy_key(anna.pk)
        bob.account.delete()
        assert services.send_mail(now=clock.now()) == 0
        assert (mail.outbox, len(texts())) == ([], before)
        assert not Notice.objects.exclude(mail_due_at=None).exists()

    def test_never_reaches_who_is_erased_between_taking_and_sending(self, anna, monkeypatch):
        told(anna, letter=MAILED)
        reach = telling._reach

        def erased_first(notice, letter):
            Notice.objects.all().delete()
            anna.account.delete()
            return reach(notice, letter)

        monkeypatch.setattr(telling, "_reach", erased_first)
        assert services.send_mail(now=clock.now()) == 0
        assert not mail.outbox

    def test_holds_no_transaction_while_it_sends(self, anna, monkeypatch, django_capture_on_commit_callbacks):
        told(anna, letter=MAILED)
        reach, depth = telling._reach, []

        def look(notice, letter):
            depth.append(len(transaction.get_connection().savepoint_ids))
            return reach(notice, letter)

        monkeypatch.setattr(telling, "_reach", look)
        before = len(transaction.get_connection().savepoint_ids)
        services.send_mail(now=clock.now())
        assert depth == [before]
