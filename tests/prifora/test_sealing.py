import pytest
from django.core.cache import cache

from prifora.kernel import crypto, keystore, sealing
from prifora.kernel.ids import new_id

DOCUMENT = {"first_name": "Ömer", "dates": [1, 2]}


class TestSealDocument:
    def test_returns_what_was_sealed(self):
        person = new_id()
        sealed = sealing.seal_document(DOCUMENT, person=person, place="t.c")
        assert b"mer" not in sealed
        assert sealing.open_document(sealed, person=person, place="t.c") == DOCUMENT

    def test_does_not_open_in_another_row_or_column(self):
        person, other = new_id(), new_id()
        keystore.key_of(other)
        sealed = sealing.seal_document(DOCUMENT, person=person, place="t.c")
        with pytest.raises(crypto.Unreadable):
            sealing.open_document(sealed, person=person, place="t.d")
        with pytest.raises(crypto.Unreadable):
            sealing.open_document(sealed, person=other, place="t.c")

    def test_is_unreadable_for_ever_once_the_key_is_destroyed(self):
        person = new_id()
        sealed = sealing.seal_document(DOCUMENT, person=person, place="t.c")
        keystore.destroy_key(person)
        with pytest.raises(keystore.Erased):
            sealing.open_document(sealed, person=person, place="t.c")
        keystore.key_of(person)  # a new key under the same id opens nothing old
        with pytest.raises(crypto.Unreadable):
            sealing.open_document(sealed, person=person, place="t.c")


class TestSealSecret:
    def test_is_bound_to_its_place(self):
        sealed = sealing.seal_secret(b"totp", place="a")
        assert sealing.open_secret(sealed, place="a") == b"totp"
        with pytest.raises(crypto.Unreadable):
            sealing.open_secret(sealed, place="b")


class TestKeyStore:
    def test_two_first_uses_at_once_agree(self):
        person = new_id()
        assert keystore.key_of(person) == keystore.key_of(person)

    def test_holds_no_key_in_the_clear(self):
        person = new_id()
        key = keystore.key_of(person)
        assert key not in keystore.store().read(str(person))


class TestHiddenKey:
    def test_tells_nothing_of_what_is_counted_and_still_finds_it(self):
        cache.set("allauth:rl:login:ip:203.0.113.7", 5)
        assert cache.get("allauth:rl:login:ip:203.0.113.7") == 5
        assert "203.0.113.7" not in cache.make_key("allauth:rl:login:ip:203.0.113.7")
        assert cache.make_key("limit:a") != cache.make_key("limit:b")
