"""Making a portrait of whatever file was sent, within limits. Needs no database."""

import io
import struct
import zlib
from enum import StrEnum

from PIL import Image
from PIL.Image import Transpose

SENT_MAX_BYTES = 5 * 1024 * 1024
PIXELS_MAX = 25_000_000
SIDE_MAX_PIXELS = 512
FORMATS = ("JPEG", "PNG", "WEBP")
QUALITY = 82
UNREADABLE = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    LookupError,
    TypeError,
    OverflowError,
    struct.error,
    zlib.error,
)
"""What the decoders raise on broken or hostile files."""


ORIENTATION, UPRIGHT = 0x0112, 1
TURNS = {
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_270,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}
"""How a camera says that it was held (EXIF tag 0x0112), and what makes the picture upright."""


class Fault(StrEnum):
    """Why a file cannot become a portrait."""

    UNREADABLE = "unreadable"
    MOVING = "moving"
    TOO_MANY_PIXELS = "too many pixels"


class Unusable(Exception):
    """The file that was sent cannot become a portrait."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


def portrait_of(sent: bytes) -> bytes:
    """Return `sent` (JPEG, PNG or WebP) as a new WebP: upright, at most SIDE_MAX_PIXELS, only pixels.

    The size is read from the header and refused above PIXELS_MAX before anything is decoded, which bounds
    the memory to about 8 bytes for each pixel. Raises Unusable.
    """
    try:
        with Image.open(io.BytesIO(sent), formats=FORMATS) as picture:
            _refuse(picture)
            picture.draft("RGB", (SIDE_MAX_PIXELS, SIDE_MAX_PIXELS))
            return _written_anew(picture)
    except Image.DecompressionBombError as bomb:
        raise Unusable(Fault.TOO_MANY_PIXELS) from bomb
    except UNREADABLE as broken:
        raise Unusable(Fault.UNREADABLE) from broken


def _refuse(picture: Image.Image) -> None:
    if picture.width * picture.height > PIXELS_MAX:
        raise Unusable(Fault.TOO_MANY_PIXELS)
    # a phone's JPEG may carry a second view of the same moment (MPO); only the first one is read
    if getattr(picture, "is_animated", False) and picture.format != "MPO":
        raise Unusable(Fault.MOVING)


def _written_anew(picture: Image.Image) -> bytes:
    """Copy the pixels to an empty image: what is not a pixel has no way to come along."""
    turned = picture.getexif().get(ORIENTATION, UPRIGHT)
    plain: Image.Image = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    plain.thumbnail((SIDE_MAX_PIXELS, SIDE_MAX_PIXELS))
    if turned in TURNS:
        plain = plain.transpose(TURNS[turned])
    clean = Image.new("RGB", plain.size, "white")
    clean.paste(plain, mask=plain if plain.mode == "RGBA" else None)
    written = io.BytesIO()
    clean.save(written, "WEBP", quality=QUALITY)
    return written.getvalue()
