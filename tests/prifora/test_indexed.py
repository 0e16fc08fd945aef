import pytest
from django.db import connection

from accounts.models import Account
from prifora.kernel.indexed import TOKEN_LENGTH, IndexedTextField, is_token, token_of
from tests import cast


class TestTokenOf:
    def test_is_the_same_however_a_name_is_typed(self):
        assert token_of("username", " Anna.V ") == token_of("username", "anna.v")

    def test_differs_by_text_and_by_label(self):
        tokens = {token_of(label, text) for label in ("username", "phone") for text in ("a", "b")}
        assert len(tokens) == 4
        assert {len(one) for one in tokens} == {TOKEN_LENGTH}

    def test_leaves_a_token_as_it_is(self):
        token = token_of("username", "anna")
        assert is_token(token)
        assert token_of("username", token) == token
        assert not is_token("anna")
        assert not is_token(None)


@pytest.mark.django_db
class TestIndexedTextField:
    def test_is_found_by_its_text_and_reads_as_its_text(self):
        made = cast.account("anna", phone="+31612345678")
        for found in (
            Account.objects.get(username="ANNA"),
            Account.objects.get(phone="+31612345678"),
            Account.objects.get(username__in=["anna", "nobody"]),
        ):
            assert found.pk == made.pk
        fresh = Account.objects.get(pk=made.pk)
        assert (fresh.username, fresh.phone) == ("anna", "+31612345678")

    def test_lies_in_the_database_as_an_index_only(self):
        cast.account("anna.visible", phone="+31612345678")
        with connection.cursor() as cursor:
            cursor.execute("SELECT username, phone, sealed FROM accounts_account")
            username, phone, sealed = cursor.fetchone()
        assert is_token(username)
        assert is_token(phone)
        assert b"anna.visible" not in bytes(sealed)
        assert b"612345678" not in bytes(sealed)

    def test_changes_text_and_index_together(self):
        made = cast.account("anna", phone="+31612345678")
        made.phone = "+31687654321"
        made.save(update_fields=["phone"])
        assert Account.objects.get(phone="+31687654321").phone == "+31687654321"
        assert not Account.objects.filter(phone="+31612345678").exists()

    def test_is_null_where_there_is_no_text(self):
        field = Account._meta.get_field("phone")
        assert isinstance(field, IndexedTextField)
        assert field.get_prep_value("") is None
        assert field.get_prep_value(None) is None

    def test_keeps_its_label_in_migrations(self):
        _name, _path, _args, options = Account._meta.get_field("phone").deconstruct()
        assert options["label"] == "phone"
