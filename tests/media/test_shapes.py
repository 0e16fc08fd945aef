"""How changes are put in one order, and where a reader goes on."""

from types import SimpleNamespace as Some
from uuid import uuid4

import pytest

from media.shapes import page_shape


def page(lines, gone, *, rev, limit):
    buried = [Some(gone_id=uuid4(), rev=one) for one in gone]
    shown = page_shape([{"rev": one} for one in lines], buried, Some(rev=rev, forgotten_rev=0), limit)
    return [one["rev"] for one in shown["items"]], shown["rev"]


class TestPageShape:
    @pytest.mark.parametrize(
        ("lines", "gone", "rev", "limit", "shown", "then"),
        [
            ([], [], 0, 5, [], 0),
            ([], [], 9, 5, [], 9),
            ([1, 4], [2, 3], 9, 5, [1, 2, 3, 4], 9),
            ([1, 4, 5], [2, 3], 9, 5, [1, 2, 3, 4, 5], 5),
            ([1, 4], [2, 3], 9, 2, [1, 2], 2),
            ([10, 12], [11], 9, 5, [10, 11, 12], 12),
        ],
    )
    def test_goes_on_after_what_was_shown(self, lines, gone, rev, limit, shown, then):
        assert page(lines, gone, rev=rev, limit=limit) == (shown, then)
