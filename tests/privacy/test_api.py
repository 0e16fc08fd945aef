"""Closing one's account: what it means, proof of who asks, 30 days to change one's mind."""

import json

import pytest
from django.core import mail

from accounts.models import Account, Session
from prifora.kernel import clock
from prifora.kernel.limits import Limit
from privacy import services
from privacy.models import Closure
from tests import cast, mls
from tests.accounts.asking import refusal
from tests.accounts.browser import Browser, signed_in, texts
from tests.cast import PASSWORD
from tests.hostile import refuses_every_body
from tests.media.albums import added, made

pytestmark = pytest.mark.django_db
CLOSING = "/api/v1/me/closing"
ASKED = {"password": PASSWORD, "shared": "leave"}


def closing(client, **changes):
    return client.post(CLOSING, {**ASKED, **changes})


class TestSeeClosing:
    def test_tells_what_it_means(self, as_, alice, bob, family):
        talk = mls.conversation_of(alice, bob, family)
        talk.send(bob, archived=True)
        album = made(as_(bob), family, bob, viewers=[alice])
        added(as_(bob), album)
        told = as_(bob).get(CLOSING).json()
        assert told["families"] == [
            {"family_id": str(family.pk), "people": 1, "alone": False, "last_admin": False, "is_user": False}
        ]
        assert told["albums"] == {"own": 1, "shared": 1, "items_elsewhere": 0}
        assert told["conversations"] == {"number": 1, "direct": 0, "messages": 1, "files": 0}
        assert (told["stations"], told["grace_days"], told["due_at"]) == (0, 30, None)

    def test_tells_who_would_leave_nobody_behind(self, as_, alice, bob, charlie, family):
        [mine] = as_(alice).get(CLOSING).json()["families"]
        assert (mine["last_admin"], mine["is_user"]) == (True, True)
        assert as_(charlie).get(CLOSING).json()["families"] == []
        alone = cast.family_of(charlie)
        [only] = as_(charlie).get(CLOSING).json()["families"]
        assert (only["family_id"], only["alone"]) == (str(alone.pk), True)

    @pytest.mark.obligation("PER-46", partial=True)
    def test_says_what_stays_with_article_and_end(self, as_, alice):
        told = as_(alice).get(CLOSING).json()["certificate"]
        assert told["kind"] == "closing"
        assert told["proof"] is None
        assert all(one["what"] and one["article"] and one["until_words"] for one in told["stays"])
        assert sum(one["rows"] for one in told["goes"] if one["what"] == "accounts_account.pk") == 1

    def test_speaks_the_language_of_who_asks(self, as_, alice):
        services_text = as_(alice).get(CLOSING).json()["text"]
        account = Account.objects.get(pk=alice.pk)
        account.profile["language"] = "fr"
        account.save(update_fields=["sealed"])
        assert as_(alice).get(CLOSING).json()["text"] != services_text


class TestAskClosing:
    def test_is_for_a_day_30_days_from_now(self, as_, alice):
        before = clock.now()
        reply = closing(as_(alice))
        assert reply.status_code == 201
        closure = Closure.objects.get(account_ref=alice.pk)
        assert services.GRACE <= closure.due_at - before < services.GRACE * 1.01
        assert reply.json()["due_at"] is not None
        assert as_(alice).get(CLOSING).json()["due_at"] == reply.json()["due_at"]

    def test_ends_every_other_session(self, as_, alice):
        here, elsewhere = as_(alice), as_(alice)
        closing(here)
        assert elsewhere.get("/api/v1/me").status_code == 401
        assert here.get("/api/v1/me").status_code == 200
        assert Session.objects.filter(account=alice.account).count() == 1

    def test_needs_the_password(self, as_, alice):
        assert refusal(closing(as_(alice), password="w" * 43)) == (400, "wrong_password")
        assert not Closure.objects.exists()

    def test_needs_an_account_that_has_one(self, as_, alice):
        alice.account.set_unusable_password()
        alice.account.save(update_fields=["password"])
        assert refusal(closing(as_(alice))) == (400, "no_password")

    def test_can_be_guessed_only_so_often(self, as_, alice):
        client = as_(alice)
        for _ in range(Limit.CLOSING_ASK.value.number):
            closing(client, password="w" * 43)
        assert refusal(closing(client)) == (429, "throttled")

    def test_again_keeps_the_day_and_takes_the_newer_choice(self, as_, alice):
        client = as_(alice)
        first = closing(client).json()["due_at"]
        assert closing(client, shared="withdraw").json()["due_at"] == first
        assert Closure.objects.get().withdraw

    def test_tells_the_person_wherever_they_can_be_reached(
        self, alice, as_, django_capture_on_commit_callbacks
    ):
        alice.account.profile["email"] = "alice@example.org"
        alice.account.save(update_fields=["sealed"])
        with django_capture_on_commit_callbacks(execute=True):
            closing(as_(alice))
        assert mail.outbox[-1].to == ["alice@example.org"]
        assert "30" in mail.outbox[-1].body
        assert "30" in texts()[-1]

    def test_refuses_what_is_no_answer(self, as_, alice):
        refuses_every_body(as_(alice), "post", CLOSING)

    def test_is_not_for_a_home_station(self, as_, alice):
        station = as_(alice, kind="station")
        for reply in (station.get(CLOSING), closing(station), station.delete(CLOSING)):
            assert refusal(reply) == (404, "absent")

    def test_is_not_for_who_is_signed_out(self, anyone):
        for reply in (anyone.get(CLOSING), closing(anyone)):
            assert refusal(reply) == (401, "not_authenticated")


class TestKeepAccount:
    def test_undoes_it_while_signed_in(self, as_, alice):
        client = as_(alice)
        closing(client)
        assert client.delete(CLOSING).status_code == 204
        assert not Closure.objects.exists()
        assert refusal(client.delete(CLOSING)) == (404, "absent")

    def test_signing_in_undoes_it(self, as_, alice):
        closing(as_(alice))
        browser = Browser()
        assert signed_in(browser, username="alice")[0] == 200
        assert not Closure.objects.exists()
        assert browser.is_in()

    def test_a_wrong_password_undoes_nothing(self, as_, alice):
        closing(as_(alice))
        assert signed_in(Browser(), "w" * 43, username="alice")[0] == 400
        assert Closure.objects.exists()

    def test_comes_too_late_once_the_erasure_began(self, as_, alice):
        client = as_(alice)
        closing(client)
        Closure.objects.update(done="write down")
        assert refusal(client.delete(CLOSING)) == (409, "erasure_began")
        assert refusal(closing(client)) == (409, "erasure_began")


class TestTheDay:
    def test_everything_is_gone_and_the_certificate_is_sent(
        self, as_, alice, django_capture_on_commit_callbacks
    ):
        alice.account.profile["email"] = "alice@example.org"
        alice.account.save(update_fields=["sealed"])
        client = as_(alice)
        closing(client)
        services.delete_ended_rows(now=clock.now())
        Closure.objects.update(due_at=clock.now())
        with django_capture_on_commit_callbacks(execute=True):
            assert services.erase_due(now=clock.now()) == 1
        assert client.get("/api/v1/me").status_code == 401
        sent = next(one for one in mail.outbox if one.attachments)
        assert sent.to == ["alice@example.org"]
        certificate = json.loads(next(one for one in sent.attachments if one[0].endswith(".json"))[1])
        assert certificate["kind"] == "erasure"
        assert certificate["proof"]["hash"]
        assert "alice" not in json.dumps(certificate)
