"""The pages on which staff act together: for the roles they are for, from a yes to a package and letters."""

import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.formats import date_format

from figures.models import Figure
from figures.rules import Metric
from notices.models import Notice
from plans.models import Credit, Plan
from plans.services import begin_plan
from prifora.kernel import clock
from prifora.kernel.crypto import digest
from prifora.kernel.ids import new_id
from prifora.kernel.policy import Role
from prifora.kernel.terms import ZONE, day_of
from support.models import Breach, Case, Grant, State
from tests import cast
from tests.support import desk
from tickets.services import give_feedback

pytestmark = pytest.mark.django_db
FORM = {
    "ground": "production_order",
    "authority": "Rechtbank Amsterdam",
    "article": "Sv art. 126ng",
    "reference": "AMS-4711",
    "wanted": "Name and devices.",
    "received_at": "2024-11-04 08:00",
    "gag_article": "",
    "gag_until": "",
}


def pages():
    return [
        (reverse("desk"), set(Role)),
        (reverse("cases"), {Role.PRIVACY}),
        (reverse("case", args=[new_id()]), {Role.PRIVACY}),
        (reverse("outages"), {Role.SYSTEM, Role.FINANCE}),
        (reverse("figures"), {Role.SYSTEM}),
        (reverse("feedback"), {Role.SUPPORT}),
        (reverse("breaches"), {Role.PRIVACY}),
        (reverse("breach", args=[new_id()]), {Role.PRIVACY}),
    ]


class TestPage:
    @pytest.mark.parametrize("role", Role)
    def test_is_for_the_roles_it_names(self, role):
        browser = desk.staff(role)
        for path, roles in pages():
            status = browser.get(path).status_code
            assert status in ((200, 404) if role in roles else (403,)), path
            assert browser.post(path, {}).status_code in ((200, 404) if role in roles else (403,)), path

    def test_sends_everybody_else_to_the_sign_in(self, alice):
        for browser in (Client(), cast.client_of(alice)):
            for path, _roles in pages():
                answer = browser.get(path)
                assert (answer.status_code, answer.headers["Location"][:13]) == (302, "/admin/login/")

    def test_is_kept_out_of_caches_and_takes_no_forms_from_elsewhere(self):
        browser = desk.staff(Role.PRIVACY)
        answer = browser.get(reverse("desk"))
        assert "no-store" in answer.headers["Cache-Control"]
        strict = Client(enforce_csrf_checks=True)
        strict.cookies = browser.cookies
        for path, _roles in pages():
            assert strict.post(path, {}).status_code == 403

    def test_is_found_from_the_index(self):
        for role in Role:
            text = desk.staff(role).get("/admin/").content.decode()
            assert reverse("desk") in text
            assert (reverse("cases") in text) == (reverse("breaches") in text) == (role is Role.PRIVACY)


class TestDesk:
    def test_opens_a_colleague_s_request_and_closes_it(self, alice):
        asker, officer = desk.staff(Role.SUPPORT), desk.staff(Role.PRIVACY)
        desk.ask(asker, alice.account)
        page = officer.get(reverse("desk")).content.decode()
        assert desk.REASON in page
        assert "Alice" not in page
        grant = Grant.objects.get()
        assert officer.post(reverse("desk"), {"grant": grant.pk, "act": "yes"}).status_code == 302
        path = desk.path_of(type(alice.account), alice.account)
        assert b"field-kind" in asker.get(path).content
        assert officer.post(reverse("desk"), {"grant": grant.pk, "act": "end"}).status_code == 302
        assert b"field-kind" not in asker.get(path).content

    def test_opens_nothing_for_who_asked(self, alice):
        officer = desk.staff(Role.PRIVACY)
        desk.ask(officer, alice.account)
        answer = officer.post(reverse("desk"), {"grant": Grant.objects.get().pk, "act": "yes"})
        assert answer.status_code == 403
        assert Grant.objects.get().approved_at is None

    def test_shows_others_only_their_own(self, alice):
        desk.ask(desk.staff(Role.SUPPORT), alice.account)
        other = desk.staff(Role.SUPPORT, "other")
        assert desk.REASON not in other.get(reverse("desk")).content.decode()
        assert other.post(reverse("desk"), {"grant": Grant.objects.get().pk, "act": "yes"}).status_code == 403

    @pytest.mark.parametrize(
        "sent", [{}, {"act": "yes"}, {"act": "yes", "grant": "x"}, {"act": "all", "grant": "x"}]
    )
    def test_takes_nothing_it_does_not_know(self, sent):
        assert desk.staff(Role.PRIVACY).post(reverse("desk"), sent).status_code == 404


