"""Whose leaf it is."""

import pytest

from prifora.kernel.ids import new_id
from prifora.kernel.mls.credential import IDENTITY_BYTES, certificate_is_valid, read_identity
from tests import cast
from tests.mls.packages import identity


class TestReadIdentity:
    def test_finds_the_parts(self, alice):
        found = read_identity(identity(alice))
        assert (found.account_id, found.device_id, found.aik) == (
            alice.pk,
            alice.device_id,
            cast.raw(alice.identity),
        )

    @pytest.mark.parametrize("size", [0, 1, IDENTITY_BYTES - 1, IDENTITY_BYTES + 1])
    def test_knows_one_length_only(self, size):
        assert read_identity(b"\x01" * size) is None

    def test_knows_one_version_only(self, alice):
        assert read_identity(b"\x02" + identity(alice)[1:]) is None


class TestCertificateIsValid:
    def test_holds_for_that_device_of_that_account_under_that_key_only(self, alice, bob):
        found = read_identity(identity(alice))
        right = {
            "account_id": found.account_id,
            "device_id": found.device_id,
            "signature_key": cast.raw(alice.signer),
            "aik": found.aik,
            "certificate": found.certificate,
        }
        assert certificate_is_valid(**right)
        wrong = {
            "account_id": bob.pk,
            "device_id": new_id(),
            "signature_key": cast.raw(bob.signer),
            "aik": cast.raw(bob.identity),
            "certificate": bytes(64),
        }
        for part, value in wrong.items():
            assert not certificate_is_valid(**{**right, part: value}), part

    @pytest.mark.parametrize("part", ["signature_key", "aik", "certificate"])
    def test_does_not_hold_for_values_of_a_wrong_size(self, alice, part):
        found = read_identity(identity(alice))
        right = {"signature_key": cast.raw(alice.signer), "aik": found.aik, "certificate": found.certificate}
        right[part] = right[part][:-1]
        assert not certificate_is_valid(account_id=alice.pk, device_id=alice.device_id, **right)
