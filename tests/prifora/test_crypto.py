import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from prifora.kernel import crypto

KEY, OTHER = bytes(range(32)), bytes(range(1, 33))


class TestSeal:
    def test_opens_with_the_same_key_in_the_same_place(self):
        assert crypto.unseal(KEY, crypto.seal(KEY, b"card", "a.b:1"), "a.b:1") == b"card"

    def test_the_same_value_never_looks_the_same(self):
        assert crypto.seal(KEY, b"card", "a") != crypto.seal(KEY, b"card", "a")

    @pytest.mark.parametrize(("key", "place"), [(OTHER, "a.b:1"), (KEY, "a.b:2"), (KEY, "a.c:1")])
    def test_stays_shut_for_another_key_or_place(self, key, place):
        with pytest.raises(crypto.Unreadable):
            crypto.unseal(key, crypto.seal(KEY, b"card", "a.b:1"), place)

    def test_stays_shut_when_any_byte_was_changed(self):
        sealed = crypto.seal(KEY, b"card", "a")
        for position in range(len(sealed)):
            changed = bytearray(sealed)
            changed[position] ^= 1
            with pytest.raises(crypto.Unreadable):
                crypto.unseal(KEY, bytes(changed), "a")

    def test_says_no_to_nothing(self):
        with pytest.raises(crypto.Unreadable):
            crypto.unseal(KEY, b"", "a")


class TestBlindIndex:
    def test_finds_the_same_value_only_under_the_same_key_and_label(self):
        index = crypto.blind_index(KEY, "phone", "+31612345678")
        assert index == crypto.blind_index(KEY, "phone", "+31612345678")
        assert len(index) == crypto.INDEX_BYTES
        assert index != crypto.blind_index(KEY, "email", "+31612345678")
        assert index != crypto.blind_index(OTHER, "phone", "+31612345678")


class TestEd25519:
    def test_knows_its_own_signature(self):
        public, signature = crypto.ed25519_public(KEY), crypto.ed25519_sign(seed=KEY, message=b"m")
        assert crypto.ed25519_valid(public_key=public, signature=signature, message=b"m")
        assert not crypto.ed25519_valid(public_key=public, signature=signature, message=b"n")
        assert not crypto.ed25519_valid(public_key=b"short", signature=signature, message=b"m")


class TestP256:
    def test_knows_a_browsers_signature(self):
        private = ec.generate_private_key(ec.SECP256R1())
        r, s = decode_dss_signature(private.sign(b"m", ec.ECDSA(hashes.SHA256())))
        raw = r.to_bytes(32, "big") + s.to_bytes(32, "big")
        point = private.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        assert crypto.p256_valid(public_key=point, signature=raw, message=b"m")
        assert not crypto.p256_valid(public_key=point, signature=raw, message=b"n")
        assert not crypto.p256_valid(public_key=point, signature=raw[:-1], message=b"m")
        assert not crypto.p256_valid(public_key=b"no point", signature=raw, message=b"m")


class TestSignatureValid:
    def test_checks_by_the_kind_of_the_key(self):
        private = ec.generate_private_key(ec.SECP256R1())
        r, s = decode_dss_signature(private.sign(b"m", ec.ECDSA(hashes.SHA256())))
        form = serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        point, by_point = private.public_key().public_bytes(*form), r.to_bytes(32) + s.to_bytes(32)
        key, by_key = crypto.ed25519_public(KEY), crypto.ed25519_sign(seed=KEY, message=b"m")
        assert crypto.signature_valid(public_key=point, signature=by_point, message=b"m")
        assert crypto.signature_valid(public_key=key, signature=by_key, message=b"m")
        assert not crypto.signature_valid(public_key=point, signature=by_key, message=b"m")
        assert not crypto.signature_valid(public_key=key, signature=by_point, message=b"m")
        assert not crypto.signature_valid(public_key=key, signature=by_key, message=b"n")
