"""Choosing relatives, and what they keep, over HTTP."""

from datetime import timedelta
from uuid import uuid4

import pytest

from prifora.kernel.limits import Limit
from recovery.models import Relatives, Share
from tests import cast
from tests.cast import slot, vault_change
from tests.contacts.asking import said
from tests.recovery.asking import (
    END,
    HELD,
    RELATIVES,
    approve,
    choice,
    choose,
    heard,
    share,
)

REFUSED = (400, "relatives_refused")
STATEMENT = (400, "statement_refused")
ABSENT = (404, "absent")
DAY = timedelta(days=1)


def log_of(client) -> list[tuple[str, str]]:
    return [(one["what"], one["who"]) for one in client.get("/api/v1/me/log").json()["items"]]


def without_relatives(someone) -> dict:
    return {"vault": vault_change(someone)}


class TestChooseRelatives:
    def test_gives_each_a_share_and_the_vault_a_slot(self, as_, alice, bob, carol, dora, home):
        body = choose(as_(alice), alice, bob, carol, dora, wait_hours=72)
        shown = as_(alice).get(RELATIVES).json()
        assert (shown["set_id"], shown["threshold"], shown["wait_hours"]) == (body["set_id"], 2, 72)
        named = {(one["account_id"], one["first_name"]) for one in shown["relatives"]}
        assert named == {(str(bob.pk), "Bob"), (str(carol.pk), "Carol"), (str(dora.pk), "Dora")}
        slots = [one["name"] for one in as_(alice).get("/api/v1/vault").json()["slots"]]
        assert sorted(slots) == ["password", "relatives"]
        assert ("relatives_chosen", "you") in log_of(as_(alice))

    def test_shows_each_relative_theirs_only(self, as_, alice, bob, carol, chosen):
        shares = {one["account_id"]: one for one in chosen["shares"]}
        for relative in (bob, carol):
            mine = shares[str(relative.pk)]
            assert as_(relative).get(HELD).json()["items"] == [
                {
                    "account_id": str(alice.pk),
                    "first_name": "Alice",
                    "set_id": chosen["set_id"],
                    "box": mine["box"],
                    "signature": mine["signature"],
                }
            ]
        assert as_(alice).get(HELD).json() == {"items": []}

    def test_replaces_the_earlier_choice_and_ends_what_was_asked(self, as_, alice, bob, carol, dora, asker):
        approve(as_(bob), asker, bob)
        choose(as_(alice), alice, carol, dora)
        assert as_(bob).get(HELD).json() == {"items": []}
        assert len(as_(carol).get(HELD).json()["items"]) == 1
        assert asker.poll().json()["state"] == "ended"
        assert heard(as_(alice)) == []
        assert Relatives.objects.count() == 1

    @pytest.mark.parametrize("number", [1, 4])
    def test_wants_two_or_three(self, as_, alice, bob, carol, dora, home, number):
        several = [bob, carol, dora, cast.person("eve")][:number]
        reply = as_(alice).put(RELATIVES, choice(alice, *several, threshold=min(number, 2)))
        assert reply.status_code == 400
        assert not Share.objects.exists()

    @pytest.mark.parametrize("who", ["a stranger", "oneself", "twice the same", "nobody", "one without keys"])
    def test_wants_other_people_of_ones_families_with_keys(self, as_, alice, bob, carol, charlie, home, who):
        second = {"a stranger": charlie, "oneself": alice, "twice the same": bob}.get(who, carol)
        body = choice(alice, bob, second)
        if who == "nobody":
            body["shares"][1]["account_id"] = str(uuid4())
        if who == "one without keys":
            carol.account.vault.delete()
        assert said(as_(alice).put(RELATIVES, body)) == REFUSED
        assert not Relatives.objects.exists()

    def test_lets_a_person_choose_neither_one_relative_nor_no_wait(self, as_, alice, bob, carol, home):
        for body in (choice(alice, bob, threshold=1), choice(alice, bob, carol, wait_hours=0)):
            assert said(as_(alice).put(RELATIVES, body)) == REFUSED

    def test_wants_the_slot_in_the_same_request(self, as_, alice, bob, carol, home):
        body = choice(alice, bob, carol, vault=vault_change(alice))
        assert said(as_(alice).put(RELATIVES, body)) == REFUSED

    def test_wants_every_share_signed_for_who_gets_it(self, as_, alice, bob, carol, home):
        set_id = uuid4()
        good = choice(alice, bob, carol, set_id=set_id)
        forged = share(alice, set_id, carol, signer=bob)
        swapped = {**good["shares"][1], "box": good["shares"][0]["box"]}
        other_set = share(alice, uuid4(), carol)
        for wrong in (forged, swapped, other_set):
            assert (
                said(as_(alice).put(RELATIVES, {**good, "shares": [good["shares"][0], wrong]})) == STATEMENT
            )
        assert not Relatives.objects.exists()

    def test_changes_nothing_when_the_vault_is_stale(self, as_, alice, bob, carol, chosen):
        body = choice(alice, bob, carol)
        body["vault"]["revision"] += 1
        before = as_(alice).get("/api/v1/vault").content
        assert said(as_(alice).put(RELATIVES, body)) == (409, "stale_vault")
        assert as_(alice).get("/api/v1/vault").content == before
        assert as_(alice).get(RELATIVES).json()["set_id"] == chosen["set_id"]

    def test_takes_no_id_that_is_somebody_elses(self, as_, alice, bob, carol, chosen):
        body = choice(bob, alice, carol, set_id=Relatives.objects.get().pk)
        assert said(as_(bob).put(RELATIVES, body)) == (409, "conflict")
        assert Relatives.objects.get().account_id == alice.pk

    def test_may_be_sent_again_when_the_answer_was_lost(self, as_, alice, bob, carol, home):
        body = choose(as_(alice), alice, bob, carol)
        assert as_(alice).put(RELATIVES, body).status_code == 200
        assert Share.objects.count() == 2

    def test_tells_the_person_and_old_and_new_relatives(self, as_, alice, bob, carol, dora, home, told):
        choose(as_(alice), alice, bob, carol)
        news = told(lambda: choose(as_(alice), alice, carol, dora))
        people = {alice.pk, bob.pk, carol.pk, dora.pk}
        assert ("recovery.changed", {"account_id": str(alice.pk)}, people) in news

    def test_stops_after_so_many_in_an_hour(self, as_, alice, bob, carol, home):
        client, body = as_(alice), choice(alice, bob, carol)
        for _ in range(Limit.RELATIVES_CHOOSE.value.number):
            client.put(RELATIVES, body)
        assert said(client.put(RELATIVES, body)) == (429, "throttled")


