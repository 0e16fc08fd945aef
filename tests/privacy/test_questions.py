"""A question without an account: asked on the page about privacy, answered by a person, kept nowhere here."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.apps import apps
from django.test import Client

from prifora.kernel import clock
from prifora.kernel.limits import Limit
from privacy.forms import SUM_LASTS

pytestmark = pytest.mark.django_db
PATH = "/privacy/en/ask"
ASKED = {
    "name": "Riet Bakker",
    "email": "riet@mail.example",
    "phone": "",
    "text": "Do you keep my number?",
    "website": "",
}


@pytest.fixture(autouse=True)
def officer(settings):
    settings.PRIVACY_OFFICER = {
        "email": "dpo@home.example",
        "address": "Amstel 1",
        "phone": "+31 20 555 01 01",
    }


@pytest.fixture
def visitor():
    """Somebody's browser without cookies, that other sites know nothing of."""
    return Client(enforce_csrf_checks=True)


def value(page, name):
    return re.search(rf'name="{name}" value="([^"]*)"', page)[1]


def answered(visitor, path=PATH, **changes):
    """Fill the form in as a person does, with the right sum, and send it."""
    page = visitor.get(path).content.decode()
    first, second = re.search(r"(\d) plus (\d)", page).groups()
    form = {**ASKED, "numbers": value(page, "numbers"), "sum": int(first) + int(second), **changes}
    return visitor.post(path, form)


def how_many_rows():
    return {one._meta.label: one.objects.count() for one in apps.get_models()}


class TestTheForm:
    @pytest.mark.obligation("PER-18", "PRI-47", partial=True)
    def test_asks_who_where_the_answer_goes_and_what(self, visitor):
        page = visitor.get(PATH).content.decode()
        names = set(re.findall(r'<(?:input|textarea)[^>]* name="(\w+)"', page))
        assert names == {"name", "email", "phone", "text", "sum", "numbers", "website"}

    @pytest.mark.obligation("PER-50")
    @pytest.mark.parametrize("language", ["nl", "fr", "en"])
    def test_is_on_the_page_about_privacy_and_takes_nothing_from_elsewhere(self, visitor, language):
        path = f"/privacy/{language}/ask"
        assert f'href="{path}"' in visitor.get(f"/privacy/{language}").content.decode()
        reply = visitor.get(path)
        page = reply.content.decode()
        assert f'<html lang="{language}">' in page
        assert not re.search(r"<script|<iframe|src=|https?://", page)
        assert f'<form method="post" action="{path}"' in page
        for one in ("name", "email", "phone", "text", "sum"):
            assert f'<label for="id_{one}">' in page
        assert not reply.cookies
        assert reply.headers["Cache-Control"] == "no-store"

    def test_is_not_there_where_nobody_answers(self, visitor, settings):
        settings.PRIVACY_OFFICER = {"email": "", "address": "", "phone": ""}
        assert visitor.get(PATH).status_code == 404
        assert PATH not in visitor.get("/privacy/en").content.decode()


class TestAQuestion:
    @pytest.mark.obligation("PER-20", "PRI-47", partial=True)
    def test_goes_to_the_officer_and_is_kept_nowhere(self, visitor, mailoutbox):
        before = how_many_rows()
        reply = answered(visitor)
        assert (reply.status_code, reply.cookies) == (200, {})
        assert "a person will answer it" in reply.content.decode()
        (mail,) = mailoutbox
        assert (mail.to, mail.reply_to) == (["dpo@home.example"], ["riet@mail.example"])
        assert all(
            told in mail.body for told in ("Do you keep my number?", "Riet Bakker", "riet@mail.example")
        )
        assert how_many_rows() == before

    @pytest.mark.obligation("PRI-47", partial=True)
    def test_may_come_from_somebody_without_mail(self, visitor, mailoutbox):
        assert answered(visitor, email="", phone="0612345678").status_code == 200
        assert mailoutbox[0].reply_to == []
        assert "0612345678" in mailoutbox[0].body

    @pytest.mark.parametrize(
        "wrong",
        [
            {"name": ""},
            {"text": ""},
            {"email": ""},
            {"email": "riet"},
            {"text": "x" * 4001},
            {"email": "riet@mail.example\nBcc: all@mail.example"},
        ],
    )
    def test_that_cannot_be_answered_is_not_sent_and_stays_filled_in(self, visitor, mailoutbox, wrong):
        reply = answered(visitor, **wrong)
        assert reply.status_code == 400
        assert 'role="alert"' in reply.content.decode()
        assert mailoutbox == []
        if "name" not in wrong:
            assert 'value="Riet Bakker"' in reply.content.decode()

    def test_that_could_not_be_sent_says_so(self, visitor, settings):
        settings.EMAIL_BACKEND = "nowhere.Backend"
        reply = answered(visitor)
        assert reply.status_code == 503
        assert "could not be sent" in reply.content.decode()
        assert "Do you keep my number?" in reply.content.decode()


class TestTheLittleSum:
    @pytest.mark.obligation("PER-50")
    @pytest.mark.parametrize("sum_", ["", "1", "nineteen", "99"])
    def test_done_wrong_sends_nothing_and_gives_another(self, visitor, mailoutbox, sum_):
        page = visitor.get(PATH).content.decode()
        reply = answered(visitor, sum=sum_)
        assert (reply.status_code, mailoutbox) == (400, [])
        assert value(reply.content.decode(), "numbers") != value(page, "numbers")

    def test_is_never_the_one_before(self, visitor, monkeypatch):
        drawn = iter([3, 5, 3, 5, 3, 5, 4, 4])
        monkeypatch.setattr("privacy.forms.secrets.randbelow", lambda _below: next(drawn))
        reply = answered(visitor, sum="99")
        assert "5 plus 5" in reply.content.decode()

    def test_done_right_at_the_second_try_sends_it(self, visitor, mailoutbox):
        page = answered(visitor, sum="99").content.decode()
        first, second = re.search(r"(\d) plus (\d)", page).groups()
        form = {**ASKED, "numbers": value(page, "numbers"), "sum": int(first) + int(second)}
        assert visitor.post(PATH, form).status_code == 200
        assert len(mailoutbox) == 1

    @pytest.mark.obligation("PER-50")
    @pytest.mark.parametrize("numbers", ["", "WzEsMV0:x:y", "1,1"])
    def test_that_we_did_not_ask_sends_nothing(self, visitor, mailoutbox, numbers):
        assert answered(visitor, numbers=numbers, sum=2).status_code == 400
        assert mailoutbox == []

    def test_lasts_an_hour(self, visitor, mailoutbox):
        page = visitor.get(PATH).content.decode()
        first, second = re.search(r"(\d) plus (\d)", page).groups()
        form = {**ASKED, "numbers": value(page, "numbers"), "sum": int(first) + int(second)}
        with time_machine.travel(clock.now() + SUM_LASTS + timedelta(seconds=2)):
            assert visitor.post(PATH, form).status_code == 400
        assert mailoutbox == []
        assert visitor.post(PATH, form).status_code == 200

    @pytest.mark.obligation("PER-50")
    def test_and_a_field_that_only_programs_fill_in_keep_programs_out(self, visitor, mailoutbox):
        assert answered(visitor, website="https://buy.example").status_code == 200
        assert mailoutbox == []

    @pytest.mark.obligation("PER-50")
    def test_can_be_done_only_so_often_from_one_place(self, visitor, mailoutbox):
        most = Limit.QUESTION_SEND.value.number
        assert [answered(visitor).status_code for _ in range(most)] == [200] * most
        assert answered(visitor).status_code == 429
        assert len(mailoutbox) == most
