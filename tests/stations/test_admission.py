"""Whose keys a Home Station may make for a user who has none: those that a relative saw and approved."""

from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from accounts.models import Vault
from contacts.models import Bond
from contacts.services import set_admin
from stations.models import Station
from tests.cast import b64, raw
from tests.contacts.asking import accept, grandmother, invite, make, page, people, said
from tests.hostile import BYTES, JUNK, refuses_every_value
from tests.stations.screens import FIND, Screen

REFUSED = (400, "statement_refused")
NOT_APPROVED = (400, "aik_not_approved")


@pytest.fixture
def home(as_, bob):
    """The family that Bob made for Riet, who has no keys yet."""
    return make(as_(bob), bob, user=grandmother()).json()


def of_riet(home):
    return Bond.objects.get(family_id=home["id"], account_id=home["user_id"]).admission


class TestAPairingOfAUserWithoutKeys:
    def test_shows_the_relative_which_keys_are_proposed(self, as_, bob, home, screen):
        screen.wait(aik=b64(raw(screen.identity)))
        found = as_(bob).post(FIND, {"lookup": b64(screen.lookup)}).json()
        assert found["aik"] == b64(raw(screen.identity))

    def test_is_refused_without_their_statement(self, as_, bob, home, screen):
        assert said(screen.pair(as_(bob), home["id"])) == (400, "admission_needed")
        assert not Station.objects.exists()
        assert screen.poll().json() == {"state": "waiting"}

    def test_admits_the_user_with_these_keys_and_no_others(self, as_, bob, home, screen):
        assert screen.propose(as_(bob), bob, home).status_code == 201
        assert people(as_(bob), home["id"])["Riet"]["admission"] == screen.stated(bob, home)
        assert screen.sign_in().status_code == 200
        proposed, screen.identity = screen.identity, Ed25519PrivateKey.generate()
        assert said(screen.make_keys(home)) == NOT_APPROVED
        screen.identity = proposed
        assert screen.make_keys(home).status_code == 201
        assert people(as_(bob), home["id"])["Riet"]["aik"] == b64(raw(proposed))

    def test_tells_the_family(self, as_, bob, home, screen, told):
        heard = told(lambda: screen.propose(as_(bob), bob, home))
        assert ("family.changed", {"family_id": home["id"]}, {bob.pk, UUID(home["user_id"])}) in heard

    @pytest.mark.parametrize("wrong", ["signer", "by", "by_aik", "aik", "by_signature", "family"])
    def test_is_refused_with_a_wrong_statement(self, as_, alice, bob, home, screen, wrong):
        other = Screen()
        changes = {
            "signer": {"signer": alice},
            "by": {"by": str(alice.pk)},
            "by_aik": {"by_aik": b64(raw(alice.identity))},
            "aik": {"aik": b64(raw(other.identity))},
            "by_signature": {"by_signature": other.stated(bob, home)["by_signature"]},
            "family": {"by_signature": screen.stated(bob, {**home, "id": str(uuid4())})["by_signature"]},
        }[wrong]
        assert said(screen.propose(as_(bob), bob, home, **changes)) == REFUSED
        assert not Station.objects.exists()
        assert of_riet(home) is None

    def test_is_refused_with_keys_that_the_device_did_not_propose(self, as_, bob, home, screen):
        screen.wait()
        reply = as_(bob).post(
            page(home["id"], "stations"), screen.approval(admission=screen.stated(bob, home))
        )
        assert said(reply) == REFUSED

    def test_replaces_what_was_approved_before_until_the_keys_are_made(self, as_, bob, home):
        first, second = Screen(), Screen()
        for one in (first, second):
            assert one.propose(as_(bob), bob, home).status_code == 201
            assert one.sign_in().status_code == 200
        assert said(first.make_keys(home)) == NOT_APPROVED
        assert second.make_keys(home).status_code == 201
        third = Screen()
        assert said(third.propose(as_(bob), bob, home)) == (409, "conflict")
        assert of_riet(home) == second.stated(bob, home)
        assert Vault.objects.get(account_id=home["user_id"]).revision == 1

    def test_needs_no_statement_once_there_are_keys(self, as_, bob, home):
        first, second = Screen(), Screen()
        first.propose(as_(bob), bob, home)
        first.sign_in()
        first.make_keys(home)
        assert second.pair(as_(bob), home["id"]).status_code == 201
        assert of_riet(home) == first.stated(bob, home)

    def test_may_be_another_admins_whose_statement_then_counts(self, as_, bob, charlie, home, screen):
        invitation = invite(as_(bob), bob, home["id"])
        accept(as_(charlie), invitation, charlie, home["id"])
        set_admin(family_id=UUID(home["id"]), account_id=charlie.pk, is_admin=True)
        assert screen.propose(as_(charlie), charlie, home).status_code == 201
        assert of_riet(home)["by"] == str(charlie.pk)

    def test_is_nothing_an_outsider_can_approve(self, as_, charlie, home, screen):
        assert said(screen.propose(as_(charlie), charlie, home)) == (404, "absent")
        assert of_riet(home) is None

    def test_takes_the_right_form_only(self, as_, bob, home, screen):
        client, path = as_(bob), page(home["id"], "stations")
        good = screen.approval(admission=screen.stated(bob, home))
        for field in ("by_aik", "aik", "by_signature"):
            refuses_every_value(client, "post", path, good, f"admission.{field}", BYTES)
        refuses_every_value(client, "post", path, good, "admission.kind", [*JUNK, "founder"])
        refuses_every_value(
            client, "post", path, good, "admission.by", [one for one in JUNK if one != 10**30]
        )
        refuses_every_value(screen.http, "post", "/api/v1/pairings", screen.request(), "aik", BYTES[:20])


class TestAPairingOfAUserWithKeys:
    def test_needs_no_statement(self, as_, alice, family, screen):
        assert screen.pair(as_(alice), family).status_code == 201
        assert Bond.objects.get(account_id=alice.pk).admission is None
