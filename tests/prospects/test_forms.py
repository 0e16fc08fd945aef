"""What can be filled in to write to us."""

import pytest

from prospects.forms import WriteForm

GIVEN = {"email": "riet@mail.example", "text": "Hello."}


def test_needs_an_address_and_a_message_and_no_name():
    assert WriteForm(GIVEN).is_valid()
    for name in GIVEN:
        assert list(WriteForm({**GIVEN, name: ""}).errors) == [name]


@pytest.mark.parametrize("name", ["phone", "company", "profession"])
def test_has_no_field_for_more(name):
    assert name not in WriteForm().fields
