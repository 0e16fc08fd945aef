"""Frames as every server may send them: what a client's own reader makes of them."""

import pytest
from websockets.frames import Frame, Opcode

from prifora.wire import framed


class TestFramed:
    @pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65_535, 65_536, 200_000])
    def test_is_what_the_library_makes_at_every_border_of_its_lengths(self, size):
        text = "x" * size
        assert framed([text]) == Frame(Opcode.TEXT, text.encode()).serialize(mask=False)

    def test_counts_bytes_not_letters_and_puts_one_after_the_other(self):
        texts = ["é" * 63, "", "😀" * 20_000]
        assert framed(texts) == b"".join(
            Frame(Opcode.TEXT, one.encode()).serialize(mask=False) for one in texts
        )
