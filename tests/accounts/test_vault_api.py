"""The vault: keys that the server keeps without being able to use them, and never mixes up."""

import os
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from accounts import access, services
from accounts.models import Vault
from tests import cast
from tests.accounts.asking import codes, logged, refusal
from tests.cast import b64, unb64
from tests.hostile import refuses_every_body
from tests.race import at_once

VAULT, CHANGE, RING = "/api/v1/vault", "/api/v1/vault/change", "/api/v1/vault/ring"


@pytest.fixture
def newcomer(db):
    """Somebody who has signed up and made no keys yet, with the identity key they are about to make."""
    return cast.Someone(cast.account("nina"), Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate())


@pytest.fixture
def body(newcomer):
    return cast.vault_body(newcomer.identity, newcomer.pk)


@pytest.fixture
def oma(db):
    """A managed account, whose keys a relative must approve first."""
    managed = services.make_managed_account(username="oma", profile={"first_name": "Oma"})
    return cast.Someone(managed, Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate())


@pytest.fixture
def approve():
    """Approve one identity key for whoever asks, as a higher app does."""
    before = access._approved_aik[0]
    yield lambda aik: access.decide_approved_aik(lambda _account_id: aik)
    access.decide_approved_aik(before)


class TestVault:
    def test_is_absent_until_it_is_made_and_then_what_was_stored(self, newcomer, body, as_):
        client = as_(newcomer, device=False)
        assert client.get(VAULT).status_code == 404
        assert not client.get("/api/v1/me").json()["has_vault"]
        made = client.put(VAULT, body)
        assert made.status_code == 201
        slots = [{**body["slots"][0], "auth_key": None}]
        added = {"aek_version": 1, "revision": 1, "ring": None, "devices": None}
        assert client.get(VAULT).json() == {**body, "slots": slots, **added} == made.json()
        assert client.get("/api/v1/me").json()["has_vault"]

    def test_is_made_once_and_a_lost_answer_is_given_again(self, newcomer, body, as_):
        client = as_(newcomer, device=False)
        first = client.put(VAULT, body)
        again = client.put(VAULT, body)
        assert (again.status_code, again.json()) == (201, first.json())
        twice = client.put(VAULT, cast.vault_body(newcomer.identity, newcomer.pk))
        assert (twice.status_code, codes(twice)) == (409, [("vault_exists", None)])
        other = cast.vault_body(Ed25519PrivateKey.generate(), newcomer.pk, sealed_keys=body["sealed_keys"])
        assert client.put(VAULT, other).status_code == 409
        assert client.get(VAULT).json() == first.json()

    @pytest.mark.parametrize(
        "forgery", ["other key", "other account", "other version", "flipped bit", "other aek"]
    )
    def test_refuses_an_encryption_key_that_its_identity_key_does_not_state(
        self, newcomer, alice, body, as_, forgery
    ):
        aek = unb64(body["aek"])
        signature = {
            "other key": cast.aek_signature(Ed25519PrivateKey.generate(), newcomer.pk, 1, aek),
            "other account": cast.aek_signature(newcomer.identity, alice.pk, 1, aek),
            "other version": cast.aek_signature(newcomer.identity, newcomer.pk, 2, aek),
            "flipped bit": bytes([unb64(body["aek_signature"])[0] ^ 1]) + unb64(body["aek_signature"])[1:],
            "other aek": cast.aek_signature(newcomer.identity, newcomer.pk, 1, os.urandom(32)),
        }[forgery]
        answer = as_(newcomer, device=False).put(VAULT, {**body, "aek_signature": b64(signature)})
        assert (answer.status_code, codes(answer)) == (400, [("statement_refused", "aek_signature")])
        assert not Vault.objects.filter(account=newcomer.account).exists()

    @pytest.mark.parametrize(
        ("change", "attr"),
        [
            ({"aik": b64(b"short")}, "aik"),
            ({"aek": b64(bytes(33))}, "aek"),
            ({"aek_signature": b64(bytes(63))}, "aek_signature"),
            ({"sealed_keys": "not base64!"}, "sealed_keys"),
            ({"sealed_keys": b64(bytes(32 * 1024 + 1))}, "sealed_keys"),
            ({"slots": [cast.slot(sealed=b64(bytes(257)))]}, "slots.0.sealed"),
            ({"slots": [cast.slot(public_key=b64(bytes(31)))]}, "slots.0.public_key"),
            ({"slots": [cast.slot("sticky note")]}, "slots.0.name"),
            ({"slots": [cast.slot("passkey:")]}, "slots.0.name"),
            ({"slots": [cast.slot("passkey:" + "a" * 61)]}, "slots.0.name"),
            ({"slots": [cast.slot("device:1")]}, "slots.0.name"),
            ({"slots": [cast.slot(auth_key=b64(bytes(32)))]}, "slots.0.auth_key"),
            ({"slots": [cast.slot(), cast.slot()]}, "slots"),
            ({"slots": [cast.slot(f"passkey:{n}") for n in range(41)]}, "slots"),
            ({"slots": None}, "slots"),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_of_the_wrong_shape_is_refused_and_not_kept(self, newcomer, body, as_, change, attr):
        answer = as_(newcomer, device=False).put(VAULT, {**body, **change})
        assert answer.status_code == 400
        assert {one.removesuffix(".non_field_errors") for _code, one in codes(answer)} == {attr}
        assert not Vault.objects.filter(account=newcomer.account).exists()

    def test_takes_every_kind_of_slot(self, newcomer, body, as_):
        names = [
            "password",
            "recovery",
            "relatives",
            "passkey:" + "-_aZ9" * 12,
            f"device:{newcomer.device_id}",
        ]
        answer = as_(newcomer, device=False).put(VAULT, {**body, "slots": [cast.slot(one) for one in names]})
        assert answer.status_code == 201
        assert {one["name"] for one in answer.json()["slots"]} == set(names)

    def test_is_its_owners_alone(self, alice, as_, newcomer):
        assert as_(newcomer, device=False).get(VAULT).status_code == 404

    def test_of_a_managed_account_holds_the_approved_identity_key_and_no_other(self, oma, as_, approve):
        station, keys = (
            as_(oma, device=False, kind="station"),
            cast.vault_body(oma.identity, oma.pk, slots=[]),
        )
        for approved in (None, os.urandom(32)):
            approve(approved)
            answer = station.put(VAULT, keys)
            assert (answer.status_code, codes(answer)) == (400, [("aik_not_approved", "aik")])
        approve(unb64(keys["aik"]))
        assert station.put(VAULT, keys).status_code == 201

    def test_takes_nothing_malformed(self, newcomer, as_):
        refuses_every_body(as_(newcomer, device=False), "put", VAULT)


class TestChangeVault:
    def test_replaces_content_and_slots_and_counts(self, alice, as_):
        client = as_(alice)
        change = cast.vault_change(alice, slots=[cast.slot(), cast.slot("relatives")])
        answer = client.post(CHANGE, change)
        assert answer.status_code == 200
        assert answer.json() == client.get(VAULT).json()
        assert (answer.json()["revision"], answer.json()["sealed_keys"]) == (2, change["sealed_keys"])
        sealed = {one["name"]: one["sealed"] for one in answer.json()["slots"]}
        assert sealed == {one["name"]: one["sealed"] for one in change["slots"]}
        assert logged(client)[0] == "keys_changed"

    def test_takes_a_new_encryption_key_with_its_statement(self, alice, as_):
        change = cast.vault_change(alice, new_key=True)
        answer = as_(alice).post(CHANGE, change).json()
        assert (answer["aek"], answer["aek_version"]) == (change["aek"], 2)
        assert answer["aek_signature"] == change["aek_signature"]
        again = as_(alice).post(CHANGE, cast.vault_change(alice, new_key=True)).json()
        assert again["aek_version"] == 3

    def test_keeps_the_encryption_key_where_none_is_given(self, alice, as_):
        before = as_(alice).get(VAULT).json()
        after = as_(alice).post(CHANGE, cast.vault_change(alice)).json()
        assert {name: before[name] for name in ("aik", "aek", "aek_version", "aek_signature")} == {
            name: after[name] for name in ("aik", "aek", "aek_version", "aek_signature")
        }

    @pytest.mark.parametrize("version", [1, 3, 2**31 - 1])
    def test_refuses_an_encryption_key_of_another_version(self, alice, as_, version):
        aek = os.urandom(32)
        signed = b64(cast.aek_signature(alice.identity, alice.pk, version, aek))
        change = cast.vault_change(alice, aek=b64(aek), aek_version=version, aek_signature=signed)
        answer = as_(alice).post(CHANGE, change)
        assert (answer.status_code, codes(answer)) == (400, [("statement_refused", "aek_version")])
        assert as_(alice).get(VAULT).json()["revision"] == 1

    def test_refuses_an_encryption_key_somebody_else_states(self, alice, bob, as_):
        change = cast.vault_change(alice, new_key=True)
        signed = cast.aek_signature(bob.identity, alice.pk, 2, unb64(change["aek"]))
        answer = as_(alice).post(CHANGE, {**change, "aek_signature": b64(signed)})
        assert (answer.status_code, codes(answer)) == (400, [("statement_refused", "aek_signature")])
        assert as_(alice).get(VAULT).json()["aek_version"] == 1

    @pytest.mark.parametrize("missing", ["aek", "aek_version", "aek_signature"])
    def test_wants_a_new_key_whole(self, alice, as_, missing):
        change = cast.vault_change(alice, new_key=True)
        del change[missing]
        answer = as_(alice).post(CHANGE, change)
        assert (answer.status_code, codes(answer)) == (400, [("required", missing)])

    @pytest.mark.parametrize("revision", [2, 7])
    def test_refuses_what_was_made_from_another_content(self, alice, as_, revision):
        before = as_(alice).get(VAULT).json()
        answer = as_(alice).post(CHANGE, cast.vault_change(alice, revision=revision))
        assert (refusal(answer), answer.json()["revision"]) == ((409, "stale_vault"), 1)
        assert as_(alice).get(VAULT).json() == before

    def test_gives_a_lost_answer_again_and_stores_it_once(self, alice, as_):
        client, change = as_(alice), cast.vault_change(alice, new_key=True)
        first, again = client.post(CHANGE, change), client.post(CHANGE, change)
        assert (again.status_code, again.json()) == (200, first.json())
        assert logged(client).count("keys_changed") == 1
        client.post(CHANGE, cast.vault_change(alice))
        assert refusal(client.post(CHANGE, change)) == (409, "stale_vault")

    def test_never_loses_the_slot_of_the_password_that_signs_in(self, alice, as_):
        answer = as_(alice).post(CHANGE, cast.vault_change(alice, slots=[cast.slot("recovery")]))
        assert (answer.status_code, codes(answer)) == (400, [("slot_missing", "slots")])
        assert [one["name"] for one in as_(alice).get(VAULT).json()["slots"]] == ["password"]

    def test_of_a_managed_account_needs_no_password_slot(self, oma, as_, approve):
        approve(cast.raw(oma.identity))
        station = as_(oma, device=False, kind="station")
        station.put(VAULT, cast.vault_body(oma.identity, oma.pk, slots=[]))
        cast.add_device(oma, kind="station")
        answer = as_(oma, kind="station").post(CHANGE, cast.vault_change(oma, slots=[cast.slot("relatives")]))
        assert answer.status_code == 200

    def test_leaves_out_the_slots_of_devices_that_ended(self, alice, as_):
        client = as_(alice)
        gone = cast.device_body(alice)
        as_(alice, device=False).post("/api/v1/me/devices", gone)
        ending = cast.revocation(alice, UUID(gone["id"]))
        assert client.post(f"/api/v1/me/devices/{gone['id']}/revoke", ending).status_code == 204
        names = [f"device:{gone['id']}", f"device:{alice.device_id}", "password"]
        answer = client.post(CHANGE, cast.vault_change(alice, slots=[cast.slot(one) for one in names]))
        assert [one["name"] for one in answer.json()["slots"]] == [f"device:{alice.device_id}", "password"]

    def test_keeps_the_key_a_sheet_signs_in_with_while_the_sheet_stays(self, alice, as_):
        client, key, sheet = as_(alice), b64(os.urandom(32)), cast.slot("recovery")
        client.post(CHANGE, cast.vault_change(alice, slots=[cast.slot(), {**sheet, "auth_key": key}]))

        def kept(slot):
            slots = client.post(CHANGE, cast.vault_change(alice, slots=[cast.slot(), slot])).json()["slots"]
            return next(one["auth_key"] for one in slots if one["name"] == "recovery")

        assert kept({**sheet, "sealed": b64(os.urandom(80))}) == key
        assert kept(cast.slot("recovery")) is None

    def test_tells_ones_own_devices_and_nobody_else(self, alice, as_, told):
        heard = told(lambda: as_(alice).post(CHANGE, cast.vault_change(alice)))
        assert heard == [("account.vault", {"account_id": str(alice.pk)}, {alice.pk})]

    def test_needs_a_device(self, alice, as_):
        answer = as_(alice, device=False).post(CHANGE, cast.vault_change(alice))
        assert refusal(answer) == (403, "device_needed")

    def test_changes_nobody_elses(self, alice, bob, as_):
        before = as_(alice).get(VAULT).json()
        assert as_(bob).post(CHANGE, cast.vault_change(alice)).status_code == 200
        assert as_(alice).get(VAULT).json() == before

    def test_is_not_for_the_signed_out(self, alice, anyone):
        assert anyone.post(CHANGE, cast.vault_change(alice)).status_code == 401

    def test_takes_nothing_malformed(self, alice, as_):
        refuses_every_body(as_(alice), "post", CHANGE)


@pytest.mark.django_db(transaction=True)
class TestTwoDevicesAtOnce:
    def test_change_a_vault_one_after_the_other(self, alice, as_):
        clients = [as_(alice), as_(alice)]
        changes = [cast.vault_change(alice, new_key=True) for _ in clients]
        answers = at_once(
            *(
                lambda one=one, body=body: one.post(CHANGE, body)
                for one, body in zip(clients, changes, strict=True)
            )
        )
        assert sorted(one.status_code for one in answers) == [200, 409]
        vault = as_(alice).get(VAULT).json()
        stored = changes[[one.status_code for one in answers].index(200)]
        assert (vault["aek"], vault["sealed_keys"]) == (stored["aek"], stored["sealed_keys"])
        assert (vault["revision"], vault["aek_version"]) == (2, 2)
        assert [one["sealed"] for one in vault["slots"]] == [one["sealed"] for one in stored["slots"]]

    def test_write_the_first_ring_one_after_the_other(self, alice, as_):
        clients = [as_(alice), as_(alice)]
        answers = at_once(
            *(
                lambda one=one: one.put(RING, {"revision": 1, "n": 1, "sealed": b64(os.urandom(60))})
                for one in clients
            )
        )
        assert sorted(one.status_code for one in answers) == [204, 409]

    def test_make_one_vault(self, as_):
        nina = cast.Someone(cast.account("nina"), Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate())
        clients = [as_(nina, device=False) for _ in range(2)]
        bodies = [cast.vault_body(nina.identity, nina.pk) for _ in clients]
        answers = at_once(
            *(
                lambda one=one, body=body: one.put(VAULT, body)
                for one, body in zip(clients, bodies, strict=True)
            )
        )
        assert sorted(one.status_code for one in answers) == [201, 409]
        assert Vault.objects.count() == 1


class TestTheRingInAChange:
    def ring(self, n):
        return {"n": n, "sealed": b64(os.urandom(60))}

    def test_comes_with_new_keys_or_not_at_all(self, alice, as_):
        client, first, next_ = as_(alice), self.ring(1), self.ring(2)
        assert client.put(RING, {"revision": 1, **first}).status_code == 204
        change = cast.vault_change(alice, new_key=True)
        answer = client.post(CHANGE, change)
        assert (answer.status_code, codes(answer)) == (400, [("ring_missing", "ring")])
        vault = client.get(VAULT).json()
        assert (vault["revision"], vault["aek_version"], vault["ring"]) == (1, 1, first)
        assert client.post(CHANGE, {**change, "ring": next_}).json()["ring"] == next_

    def test_is_stored_with_the_change_or_neither_is(self, alice, as_):
        client, first = as_(alice), self.ring(1)
        client.put(RING, {"revision": 1, **first})
        for n in (1, 3):
            answer = client.post(CHANGE, cast.vault_change(alice, new_key=True) | {"ring": self.ring(n)})
            assert (refusal(answer), answer.json()["n"]) == ((409, "stale_ring"), 1)
        assert (client.get(VAULT).json()["revision"], client.get(VAULT).json()["ring"]) == (1, first)

    def test_may_be_the_first_and_is_not_needed_with_the_same_keys(self, alice, as_):
        client, first = as_(alice), self.ring(1)
        assert (
            client.post(CHANGE, cast.vault_change(alice, new_key=True) | {"ring": first}).status_code == 200
        )
        assert client.post(CHANGE, cast.vault_change(alice)).json()["ring"] == first

    def test_sealed_under_older_keys_is_refused(self, alice, as_):
        client = as_(alice)
        client.post(CHANGE, cast.vault_change(alice, new_key=True))
        answer = client.put(RING, {"revision": 1, **self.ring(1)})
        assert (refusal(answer), answer.json()["revision"]) == ((409, "stale_vault"), 2)
        assert client.get(VAULT).json()["ring"] is None


class TestRing:
    def test_is_what_was_written_last(self, alice, as_):
        client = as_(alice)
        for n in (1, 2):
            sealed = b64(os.urandom(60))
            assert client.put(RING, {"revision": 1, "n": n, "sealed": sealed}).status_code == 204
            assert client.get(VAULT).json()["ring"] == {"n": n, "sealed": sealed}
        assert client.get(VAULT).json()["revision"] == 1

    @pytest.mark.parametrize("n", [1, 2, 4])
    def test_refuses_what_does_not_follow_on_it_and_says_where_it_is(self, alice, as_, n):
        client = as_(alice)
        for written in (1, 2):
            client.put(RING, {"revision": 1, "n": written, "sealed": b64(b"1" * 60)})
        before = client.get(VAULT).json()["ring"]
        answer = client.put(RING, {"revision": 1, "n": n, "sealed": b64(b"x" * 60)})
        assert (refusal(answer), answer.json()["n"]) == ((409, "stale_ring"), 2)
        assert client.get(VAULT).json()["ring"] == before

    def test_takes_the_same_again_after_a_lost_answer(self, alice, as_):
        client, body = as_(alice), {"revision": 1, "n": 1, "sealed": b64(b"1" * 60)}
        assert [client.put(RING, body).status_code for _ in range(2)] == [204, 204]

    def test_is_ones_own(self, alice, bob, as_):
        as_(alice).put(RING, {"revision": 1, "n": 1, "sealed": b64(b"1" * 60)})
        assert as_(bob).get(VAULT).json()["ring"] is None

    def test_has_a_limit(self, alice, as_):
        assert (
            as_(alice).put(RING, {"revision": 1, "n": 1, "sealed": b64(bytes(64 * 1024))}).status_code == 204
        )
        answer = as_(alice).put(RING, {"revision": 1, "n": 2, "sealed": b64(bytes(64 * 1024 + 1))})
        assert (answer.status_code, codes(answer)) == (400, [("length", "sealed")])

    def test_needs_a_device(self, alice, as_):
        answer = as_(alice, device=False).put(RING, {"revision": 1, "n": 1, "sealed": b64(b"1" * 60)})
        assert refusal(answer) == (403, "device_needed")

    def test_tells_ones_other_devices(self, alice, as_, told):
        heard = told(lambda: as_(alice).put(RING, {"revision": 1, "n": 1, "sealed": b64(b"1" * 60)}))
        assert heard == [("account.ring", {"account_id": str(alice.pk)}, {alice.pk})]
