"""Questions to Customer Support over HTTP: asked, answered, asked on, closed; sealed at rest, nobody else's."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
import time_machine

from notices.models import Notice
from prifora.kernel import clock
from prifora.kernel.terms import ZONE
from privacy.services import close_at_once, erase
from tests.privacy.taking import tables_of
from tests.tickets.asking import FEEDBACK, PATH, WORDS, asked, told
from tickets import services
from tickets.models import Feedback, Message, Ticket
from tickets.services import OPEN_MAX, TEXT_MAX

pytestmark = pytest.mark.django_db
FRIDAY = datetime(2026, 12, 4, 12, tzinfo=ZONE)


def answered(ticket_id, text="Press the round button.", now=None):
    return services.answer_ticket(ticket_id=ticket_id, text=text, now=now or clock.now())


class TestTickets:
    @pytest.mark.obligation("PRI-65", "PRI-80", "PRE-28", partial=True)
    @pytest.mark.parametrize("kind", ["person", "station"])
    def test_are_asked_in_the_app_and_at_the_home_station(self, as_, alice, kind):
        client = as_(alice, kind=kind)
        thread = asked(client)
        ticket = thread["ticket"]
        assert (ticket["status"], ticket["settled_at"], ticket["begins"]) == ("open", None, WORDS)
        assert ticket["how"] == ("station" if kind == "station" else "app")
        assert [(one["by"], one["text"]) for one in thread["messages"]] == [("person", WORDS)]
        assert client.get(PATH).json() == {"items": [ticket]}
        assert client.get(f"{PATH}/{ticket['id']}").json() == thread

    @pytest.mark.obligation("PRI-80", partial=True)
    def test_are_due_in_two_working_days_and_late_after_them(self, as_, alice):
        with time_machine.travel(FRIDAY, tick=False):
            assert asked(as_(alice))["ticket"]["due_on"] == "2026-12-08"
        for day, late in ((8, False), (9, True)):
            with time_machine.travel(datetime(2026, 12, day, 12, tzinfo=ZONE), tick=False):
                (one,) = as_(alice).get(PATH).json()["items"]
                assert one["is_late"] is late

    def test_sent_twice_are_one(self, as_, alice, bob):
        client, body = as_(alice), {"id": str(uuid4()), "text": WORDS}
        first, second = client.post(PATH, body), client.post(PATH, body)
        assert (first.status_code, second.status_code) == (201, 201)
        assert first.json() == second.json()
        assert told(client.post(PATH, {**body, "text": "Other words."})) == (409, "conflict")
        assert told(as_(bob).post(PATH, body)) == (409, "conflict")
        assert Message.objects.count() == 1

    @pytest.mark.parametrize(
        ("body", "wrong"),
        [
            ({"id": str(uuid4()), "text": ""}, "blank"),
            ({"id": str(uuid4()), "text": "x" * (TEXT_MAX + 1)}, "max_length"),
            ({"id": str(uuid4())}, "required"),
            ({"id": "no id", "text": WORDS}, "invalid"),
            ({"text": WORDS}, "required"),
        ],
    )
    def test_want_an_id_and_words(self, as_, alice, body, wrong):
        assert told(as_(alice).post(PATH, body)) == (400, wrong)
        assert not Ticket.objects.exists()

    def test_wait_in_a_small_number(self, as_, alice):
        client = as_(alice)
        threads = [asked(client) for _ in range(OPEN_MAX)]
        assert told(client.post(PATH, {"id": str(uuid4()), "text": WORDS})) == (409, "too_many_tickets")
        assert Ticket.objects.count() == OPEN_MAX
        answered(threads[0]["ticket"]["id"])
        asked(client)
        more = {"id": str(uuid4()), "text": "And?"}
        path = f"{PATH}/{threads[0]['ticket']['id']}/messages"
        assert told(client.post(path, more)) == (409, "too_many_tickets")
        assert Ticket.objects.filter(status="open").count() == OPEN_MAX
        assert Message.objects.filter(ticket_id=threads[0]["ticket"]["id"]).count() == 2

    def test_are_asked_ten_times_a_day(self, as_, alice):
        client = as_(alice)
        for _ in range(10):
            services.close_ticket(ticket_id=asked(client)["ticket"]["id"], now=clock.now())
        assert told(client.post(PATH, {"id": str(uuid4()), "text": WORDS})) == (429, "throttled")

    @pytest.mark.obligation("PRI-65", partial=True)
    def test_lie_sealed_and_come_with_the_export_with_the_answers(self, as_, alice):
        client = as_(alice)
        thread = asked(client, "{ " + WORDS)
        answered(thread["ticket"]["id"])
        for message in Message.objects.all():
            assert b"Monday" not in bytes(message.sealed)
            assert b"button" not in bytes(message.sealed)
        tables = tables_of(client)
        said = {row["by"]: row["sealed"] for row in tables["tickets_message"]}
        assert said == {"person": "{ " + WORDS, "staff": "Press the round button."}
        assert [row["status"] for row in tables["tickets_ticket"]] == ["answered"]


class TestTicket:
    def test_is_nobody_else_s(self, as_, alice, charlie, anyone):
        path = f"{PATH}/{asked(as_(alice))['ticket']['id']}"
        outsider, more = as_(charlie), {"id": str(uuid4()), "text": WORDS}
        assert outsider.get(PATH).json() == {"items": []}
        for act in (
            outsider.get,
            lambda at: outsider.post(f"{at}/messages", more),
            lambda at: outsider.post(f"{at}/close"),
        ):
            there, nowhere = act(path), act(f"{PATH}/{uuid4()}")
            assert told(there) == (404, "absent")
            assert there.content == nowhere.content
        assert anyone.get(path).status_code == 401
        assert Message.objects.count() == 1


class TestTicketMessages:
    @pytest.mark.obligation("PRI-80", "PRE-28")
    @pytest.mark.parametrize(("name", "kind"), [("alice", "station"), ("bob", "person")])
    def test_of_a_user_and_of_a_contact_open_it_again_with_a_new_term(self, as_, family, request, name, kind):
        someone = request.getfixturevalue(name)
        with time_machine.travel(FRIDAY, tick=False):
            thread = asked(as_(someone, kind=kind))
            assert (thread["ticket"]["status"], thread["ticket"]["due_on"]) == ("open", "2026-12-08")
            path = f"{PATH}/{thread['ticket']['id']}"
        for day, end in ((8, answered), (15, None)):
            with time_machine.travel(datetime(2026, 12, day, 12, tzinfo=ZONE), tick=False):
                client = as_(someone, kind=kind)
                if end:
                    end(thread["ticket"]["id"])
                    assert client.get(path).json()["ticket"]["status"] == "answered"
                else:
                    assert client.post(f"{path}/close").json()["ticket"]["status"] == "closed"
                body = {"id": str(uuid4()), "text": "It is dark again."}
                ticket = client.post(f"{path}/messages", body).json()["ticket"]
                assert (ticket["status"], ticket["settled_at"]) == ("open", None)
                assert ticket["due_on"] == f"2026-12-{day + 2:02}"

    def test_do_not_move_a_term_that_runs(self, as_, alice):
        with time_machine.travel(FRIDAY, tick=False):
            path = f"{PATH}/{asked(as_(alice))['ticket']['id']}"
        with time_machine.travel(FRIDAY + timedelta(days=3), tick=False):
            body = {"id": str(uuid4()), "text": "Are you there?"}
            thread = as_(alice).post(f"{path}/messages", body).json()
        assert thread["ticket"]["due_on"] == "2026-12-08"
        assert [one["text"] for one in thread["messages"]] == [WORDS, "Are you there?"]

    def test_sent_twice_are_one(self, as_, alice):
        client = as_(alice)
        path = f"{PATH}/{asked(client)['ticket']['id']}/messages"
        body = {"id": str(uuid4()), "text": "Since noon."}
        assert client.post(path, body).json() == client.post(path, body).json()
        assert told(client.post(path, {**body, "text": "Since one."})) == (409, "conflict")
        assert Message.objects.count() == 2

    def test_with_an_id_of_another_question_are_refused(self, as_, alice, bob):
        body = {"id": str(uuid4()), "text": "Since noon."}
        for someone in (alice, bob):
            client = as_(someone)
            answer = client.post(f"{PATH}/{asked(client)['ticket']['id']}/messages", body)
        assert told(answer) == (409, "conflict")

    def test_are_not_without_end(self, as_, alice, monkeypatch):
        client = as_(alice)
        path = f"{PATH}/{asked(client)['ticket']['id']}/messages"
        monkeypatch.setattr("tickets.services.MESSAGES_MAX", 1)
        assert told(client.post(path, {"id": str(uuid4()), "text": "x"})) == (409, "ticket_full")


class TestTicketEnd:
    @pytest.mark.obligation("PRI-80", partial=True)
    def test_is_said_once_or_twice_and_not_told(self, as_, alice):
        client = as_(alice)
        path = f"{PATH}/{asked(client)['ticket']['id']}/close"
        first, second = client.post(path), client.post(path)
        assert (first.status_code, first.json()["ticket"]["status"]) == (200, "closed")
        assert second.json() == first.json()
        assert not Notice.objects.exists()


class TestAnErasedPerson:
    @pytest.mark.obligation("PRI-65", partial=True)
    def test_leaves_no_question(self, as_, alice):
        answered(asked(as_(alice))["ticket"]["id"])
        close_at_once(account_id=alice.pk, withdraw=False, now=clock.now())
        erase(account_id=alice.pk, now=clock.now())
        assert not Ticket.objects.exists()
        assert not Message.objects.exists()


class TestFeedback:
    BETTER = "The letters are too small for my mother."

    @pytest.mark.obligation("PRI-76", partial=True)
    def test_is_kept_without_who_and_without_when(self, as_, alice):
        said = {"id": str(uuid4()), "text": self.BETTER}
        with time_machine.travel(FRIDAY, tick=False):
            for _ in range(2):
                assert as_(alice).post(FEEDBACK, said).status_code == 204
        row = Feedback.objects.get()
        assert row.created_at == FRIDAY.replace(hour=0)
        assert {field.name for field in Feedback._meta.get_fields()} == {"id", "created_at", "sealed"}
        assert self.BETTER.encode() not in bytes(row.sealed)
        assert services.feedback_given(5) == [(FRIDAY.date(), self.BETTER)]

    def test_is_not_asked_of_who_uses_a_home_station(self, as_, alice):
        said = {"id": str(uuid4()), "text": self.BETTER}
        assert told(as_(alice, kind="station").post(FEEDBACK, said)) == (404, "absent")
        assert not Feedback.objects.exists()

    @pytest.mark.parametrize("text", ["", " ", "x" * 2001, 7, None])
    def test_is_words_and_not_too_many(self, as_, alice, text):
        answer = as_(alice).post(FEEDBACK, {"id": str(uuid4()), "text": text}, format="json")
        assert answer.status_code == 400
        assert not Feedback.objects.exists()

    def test_is_taken_five_times_a_day(self, as_, alice):
        client = as_(alice)
        answers = [
            client.post(FEEDBACK, {"id": str(uuid4()), "text": self.BETTER}).status_code for _ in range(6)
        ]
        assert answers == [204] * 5 + [429]

    def test_stays_when_its_author_is_erased_for_nobody_knows_whose_it_is(self, as_, alice):
        as_(alice).post(FEEDBACK, {"id": str(uuid4()), "text": self.BETTER})
        close_at_once(account_id=alice.pk, withdraw=True, now=clock.now())
        erase(account_id=alice.pk, now=clock.now())
        assert [text for _day, text in services.feedback_given(5)] == [self.BETTER]
