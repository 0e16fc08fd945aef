"""Somebody asks for another person: nothing is done before staff noted a proof; both hear how it ends."""

from datetime import timedelta
from urllib.parse import urlencode
from uuid import uuid4

import pytest
import time_machine

from notices.models import Notice
from prifora.kernel import clock
from prifora.kernel.policy import Role
from prifora.kernel.terms import day_of
from privacy import services
from privacy.deadlines import answer_by
from privacy.models import AgentLetter, Closure, Mandate, Request
from privacy.purposes import OPTIONAL, Choice
from privacy.tasks import write_to_agents
from support.models import StaffLook
from tests.support import desk

pytestmark = pytest.mark.django_db
WORDS, ANSWER = "Please tell me what you keep about my mother.", "It goes to you by letter."
WHO = {"agent": "guardian", "name": "Greet Vermeer", "email": "greet@mail.example", "language": "nl"}
ENTRY = {**WHO, "kind": "access", "how": "letter", "text": WORDS}
MINE = "/api/v1/me/requests"


def act(browser, row, what, /, **filled):
    path = desk.path_of(type(row), row, f"act/{what}/")
    form = urlencode(filled, doseq=True)
    return browser.post(path, form, content_type="application/x-www-form-urlencoded")


def seen(**changes):
    today = day_of(clock.now()).isoformat()
    return {"proof": "court", "proof_on": today, "scope": "access", "sure": "on", **changes}


@pytest.fixture
def browser():
    return desk.staff(Role.PRIVACY)


@pytest.fixture
def enter(browser, alice):
    """Enter what somebody asked for Alice, as staff do; return the request, opened for that browser."""

    def entered(**changes):
        desk.look(browser, alice.account)
        assert act(browser, alice.account, "agent", **{**ENTRY, **changes}).status_code == 302
        request = Request.objects.get()
        desk.look(browser, request)
        return request

    return entered


@pytest.fixture
def asked(enter):
    return enter()


def told_to(person):
    return set(Notice.objects.filter(account_id=person.pk).values_list("kind", flat=True))


class TestAskingForAnother:
    @pytest.mark.obligation("PRI-85")
    def test_starts_the_same_clock_and_both_are_told(self, asked, alice, as_, mailoutbox):
        assert asked.due_on == answer_by(asked.created_at)
        assert "privacy.for_you_received" in told_to(alice)
        write_to_agents()
        (mail,) = [one for one in mailoutbox if one.to == ["greet@mail.example"]]
        assert "Greet Vermeer" in mail.body
        assert "bewijs" in mail.body
        assert alice.account.username not in mail.body
        (mine,) = as_(alice).get(MINE).json()["items"]
        assert mine["lines"] == [{"at": mine["lines"][0]["at"], "by": "agent", "text": WORDS}]
        shown = mine["mandate"]
        assert (shown["agent"], shown["name"], shown["holds"]) == ("guardian", "Greet Vermeer", False)

    @pytest.mark.obligation("PRI-85")
    def test_without_a_proof_is_neither_answered_nor_erased_and_can_only_be_refused(
        self, browser, enter, alice
    ):
        asked = enter(kind="erasure")
        for name in ("answer", "undo"):
            act(browser, asked, name, text=ANSWER)
        page = act(browser, asked, "answer", text=ANSWER).content.decode()
        assert "First note the proof" in page
        erase = act(browser, alice.account, "erase", sure="on")
        assert "First note the proof" in erase.content.decode()
        assert not Closure.objects.exists()
        assert (Request.objects.get().outcome, len(services.lines_of(asked))) == ("", 1)
        assert act(browser, asked, "refuse", reason="mandate", text="No.").status_code == 302
        assert Request.objects.get().outcome == "refused"

    @pytest.mark.obligation("PRI-85")
    def test_is_answered_once_a_proof_was_noted_with_who_saw_it(self, browser, asked, alice, as_, mailoutbox):
        print_ = "ab" * 32
        assert act(browser, asked, "mandate", **seen(fingerprint=print_)).status_code == 302
        mandate = Mandate.objects.get()
        assert (mandate.proof, mandate.fingerprint, mandate.scope) == ("court", print_, ["access"])
        assert (mandate.checked_by_id, mandate.proof_on) == (browser.account.pk, day_of(clock.now()))
        assert act(browser, asked, "answer", text=ANSWER).status_code == 302
        (mine,) = as_(alice).get(MINE).json()["items"]
        assert (mine["outcome"], mine["mandate"]["holds"]) == ("answered", True)
        assert {"privacy.for_you_checked", "privacy.for_you_answered"} <= told_to(alice)
        write_to_agents()
        bodies = [one.body for one in mailoutbox if one.to == ["greet@mail.example"]]
        assert sum(ANSWER in body for body in bodies) == 1

    @pytest.mark.obligation("PRI-85")
    def test_is_shown_to_staff_only_after_a_look_that_the_person_finds(self, browser, asked, alice, as_):
        assert "Greet Vermeer" in browser.get(desk.path_of(Request, asked)).content.decode()
        before = StaffLook.objects.filter(subject=alice.account).count()
        act(browser, asked, "mandate", **seen())
        assert StaffLook.objects.filter(subject=alice.account).count() == before + 1
        assert len(as_(alice).get("/api/v1/me/looks").json()["items"]) == before + 1
        other = desk.staff(Role.SUPPORT)
        assert "Greet" not in other.get(desk.path_of(Request, asked)).content.decode()

    def test_refused_tells_both_why_and_where_else_to_go(self, browser, asked, alice, mailoutbox):
        act(browser, asked, "refuse", reason="mandate", text="The deed is not about her.")
        assert "privacy.for_you_refused" in told_to(alice)
        write_to_agents()
        body = next(one.body for one in mailoutbox if "The deed is not about her." in one.body)
        assert "AVG" in body or "GDPR" in body
        assert "autoriteitpersoonsgegevens.nl" in body


