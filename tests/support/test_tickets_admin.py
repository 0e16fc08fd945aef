"""Questions in the admin site: what is due first on top, read by support alone, every look recorded and told."""

from datetime import timedelta
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from prifora.kernel import clock
from prifora.kernel.policy import Role
from privacy.services import restrict
from support import access, services
from support.models import StaffLook
from tests.support import desk
from tickets import services as tickets
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
WORDS, ANSWER = "The screen in my kitchen is dark.", "Press the round button."
OTHERS = [role for role in Role if role is not Role.SUPPORT]


def ask(someone, days_ago=0, text=WORDS):
    now = clock.now() - timedelta(days=days_ago)
    return tickets.start_ticket(ticket_id=uuid4(), account_id=someone.pk, text=text, how="app", now=now)


def page_of(browser, row):
    return browser.get(desk.path_of(Ticket, row)).content.decode()


def act(browser, row, name, **filled):
    path = desk.path_of(Ticket, row, f"act/{name}/")
    return browser.post(path, urlencode(filled), content_type="application/x-www-form-urlencoded")


@pytest.fixture
def browser():
    return desk.staff(Role.SUPPORT)


class TestTheList:
    @pytest.mark.obligation("PRI-80", partial=True)
    def test_begins_with_what_is_due_first_and_marks_what_is_late(self, browser, alice, bob):
        new, late, done = ask(alice), ask(bob, days_ago=20), ask(alice, days_ago=40)
        tickets.close_ticket(ticket_id=done.pk, now=clock.now())
        page = browser.get(desk.path_of(Ticket)).content.decode()
        places = [page.index(str(one.pk)) for one in (late, new, done)]
        assert places == sorted(places)
        assert page.count("LATE") == 1
        assert page.index(str(late.pk)) < page.index("LATE") < page.index(str(new.pk))

    def test_says_nothing_about_whom_or_what(self, browser, alice):
        ask(alice)
        page = browser.get(desk.path_of(Ticket)).content.decode()
        for told in (WORDS, str(alice.pk), "Alice"):
            assert told not in page
        assert not StaffLook.objects.exists()

    def test_is_announced_on_the_first_page(self, browser, alice):
        ask(alice)
        assert "Questions that wait for an answer: 1." in browser.get("/admin/").content.decode()
        assert "Questions that wait" not in desk.staff(Role.SYSTEM).get("/admin/").content.decode()


class TestAQuestion:
    @pytest.mark.obligation("PRI-80", "PRI-81", partial=True)
    def test_is_read_once_the_look_is_recorded_and_told(self, browser, alice, as_):
        ticket = ask(alice)
        assert WORDS in page_of(browser, ticket)
        look = StaffLook.objects.get()
        assert (look.subject_id, look.staff_id) == (alice.pk, browser.account.pk)
        (told,) = as_(alice).get("/api/v1/me/looks").json()["items"]
        assert (told["role"], told["table"]) == ("support", "tickets.Ticket")
        assert told["reason"] == "Je vroeg ons om hulp."
        assert not services.check_ledger(now=clock.now())

    def test_is_not_shown_when_the_look_cannot_be_recorded(self, browser, alice, monkeypatch):
        ticket = ask(alice)

        def full(**_line):
            raise OSError("full")

        monkeypatch.setattr("support.services.granting.write_line", full)
        with pytest.raises(OSError, match="full"):
            page_of(browser, ticket)

    @pytest.mark.obligation("PRI-65", "PRI-80", "PRE-28", partial=True)
    def test_is_answered_and_closed(self, browser, alice, as_):
        ticket = ask(alice)
        page = page_of(browser, ticket)
        assert "act/answer/" in page
        assert "act/close/" in page
        assert act(browser, ticket, "answer", text=ANSWER).status_code == 302
        thread = as_(alice).get(f"/api/v1/me/tickets/{ticket.pk}").json()
        assert thread["ticket"]["status"] == "answered"
        assert [(one["by"], one["text"]) for one in thread["messages"]][-1] == ("staff", ANSWER)
        assert act(browser, ticket, "close").status_code == 302
        assert Ticket.objects.get().status == "closed"
        assert "act/" not in page_of(browser, ticket)
        assert [one.kind for one in _notices(alice)] == ["tickets.answered", "tickets.closed"]

    def test_wants_words_for_an_answer(self, browser, alice):
        ticket = ask(alice)
        assert act(browser, ticket, "answer", text="").status_code == 200
        assert Ticket.objects.get().status == "open"
        assert not StaffLook.objects.exists()

    @pytest.mark.obligation("PRI-82", partial=True)
    @pytest.mark.parametrize("role", OTHERS)
    def test_is_for_support_alone(self, alice, role):
        other, ticket = desk.staff(role), ask(alice)
        assert other.get(desk.path_of(Ticket)).status_code == 403
        assert other.get(desk.path_of(Ticket, ticket)).status_code == 403
        assert act(other, ticket, "answer", text=ANSWER).status_code == 404
        assert Ticket.objects.get().status == "open"
        assert not StaffLook.objects.exists()

    def test_opens_nothing_else_of_the_person(self, browser, alice):
        page_of(browser, ask(alice))
        page = browser.get(desk.path_of(type(alice.account), alice.account)).content.decode()
        assert 'name="reason"' in page
        assert "Alice" not in page

    def test_of_somebody_whose_data_are_only_stored_is_shown_while_it_waits(self, browser, alice):
        old, new = ask(alice, text="An old one."), ask(alice)
        tickets.close_ticket(ticket_id=old.pk, now=clock.now())
        restrict(account_id=alice.pk, cause="incorrect", now=clock.now())
        assert WORDS in page_of(browser, new)
        assert browser.get(desk.path_of(Ticket, old)).status_code == 403


def test_the_table_is_shown_in_no_other_way():
    assert access.ASKED == ("tickets.Ticket",)
    assert not set(access.ASKED) & {*access.SHOWN, *access.SALES, *access.BOOKED}


def _notices(someone):
    from notices.models import Notice

    return Notice.objects.filter(account_id=someone.pk).order_by("created_at")
