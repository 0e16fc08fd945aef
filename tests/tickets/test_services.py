"""Answering and ending questions: who is told, what staff are reminded of, and when they are erased."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.utils.translation import override

from notices.models import Notice
from notices.services import send_mail
from prifora.kernel import clock
from prifora.kernel.terms import ZONE
from privacy.services import delete_ended_rows
from tickets import services
from tickets.models import KEPT, Message, Ticket

pytestmark = pytest.mark.django_db
WORDS, ANSWER = "My pills are in the wrong photo.", "You can take it away yourself."
NOON = datetime(2026, 12, 4, 12, tzinfo=ZONE)


def ask(someone, now=NOON):
    return services.start_ticket(ticket_id=uuid4(), account_id=someone.pk, text=WORDS, how="app", now=now)


def kinds(someone):
    return list(Notice.objects.filter(account_id=someone.pk).values_list("kind", flat=True))


class TestAnswerTicket:
    @pytest.mark.obligation("PRI-65", "PRI-80", partial=True)
    def test_tells_the_person_each_time_and_no_word_of_it_goes_by_mail(self, alice, mailoutbox):
        ticket = ask(alice, clock.now())
        for _ in range(2):
            services.answer_ticket(ticket_id=ticket.pk, text=ANSWER, now=clock.now())
        assert kinds(alice) == ["tickets.answered"] * 2
        assert Ticket.objects.get().status == "answered"
        send_mail(now=clock.now())
        for notice in Notice.objects.all():
            assert set(notice.facts) == {"asked_on", "ticket"}
        for mail in mailoutbox:
            assert WORDS not in mail.body
            assert ANSWER not in mail.body

    def test_is_refused_when_it_was_closed(self, alice):
        ticket = ask(alice)
        services.close_ticket(ticket_id=ticket.pk, now=NOON)
        with pytest.raises(services.TicketClosed):
            services.answer_ticket(ticket_id=ticket.pk, text=ANSWER, now=NOON)
        assert Message.objects.count() == 1
        assert kinds(alice) == []


class TestCloseForPerson:
    @pytest.mark.obligation("PRI-80", partial=True)
    def test_tells_it(self, alice):
        ticket = ask(alice)
        services.close_for_person(ticket_id=ticket.pk, now=NOON)
        assert kinds(alice) == ["tickets.closed"]
        with pytest.raises(services.TicketClosed):
            services.close_for_person(ticket_id=ticket.pk, now=NOON)


class TestRemindOfQuestions:
    @pytest.fixture(autouse=True)
    def english(self):
        with override("en"):
            yield

    def test_says_how_many_wait_and_what_is_due_first(self, alice, bob):
        assert services.remind_of_questions(NOON).words == "No question waits for an answer."
        ask(alice), ask(bob, NOON + timedelta(days=3))
        answered = ask(bob, NOON - timedelta(days=20))
        services.answer_ticket(ticket_id=answered.pk, text=ANSWER, now=NOON)
        on_time, late = (services.remind_of_questions(NOON + timedelta(days=days)) for days in (4, 5))
        assert "answer: 2." in on_time.words
        assert "8 December 2026" in on_time.words
        assert (on_time.late, late.late) == (False, True)


class TestTheTerm:
    @pytest.mark.obligation("PRI-65", "PER-12", partial=True)
    def test_counts_from_the_answer_or_the_end(self, alice, bob):
        now = clock.now()
        waiting, answered, closed = (ask(alice, now - KEPT * 2) for _ in range(3))
        services.answer_ticket(ticket_id=answered.pk, text=ANSWER, now=now - KEPT - timedelta(minutes=1))
        services.close_ticket(ticket_id=closed.pk, now=now - KEPT + timedelta(minutes=1))
        delete_ended_rows(now=now)
        assert set(Ticket.objects.values_list("pk", flat=True)) == {waiting.pk, closed.pk}
        assert set(Message.objects.values_list("ticket_id", flat=True)) == {waiting.pk, closed.pk}
