"""Files as people and attackers send them."""

import io
import struct
import zlib

from PIL import Image

ORIENTATION, GPS, MAKER = 0x0112, 0x8825, 0x010F
CAMERA = "CanaryCam 9000"
RED, BLUE = (220, 30, 30), (30, 30, 220)


def picture(size=(640, 480), form="JPEG", **options) -> bytes:
    """Left half red, right half blue."""
    image = Image.new("RGB", size, RED)
    image.paste(BLUE, (size[0] // 2, 0, size[0], size[1]))
    written = io.BytesIO()
    image.save(written, form, **options)
    return written.getvalue()


def photo(orientation=1) -> bytes:
    """As a telephone writes it: where it was taken, by which camera, how it was held."""
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKER] = orientation, CAMERA
    exif[GPS] = {1: "N", 2: (52.0, 22.0, 12.0), 3: "E", 4: (4.0, 53.0, 42.0)}
    return picture(exif=exif.tobytes(), icc_profile=b"canary profile" * 8, comment=b"canary comment")


def moving(form: str) -> bytes:
    frames = [Image.new("RGB", (32, 32), colour) for colour in (RED, BLUE)]
    written = io.BytesIO()
    frames[0].save(written, form, save_all=True, append_images=frames[1:], duration=100)
    return written.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A few kilobytes of PNG that say they are as large as a house."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * min(width * height * 3, 4_000_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def opened(written: bytes) -> Image.Image:
    return Image.open(io.BytesIO(written))


def is_red(pixel) -> bool:
    return pixel[0] > 150 > pixel[2]
