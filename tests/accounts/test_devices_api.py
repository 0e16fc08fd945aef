"""Devices: certified, listed in a statement that nobody but their account makes, and ended for good."""

import os
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from accounts import access, services
from accounts.models import Device, Session, Vault
from accounts.services import DEVICES_MAX
from prifora.kernel import clock, statements
from tests import cast
from tests.accounts.asking import NOTHING, codes, logged, refusal
from tests.cast import b64, unb64
from tests.hostile import refuses_every_body
from tests.race import at_once

DEVICES, VAULT = "/api/v1/me/devices", "/api/v1/vault"


def revoke(client, someone, device_id, **changes):
    body = cast.revocation(someone, UUID(str(device_id)), **changes)
    return client.post(f"{DEVICES}/{device_id}/revoke", body)


def with_slot(someone, **changes):
    """Return a new device that opens the vault from now on."""
    body = cast.device_body(someone)
    slot = cast.slot(f"device:{body['id']}", public_key=body["box_key"])
    revision = Vault.objects.get(account_id=someone.pk).revision
    return {**body, "slot": slot, "sealed_keys": b64(os.urandom(96)), "revision": revision, **changes}


@pytest.fixture
def newcomer(db):
    """Somebody who has signed up and made no keys yet, with the identity key they are about to make."""
    return cast.Someone(cast.account("nina"), Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate())


@pytest.fixture
def phone(alice, as_):
    """A second device of Alice; its id."""
    body = cast.device_body(alice)
    assert as_(alice, device=False).post(DEVICES, body).status_code == 201
    return UUID(body["id"])


