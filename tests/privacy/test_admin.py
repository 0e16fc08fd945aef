"""Staff for privacy read and answer requests in the admin site, after a reason that the person can read."""

from io import StringIO
from urllib.parse import urlencode

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Account
from notices.models import Notice
from prifora.kernel import clock
from prifora.kernel.limits import Limit, enforce
from prifora.kernel.policy import Role
from prifora.kernel.terms import day_of
from privacy import services
from privacy.models import Closure, Idle, Request, Restriction
from privacy.purposes import OPTIONAL, Choice
from privacy.rights import Right
from support.models import StaffLook
from tests.cast import PASSWORD
from tests.support import desk

pytestmark = pytest.mark.django_db
WORDS = "Please correct my street."
ANSWER = "We corrected it."


@pytest.fixture
def request_of_alice(alice):
    return services.file_request(
        account=alice.account, right=Right.COMPLAINT, text=WORDS, how="app", now=clock.now()
    )


@pytest.fixture
def browser():
    return desk.staff(Role.PRIVACY)


def act(browser, row, name, **filled):
    path = desk.path_of(type(row), row, f"act/{name}/")
    form = urlencode(filled)
    return browser.post(path, form, content_type="application/x-www-form-urlencoded")


class TestTheList:
    @pytest.mark.obligation("PER-48", partial=True)
    def test_says_what_by_when_and_whether_it_presses_and_nothing_about_whom(
        self, browser, alice, request_of_alice
    ):
        Request.objects.update(late_at=clock.now(), reminded=2)
        page = browser.get(desk.path_of(Request)).content.decode()
        assert f"complaint · answer by {request_of_alice.due_on} · LATE · reminder 2" in page
        assert str(alice.pk) not in page
        assert WORDS not in page
        assert not StaffLook.objects.exists()

    @pytest.mark.parametrize("role", [Role.SUPPORT, Role.FINANCE, Role.SYSTEM])
    def test_is_for_privacy_only(self, request_of_alice, role):
        other = desk.staff(role)
        assert other.get(desk.path_of(Request)).status_code == 403
        assert other.get(desk.path_of(Request, request_of_alice)).status_code == 403
        assert act(other, request_of_alice, "answer", text=ANSWER).status_code == 404
        assert Request.objects.get().closed_at is None


