"""A small passkey: makes a key and signs challenges as a phone does (W3C Web Authentication, level 3)."""

import hashlib
import json
import os

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor

from tests.cast import b64, unb64

ORIGIN = "https://testserver"
PRESENT_AND_VERIFIED, HAS_KEY = 0x05, 0x40


class Passkey:
    """One P-256 key for one site; remembers whose it is."""

    def __init__(self, site="testserver"):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id, self.site, self.owner = os.urandom(32), site, None

    def create(self, options, *, origin=ORIGIN, challenge=None):
        """Answer the creation options of a server."""
        asked = options["publicKey"]
        self.owner = asked["user"]["id"]
        point = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32), -3: point.y.to_bytes(32)}
        key = bytes(16) + len(self.id).to_bytes(2) + self.id + cbor.encode(cose)
        attested = self._about(PRESENT_AND_VERIFIED | HAS_KEY) + key
        return self._credential(
            clientDataJSON=b64(self._told("webauthn.create", challenge or asked["challenge"], origin)),
            attestationObject=b64(cbor.encode({"fmt": "none", "attStmt": {}, "authData": attested})),
        )

    def sign(self, options, *, origin=ORIGIN, challenge=None, spoil_signature=False):
        """Answer the request options of a server."""
        told = self._told("webauthn.get", challenge or options["publicKey"]["challenge"], origin)
        about = self._about(PRESENT_AND_VERIFIED)
        signature = bytearray(self.key.sign(about + hashlib.sha256(told).digest(), ec.ECDSA(hashes.SHA256())))
        signature[-1] ^= spoil_signature
        return self._credential(
            clientDataJSON=b64(told),
            authenticatorData=b64(about),
            signature=b64(bytes(signature)),
            userHandle=self.owner,
        )

    def _about(self, flags):
        return hashlib.sha256(self.site.encode()).digest() + bytes([flags]) + bytes(4)

    def _told(self, what, challenge, origin):
        assert unb64(challenge)
        return json.dumps({"type": what, "challenge": challenge, "origin": origin}).encode()

    def _credential(self, **response):
        name = b64(self.id)
        return {
            "id": name,
            "rawId": name,
            "type": "public-key",
            "response": response,
            "clientExtensionResults": {"credProps": {"rk": True}},
        }