class TestAddDevice:
    def test_takes_a_certified_device_and_binds_the_session_to_it(self, alice, as_):
        client, body = as_(alice, device=False), cast.device_body(alice)
        answer = client.post(DEVICES, body)
        assert answer.status_code == 201
        assert answer.json()["id"] == body["id"]
        listed = client.get(DEVICES).json()
        assert [(one["name"], one["this"]) for one in listed["items"]] == [
            ("Test browser", False),
            ("Laptop", True),
        ]
        assert listed["items"][1]["box_key"] == body["box_key"]
        assert listed["items"][1]["signature_key"] == body["signature_key"]
        assert listed["version"] == 2
        assert str(Session.objects.get().device_id) == body["id"]

    def test_shows_the_list_as_it_was_signed(self, alice, as_):
        client, body = as_(alice), cast.device_body(alice)
        client.post(DEVICES, body)
        shown = client.get(VAULT).json()["devices"]
        devices = [
            (UUID(one["id"]), unb64(one["signature_key"]), unb64(one["box_key"]))
            for one in client.get(DEVICES).json()["items"]
        ]
        said = statements.device_list(account_id=alice.pk, version=2, devices=devices)
        assert shown == {"version": 2, "body": b64(said), "signature": body["list_signature"]}
        assert statements.holds(
            public_key=cast.raw(alice.identity),
            signature=unb64(shown["signature"]),
            statement=unb64(shown["body"]),
        )

    def test_takes_the_same_device_again_without_a_list_or_a_second_row(self, alice, as_):
        body = cast.device_body(alice)
        first = as_(alice, device=False).post(DEVICES, body)
        bare = {name: value for name, value in body.items() if name not in ("version", "list_signature")}
        for again in (body, bare, {**body, "version": 1, "list_signature": b64(bytes(64))}):
            client = as_(alice, device=False)
            answer = client.post(DEVICES, again)
            assert (answer.status_code, answer.json()) == (201, first.json())
            assert client.get(DEVICES).json()["items"][1]["this"]
        assert Device.objects.filter(account=alice.account).count() == 2
        assert Vault.objects.get(account=alice.account).list_version == 2

    @pytest.mark.parametrize("name", ["box_key", "signature_key"])
    def test_refuses_a_known_device_with_another_key(self, alice, as_, name):
        key, signer = os.urandom(32), Ed25519PrivateKey.generate()
        body = cast.device_body(alice)
        as_(alice).post(DEVICES, body)
        changed = {**body, "box_key": b64(key)}
        if name == "signature_key":
            signed = cast.certificate(alice.identity, alice.pk, UUID(body["id"]), cast.raw(signer))
            changed = {**body, "signature_key": b64(cast.raw(signer)), "certificate": b64(signed)}
        assert refusal(as_(alice).post(DEVICES, changed)) == (409, "conflict")

    @pytest.mark.parametrize(
        "forgery", ["flipped bit", "other device", "other key", "other account", "other identity"]
    )
    def test_refuses_a_certificate_that_is_not_for_it(self, alice, bob, as_, forgery):
        body = cast.device_body(alice)
        key, device_id = unb64(body["signature_key"]), UUID(body["id"])
        certificate = {
            "flipped bit": bytes([unb64(body["certificate"])[0] ^ 1]) + unb64(body["certificate"])[1:],
            "other device": cast.certificate(alice.identity, alice.pk, uuid4(), key),
            "other key": cast.certificate(alice.identity, alice.pk, device_id, os.urandom(32)),
            "other account": cast.certificate(alice.identity, bob.pk, device_id, key),
            "other identity": cast.certificate(bob.identity, alice.pk, device_id, key),
        }[forgery]
        client = as_(alice, device=False)
        answer = client.post(DEVICES, {**body, "certificate": b64(certificate)})
        assert (answer.status_code, codes(answer)) == (400, [("certificate_refused", None)])
        assert Device.objects.filter(account=alice.account).count() == 1
        assert Session.objects.get().device_id is None

    @pytest.mark.parametrize(
        "forgery", ["other identity", "without it", "without the others", "other box key", "other account"]
    )
    def test_refuses_a_list_that_the_account_did_not_sign(self, alice, bob, as_, forgery):
        body = cast.device_body(alice)
        new = (UUID(body["id"]), unb64(body["signature_key"]), unb64(body["box_key"]))
        old = (alice.device_id, cast.raw(alice.signer), alice.box_key)
        signature = {
            "other identity": cast.list_signature(alice, 2, [old, new], identity=bob.identity),
            "without it": cast.list_signature(alice, 2, [old]),
            "without the others": cast.list_signature(alice, 2, [new]),
            "other box key": cast.list_signature(alice, 2, [old, (*new[:2], os.urandom(32))]),
            "other account": alice.identity.sign(
                statements.device_list(account_id=bob.pk, version=2, devices=[old, new])
            ),
        }[forgery]
        answer = as_(alice).post(DEVICES, {**body, "list_signature": b64(signature)})
        assert (answer.status_code, codes(answer)) == (400, [("statement_refused", "list_signature")])
        assert Device.objects.filter(account=alice.account).count() == 1
        assert Vault.objects.get(account=alice.account).list_version == 1

    @pytest.mark.parametrize("version", [1, 3, None])
    def test_refuses_a_list_that_does_not_follow_and_says_what_is_there(self, alice, as_, version):
        body = cast.device_body(alice, version=version)
        if version is None:
            del body["version"]
        answer = as_(alice).post(DEVICES, body)
        assert refusal(answer) == (409, "stale_devices")
        assert answer.json()["version"] == 1
        key = {"signature_key": b64(cast.raw(alice.signer)), "box_key": b64(alice.box_key)}
        assert answer.json()["devices"] == [{"id": str(alice.device_id), **key}]

    def test_says_what_is_there_when_the_server_ended_a_device_meanwhile(self, alice, as_, phone):
        body = cast.device_body(alice)
        services.revoke_device(device=Device.objects.get(pk=phone), now=clock.now())
        answer = as_(alice).post(DEVICES, body)
        assert refusal(answer) == (409, "stale_devices")
        assert [one["id"] for one in answer.json()["devices"]] == [str(alice.device_id)]
        assert as_(alice).post(DEVICES, cast.device_body(alice)).status_code == 201

    def test_opens_the_vault_with_it_in_the_same_moment(self, alice, as_):
        body = with_slot(alice)
        assert as_(alice, device=False).post(DEVICES, body).status_code == 201
        vault = as_(alice).get(VAULT).json()
        assert [one["name"] for one in vault["slots"]] == [f"device:{body['id']}", "password"]
        assert (vault["revision"], vault["sealed_keys"]) == (2, body["sealed_keys"])

    def test_adds_neither_device_nor_slot_to_a_vault_that_changed(self, alice, as_):
        answer = as_(alice).post(DEVICES, with_slot(alice, revision=2))
        assert (refusal(answer), answer.json()["revision"]) == ((409, "stale_vault"), 1)
        assert Device.objects.filter(account=alice.account).count() == 1
        assert Vault.objects.get(account=alice.account).list_version == 1
        assert [one["name"] for one in as_(alice).get(VAULT).json()["slots"]] == ["password"]

    def test_stores_the_slot_once_when_an_answer_was_lost(self, alice, as_):
        body = with_slot(alice)
        assert [as_(alice).post(DEVICES, body).status_code for _ in range(2)] == [201, 201]
        assert as_(alice).get(VAULT).json()["revision"] == 2

    @pytest.mark.parametrize("missing", ["slot", "sealed_keys", "revision"])
    def test_wants_a_slot_whole(self, alice, as_, missing):
        body = with_slot(alice)
        del body[missing]
        answer = as_(alice).post(DEVICES, body)
        assert (answer.status_code, codes(answer)) == (400, [("required", missing)])

    @pytest.mark.parametrize("wrong", ["password", "other device", "other key"])
    def test_takes_no_slot_but_its_own(self, alice, as_, wrong):
        body = with_slot(alice)
        body["slot"] = {
            "password": cast.slot("password", public_key=body["box_key"]),
            "other device": cast.slot(f"device:{alice.device_id}", public_key=body["box_key"]),
            "other key": cast.slot(f"device:{body['id']}"),
        }[wrong]
        answer = as_(alice).post(DEVICES, body)
        assert (answer.status_code, codes(answer)) == (400, [("invalid", "slot")])

    def test_refuses_a_device_before_there_are_keys(self, newcomer, alice, as_):
        body = cast.device_body(alice)
        answer = as_(newcomer, device=False).post(DEVICES, body)
        assert (answer.status_code, codes(answer)) == (400, [("certificate_refused", None)])

    def test_refuses_the_id_of_somebody_elses_device(self, alice, bob, as_):
        answer = as_(alice, device=False).post(DEVICES, cast.device_body(alice, device_id=bob.device_id))
        assert (answer.status_code, codes(answer)) == (409, [("conflict", None)])

    def test_refuses_a_revoked_device(self, alice, as_):
        body = cast.device_body(alice)
        as_(alice).post(DEVICES, body)
        assert revoke(as_(alice), alice, body["id"]).status_code == 204
        answer = as_(alice, device=False).post(DEVICES, body)
        assert (answer.status_code, codes(answer)) == (409, [("conflict", None)])

    def test_stops_at_the_greatest_number_until_one_is_revoked(self, alice, as_):
        client = as_(alice)
        for _ in range(DEVICES_MAX - 1):
            assert as_(alice).post(DEVICES, cast.device_body(alice)).status_code == 201
        answer = client.post(DEVICES, cast.device_body(alice))
        assert (answer.status_code, codes(answer)) == (409, [("too_many_devices", None)])
        revoke(client, alice, client.get(DEVICES).json()["items"][-1]["id"])
        assert client.post(DEVICES, cast.device_body(alice)).status_code == 201

    @pytest.mark.parametrize("attr", ["id", "name", "signature_key", "box_key", "certificate"])
    def test_names_what_is_missing(self, alice, as_, attr):
        body = cast.device_body(alice)
        del body[attr]
        answer = as_(alice).post(DEVICES, body)
        assert (answer.status_code, codes(answer)) == (400, [("required", attr)])

    def test_takes_nothing_malformed(self, alice, as_):
        refuses_every_body(as_(alice), "post", DEVICES)


