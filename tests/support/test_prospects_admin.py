"""Who wrote without an account, in the admin site: support alone, each look and each act in the ledger."""

from urllib.parse import urlencode

import pytest

from prifora.kernel.policy import Role
from prospects.models import Prospect
from prospects.tasks import send_mails
from support.models import LedgerLine
from tests.prospects.writing import prospect
from tests.support import desk

pytestmark = pytest.mark.django_db
ANSWER = "It costs nothing for the first month."


def act(browser, row, name, **filled):
    path = desk.path_of(Prospect, row, f"act/{name}/")
    return browser.post(path, urlencode(filled), content_type="application/x-www-form-urlencoded")


def looks():
    return LedgerLine.objects.filter(what="prospect_look").count()


@pytest.fixture
def browser():
    return desk.staff(Role.SUPPORT)


@pytest.mark.obligation("PRI-125", partial=True)
def test_is_read_and_answered_by_support_and_each_step_is_recorded(browser, mailoutbox):
    row = prospect()
    listed = browser.get(desk.path_of(Prospect)).content.decode()
    assert "riet@mail.example" not in listed
    assert looks() == 0
    page = browser.get(desk.path_of(Prospect, row)).content.decode()
    assert "riet@mail.example" in page
    assert "What does it cost?" in page
    assert looks() == 1
    assert act(browser, row, "answer", text=ANSWER).status_code == 302
    assert looks() == 2
    send_mails()
    assert ANSWER in mailoutbox[-1].body
    assert Prospect.objects.get().settled_at


def test_what_waits_longest_is_on_top_and_marked_when_late(browser):
    row = prospect()
    Prospect.objects.update(due_on="2020-01-01")
    page = browser.get(desk.path_of(Prospect)).content.decode()
    assert page.count("LATE") == 1
    assert str(row.pk) in page


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SUPPORT])
def test_is_closed_to_every_other_role(role):
    row, other = prospect(), desk.staff(role)
    for path in (desk.path_of(Prospect), desk.path_of(Prospect, row)):
        reply = other.get(path)
        assert reply.status_code == 403
        assert "riet" not in reply.content.decode()
    assert act(other, row, "answer", text=ANSWER).status_code == 403
    assert (looks(), row.lines.count()) == (0, 1)


def test_once_it_is_settled_there_is_nothing_to_settle(browser):
    row = prospect()
    assert act(browser, row, "settle").status_code == 302
    assert "act/settle/" not in browser.get(desk.path_of(Prospect, row)).content.decode()
