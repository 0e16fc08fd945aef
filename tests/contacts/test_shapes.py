"""What a family shows of how it began and by whom its people came in."""

import pytest

from accounts.models import Vault
from accounts.services import close_account
from contacts.models import Bond, Family
from tests.cast import b64, raw
from tests.contacts.asking import (
    ACCEPT,
    FAMILIES,
    accept,
    acceptance,
    founding,
    grandmother,
    invite,
    look,
    make,
    page,
    people,
    said,
)
from tests.hostile import BYTES, JUNK, refuses_every_body, refuses_every_value

REFUSED = (400, "statement_refused")


@pytest.fixture
def home(as_, alice):
    """A family that Alice founded, with her statement."""
    return make(as_(alice), alice).json()["id"]


def join(as_, inviter, newcomer, home, **changes):
    """Somebody comes in by an invitation; return how the family then shows it to them."""
    invitation = invite(as_(inviter), inviter, home, **changes)
    reply = accept(as_(newcomer), invitation, newcomer, home)
    assert reply.status_code == 201, reply.content
    return reply.json()


def lead(as_, by, someone, home, *, is_admin=True):
    path = page(home, "people", someone)
    assert as_(by).patch(path, {"is_admin": is_admin}).status_code == 204


def lineage(client, home) -> list[str]:
    return [one["account_id"] for one in client.get(page(home)).json()["lineage"]]


class TestTheFounder:
    def test_is_who_made_it_by_their_own_statement(self, as_, alice, home):
        family = as_(alice).get(page(home)).json()
        aik = b64(raw(alice.identity))
        assert family["founder"] == {"account_id": str(alice.pk), "aik": aik}
        assert family["people"][0]["admission"] == founding(alice, home)
        assert family["lineage"] == []

    def test_is_the_relative_who_made_it_for_somebody_else(self, as_, bob):
        home = make(as_(bob), bob, user=grandmother()).json()
        assert home["founder"]["account_id"] == str(bob.pk)
        shown = people(as_(bob), home["id"])
        assert shown["Bob"]["admission"]["kind"] == "founder"
        assert shown["Riet"]["admission"] is None

    def test_stays_who_it_was_when_they_leave(self, as_, bob, charlie):
        home = make(as_(bob), bob, user=grandmother()).json()["id"]
        join(as_, bob, charlie, home)
        lead(as_, bob, charlie, home)
        assert as_(bob).delete(page(home, "people", bob)).status_code == 204
        family = as_(charlie).get(page(home)).json()
        assert family["founder"] == {"account_id": str(bob.pk), "aik": b64(raw(bob.identity))}
        assert [one["account_id"] for one in family["lineage"]] == [str(bob.pk)]
        assert family["lineage"][0]["admission"] == founding(bob, home)
        assert family["lineage"][0]["aik"] == b64(raw(bob.identity))

    def test_is_told_to_who_is_invited(self, anyone, as_, alice, home):
        seen = look(anyone, invite(as_(alice), alice, home)).json()
        assert seen["founder"] == {"account_id": str(alice.pk), "aik": b64(raw(alice.identity))}

    @pytest.mark.parametrize("wrong", ["another key", "another family", "another person", "no keys"])
    def test_states_nothing_but_this_family_and_themselves(self, as_, alice, bob, wrong):
        home = "3f0c1f63-5d0e-4c7f-8f5c-0a51d4a3c001"
        stated = founding(alice, home)
        if wrong == "another key":
            stated = founding(bob, home)
        if wrong == "another family":
            stated = founding(alice, "3f0c1f63-5d0e-4c7f-8f5c-0a51d4a3c002")
        if wrong == "another person":
            stated["signature"] = founding(bob, home)["signature"]
        if wrong == "no keys":
            Vault.objects.filter(account_id=alice.pk).delete()
        body = {"id": home, "user": {"me": True}, "admission": stated}
        assert said(as_(alice).post(FAMILIES, body)) == REFUSED
        assert not Family.objects.exists()

    def test_must_state_it_in_the_right_form(self, as_, alice):
        good = {"id": "3f0c1f63-5d0e-4c7f-8f5c-0a51d4a3c001", "user": {"me": True}, "admission": founding()}
        for field in ("aik", "signature"):
            refuses_every_value(as_(alice), "post", FAMILIES, good, f"admission.{field}", BYTES)
        refuses_every_value(as_(alice), "post", FAMILIES, good, "admission.kind", [*JUNK, "invited"])
        refuses_every_value(as_(alice), "post", FAMILIES, good, "admission", [None, [], {}, "x", 5])


class TestAnAdmission:
    def test_shows_the_inviters_statement_and_the_codes(self, as_, alice, bob, home):
        invitation = invite(as_(alice), alice, home, history="today")
        assert accept(as_(bob), invitation, bob, home).status_code == 201
        shown = people(as_(alice), home)["Bob"]["admission"]
        assert shown == {
            "kind": "invited",
            "by": str(alice.pk),
            "by_aik": b64(raw(alice.identity)),
            "key": invitation["key"],
            "history": "today",
            "by_signature": invitation["signature"],
            "aik": b64(raw(bob.identity)),
            "signature": shown["signature"],
        }

    def test_is_not_had_without_the_code(self, as_, alice, bob, charlie, home):
        invitation = invite(as_(alice), alice, home)
        guess = acceptance({"lookup": b64(b"another code 16b")}, charlie, home)
        guessed = as_(charlie).post(ACCEPT, {**guess, "lookup": invitation["lookup"]})
        assert said(guessed) == REFUSED
        for_another = acceptance(invitation, bob, home)
        assert said(as_(charlie).post(ACCEPT, for_another)) == REFUSED
        wrong_family = accept(as_(charlie), invitation, charlie, "3f0c1f63-5d0e-4c7f-8f5c-0a51d4a3c001")
        assert said(wrong_family) == REFUSED
        assert accept(as_(charlie), invitation, charlie, home).status_code == 201

    def test_is_null_for_who_came_without_statement(self, as_, alice, bob, family):
        assert people(as_(alice), family)["Bob"]["admission"] is None
        assert as_(alice).get(page(family)).json()["founder"] is None


