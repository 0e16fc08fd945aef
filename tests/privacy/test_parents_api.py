"""A child, their parent, and what the one may agree to while the other approves."""

import pytest

from contacts import services as contacts
from notices.models import Notice
from prifora.kernel import clock
from prifora.kernel.terms import day_of
from privacy import services
from privacy.models import ParentalApproval
from privacy.purposes import OPTIONAL, Choice

pytestmark = pytest.mark.django_db
PARENT, CHILDREN = "/api/v1/me/parent", "/api/v1/me/children"


def code(answer):
    return answer.status_code, answer.json()["errors"][0]["code"]


def born(client, years):
    today = day_of(clock.now())
    day = today.replace(year=today.year - years, day=min(today.day, 28)).isoformat()
    assert client.patch("/api/v1/me", {"date_of_birth": day}).status_code == 200


def agree(client):
    words = OPTIONAL[Choice.NEWS_MAIL].current.hash_of(Choice.NEWS_MAIL, "nl").hex()
    return client.put("/api/v1/me/consents/news_mail", {"given": True, "text_hash": words})


def letters(someone):
    return set(Notice.objects.filter(account_id=someone.pk).values_list("kind", flat=True))


@pytest.fixture
def child(as_, bob, family):
    """Bob told that he is twelve; Alice is in his family."""
    client = as_(bob)
    born(client, 12)
    return client


@pytest.fixture
def asked(child, alice):
    """Bob named Alice."""
    assert child.put(PARENT, {"account_id": str(alice.pk)}).status_code == 200
    return child


class TestNameParent:
    def test_asks_somebody_of_the_family_who_is_told(self, child, as_, alice, bob):
        answer = child.put(PARENT, {"account_id": str(alice.pk)})
        assert answer.json() == {"is_child": True, "parent_id": str(alice.pk), "approved_at": None}
        assert "privacy.parent_asked" in letters(alice)
        [one] = as_(alice).get(CHILDREN).json()["items"]
        assert (one["account_id"], one["approved_at"]) == (str(bob.pk), None)

    def test_twice_is_once_and_another_one_begins_anew(self, asked, as_, alice, bob, carol):
        as_(alice).put(f"{CHILDREN}/{bob.pk}")
        asked.put(PARENT, {"account_id": str(alice.pk)})
        assert ParentalApproval.objects.get().approved_at
        asked.put(PARENT, {"account_id": str(carol.pk)})
        assert ParentalApproval.objects.get().approved_at is None
        assert as_(alice).get(CHILDREN).json()["items"] == []

    def test_is_not_for_strangers(self, child, charlie):
        assert code(child.put(PARENT, {"account_id": str(charlie.pk)})) == (404, "absent")

    def test_is_not_another_child(self, child, as_, carol):
        born(as_(carol), 15)
        assert code(child.put(PARENT, {"account_id": str(carol.pk)})) == (400, "no_parent")

    @pytest.mark.parametrize("years", [None, 16, 40])
    def test_is_only_for_children(self, as_, alice, bob, family, years):
        client = as_(bob)
        if years:
            born(client, years)
        assert code(client.put(PARENT, {"account_id": str(alice.pk)})) == (409, "not_a_child")
        assert client.get(PARENT).json()["is_child"] is False

    def test_is_undone(self, asked, as_, alice):
        assert asked.delete(PARENT).status_code == 204
        assert as_(alice).get(CHILDREN).json()["items"] == []

    def test_is_not_for_a_home_station_or_who_is_signed_out(self, as_, alice, anyone):
        assert as_(alice, kind="station").get(PARENT).status_code == 404
        assert anyone.get(PARENT).status_code == 401


class TestApproveChild:
    def test_lets_the_child_agree_and_no_sooner(self, asked, as_, alice, bob):
        assert code(agree(asked)) == (409, "too_young")
        assert as_(alice).put(f"{CHILDREN}/{bob.pk}").status_code == 204
        assert agree(asked).status_code == 200
        assert services.allows(bob.pk, Choice.NEWS_MAIL, now=clock.now())
        assert "privacy.parent_approved" in letters(bob)
        lines = [(one["what"], one["who"]) for one in asked.get("/api/v1/me/log").json()["items"]]
        assert ("parent_approved", "parent") in lines

    def test_ends_when_the_parent_says_no(self, asked, as_, alice, bob):
        as_(alice).put(f"{CHILDREN}/{bob.pk}")
        agree(asked)
        assert as_(alice).delete(f"{CHILDREN}/{bob.pk}").status_code == 204
        assert not services.allows(bob.pk, Choice.NEWS_MAIL, now=clock.now())
        assert "privacy.parent_refused" in letters(bob)

    def test_ends_when_they_are_in_no_family_together(self, asked, as_, alice, bob, family):
        as_(alice).put(f"{CHILDREN}/{bob.pk}")
        agree(asked)
        contacts.remove(family_id=family.pk, account_id=bob.pk, now=clock.now())
        assert not services.allows(bob.pk, Choice.NEWS_MAIL, now=clock.now())
        assert code(as_(alice).delete(f"{CHILDREN}/{bob.pk}")) == (404, "absent")

    def test_is_needed_no_more_by_who_grew_up(self, asked, bob):
        born(asked, 16)
        assert agree(asked).status_code == 200
        assert services.allows(bob.pk, Choice.NEWS_MAIL, now=clock.now())

    @pytest.mark.parametrize("method", ["put", "delete"])
    def test_is_for_nobody_but_the_one_who_was_named(self, asked, as_, carol, charlie, bob, method):
        for other in (carol, charlie, bob):
            answer = getattr(as_(other), method)(f"{CHILDREN}/{bob.pk}")
            assert code(answer) == (404, "absent")
        assert ParentalApproval.objects.get().approved_at is None


class TestErasing:
    @pytest.mark.parametrize("who", ["alice", "bob"])
    def test_one_of_them_ends_it(self, asked, alice, bob, who):
        gone = {"alice": alice, "bob": bob}[who]
        services.close_at_once(account_id=gone.pk, withdraw=False, now=clock.now())
        services.erase(account_id=gone.pk, now=clock.now())
        assert not ParentalApproval.objects.exists()