class TestCases:
    def made(self, browser, alice, **changes):
        answer = browser.post(reverse("cases"), {**FORM, "account_id": alice.pk, **changes})
        assert answer.status_code == 302, answer.content.decode()
        return answer.headers["Location"]

    def test_goes_from_a_letter_to_a_package_by_two_officers(self, alice):
        one, two = desk.staff(Role.PRIVACY), desk.staff(Role.PRIVACY, "second")
        path = self.made(one, alice)
        assert "Rechtbank Amsterdam" in one.get(path).content.decode()
        one.post(path, {"act": "verify"})
        one.post(path, {"act": "scope", "tables": ["accounts.Account"]})
        one.post(path, {"act": "yes"})
        assert one.post(path, {"act": "yes"}).status_code == 403
        assert one.post(path, {"act": "deliver"}).status_code == 409
        two.post(path, {"act": "yes"})
        answer = one.post(path, {"act": "deliver"})
        assert answer.headers["Content-Disposition"].startswith("attachment")
        case = Case.objects.get()
        assert bytes(case.package_hash) == digest(answer.content)
        assert json.loads(answer.content)["reference"] == "AMS-4711"
        assert one.get(path).status_code == 200

    def test_takes_moments_in_our_own_zone(self, alice):
        self.made(desk.staff(Role.PRIVACY), alice, received_at="2024-07-01 08:00")
        assert Case.objects.get().created_at.isoformat() == "2024-07-01T06:00:00+00:00"

    @pytest.mark.obligation("PER-36", "PIM-40", partial=True)
    @pytest.mark.obligation("PRI-02", "PRI-118", "PIM-36", "PER-41", partial=True)
    def test_says_what_is_wrong_and_writes_nothing(self, alice):
        browser = desk.staff(Role.PRIVACY)
        lacking = browser.post(reverse("cases"), {**FORM, "account_id": alice.pk, "authority": ""})
        gagged = browser.post(reverse("cases"), {**FORM, "account_id": alice.pk, "gag_until": "2099-01-01"})
        nobody = browser.post(reverse("cases"), {**FORM, "account_id": new_id()})
        assert (lacking.status_code, gagged.status_code, nobody.status_code) == (200, 400, 404)
        sold = browser.post(reverse("cases"), {**FORM, "account_id": alice.pk, "ground": "commercial"})
        assert sold.status_code == 200
        assert not Case.objects.exists()

    @pytest.mark.obligation("PRI-111", partial=True)
    def test_refuses_and_has_the_letter_that_says_so(self, alice):
        browser = desk.staff(Role.PRIVACY)
        path = self.made(browser, alice)
        browser.post(path, {"act": "refuse"})
        assert Case.objects.get().state == State.REFUSED
        page = browser.get(path).content.decode()
        assert page.count("<pre>") == 3
        assert page.count("AMS-4711") == 4
        assert browser.post(path, {"act": "verify"}).status_code == 409
        assert browser.post(path, {"act": "nothing"}).status_code == 404


class TestBreaches:
    def test_shows_drafts_and_has_a_second_officer_send_letters(self, alice):
        one, two = desk.staff(Role.PRIVACY), desk.staff(Role.PRIVACY, "second")
        sent = {"table": "accounts_vault", "since": "", "real": "on"}
        path = one.post(reverse("breaches"), sent).headers["Location"]
        page = one.get(path).content.decode()
        assert page.count("<pre>") == 3
        assert one.post(path).status_code == 403
        assert two.post(path).status_code == 302
        assert Notice.objects.filter(kind__startswith="breach", account_id=alice.pk).exists()
        assert Breach.objects.get().told >= 1

    def test_is_a_drill_unless_somebody_says_it_is_none(self, alice):
        one = desk.staff(Role.PRIVACY)
        path = one.post(reverse("breaches"), {"table": "accounts_vault", "since": ""}).headers["Location"]
        assert desk.staff(Role.PRIVACY, "second").post(path).status_code == 409
        assert not Notice.objects.filter(kind__startswith="breach").exists()


def typed(hours_ago):
    """Some hours ago, as somebody in our own zone types it."""
    return f"{(clock.now() - timedelta(hours=hours_ago)).astimezone(ZONE):%Y-%m-%d %H:%M}"


@pytest.fixture
def outage():
    """What staff fill in of an outage of 25 hours that ended an hour ago."""
    reason = "No messages for a whole day."
    return {"began_at": typed(26), "ended_at": typed(1), "days": 2, "reason": reason}