class TestRevokeDevice:
    def test_ends_its_sessions_at_once_and_no_other(self, alice, as_):
        here, there = as_(alice), as_(alice, device=False)
        body = cast.device_body(alice)
        there.post(DEVICES, body)
        assert revoke(here, alice, body["id"]).status_code == 204
        dead = there.get("/api/v1/me")
        assert (dead.status_code, codes(dead)) == (401, [("not_authenticated", None)])
        assert not Session.objects.filter(device_id=body["id"]).exists()
        assert here.get("/api/v1/me").status_code == 200
        listed = here.get(DEVICES).json()
        assert [one["id"] for one in listed["items"]] == [str(alice.device_id)]
        assert listed["version"] == 3

    def test_changes_the_vault_in_the_same_moment(self, alice, as_, phone):
        client, change = as_(alice), cast.vault_change(alice, new_key=True)
        assert revoke(client, alice, phone, vault=change).status_code == 204
        vault = client.get(VAULT).json()
        assert (vault["revision"], vault["aek"], vault["aek_version"]) == (2, change["aek"], 2)
        assert vault["devices"]["version"] == 3
        assert set(logged(client)) >= {"device_revoked", "keys_changed"}

    @pytest.mark.parametrize(
        ("change", "refused"),
        [
            ({"revision": 9}, (409, "stale_vault")),
            ({"slots": []}, (400, "slot_missing")),
            ({"aek_signature": b64(bytes(64))}, (400, "statement_refused")),
        ],
    )
    def test_ends_nothing_when_the_vault_cannot_change_with_it(self, alice, as_, phone, change, refused):
        vault = cast.vault_change(alice, new_key=True, **change)
        assert refusal(revoke(as_(alice), alice, phone, vault=vault)) == refused
        assert Device.objects.get(pk=phone).revoked_at is None
        assert as_(alice).get(DEVICES).json()["version"] == 2
        assert as_(alice).get(VAULT).json()["revision"] == 1

    @pytest.mark.parametrize("forgery", ["with it", "nobody left", "other identity"])
    def test_refuses_a_list_that_is_not_the_one_without_it(self, alice, bob, as_, phone, forgery):
        stays = (alice.device_id, cast.raw(alice.signer), alice.box_key)
        known = Device.objects.get(pk=phone)
        goes = (phone, bytes(known.signature_key), bytes(known.box_key))
        signature = {
            "with it": cast.list_signature(alice, 3, [stays, goes]),
            "nobody left": cast.list_signature(alice, 3, []),
            "other identity": cast.list_signature(alice, 3, [stays], identity=bob.identity),
        }[forgery]
        answer = revoke(as_(alice), alice, phone, list_signature=b64(signature))
        assert (answer.status_code, codes(answer)) == (400, [("statement_refused", "list_signature")])
        assert Device.objects.get(pk=phone).revoked_at is None

    @pytest.mark.parametrize("version", [1, 2, 4])
    def test_refuses_a_list_that_does_not_follow(self, alice, as_, phone, version):
        answer = revoke(as_(alice), alice, phone, version=version)
        assert (refusal(answer), answer.json()["version"]) == ((409, "stale_devices"), 2)
        assert {one["id"] for one in answer.json()["devices"]} == {str(alice.device_id), str(phone)}
        assert Device.objects.get(pk=phone).revoked_at is None

    def test_takes_its_slot_away(self, alice, as_):
        body = with_slot(alice)
        as_(alice).post(DEVICES, body)
        revoke(as_(alice), alice, body["id"])
        assert [one["name"] for one in as_(alice).get(VAULT).json()["slots"]] == ["password"]

    def test_is_dead_in_a_session_that_a_late_request_wrote_back(self, alice, as_):
        client = as_(alice)
        Device.objects.update(revoked_at="2026-06-01T12:00:00Z")
        assert client.get("/api/v1/me").status_code == 401

    def test_of_the_present_one_signs_out(self, alice, as_):
        client = as_(alice)
        assert revoke(client, alice, alice.device_id).status_code == 204
        assert client.get("/api/v1/me").status_code == 401

    def test_of_somebody_else_is_the_same_404_as_nothing(self, alice, charlie, as_):
        theirs = revoke(as_(charlie), alice, alice.device_id)
        nothing = revoke(as_(charlie), alice, NOTHING)
        assert (theirs.status_code, theirs.json()) == (404, nothing.json())
        assert Device.objects.get(pk=alice.device_id).revoked_at is None

    def test_again_is_absent(self, alice, as_, phone):
        assert [revoke(as_(alice), alice, phone).status_code for _ in range(2)] == [204, 404]

    def test_is_in_the_log(self, alice, as_):
        revoke(as_(alice), alice, alice.device_id)
        log = logged(as_(alice, device=False))
        assert log[0] == "device_revoked"
        assert "device_added" in log

    def test_by_a_home_station_ends_itself_and_no_other(self, alice, as_, phone):
        station = as_(alice, kind="station")
        other, nothing = revoke(station, alice, phone), revoke(station, alice, NOTHING)
        assert (other.status_code, other.json()) == (404, nothing.json())
        assert revoke(station, alice, alice.device_id).status_code == 204
        assert Device.objects.get(pk=phone).revoked_at is None

    def test_by_the_server_leaves_the_list_as_it_was_signed(self, alice, as_, phone):
        before = as_(alice).get(VAULT).json()["devices"]
        services.revoke_device(device=Device.objects.get(pk=phone), now=clock.now())
        assert as_(alice).get(VAULT).json()["devices"] == before

    def test_is_told_to_ones_devices(self, alice, as_, phone, told):
        heard = told(lambda: revoke(as_(alice), alice, phone))
        ids = {"account_id": str(alice.pk), "device_id": str(phone)}
        assert ("account.device", ids, {alice.pk}) in heard
        assert "account.signed_out" in [name for name, _ids, _people in heard]


