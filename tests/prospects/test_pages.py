"""Writing to us without an account, and the page with what is kept: over HTTP, as a stranger."""

import re
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection

from prifora.kernel.keystore import store
from prifora.kernel.limits import Limit
from prospects.models import KEPT, Line, Prospect
from prospects.tasks import send_mails
from tests.prospects.writing import PATH, WROTE, link, link_in, visitor, wrote

pytestmark = pytest.mark.django_db
LEAD = {"nl": "Schrijf ons", "fr": "Écrivez-nous", "en": "Write to us"}


def everything_stored():
    """Every row of every table, as text."""
    with connection.cursor() as cursor:
        found = []
        for model in apps.get_models():
            cursor.execute(f'SELECT * FROM "{model._meta.db_table}"')
            found += [
                repr([bytes(one) if isinstance(one, memoryview) else one for one in row]) for row in cursor
            ]
    return "\n".join(found)


class TestTheForm:
    @pytest.mark.obligation("PRI-125", "PER-18", partial=True)
    @pytest.mark.parametrize("language", LEAD)
    def test_asks_only_what_is_needed_and_says_why_and_for_how_long(self, language):
        reply = visitor().get(f"/contact/{language}")
        page = reply.content.decode()
        assert f'<html lang="{language}">' in page
        assert LEAD[language] in page
        names = set(re.findall(r'<(?:input|textarea)[^>]* name="(\w+)"', page))
        assert names == {"email", "name", "text", "website"}
        assert len(re.findall(r"<label[^>]*>[^<]* \*</label>", page)) == 2
        assert f"{KEPT.days // 30} m" in page
        assert not re.search(r"<script|<iframe|src=|https?://", page)
        assert not reply.cookies
        assert reply.headers["Cache-Control"] == "no-store"
        assert "script-src" in reply.headers["Content-Security-Policy"]

    def test_is_found_in_the_readers_language(self):
        assert (
            visitor().get("/contact", headers={"accept-language": "fr"}).headers["Location"] == "/contact/fr"
        )
        assert visitor().get("/contact/xx").status_code == 404

    @pytest.mark.parametrize(
        "wrong",
        [
            {"email": ""},
            {"email": "riet"},
            {"text": ""},
            {"text": "x" * 4001},
            {"name": "x" * 101},
            {"email": "riet@mail.example\nBcc: all@mail.example"},
        ],
    )
    def test_keeps_nothing_of_what_cannot_be_answered_and_stays_filled_in(self, wrong):
        reply = wrote(**wrong)
        assert reply.status_code == 400
        assert 'role="alert"' in reply.content.decode()
        assert not Prospect.objects.exists()
        if "text" not in wrong:
            assert WROTE["text"] in reply.content.decode()

    def test_takes_no_name_if_none_is_given(self):
        assert wrote(name="").status_code == 200

    def test_keeps_nothing_of_what_a_program_fills_in(self, mailoutbox):
        assert wrote(website="https://buy.example").status_code == 200
        send_mails()
        assert (Prospect.objects.count(), mailoutbox) == (0, [])

    def test_can_be_sent_only_so_often_from_one_place_and_to_one_address(self):
        most = Limit.PROSPECT_WRITE.value.number
        replies = [wrote(email=f"riet{n}@mail.example").status_code for n in range(most + 1)]
        assert replies == [200] * most + [429]
        most = Limit.PROSPECT_ADDRESS.value.number
        replies = [wrote(browser=_from(n)).status_code for n in range(most + 1)]
        assert replies == [200] * most + [429]
        assert Line.objects.count() == Limit.PROSPECT_WRITE.value.number + most


def _from(n):
    browser = visitor()
    browser.defaults["REMOTE_ADDR"] = f"192.0.2.{n}"
    return browser


