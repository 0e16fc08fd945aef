"""Statements: the bytes are those of the specification, and a signature holds for them alone."""

import hashlib
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from prifora.kernel import statements
from tests.cast import raw

ONE, OTHER, THIRD = (UUID(bytes=bytes([n]) * 16) for n in (1, 2, 3))
KEY, BOX = b"k" * 32, b"b" * 100
HASH = hashlib.sha256(BOX).digest()

BYTES = {
    "encryption key": (
        statements.encryption_key(account_id=ONE, version=258, aek=KEY),
        b"prifora/1 encryption key" + b"\1" * 16 + b"\0\0\1\2" + KEY,
    ),
    "device list": (
        statements.device_list(
            account_id=ONE, version=1, devices=[(THIRD, b"s" * 32, b"t" * 32), (OTHER, b"q" * 32, b"r" * 32)]
        ),
        b"prifora/1 devices"
        + b"\1" * 16
        + b"\0\0\0\1"
        + b"\0\2"
        + b"\2" * 16
        + b"q" * 32
        + b"r" * 32
        + b"\3" * 16
        + b"s" * 32
        + b"t" * 32,
    ),
    "empty device list": (
        statements.device_list(account_id=ONE, version=2, devices=[]),
        b"prifora/1 devices" + b"\1" * 16 + b"\0\0\0\2" + b"\0\0",
    ),
    "share": (
        statements.share(account_id=ONE, set_id=OTHER, relative_id=THIRD, box=BOX),
        b"prifora/1 share" + b"\1" * 16 + b"\2" * 16 + b"\3" * 16 + HASH,
    ),
    "returned share": (
        statements.returned_share(request_id=ONE, relative_id=OTHER, box=BOX),
        b"prifora/1 recovery" + b"\1" * 16 + b"\2" * 16 + HASH,
    ),
    "founding": (
        statements.founding(family_id=ONE, account_id=OTHER, aik=KEY),
        b"prifora/1 family" + b"\1" * 16 + b"\2" * 16 + KEY,
    ),
    "invitation from today": (
        statements.invitation(family_id=ONE, by=OTHER, key=KEY, history="today"),
        b"prifora/1 invitation" + b"\1" * 16 + b"\2" * 16 + KEY + b"\0",
    ),
    "invitation from the start": (
        statements.invitation(family_id=ONE, by=OTHER, key=KEY, history="start"),
        b"prifora/1 invitation" + b"\1" * 16 + b"\2" * 16 + KEY + b"\1",
    ),
    "admission": (
        statements.admission(family_id=ONE, account_id=OTHER, aik=KEY),
        b"prifora/1 admission" + b"\1" * 16 + b"\2" * 16 + KEY,
    ),
    "paired": (
        statements.paired(family_id=ONE, by=OTHER, account_id=THIRD, aik=KEY),
        b"prifora/1 paired" + b"\1" * 16 + b"\2" * 16 + b"\3" * 16 + KEY,
    ),
    "sheet": (
        statements.sheet_sign_in(login="  Anna.V ", nonce="abc"),
        b"prifora recovery|anna.v|abc",
    ),
}


class TestEveryStatement:
    @pytest.mark.parametrize("name", BYTES)
    def test_is_these_bytes(self, name):
        made, specified = BYTES[name]
        assert made == specified

    def test_begins_like_no_other_of_another_kind(self):
        kinds = {
            made for name, (made, _bytes) in BYTES.items() if "empty" not in name and "start" not in name
        }
        assert not [(a, b) for a in kinds for b in kinds if a != b and a.startswith(b)]


class TestHolds:
    def test_for_the_key_and_the_bytes_and_nothing_else(self):
        key = Ed25519PrivateKey.generate()
        signature = key.sign(b"this")
        assert statements.holds(public_key=raw(key), signature=signature, statement=b"this")
        assert not statements.holds(public_key=raw(key), signature=signature, statement=b"that")
        other = raw(Ed25519PrivateKey.generate())
        assert not statements.holds(public_key=other, signature=signature, statement=b"this")
        assert not statements.holds(public_key=b"", signature=signature, statement=b"this")
        assert not statements.holds(public_key=raw(key), signature=b"", statement=b"this")
