"""Pieces go out in order, the database is given back between them, and whoever stops listening ends it."""

import pytest
from asgiref.sync import async_to_sync

from accounts.models import Account
from prifora.kernel import streams
from prifora.kernel.streams import piece_by_piece

pytestmark = pytest.mark.django_db


async def heard(pieces, at_most=100):
    found = []
    stream = piece_by_piece(pieces)
    async for piece in stream:
        found.append(piece)
        if len(found) == at_most:
            await stream.aclose()
    return found


class TestPieceByPiece:
    def test_gives_every_piece_in_order(self):
        def pieces():
            for number in range(3):
                yield f"{number}:{Account.objects.count()}".encode()

        assert async_to_sync(heard)(pieces()) == [b"0:0", b"1:0", b"2:0"]

    def test_gives_the_database_back_after_each(self, monkeypatch):
        back = []
        monkeypatch.setattr(streams, "_give_back", lambda: back.append(True))
        async_to_sync(heard)(piece for piece in (b"a", b"b"))
        assert len(back) == 3

    def test_ends_what_makes_the_pieces_when_nobody_listens_any_more(self):
        ended = []

        def pieces():
            try:
                yield b"a"
                yield b"b"
            finally:
                ended.append(True)

        assert async_to_sync(heard)(pieces(), 1) == [b"a"]
        assert ended == [True]

    def test_breaks_off_where_making_them_does(self):
        def pieces():
            yield b"a"
            raise ValueError("planted")

        with pytest.raises(ValueError, match="planted"):
            async_to_sync(heard)(pieces())