class TestWhatIsKept:
    @pytest.mark.obligation("PRE-23")
    def test_is_what_the_message_carries_and_nothing_of_how_it_came(self, caplog, capsys):
        browser = visitor()
        traces = {
            "User-Agent": "Canaryfox/9.1",
            "Referer": "https://search.example/?q=canary-query",
            "X-Forwarded-For": "203.0.113.77",
        }
        reply = browser.post(PATH, WROTE, headers=traces, REMOTE_ADDR="198.51.100.23")
        assert reply.status_code == 200
        stored = everything_stored()
        for trace in (*traces.values(), "Canaryfox", "canary-query", "198.51.100.23"):
            assert trace not in stored
        for word in (*WROTE.values(), "riet"):
            assert not word or word not in stored  # sealed
            assert not word or word not in caplog.text + capsys.readouterr().out
        (row,) = Prospect.objects.all()
        assert (row.language, row.source, row.lines.count()) == ("en", "form", 1)

    @pytest.mark.obligation("PRI-125")
    def test_is_shown_to_who_has_the_link_with_purpose_and_term(self, mailoutbox):
        page = visitor().get(link(mailoutbox)).content.decode()
        for told in ("Riet Bakker", "riet@mail.example", "What does it cost?", "only to answer you"):
            assert told in page
        until = Prospect.objects.get().contacted_at + KEPT
        assert str(until.year) in page

    @pytest.mark.obligation("PRI-125")
    def test_is_not_in_the_mail_itself_and_the_mail_goes_once(self, mailoutbox):
        wrote(text="Buy at https://spam.example", name="Spam")
        assert [send_mails(), send_mails()] == [1, 0]
        (mail,) = mailoutbox
        assert mail.to == ["riet@mail.example"]
        assert "spam" not in mail.body.lower()

    def test_of_two_messages_of_one_address_is_together(self, mailoutbox):
        wrote()
        page = visitor().get(link(mailoutbox, email="Riet@Mail.example", text="And a year?")).content.decode()
        assert "What does it cost?" in page
        assert "And a year?" in page
        assert Prospect.objects.count() == 1


class TestErasing:
    @pytest.mark.obligation("PRI-125")
    def test_asks_first_and_leaves_nothing_not_even_the_key(
        self, mailoutbox, django_capture_on_commit_callbacks
    ):
        path, browser = link(mailoutbox), visitor()
        row = Prospect.objects.get()
        assert store().read(str(row.pk))
        assert "no way back" in browser.post(path, {"act": "erase"}).content.decode()
        assert Prospect.objects.exists()
        with django_capture_on_commit_callbacks(execute=True):
            assert (
                "Everything is erased" in browser.post(path, {"act": "erase", "sure": "yes"}).content.decode()
            )
        assert not Prospect.objects.exists()
        assert not Line.objects.exists()
        assert store().read(str(row.pk)) is None
        assert browser.get(path).status_code == 404

    def test_is_the_same_as_never_there_for_every_other_link(self, mailoutbox):
        path = link(mailoutbox)
        other = visitor().get("/contact/kept/" + "A" * 43)
        assert other.status_code == 404
        for wrong in (path[:-1], path[:-4] + "AAAA", "/contact/kept/%00", "/contact/kept/ünd"):
            reply = visitor().get(wrong)
            assert (reply.status_code, reply.content) == (404, other.content)
        assert visitor().post(path[:-4] + "AAAA", {"act": "erase", "sure": "yes"}).status_code == 404
        assert Prospect.objects.exists()

    def test_looks_are_limited(self, monkeypatch, mailoutbox):
        path = link(mailoutbox)
        monkeypatch.setattr(Limit.PROSPECT_LOOK, "_value_", Limit.PROSPECT_ADDRESS.value)
        most = Limit.PROSPECT_ADDRESS.value.number
        assert [visitor().get(path).status_code for _ in range(most + 1)] == [200] * most + [429]


class TestOptingOut:
    @pytest.mark.obligation("PRI-125")
    def test_ends_every_mail_until_they_write_again(self, mailoutbox):
        path = link(mailoutbox)
        wrote(text="One more thing.")
        reply = visitor().post(path, {"act": "stop"})
        assert (reply.status_code, reply.headers["Location"]) == (302, path)
        assert "We write to you no more" in visitor().get(path).content.decode()
        assert send_mails() == 0
        wrote(text="Do tell me after all.")
        assert send_mails() == 1
        assert link_in(mailoutbox[-1]) == path


def test_nothing_of_it_lasts_longer_than_three_years():
    assert timedelta(0) < KEPT <= timedelta(days=3 * 365)