class TestTheLineage:
    @pytest.fixture
    def chain(self, as_, alice, bob, charlie, dora, home):
        """Alice let Bob in, Bob let Charlie in, Charlie let Dora in."""
        for inviter, newcomer in ((alice, bob), (bob, charlie), (charlie, dora)):
            join(as_, inviter, newcomer, home)
            lead(as_, alice, newcomer, home)
        return home

    def test_is_empty_while_all_are_there(self, as_, dora, chain):
        assert lineage(as_(dora), chain) == []

    def test_has_those_who_left_and_let_somebody_in_who_is_there(self, as_, alice, bob, charlie, dora, chain):
        as_(alice).delete(page(chain, "people", bob))
        as_(charlie).delete(page(chain, "people", charlie))
        assert set(lineage(as_(dora), chain)) == {str(bob.pk), str(charlie.pk)}
        as_(dora).delete(page(chain, "people", dora))
        assert lineage(as_(alice), chain) == []

    def test_has_who_closed_their_account(self, as_, bob, dora, chain):
        close_account(account=bob.account)
        assert lineage(as_(dora), chain) == [str(bob.pk)]

    def test_has_the_earlier_admission_of_who_came_back_by_somebody_they_let_in(
        self, as_, alice, bob, charlie, dora, chain
    ):
        as_(alice).delete(page(chain, "people", bob))
        join(as_, dora, bob, chain)
        family = as_(alice).get(page(chain)).json()
        assert [one["account_id"] for one in family["lineage"]] == [str(bob.pk)]
        assert family["lineage"][0]["admission"]["by"] == str(alice.pk)
        assert people(as_(alice), chain)["Bob"]["admission"]["by"] == str(dora.pk)

    def test_takes_no_more_queries_for_more_people(
        self, as_, alice, bob, chain, django_assert_max_num_queries
    ):
        as_(alice).delete(page(chain, "people", bob))
        client = as_(alice)
        with django_assert_max_num_queries(20):
            client.get(FAMILIES)


class TestRetention:
    @pytest.mark.obligation("PIM-10", "PIM-29", partial=True)
    def test_is_chosen_by_user_and_admin_and_shown_to_all(self, as_, alice, bob, family, told):
        path = page(family)
        assert as_(bob).get(path).json()["retention_days"] is None
        assert said(as_(bob).patch(path, {"retention_days": 30})) == (404, "absent")
        for days in (30, 90, 365, None):
            replies = []
            news = told(lambda d=days, r=replies: r.append(as_(alice).patch(path, {"retention_days": d})))
            assert (replies[0].status_code, replies[0].json()["retention_days"]) == (200, days)
            assert ("family.changed", {"family_id": str(family.pk)}, {alice.pk, bob.pk}) in news
            assert as_(bob).get(path).json()["retention_days"] == days

    def test_is_one_of_three_or_none(self, as_, alice, family):
        refuses_every_body(as_(alice), "patch", page(family))
        wrong = [one for one in JUNK if one is not None] + [True, 0, 31, "30"]
        refuses_every_value(
            as_(alice), "patch", page(family), {"retention_days": 30}, "retention_days", wrong
        )
        assert Family.objects.get().retention_days is None

    def test_is_not_the_stations_to_choose(self, as_, alice, family):
        reply = as_(alice, kind="station").patch(page(family), {"retention_days": 30})
        assert said(reply) == (404, "absent")


class TestStatementsOnInvitations:
    @pytest.mark.parametrize("wrong", ["signer", "history", "key", "aik", "family"])
    def test_are_by_who_makes_them_and_for_this_family(self, as_, alice, bob, family, wrong):
        good = invite(as_(alice), alice, family)
        body = {**good, "id": "3f0c1f63-5d0e-4c7f-8f5c-0a51d4a3c009", "lookup": b64(b"fresh lookup 16b")}
        changed = {
            "signer": {"signature": b64(bob.identity.sign(b"whatever"))},
            "history": {"history": "today"},
            "key": {"key": b64(raw(bob.identity))},
            "aik": {"aik": b64(raw(bob.identity))},
            "family": {},
        }[wrong]
        home = make(as_(alice), alice).json()["id"] if wrong == "family" else family
        assert said(as_(alice).post(page(home, "invitations"), {**body, **changed})) == REFUSED

    def test_may_name_the_key_they_are_by(self, as_, alice, family):
        body = invite(as_(alice), alice, family)
        again = {**body, "id": "3f0c1f63-5d0e-4c7f-8f5c-0a51d4a3c009", "lookup": b64(b"fresh lookup 16b")}
        reply = as_(alice).post(page(family, "invitations"), {**again, "aik": b64(raw(alice.identity))})
        assert reply.status_code == 201
        assert Bond.objects.count() == 2