class TestARequest:
    def test_is_read_only_after_a_reason(self, browser, alice, request_of_alice):
        assert WORDS not in browser.get(desk.path_of(Request, request_of_alice)).content.decode()
        assert WORDS in desk.look(browser, request_of_alice).content.decode()
        look = StaffLook.objects.get()
        assert (look.subject_id, look.table, look.reason) == (alice.pk, "privacy.Request", desk.REASON)

    def test_is_not_dealt_with_without_a_reason(self, browser, request_of_alice):
        assert act(browser, request_of_alice, "answer", text=ANSWER).status_code == 302
        assert Request.objects.get().closed_at is None
        assert not StaffLook.objects.exists()

    @pytest.mark.obligation("PRE-29", partial=True)
    @pytest.mark.obligation("PRI-108", "PRE-55", partial=True)
    def test_is_acknowledged_answered_and_then_offers_nothing_more(
        self, browser, alice, request_of_alice, as_
    ):
        page = desk.look(browser, request_of_alice).content.decode()
        offered = [
            name for name in ("acknowledge", "write", "extend", "answer", "refuse") if f"act/{name}/" in page
        ]
        assert offered == ["acknowledge", "write", "extend", "answer", "refuse"]
        assert act(browser, request_of_alice, "acknowledge").status_code == 302
        assert Request.objects.get().acknowledged_at
        assert act(browser, request_of_alice, "answer", text=ANSWER).status_code == 302
        (mine,) = as_(alice).get("/api/v1/me/requests").json()["items"]
        assert (mine["outcome"], mine["lines"][-1]["text"]) == ("answered", ANSWER)
        assert "act/" not in desk.look(browser, request_of_alice).content.decode()
        assert {"privacy.request_acknowledged", "privacy.request_answered"} <= set(
            Notice.objects.filter(account_id=alice.pk).values_list("kind", flat=True)
        )
        assert len(as_(alice).get("/api/v1/me/looks").json()["items"]) == 4

    @pytest.mark.parametrize(
        ("name", "filled", "outcome"),
        [
            ("write", {"text": "Which street?"}, ""),
            ("extend", {"text": "Much to do.", "months": "2"}, ""),
            ("refuse", {"text": "We may not.", "reason": "law"}, "refused"),
        ],
    )
    def test_is_dealt_with_in_every_way(self, browser, request_of_alice, name, filled, outcome):
        desk.look(browser, request_of_alice)
        assert act(browser, request_of_alice, name, **filled).status_code == 302
        request = Request.objects.get()
        assert (request.outcome, services.lines_of(request)[-1].text) == (outcome, filled["text"])
        assert bool(request.extended_at) is (name == "extend")

    def test_says_what_is_missing_and_what_cannot_be(self, browser, request_of_alice):
        desk.look(browser, request_of_alice)
        assert act(browser, request_of_alice, "refuse", text="No.", reason="mood").status_code == 200
        assert act(browser, request_of_alice, "answer", text="").status_code == 200
        Request.objects.update(created_at=clock.now() - services.GRACE * 2)
        page = act(browser, request_of_alice, "extend", text="Later.", months="1")
        assert "The first month is over" in page.content.decode()
        assert Request.objects.get().extended_at is None
        assert StaffLook.objects.count() == 1


class TestAReview:
    @pytest.fixture
    def review(self, alice):
        return services.file_request(
            account=alice.account, right=Right.REVIEW, text="Why must I wait?", how="app", now=clock.now()
        )

    @pytest.mark.obligation("PRE-48")
    @pytest.mark.obligation("PRE-36", "PRE-52", partial=True)
    def test_undoes_what_the_system_decided_and_answers(
        self, browser, alice, review, as_, django_capture_on_commit_callbacks
    ):
        now = clock.now()
        for _ in range(Limit.EXPORT_MAKE.value.number):
            enforce(Limit.EXPORT_MAKE, str(alice.pk))
        Closure.objects.create(account_ref=alice.pk, due_at=now + services.GRACE, created_at=now)
        day = day_of(now)
        Idle.objects.create(account=alice.account, used_on=day, warned_on=day, closes_on=day, closing=True)
        desk.look(browser, review)
        with django_capture_on_commit_callbacks(execute=True):
            assert act(browser, review, "undo", text="You need not wait.").status_code == 302
        enforce(Limit.EXPORT_MAKE, str(alice.pk))
        assert not Idle.objects.exists()
        assert not Closure.objects.exists()
        (mine,) = as_(alice).get("/api/v1/me/requests").json()["items"]
        assert (mine["outcome"], mine["lines"][-1]["text"]) == ("answered", "You need not wait.")
        lines = [(one["what"], one["who"]) for one in as_(alice).get("/api/v1/me/log").json()["items"]]
        assert ("decision_undone", "staff") in lines

    def test_leaves_a_closing_that_its_person_asked_for(self, browser, alice, review):
        services.ask_closing(
            account=alice.account, password=PASSWORD, withdraw=False, session_key=None, now=clock.now()
        )
        desk.look(browser, review)
        act(browser, review, "undo", text="Done.")
        assert Closure.objects.exists()

    def test_is_offered_for_nothing_else(self, browser, request_of_alice):
        assert "act/undo/" not in desk.look(browser, request_of_alice).content.decode()
        with pytest.raises(services.RequestClosed):
            services.undo_decisions(request_id=request_of_alice.pk, text="No.", now=clock.now())
        assert Request.objects.get().closed_at is None


