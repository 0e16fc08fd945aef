import io
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from media.rules import PIXELS_MAX, SIDE_MAX_PIXELS, Fault, Unusable, portrait_of
from tests.media.pictures import CAMERA, bomb, is_red, moving, opened, photo, picture

EDGE = 5
"""How far from the corner we look, so that compression does not matter."""


def fault_of(sent: bytes) -> Fault:
    with pytest.raises(Unusable) as raised:
        portrait_of(sent)
    return raised.value.fault


class TestPortraitOf:
    @pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
    def test_writes_webp_of_at_most_512_pixels_and_keeps_the_shape(self, form):
        made = opened(portrait_of(picture((1600, 1200), form)))
        assert (made.format, made.size, made.mode) == ("WEBP", (SIDE_MAX_PIXELS, 384), "RGB")

    def test_does_not_blow_up_a_small_picture(self):
        assert opened(portrait_of(picture((40, 30)))).size == (40, 30)

    @pytest.mark.obligation("PRI-21", "PRI-31")
    @pytest.mark.obligation("PRE-22", partial=True)
    def test_keeps_nothing_but_pixels(self):
        sent = photo()
        assert CAMERA.encode() in sent
        assert opened(sent).getexif().get_ifd(0x8825)
        written = portrait_of(sent)
        made = opened(written)
        made.load()
        assert not made.getexif()
        assert not {"exif", "xmp", "icc_profile", "comment"} & made.info.keys()
        assert b"anary" not in written
        assert b"EXIF" not in written

    @pytest.mark.parametrize(
        ("orientation", "size", "red_corner"),
        [
            (1, (512, 384), (EDGE, EDGE)),
            (2, (512, 384), (512 - EDGE, EDGE)),
            (3, (512, 384), (512 - EDGE, EDGE)),
            (4, (512, 384), (EDGE, EDGE)),
            (5, (384, 512), (EDGE, EDGE)),
            (6, (384, 512), (EDGE, EDGE)),
            (7, (384, 512), (EDGE, 512 - EDGE)),
            (8, (384, 512), (EDGE, 512 - EDGE)),
        ],
    )
    def test_turns_it_upright_however_the_camera_was_held(self, orientation, size, red_corner):
        made = opened(portrait_of(photo(orientation)))
        assert made.size == size
        assert is_red(made.getpixel(red_corner))
        opposite = (size[0] - red_corner[0], size[1] - red_corner[1])
        assert not is_red(made.getpixel(opposite))

    def test_puts_what_is_transparent_on_white(self):
        sent = io.BytesIO()
        Image.new("RGBA", (64, 64), (0, 0, 0, 0)).save(sent, "PNG")
        assert min(opened(portrait_of(sent.getvalue())).getpixel((32, 32))) > 250

    @pytest.mark.parametrize("form", ["PNG", "WEBP"])
    def test_refuses_what_moves(self, form):
        assert fault_of(moving(form)) is Fault.MOVING

    @pytest.mark.parametrize("size", [(PIXELS_MAX // 1000 + 1, 1000), (65_000, 65_000), (1, PIXELS_MAX + 1)])
    def test_refuses_a_bomb_before_it_goes_off(self, size):
        sent = bomb(*size)
        assert len(sent) < 10_000
        tracemalloc.start()
        try:
            assert fault_of(sent) is Fault.TOO_MANY_PIXELS
            assert tracemalloc.get_traced_memory()[1] < 1_000_000
        finally:
            tracemalloc.stop()

    @pytest.mark.parametrize(
        "sent",
        [
            b"",
            b"GIF89a" + b"\0" * 60,
            b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
            b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 1 1\n",
            b"\xff\xd8\xff\xe0 this is no JPEG",
            picture()[:2000],
            bomb(3000, 3000)[:-40],
        ],
        ids=["nothing", "gif", "svg", "postscript", "a header only", "half a photo", "half a png"],
    )
    def test_refuses_what_is_no_whole_picture(self, sent):
        assert fault_of(sent) is Fault.UNREADABLE

    def test_drops_what_is_hidden_behind_the_picture(self):
        made = portrait_of(picture() + b"PK\x03\x04 an archive behind it")
        assert b"archive" not in made

    @settings(max_examples=150, deadline=None)
    @given(
        form=st.sampled_from(["JPEG", "PNG", "WEBP"]),
        changes=st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 255)), min_size=1, max_size=30),
    )
    def test_answers_any_broken_file_with_a_portrait_or_a_fault(self, form, changes):
        sent = bytearray(
            picture((48, 32), form, **({"exif": b"Exif\0\0" + b"II*\0" * 9} if form != "PNG" else {}))
        )
        for place, value in changes:
            sent[place % len(sent)] = value
        try:
            assert opened(portrait_of(bytes(sent))).format == "WEBP"
        except Unusable:
            pass
