"""Consents over HTTP: off until a person says yes to words they read, off again with one no."""

import pytest
from django.utils import timezone

from accounts import services as accounts
from notices.models import Notice
from prifora.kernel import ledger
from prifora.kernel.terms import day_of
from privacy.models import Consent
from privacy.purposes import OPTIONAL, Choice
from privacy.services import allows
from tests import cast

PATH = "/api/v1/me/consents"
MARKETING = {choice for choice, one in OPTIONAL.items() if one.marketing}

pytestmark = pytest.mark.django_db


def listed(client, language="en"):
    answer = client.get(PATH, headers={"accept-language": language})
    assert answer.status_code == 200, answer.content
    return {one["purpose"]: one for one in answer.json()["items"]}


def say(client, choice, *, given=True, text_hash=None):
    """Say yes to the words that are shown, or no."""
    body = {"given": given}
    if given:
        body["text_hash"] = text_hash or listed(client)[choice]["text_hash"]
    return client.put(f"{PATH}/{choice}", body)


def code(answer):
    return answer.status_code, answer.json()["errors"][0]["code"]


def now_allowed(someone):
    return {choice for choice in Choice if allows(someone.pk, choice, now=timezone.now())}


class TestConsents:
    @pytest.mark.obligation("PRI-50", "PRI-74", "PER-38", "PRE-34", partial=True)
    @pytest.mark.parametrize("kind", ["user", "contact"])
    def test_are_all_off_on_a_new_account(self, as_, kind):
        someone = cast.person("new", kind=kind)
        found = listed(as_(someone))
        assert list(found) == list(Choice)
        assert {(one["state"], one["allowed"], one["at"]) for one in found.values()} == {
            ("never", False, None)
        }
        assert now_allowed(someone) == set()
        assert not Consent.objects.exists()

    @pytest.mark.parametrize("language", ["nl", "fr", "en"])
    def test_are_asked_in_the_language_of_the_reader(self, as_, alice, language):
        accounts.change_profile(account=alice.account, changes={"language": language})
        found = listed(as_(alice), language)
        for choice, optional in OPTIONAL.items():
            title, text = optional.current.words[language]
            assert (found[choice]["title"], found[choice]["text"]) == (title, text)
            assert found[choice]["language"] == language

    def test_are_not_there_for_who_is_signed_out(self, anyone):
        assert code(anyone.get(PATH)) == (401, "not_authenticated")
        assert anyone.put(f"{PATH}/news_mail", {"given": False}).status_code == 401