class TestARestriction:
    def test_is_announced_to_end(self, browser, alice):
        row = services.restrict(account_id=alice.pk, cause="incorrect", now=clock.now())
        assert "act/end/" in desk.look(browser, row).content.decode()
        assert act(browser, row, "end").status_code == 302
        assert Restriction.objects.get().ends_at
        assert Notice.objects.filter(account_id=alice.pk, kind="privacy.restriction_ends").exists()


class TestAnAccount:
    @pytest.mark.obligation("PRI-14", partial=True)
    @pytest.mark.obligation("PER-44", "PER-39", "PRE-51", "PRE-53", partial=True)
    @pytest.mark.parametrize("how", ["letter", "mail", "phone"])
    def test_is_where_staff_enter_what_came_outside_the_app(self, browser, alice, how, as_):
        words = OPTIONAL[Choice.NEWS_MAIL].current.hash_of(Choice.NEWS_MAIL, "nl")
        services.give_consent(
            account=alice.account, choice=Choice.NEWS_MAIL, text_hash=words, how="app", now=clock.now()
        )
        assert "act/request/" in desk.look(browser, alice.account).content.decode()
        done = act(browser, alice.account, "request", kind="objection", how=how, text=WORDS)
        assert done.status_code == 302
        (mine,) = as_(alice).get("/api/v1/me/requests").json()["items"]
        assert (mine["kind"], mine["lines"][0]["text"]) == ("objection", WORDS)
        assert Request.objects.get().how == how
        assert not services.allows(alice.pk, Choice.NEWS_MAIL, now=clock.now())
        assert Notice.objects.filter(account_id=alice.pk, kind="privacy.request_received").exists()

    @pytest.mark.obligation("PRE-51", partial=True)
    def test_is_restricted_at_the_word_of_its_person(self, browser, alice):
        desk.look(browser, alice.account)
        assert act(browser, alice.account, "restrict", cause="incorrect").status_code == 302
        assert Restriction.objects.get().account_id == alice.pk

    @pytest.mark.obligation("PRI-101", partial=True)
    def test_is_erased_at_once_when_two_people_say_so(self, browser, alice):
        desk.look(browser, alice.account)
        assert act(browser, alice.account, "erase", sure="on", withdraw="on").status_code == 302
        closure = Closure.objects.get()
        assert (closure.account_ref, closure.withdraw) == (alice.pk, True)
        with pytest.raises(services.ErasureBegan):
            services.keep_account(account_id=alice.pk, now=clock.now())
        call_command("erase_account", "alice", "--now", stdout=StringIO())
        assert not Account.objects.filter(pk=alice.pk).exists()

    def test_is_not_erased_by_one_alone(self, browser, alice):
        assert act(browser, alice.account, "erase", sure="on").status_code == 302
        desk.ask(browser, alice.account)
        assert act(browser, alice.account, "erase", sure="on").status_code == 302
        with pytest.raises(CommandError, match="a colleague opened"):
            call_command("erase_account", "alice", "--now")
        assert not Closure.objects.exists()
        assert Account.objects.filter(pk=alice.pk).exists()

    def test_is_erased_only_when_that_is_meant(self, browser, alice):
        desk.look(browser, alice.account)
        assert act(browser, alice.account, "erase").status_code == 200
        assert not Closure.objects.exists()

    def test_that_its_person_closes_is_not_erased_before_the_day(self, alice):
        services.ask_closing(
            account=alice.account, password=PASSWORD, withdraw=False, session_key=None, now=clock.now()
        )
        with pytest.raises(CommandError):
            call_command("erase_account", "alice", "--now")
        assert services.keep_account(account_id=alice.pk, now=clock.now())

    def test_is_dealt_with_by_nobody_else(self, alice):
        other = desk.staff(Role.SUPPORT)
        assert "act/" not in desk.look(other, alice.account).content.decode()
        act(other, alice.account, "restrict", cause="incorrect")
        assert not Restriction.objects.exists()