class TestOutages:
    def test_gives_days_to_everybody_for_a_reason(self, family, settings, outage):
        settings.PLANS_USED = True
        plan = begin_plan(family_id=family.pk, now=clock.now() - timedelta(days=3))
        browser = desk.staff(Role.FINANCE)
        answer = browser.post(reverse("outages"), outage)
        assert answer.status_code == 302
        credit = Credit.objects.get()
        assert (credit.days, credit.plans, credit.reason) == (2, 1, "No messages for a whole day.")
        assert Plan.objects.get(pk=plan.pk).paid_until == plan.paid_until + timedelta(days=2)
        page = browser.get(reverse("outages")).content.decode()
        assert "No messages for a whole day." in page
        assert f"{credit.began_at.astimezone(ZONE):%Y-%m-%d %H:%M}" == outage["began_at"]
        assert date_format(credit.began_at.astimezone(ZONE), "DATETIME_FORMAT") in page

    def test_gives_them_once(self, family, settings, outage):
        settings.PLANS_USED = True
        plan = begin_plan(family_id=family.pk, now=clock.now() - timedelta(days=3))
        browser = desk.staff(Role.SYSTEM)
        assert [browser.post(reverse("outages"), outage).status_code for _twice in range(2)] == [302, 409]
        assert Plan.objects.get(pk=plan.pk).paid_until == plan.paid_until + timedelta(days=2)

    @pytest.mark.parametrize(
        "form",
        [
            {"days": 0},
            {"days": 91},
            {"days": 1},
            {"reason": ""},
            {"began_at": ""},
            {"ended_at": "2001-11-01 08:00"},
            {"ended_at": "2999-01-01 08:00"},
        ],
        ids=str,
    )
    def test_refuses_no_days_too_many_too_few_no_reason_and_no_time(self, outage, form):
        assert desk.staff(Role.SYSTEM).post(reverse("outages"), {**outage, **form}).status_code == 200
        assert not Credit.objects.exists()

    def test_is_offered_to_who_gives_them(self):
        for role in Role:
            shown = reverse("outages") in desk.staff(role).get("/admin/").content.decode()
            assert shown is (role in (Role.SYSTEM, Role.FINANCE)), role


class TestFeedback:
    def test_is_read_by_support_with_the_day_and_nothing_else(self):
        for text in ("Bigger letters.", "<b>Louder</b>"):
            give_feedback(feedback_id=new_id(), text=text, now=clock.now())
        browser = desk.staff(Role.SUPPORT)
        page = browser.get(reverse("feedback")).content.decode()
        assert "Bigger letters." in page
        assert "&lt;b&gt;Louder&lt;/b&gt;" in page
        assert reverse("feedback") in browser.get("/admin/").content.decode()


class TestFigures:
    @pytest.fixture
    def figures(self):
        """Yesterday's figures: 1,234 people, few Home Stations, and messages that nobody counted."""
        today = day_of(clock.now())
        days = [today - timedelta(days=n) for n in range(1, 4)]
        for day, value in zip(days, (1234, 617, None), strict=True):
            Figure.objects.create(metric=Metric.PEOPLE, begins_on=day, value=value)
        Figure.objects.create(metric=Metric.STATIONS, begins_on=days[0])
        monday = today - timedelta(days=today.weekday() + 7)
        Figure.objects.create(metric=Metric.WEEK_STATIONS, begins_on=monday, value=4321)

    def rows(self, metric):
        """Return what the table of a metric says, the latest period first."""
        text = desk.staff(Role.SYSTEM).get(reverse("figures")).content.decode()
        part = re.search(rf'<section aria-labelledby="{metric}">(.*?)</section>', text, re.S)[1]
        return re.findall(r"<td>(.*?)</td>", part, re.S)

    @pytest.mark.obligation("PRI-76", "PRI-49", partial=True)
    def test_shows_numbers_few_and_what_is_unknown(self, figures):
        assert self.rows("people") == ["1234", "617", "fewer than 20", *["unknown"] * 25]

    def test_shows_no_number_of_few(self, figures):
        assert self.rows("stations") == ["fewer than 20", *["unknown"] * 27]

    @pytest.mark.obligation("PRI-76", partial=True)
    def test_shows_weeks_too(self, figures):
        assert self.rows("week_stations")[:2] == ["4321", "unknown"]

    def test_shows_everything_there_is_and_the_same_again(self, figures):
        browser = desk.staff(Role.SYSTEM)
        first, second = (browser.get(reverse("figures")).content.decode() for _look in range(2))
        assert re.findall(r"<td>.*?</td>", first, re.S) == re.findall(r"<td>.*?</td>", second, re.S)
        assert re.findall(r'<section aria-labelledby="(\w+)">', first) == [one.value for one in Metric]

    @pytest.mark.parametrize(
        ("language", "words"),
        [
            ("nl", "Hoeveel PRIFORA wordt gebruikt"),
            ("fr", "Combien PRIFORA est utilisé"),
            ("en", "How much PRIFORA is used"),
        ],
    )
    def test_is_in_the_language_of_who_looks(self, language, words):
        browser = desk.staff(Role.SYSTEM)
        text = browser.get(reverse("figures"), headers={"accept-language": language}).content.decode()
        assert f"<h1>{words}</h1>" in text

    def test_is_offered_to_technical_maintenance_only(self):
        for role in Role:
            shown = reverse("figures") in desk.staff(role).get("/admin/").content.decode()
            assert shown is (role is Role.SYSTEM), role

    def test_changes_nothing(self, figures):
        before = sorted(Figure.objects.values_list("pk", "value"))
        desk.staff(Role.SYSTEM).post(reverse("figures"), {"value": 5})
        assert sorted(Figure.objects.values_list("pk", "value")) == before
