"""Home Stations as tests play them: a device with a key of its own that shows a code, waits and signs."""

import os
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from rest_framework.test import APIClient

from prifora.kernel import statements
from tests.cast import Someone, b64, device_body, raw, revocation, vault_body
from tests.contacts.asking import page

PAIRINGS = "/api/v1/pairings"
FIND = "/api/v1/pairings/find"
CHALLENGE = "/api/v1/stations/challenge"
SIGN_IN = "/api/v1/stations/sign-in"
HEARTBEAT = "/api/v1/stations/me/heartbeat"
WIPED = "/api/v1/stations/me/wiped"
MAC = "aa:bb:cc:dd:ee:01"


class P256:
    """The kind of key a browser cannot give away."""

    def __init__(self):
        self.key = ec.generate_private_key(ec.SECP256R1())

    @property
    def public(self) -> bytes:
        form = serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        return self.key.public_key().public_bytes(*form)

    def sign(self, message: bytes) -> bytes:
        r, s = decode_dss_signature(self.key.sign(message, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32) + s.to_bytes(32)


class Ed25519:
    """The other kind of key a station may have."""

    def __init__(self):
        self.key = Ed25519PrivateKey.generate()

    @property
    def public(self) -> bytes:
        return raw(self.key)

    def sign(self, message: bytes) -> bytes:
        return self.key.sign(message)


@dataclass
class Screen:
    """A device that waits under a code and, once paired, signs in."""

    key: P256 | Ed25519 = field(default_factory=P256)
    http: APIClient = field(default_factory=APIClient)
    pairing_id: UUID = field(default_factory=uuid4)
    lookup: bytes = field(default_factory=lambda: os.urandom(16))
    station_id: UUID | str | None = None
    identity: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)

    def request(self, **changes) -> dict:
        """Return what it says when it starts to wait; None leaves a field out."""
        body = {
            "id": str(self.pairing_id),
            "lookup": b64(self.lookup),
            "proof": b64(b"s" * 32),
            "box_key": b64(b"b" * 32),
            "auth_key": b64(self.key.public),
            "mac_address": MAC,
            "model": "Tablet 10",
            **changes,
        }
        return {name: value for name, value in body.items() if value is not None}

    def wait(self, **changes):
        return self.http.post(PAIRINGS, self.request(**changes))

    def poll(self, *, at: int = 1_700_000_000, signature: bytes | None = None, pairing_id=None):
        pairing_id = pairing_id or self.pairing_id
        signed = signature or self.key.sign(f"prifora pairing poll|{pairing_id}|{at}".encode())
        return self.http.post(f"{PAIRINGS}/{pairing_id}/poll", {"at": at, "signature": b64(signed)})

    def approval(self, **changes) -> dict:
        """Return what a relative's device answers to it."""
        body = {
            "pairing_id": str(self.pairing_id),
            "name": "Woonkamer",
            "box": b64(b"x" * 120),
            "proof": b64(b"r" * 32),
        }
        return {**body, **changes}

    def pair(self, relative: APIClient, family, **changes):
        """Wait, and be approved by a relative; return the relative's answer."""
        self.wait()
        reply = relative.post(page(family, "stations"), self.approval(**changes))
        if reply.status_code == 201:
            self.station_id = reply.json()["id"]
        return reply

    def stated(self, relative: Someone, family: dict, *, signer: Someone | None = None, **changes) -> dict:
        """Return what a relative states about the keys that this device proposes for the family's user."""
        aik = raw(self.identity)
        said = statements.paired(
            family_id=UUID(family["id"]), by=relative.pk, account_id=UUID(family["user_id"]), aik=aik
        )
        body = {
            "kind": "paired",
            "by": str(relative.pk),
            "by_aik": b64(raw(relative.identity)),
            "aik": b64(aik),
            "by_signature": b64((signer or relative).identity.sign(said)),
        }
        return {**body, **changes}

    def propose(self, client: APIClient, relative: Someone, family: dict, **changes):
        """Wait with keys for a user who has none, and be approved with them; return the relative's answer."""
        assert self.wait(aik=b64(raw(self.identity))).status_code == 201
        admission = self.stated(relative, family, **changes)
        reply = client.post(page(family["id"], "stations"), self.approval(admission=admission))
        if reply.status_code == 201:
            self.station_id = reply.json()["id"]
        return reply

    def make_keys(self, family: dict):
        """Store the proposed keys as those of the family's user."""
        return self.http.put("/api/v1/vault", vault_body(self.identity, UUID(family["user_id"]), slots=[]))

    def proof(self, *, station_id=None, key: P256 | Ed25519 | None = None) -> dict:
        """Fetch a challenge and sign it."""
        station_id = station_id or self.station_id
        nonce = self.http.post(CHALLENGE, {"station_id": str(station_id)}).json()["nonce"]
        signature = (key or self.key).sign(f"prifora station|{station_id}|{nonce}".encode())
        return {"station_id": str(station_id), "nonce": nonce, "signature": b64(signature)}

    def sign_in(self, proof: dict | None = None):
        return self.http.post(SIGN_IN, proof or self.proof())

    def register(self, user, *, device_id: UUID | None = None):
        """Make keys for its user's account and register as one of its devices."""
        body = device_body(user, device_id=device_id, name="Home Station")
        return self.http.post("/api/v1/me/devices", body)

    def beat(self, **changes):
        body = {"network": "wifi", "signal": 70, "mac_address": MAC, **changes}
        return self.http.post(HEARTBEAT, {key: value for key, value in body.items() if value is not None})

    def start(self, relative: APIClient, family, user) -> "Screen":
        """Pair, sign in and register: a station as it stands in a living room."""
        assert self.pair(relative, family).status_code == 201
        assert self.sign_in().status_code == 200
        assert self.register(user).status_code == 201
        return self


def revoke(client: APIClient, someone: Someone, device_id) -> Any:
    """End a device of somebody, with the list that leaves it out."""
    path = f"/api/v1/me/devices/{device_id}/revoke"
    return client.post(path, revocation(someone, UUID(str(device_id))))


def shown(client: APIClient, family) -> list[dict]:
    """Return the stations of a family as somebody sees them."""
    return client.get(page(family, "stations")).json()["items"]
