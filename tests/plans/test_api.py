"""Plans over HTTP: seeing how a family's stands, entering codes, guessing them."""

import pytest

from plans import services
from plans.rules import new_code
from prifora.kernel import clock
from prifora.kernel.limits import Limit
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def path(family):
    return f"/api/v1/families/{family.pk}/plan"


@pytest.fixture
def bought():
    return lambda days=365, kind="home": services.issue(kind, days, True, now=clock.now())


def said(reply):
    return reply.status_code, reply.json()["errors"][0]["code"]


class TestPlanPage:
    def test_shows_everybody_in_the_family_how_it_stands(self, as_, alice, bob, path):
        for client in (as_(alice), as_(bob), as_(alice, kind="station")):
            shown = client.get(path).json()
            assert shown["phase"] == "active"
            assert (shown["kind"], shown["station"], len(shown["pieces"])) == ("trial", True, 1)
            assert shown["paid_until"] < shown["grace_until"]

    def test_shows_outsiders_nothing(self, as_, charlie, anyone, path):
        assert said(as_(charlie).get(path)) == (404, "absent")
        assert anyone.get(path).status_code == 401

    def test_says_when_none_is_used(self, as_, bob, path, used):
        used.PLANS_USED = False
        assert as_(bob).get(path).json() == {
            "phase": "unused",
            "kind": "",
            "station": True,
            "paid_until": None,
            "grace_until": None,
            "pieces": [],
        }


class TestCodes:
    def test_makes_the_plan_longer(self, as_, alice, path, bought):
        reply = as_(alice).post(f"{path}/codes", {"code": f"  {bought().lower()} "})
        assert reply.status_code == 200
        assert [one["kind"] for one in reply.json()["pieces"]] == ["trial", "home"]
        assert as_(alice).get(path).json() == reply.json()

    def test_can_begin_today(self, as_, alice, path, bought):
        reply = as_(alice).post(f"{path}/codes", {"code": bought(), "at_once": True})
        assert [one["kind"] for one in reply.json()["pieces"]] == ["home", "trial"]

    def test_is_for_who_looks_after_the_family(self, as_, alice, bob, charlie, anyone, path, bought):
        code = bought()
        for client in (as_(bob), as_(charlie), as_(alice, kind="station")):
            assert said(client.post(f"{path}/codes", {"code": code})) == (404, "absent")
        assert anyone.post(f"{path}/codes", {"code": code}).status_code == 401
        assert as_(alice).post(f"{path}/codes", {"code": code}).status_code == 200

    def test_says_the_same_of_wrong_used_and_taken_back_ones(self, as_, alice, charlie, path, bought):
        used, gone = bought(), bought()
        other = cast.family_of(charlie)
        services.redeem(family_id=other.pk, code=used, now=clock.now())
        services.void(gone, now=clock.now())
        replies = [as_(alice).post(f"{path}/codes", {"code": one}) for one in (new_code(), used, gone)]
        assert {one.content for one in replies} == {replies[0].content}
        assert said(replies[0]) == (404, "activation_unknown")

    def test_says_more_of_a_slip_of_the_pen_and_of_ones_own(self, as_, alice, path, bought):
        code = bought()
        as_(alice).post(f"{path}/codes", {"code": code})
        assert said(as_(alice).post(f"{path}/codes", {"code": code})) == (409, "activation_entered")
        slip = code[:-1] + ("B" if code[-1] != "B" else "C")
        assert said(as_(alice).post(f"{path}/codes", {"code": slip})) == (400, "activation_mistyped")

    @pytest.mark.parametrize("language", ["nl", "fr", "en"])
    def test_says_it_in_the_language_one_reads(self, as_, alice, path, language):
        client = as_(alice)
        alice.account.profile["language"] = language
        alice.account.save(update_fields=["sealed"])
        reply = client.post(f"{path}/codes", {"code": new_code()}, headers={"Accept-Language": language})
        words = {
            "nl": "Deze code werkt niet",
            "fr": "Ce code ne fonctionne pas",
            "en": "This code does not work",
        }
        assert reply.json()["errors"][0]["detail"].startswith(words[language])

    def test_lets_nobody_guess_for_long(self, as_, alice, path, bought):
        client = as_(alice)
        tries = Limit.ACTIVATION_WRONG_CODE.value.number
        assert [said(client.post(f"{path}/codes", {"code": new_code()}))[0] for _ in range(tries)] == [
            404
        ] * tries
        reply = client.post(f"{path}/codes", {"code": bought()})
        assert said(reply) == (429, "throttled")
        assert int(reply.headers["Retry-After"]) > 0

    def test_does_not_count_slips_of_the_pen_as_guesses(self, as_, alice, path, bought):
        for _ in range(Limit.ACTIVATION_WRONG_CODE.value.number + 3):
            as_(alice).post(f"{path}/codes", {"code": "BCDF-GHJK-LMNP-QRST"})
        assert as_(alice).post(f"{path}/codes", {"code": bought()}).status_code == 200

    def test_lets_nobody_guess_by_many_accounts_from_one_place(self, as_, alice, path, bought):
        for number in range(Limit.ACTIVATION_WRONG_HERE.value.number):
            guesser = cast.person(f"guesser{number}") if number % 5 == 0 else guesser  # noqa: F821
            own = cast.family_of(guesser) if number % 5 == 0 else own  # noqa: F821
            as_(guesser).post(f"/api/v1/families/{own.pk}/plan/codes", {"code": new_code()})
        assert said(as_(alice).post(f"{path}/codes", {"code": bought()})) == (429, "throttled")

    @pytest.mark.parametrize(
        "body", [{}, {"code": ""}, {"code": 5}, {"code": "x" * 61}, {"code": "B", "at_once": "x"}]
    )
    def test_refuses_what_is_no_code_at_all(self, as_, alice, path, body):
        assert as_(alice).post(f"{path}/codes", body).status_code == 400
