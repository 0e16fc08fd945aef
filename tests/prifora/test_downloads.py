"""Which bytes a request asks for (RFC 9110, section 14)."""

import pytest

from prifora.kernel.downloads import RangeRefused, byte_range, is_known


class TestByteRange:
    @pytest.mark.parametrize(
        ("header", "wanted"),
        [
            ("bytes=0-499", (0, 500)),
            ("bytes=500-999", (500, 1000)),
            ("bytes=-500", (500, 1000)),
            ("bytes=999-", (999, 1000)),
            ("bytes=0-5000", (0, 1000)),
            ("bytes=-5000", (0, 1000)),
        ],
    )
    def test_is_the_first_byte_and_the_one_after_the_last(self, header, wanted):
        assert byte_range(header, 1000) == wanted

    @pytest.mark.parametrize(
        "header",
        [
            None,
            "",
            "bytes",
            "bytes=-",
            "bytes=9-8",
            "bytes=0-1,3-4",
            "bytes= 0-1",
            "bytes=+1-2",
            "lines=1-2",
            "bytes=1-2 ",
        ],
    )
    def test_is_everything_when_nothing_readable_is_asked(self, header):
        assert byte_range(header, 1000) is None

    @pytest.mark.parametrize(("header", "size"), [("bytes=1000-", 1000), ("bytes=-0", 1000), ("bytes=0-", 0)])
    def test_of_nothing_is_refused(self, header, size):
        with pytest.raises(RangeRefused):
            byte_range(header, size)


class TestIsKnown:
    @pytest.mark.parametrize("header", ['"a"', '"b", "a"', 'W/"a"', "*", '"b","a"'])
    def test_finds_the_tag(self, header):
        assert is_known(header, '"a"')

    @pytest.mark.parametrize("header", [None, "", '"b"', "a", '"ab"'])
    def test_finds_nothing_else(self, header):
        assert not is_known(header, '"a"')