class TestAProof:
    @pytest.mark.obligation("PRI-85")
    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"scope": "erasure"}, "does not cover"),
            ({"ends_on": "2020-01-01"}, "is over"),
            ({"proof_on": "2999-01-01"}, "still to come"),
            ({"fingerprint": "nothing"}, "64 of the characters"),
            ({"sure": ""}, "required"),
        ],
    )
    def test_that_does_not_reach_is_not_noted(self, browser, asked, changes, words):
        page = act(browser, asked, "mandate", **seen(**changes))
        assert words in page.content.decode()
        assert Mandate.objects.get().checked_at is None
        assert set(AgentLetter.objects.values_list("kind", flat=True)) == {"privacy.request_received"}

    @pytest.mark.obligation("PRI-85")
    def test_that_is_over_by_then_answers_nothing(self, browser, asked):
        today = day_of(clock.now())
        act(browser, asked, "mandate", **seen(ends_on=today.isoformat()))
        with time_machine.travel(clock.now() + timedelta(days=1)), pytest.raises(services.MandateEnded):
            services.answer(request_id=asked.pk, text=ANSWER, now=clock.now())
        assert Request.objects.get().outcome == ""

    def test_that_covers_an_objection_ends_marketing_and_none_before_it(self, browser, enter, alice):
        news = Choice.NEWS_MAIL
        said = OPTIONAL[news].current.hash_of(news, "nl")
        services.give_consent(account=alice.account, choice=news, text_hash=said, how="app", now=clock.now())
        asked = enter(kind="objection")
        assert services.allows(alice.pk, news, now=clock.now())
        act(browser, asked, "mandate", **seen(scope="objection"))
        assert not services.allows(alice.pk, news, now=clock.now())


class TestTakingBack:
    @pytest.mark.obligation("PRI-85")
    def test_by_the_person_stops_it_and_only_a_new_proof_opens_it_again(
        self, browser, asked, alice, as_, mailoutbox
    ):
        act(browser, asked, "mandate", **seen())
        reply = as_(alice).delete(f"{MINE}/{asked.pk}/mandate")
        assert (reply.status_code, reply.json()["mandate"]["holds"]) == (200, False)
        assert "First note the proof" in act(browser, asked, "answer", text=ANSWER).content.decode()
        write_to_agents()
        assert "privacy.for_you_revoked" in told_to(alice)
        assert any("wil dat niet" in one.body for one in mailoutbox)
        act(browser, asked, "mandate", **seen())
        assert act(browser, asked, "answer", text=ANSWER).status_code == 302

    @pytest.mark.obligation("PRI-85")
    def test_is_the_persons_alone(self, asked, alice, charlie, as_, client):
        path = f"{MINE}/{asked.pk}/mandate"
        assert as_(charlie).delete(path).json() == as_(charlie).delete(f"{MINE}/{uuid4()}/mandate").json()
        assert as_(charlie).delete(path).status_code == 404
        assert client.delete(path).status_code == 401
        assert Mandate.objects.get().revoked_at is None

    def test_of_the_request_itself_is_not_theirs(self, asked, alice, as_):
        reply = as_(alice).post(f"{MINE}/{asked.pk}/withdraw")
        assert (reply.status_code, reply.json()["errors"][0]["code"]) == (409, "asked_for_you")
        assert Request.objects.get().outcome == ""

    def test_where_nobody_else_asked_is_not_there(self, alice, as_):
        own = as_(alice).post(MINE, {"kind": "access", "text": "Mine."}).json()
        assert own["mandate"] is None
        assert as_(alice).delete(f"{MINE}/{own['id']}/mandate").status_code == 404