@pytest.mark.django_db(transaction=True)
class TestTwoAtOnce:
    def test_are_added_one_after_the_other_and_the_loser_can_try_again(self, alice, as_):
        clients = [as_(alice, device=False), as_(alice, device=False)]
        bodies = [cast.device_body(alice) for _ in clients]
        answers = at_once(
            *(
                lambda one=one, body=body: one.post(DEVICES, body)
                for one, body in zip(clients, bodies, strict=True)
            )
        )
        assert sorted(one.status_code for one in answers) == [201, 409]
        lost = answers.index(next(one for one in answers if one.status_code == 409))
        assert refusal(answers[lost]) == (409, "stale_devices")
        again = cast.device_body(alice)
        assert clients[lost].post(DEVICES, again).status_code == 201
        assert as_(alice).get(DEVICES).json()["version"] == 3
        assert access.live_devices(alice.pk).count() == 3

    def test_end_each_other_but_not_both(self, alice, as_):
        body = cast.device_body(alice)
        phone, here = as_(alice, device=False), as_(alice)
        phone.post(DEVICES, body)
        answers = at_once(
            lambda: revoke(phone, alice, alice.device_id).status_code,
            lambda: revoke(here, alice, body["id"]).status_code,
        )
        assert 204 in answers
        assert access.live_devices(alice.pk).count() == 1
