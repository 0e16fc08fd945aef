"""The link is the only way to what somebody without an account wrote."""

from uuid import uuid4

import pytest

from prifora.kernel.errors import Absent
from prifora.kernel.keystore import destroy_key
from prospects import access
from tests.prospects.writing import prospect

pytestmark = pytest.mark.django_db


def test_a_link_opens_its_own_row_and_no_table_holds_it():
    row = prospect()
    assert access.prospect_by_link(access.link_of(row.pk)) == row
    assert access.link_of(row.pk) not in repr(vars(row))


@pytest.mark.parametrize("wrong", ["", "A", "A" * 43, "ü", "=" * 8])
def test_another_link_opens_nothing(wrong):
    prospect()
    with pytest.raises(Absent):
        access.prospect_by_link(wrong)


def test_a_right_link_to_nobody_opens_nothing():
    with pytest.raises(Absent):
        access.prospect_by_link(access.link_of(uuid4()))


def test_without_the_key_nothing_can_be_read():
    row = prospect()
    destroy_key(row.pk)
    for read in (access.who_wrote, access.lines_of):
        with pytest.raises(Absent):
            read(row)