class TestChooseAtAHomeStation:
    @pytest.fixture
    def station(self, as_, alice):
        return as_(alice, kind="station")

    def test_one_relative_and_no_wait_will_do_and_the_consent_is_kept(self, as_, station, alice, bob, home):
        choose(station, alice, bob, threshold=1, wait_hours=0)
        assert ("relatives_consent", "station") in log_of(as_(alice))
        assert station.get(RELATIVES).json()["threshold"] == 1

    def test_two_are_not_enough_when_one_of_them_would_do(self, station, alice, bob, carol, home):
        reply = station.put(RELATIVES, choice(alice, bob, carol, threshold=1, wait_hours=0))
        assert said(reply) == REFUSED


class TestEndRelatives:
    def test_takes_the_shares_and_the_slot_away(self, as_, alice, bob, chosen, told):
        news = told(lambda: as_(alice).post(END, without_relatives(alice)))
        assert bob.pk in next(people for name, _ids, people in news if name == "recovery.changed")
        assert said(as_(alice).get(RELATIVES)) == ABSENT
        assert as_(bob).get(HELD).json() == {"items": []}
        assert ("relatives_ended", "you") in log_of(as_(alice))
        assert [one["name"] for one in as_(alice).get("/api/v1/vault").json()["slots"]] == ["password"]

    def test_ends_what_is_asked(self, as_, alice, bob, asker):
        approve(as_(bob), asker, bob)
        assert as_(alice).post(END, without_relatives(alice)).status_code == 204
        assert asker.poll().json()["state"] == "ended"

    def test_is_refused_while_the_vault_keeps_their_slot(self, as_, alice, chosen):
        body = {"vault": vault_change(alice, slots=[slot(), slot("relatives")])}
        assert said(as_(alice).post(END, body)) == REFUSED
        assert Relatives.objects.exists()

    def test_is_absent_when_nobody_was_chosen(self, as_, bob, home):
        assert said(as_(bob).post(END, without_relatives(bob))) == ABSENT