class TestConsent:
    @pytest.mark.obligation("PRI-50", partial=True)
    @pytest.mark.parametrize("choice", Choice)
    def test_is_given_by_one_yes_and_recorded_whole(self, as_, alice, choice):
        client = as_(alice)
        shown = listed(client)[choice]
        answer = say(client, choice)
        assert answer.status_code == 200
        assert now_allowed(alice) == {choice}
        (row,) = Consent.objects.all()
        assert (row.account_id, row.purpose, row.act, row.how) == (alice.pk, choice, "given", "app")
        assert (row.version, row.language) == (shown["version"], shown["language"])
        assert bytes(row.text_hash).hex() == shown["text_hash"]
        assert bytes(row.person) == ledger.digest_of(alice.pk)
        assert abs((row.created_at - timezone.now()).total_seconds()) < 60

    @pytest.mark.obligation("PRI-75", "PRE-34", "PER-38", partial=True)
    @pytest.mark.parametrize("choice", Choice)
    def test_is_taken_back_by_one_no_that_counts_at_once(self, as_, alice, choice):
        client = as_(alice)
        say(client, choice)
        answer = say(client, choice, given=False)
        assert answer.status_code == 200
        assert now_allowed(alice) == set()
        given, taken = Consent.objects.order_by("n")
        assert (given.act, taken.act) == ("given", "withdrawn")
        assert (taken.version, taken.language) == (given.version, given.language)
        assert bytes(taken.text_hash) == bytes(given.text_hash)
        assert listed(client)[choice]["state"] == "withdrawn"

    def test_said_twice_is_recorded_once(self, as_, alice):
        client = as_(alice)
        for _ in range(2):
            say(client, Choice.NEWS_MAIL)
        for _ in range(2):
            say(client, Choice.NEWS_MAIL, given=False)
        assert [row.act for row in Consent.objects.order_by("n")] == ["given", "withdrawn"]

    def test_can_be_given_again(self, as_, alice):
        client = as_(alice)
        for given in (True, False, True):
            say(client, Choice.NEWS_MAIL, given=given)
        assert now_allowed(alice) == {Choice.NEWS_MAIL}
        assert [row.n for row in Consent.objects.order_by("n")] == [1, 2, 3]

    @pytest.mark.obligation("PRI-74", partial=True)
    def test_is_not_given_without_the_words_that_were_read(self, as_, alice):
        client = as_(alice)
        assert code(client.put(f"{PATH}/news_mail", {"given": True})) == (400, "required")
        other = listed(client)[Choice.USE_COUNTS]["text_hash"]
        assert code(say(client, Choice.NEWS_MAIL, text_hash=other)) == (409, "other_words")
        assert code(client.put(f"{PATH}/news_mail", {"given": "yes", "text_hash": other}))[0] == 400
        assert not Consent.objects.exists()

    def test_of_a_purpose_that_does_not_exist_is_absent(self, as_, alice):
        assert code(as_(alice).put(f"{PATH}/profiles", {"given": False})) == (404, "absent")

    def test_is_nobody_else_s(self, as_, alice, charlie):
        say(as_(alice), Choice.NEWS_MAIL)
        assert now_allowed(charlie) == set()
        assert listed(as_(charlie))[Choice.NEWS_MAIL]["state"] == "never"

    @pytest.mark.obligation("PRI-75", partial=True)
    def test_is_given_and_taken_back_at_the_home_station(self, as_, alice):
        station = as_(alice, kind="station")
        say(station, Choice.USE_COUNTS)
        assert now_allowed(alice) == {Choice.USE_COUNTS}
        say(station, Choice.USE_COUNTS, given=False)
        assert now_allowed(alice) == set()
        assert [row.how for row in Consent.objects.order_by("n")] == ["station", "station"]

    @pytest.mark.parametrize(("age", "can"), [(15, False), (16, True), (80, True)])
    def test_is_not_given_by_who_told_that_they_are_younger_than_16(self, as_, alice, age, can):
        today = day_of(timezone.now())
        born = today.replace(year=today.year - age, day=min(today.day, 28)).isoformat()
        client = as_(alice)
        client.patch("/api/v1/me", {"date_of_birth": born})
        answer = say(client, Choice.NEWS_MAIL)
        assert answer.status_code == (200 if can else 409)
        assert can or code(answer) == (409, "too_young")
        assert bool(now_allowed(alice)) is can

    def test_does_not_count_while_a_birth_date_that_is_told_later_says_too_young(self, as_, alice):
        client = as_(alice)
        say(client, Choice.NEWS_MAIL)
        client.patch("/api/v1/me", {"date_of_birth": day_of(timezone.now()).isoformat()})
        assert now_allowed(alice) == set()


class TestObjection:
    @pytest.mark.obligation("PRI-104", "PER-45", "PRE-49", partial=True)
    def test_ends_all_marketing_whatever_was_agreed_and_nothing_else(self, as_, alice):
        client = as_(alice)
        for choice in Choice:
            say(client, choice)
        answer = client.post("/api/v1/me/objection")
        assert answer.status_code == 200
        assert now_allowed(alice) == set(Choice) - MARKETING
        states = {one["purpose"]: one["state"] for one in answer.json()["items"]}
        assert {choice for choice, state in states.items() if state == "objected"} == MARKETING

    @pytest.mark.obligation("PRI-104", partial=True)
    def test_holds_until_a_yes_is_given_anew(self, as_, alice):
        client = as_(alice)
        client.post("/api/v1/me/objection")
        say(client, Choice.NEWS_MAIL, given=False)
        assert listed(client)[Choice.NEWS_MAIL]["state"] == "objected"
        say(client, Choice.NEWS_MAIL)
        assert now_allowed(alice) == {Choice.NEWS_MAIL}

    def test_said_twice_is_recorded_once(self, as_, alice):
        client = as_(alice)
        for _ in range(2):
            client.post("/api/v1/me/objection")
        assert Consent.objects.count() == len(MARKETING)
        assert not Notice.objects.exists()
