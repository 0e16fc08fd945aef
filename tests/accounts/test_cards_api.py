"""Cards: what people who share a family see of each other's keys, and nobody else."""

from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from rest_framework.test import APIClient

from prifora.kernel import statements
from tests import cast
from tests.accounts.asking import NOTHING
from tests.cast import b64, unb64

CARD = {
    "id",
    "first_name",
    "last_name",
    "aik",
    "aek",
    "aek_version",
    "aek_signature",
    "device_list",
    "devices",
    "portrait",
}


@pytest.fixture
def newcomer(db):
    return cast.Someone(cast.account("nina"), Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate())


class TestCard:
    @pytest.mark.obligation("PRI-28", "PIM-25", "PRI-26", partial=True)
    def test_shows_family_the_name_keys_and_devices_and_no_more(self, alice, bob, family, as_):
        card = as_(bob).get(f"/api/v1/accounts/{alice.pk}").json()
        assert set(card) == CARD
        assert (card["first_name"], card["aik"]) == ("Alice", b64(cast.raw(alice.identity)))
        keys = {"signature_key": b64(cast.raw(alice.signer)), "box_key": b64(alice.box_key)}
        signed = cast.certificate(alice.identity, alice.pk, alice.device_id, cast.raw(alice.signer))
        assert card["devices"] == [{"id": str(alice.device_id), **keys, "certificate": b64(signed)}]

    def test_shows_statements_that_hold(self, alice, bob, family, as_):
        card = as_(bob).get(f"/api/v1/accounts/{alice.pk}").json()
        key, version = unb64(card["aek"]), card["aek_version"]
        said = statements.encryption_key(account_id=alice.pk, version=version, aek=key)
        aik = unb64(card["aik"])
        assert statements.holds(public_key=aik, signature=unb64(card["aek_signature"]), statement=said)
        listed = card["device_list"]
        signature, body = unb64(listed["signature"]), unb64(listed["body"])
        assert statements.holds(public_key=aik, signature=signature, statement=body)
        assert alice.device_id.bytes + cast.raw(alice.signer) + alice.box_key in body

    def test_shows_the_key_and_the_list_that_are_newest(self, alice, bob, family, as_):
        change, device = cast.vault_change(alice, new_key=True), cast.device_body(alice)
        as_(alice).post("/api/v1/vault/change", change)
        as_(alice).post("/api/v1/me/devices", device)
        card = as_(bob).get(f"/api/v1/accounts/{alice.pk}").json()
        assert (card["aek"], card["aek_version"]) == (change["aek"], 2)
        assert card["device_list"]["version"] == 2
        assert len(card["devices"]) == 2

    def test_leaves_revoked_devices_out(self, alice, bob, family, as_):
        path = f"/api/v1/me/devices/{alice.device_id}/revoke"
        as_(alice).post(path, cast.revocation(alice, alice.device_id))
        card = as_(bob).get(f"/api/v1/accounts/{alice.pk}").json()
        assert card["devices"] == []
        assert card["device_list"]["version"] == 2

    def test_is_the_same_404_for_outsiders_as_nobody(self, alice, bob, family, charlie, as_):
        theirs = as_(charlie).get(f"/api/v1/accounts/{alice.pk}")
        nothing = as_(charlie).get(f"/api/v1/accounts/{NOTHING}")
        assert (theirs.status_code, theirs.json()) == (404, nothing.json())

    def test_of_oneself_is_always_there(self, charlie, as_):
        assert as_(charlie).get(f"/api/v1/accounts/{charlie.pk}").json()["first_name"] == "Charlie"

    def test_of_somebody_without_keys_says_so(self, newcomer, as_):
        card = as_(newcomer, device=False).get(f"/api/v1/accounts/{newcomer.pk}").json()
        names = ("aik", "aek", "aek_version", "aek_signature", "device_list")
        assert [card[name] for name in names] == [None] * 5
        assert card["devices"] == []
        assert UUID(card["id"]) == newcomer.pk

    def test_is_not_for_the_signed_out(self, alice):
        assert APIClient().get(f"/api/v1/accounts/{alice.pk}").status_code == 401
