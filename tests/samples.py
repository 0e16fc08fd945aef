"""Photos, films and sounds from real encoders, full of what must not leave a device: python -m tests.samples FOLDER.

Everything private in them contains CANARY or PLACE. The four corners of a photo have the colours of CORNERS when it
is upright.
"""

import array
import io
import itertools
import math
import os
import random
import sys
import tempfile
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import av
import pillow_heif
from PIL import Image, ImageCms, PngImagePlugin

CANARY = "Canary-4711"
PLACE = "+50.8503+004.3517/"
TAKEN, OFFSET = "2024:07:01 12:30:00", "+02:00"
MADE = "2024-07-01T10:30:00.000000Z"
CORNERS = {
    "top left": (220, 30, 30),
    "top right": (30, 180, 30),
    "bottom left": (30, 30, 220),
    "bottom right": (230, 230, 230),
}
PHOTO = (640, 480)
FILM, FILM_SECONDS, FRAMES_A_SECOND, KEY_EVERY = (480, 270), 30, 10, 20
NOISE, NOISE_A_SECOND = (1280, 720), 5
NOISE_OPTIONS = {"preset": "ultrafast", "qp": "4", "g": "10"}
RATE = 48_000

ASS = b"""[Script Info]
ScriptType: v4.00+
[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, Bold, Italic, Alignment
Style: Default,Arial,16,&Hffffff,0,0,2
[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""
"""What a track of texts must begin with; drones write where they are in one."""

EXIF_IFD, GPS_IFD = 0x8769, 0x8825
STORED_FROM_UPRIGHT = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""How the pixels of an upright picture lie in a file with each Exif orientation."""


def upright(size=PHOTO):
    """Return the picture as people should see it."""
    width, height = size
    picture = Image.new("RGB", size, (128, 128, 128))
    for place, colour in CORNERS.items():
        left, top = (width // 2 if "right" in place else 0), (height // 2 if "bottom" in place else 0)
        picture.paste(colour, (left, top, left + width // 2, top + height // 2))
    return picture


def stored(orientation):
    """Return the pixels as a camera that was held so would store them."""
    how = STORED_FROM_UPRIGHT[orientation]
    return upright() if how is None else upright().transpose(how)


def exif(orientation=1):
    """Return what a telephone writes about a photo."""
    made = Image.Exif()
    made[0x0112], made[0x010F], made[0x0110] = orientation, f"{CANARY} make", f"{CANARY} model"
    made[0x0132] = TAKEN
    inner = made.get_ifd(EXIF_IFD)
    inner[0x9003], inner[0x9011], inner[0x927C] = TAKEN, OFFSET, f"{CANARY} maker note".encode()
    place = made.get_ifd(GPS_IFD)
    place[1], place[2], place[3], place[4] = "N", (50.0, 51.0, 1.0), "E", (4.0, 21.0, 6.0)
    place[27] = f"{CANARY} method".encode()
    return made


XMP = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'><place>{CANARY} {PLACE}</place></x:xmpmeta>".encode()


def profile():
    """Return a colour profile, which belongs to the pixels and is kept."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def jpeg(orientation=1, **more):
    out = io.BytesIO()
    kept = {"exif": exif(orientation), "xmp": XMP, "comment": f"{CANARY} comment", "icc_profile": profile()}
    stored(orientation).save(out, "JPEG", quality=90, **kept, **more)
    return out.getvalue() + f"{CANARY} a film behind the photo".encode()


def png(orientation=1):
    out, texts = io.BytesIO(), PngImagePlugin.PngInfo()
    texts.add_text("Author", f"{CANARY} author")
    texts.add_text("Comment", f"{CANARY} comment", zip=False)
    texts.add_itxt("XML:com.adobe.xmp", XMP.decode())
    texts.add(b"tIME", bytes([0x07, 0xE8, 7, 1, 10, 30, 0]))
    stored(orientation).save(out, "PNG", pnginfo=texts, exif=exif(orientation), icc_profile=profile())
    return out.getvalue() + f"{CANARY} behind".encode()


def webp(orientation=1, **more):
    out = io.BytesIO()
    stored(orientation).save(out, "WEBP", exif=exif(orientation), xmp=XMP, icc_profile=profile(), **more)
    return out.getvalue()


def gif():
    out = io.BytesIO()
    frames = [upright().resize((64, 48)), upright().resize((64, 48)).transpose(Image.Transpose.ROTATE_180)]
    frames[0].save(
        out, "GIF", save_all=True, append_images=frames[1:], loop=0, duration=100, comment=f"{CANARY} comment"
    )
    return out.getvalue()


def heic():
    out = io.BytesIO()
    pillow_heif.from_pillow(upright()).save(out, quality=80, exif=exif().tobytes(), xmp=XMP)
    return out.getvalue()


def avif():
    out = io.BytesIO()
    upright().save(out, "AVIF", exif=exif(), xmp=XMP)
    return out.getvalue()


def _frame(at):
    """One picture of the film: the corners, and a band that moves and is hard to compress."""
    noise = Image.frombytes("RGB", (FILM[0], 24), random.Random(at).randbytes(FILM[0] * 24 * 3))
    picture = upright(FILM)
    picture.paste(noise, (0, 120 + at % 20))
    return av.VideoFrame.from_image(picture)


def _tone(at):
    """One fiftieth of a second of a tone."""
    count = RATE // 50
    wave = array.array(
        "h", (round(8000 * math.sin(2 * math.pi * 440 * (n + at * count) / RATE)) for n in range(count))
    )
    frame = av.AudioFrame(format="s16", layout="mono", samples=count)
    frame.planes[0].update(wave.tobytes())
    frame.sample_rate, frame.pts, frame.time_base = RATE, at * count, Fraction(1, RATE)
    return frame


def _write(container, stream, frames):
    for at, frame in enumerate(frames):
        if isinstance(frame, av.VideoFrame):
            frame.pts, frame.time_base = at, Fraction(1, FRAMES_A_SECOND)
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))


@contextmanager
def _file():
    """A file that is gone afterwards: some films are written in two passes."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder) / "made"


def film(kind, video, audio, *, seconds=FILM_SECONDS, options=None, extra=None):
    """Return a film with a place, a date and a maker in it; with `extra`, a track of positions besides."""
    with _file() as out, av.open(str(out), "w", format=kind, options=options or {}) as container:
        about = {
            "location": PLACE,
            "creation_time": MADE,
            "title": f"{CANARY} title",
            "comment": f"{CANARY} comment",
        }
        about |= {"com.apple.quicktime.location.ISO6709": PLACE, "com.apple.quicktime.make": f"{CANARY} make"}
        container.metadata.update(about)
        pictures = container.add_stream(video, rate=FRAMES_A_SECOND)
        pictures.width, pictures.height, pictures.pix_fmt = *FILM, "yuv420p"
        pictures.bit_rate, pictures.gop_size = 1_200_000, KEY_EVERY
        sound = container.add_stream(audio, rate=RATE, layout="mono")
        positions = container.add_stream("mov_text") if extra else None
        if positions:
            positions.codec_context.subtitle_header = ASS
        _write(container, pictures, (_frame(at) for at in range(seconds * FRAMES_A_SECOND)))
        _write(container, sound, (_tone(at) for at in range(seconds * 50)))
        for at in range(seconds if positions else 0):
            said = f"{CANARY} {PLACE} second {at}".encode()
            packet = av.Packet(len(said).to_bytes(2, "big") + said)
            packet.stream, packet.pts, packet.dts, packet.time_base = positions, at, at, Fraction(1, 1)
            packet.duration = 1
            container.mux(packet)
        container.close()
        return out.read_bytes()


def long_film(path, *, at_least):
    """Write a film of noise, of so many bytes or a little more, to a file; five pictures a second."""
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=NOISE_A_SECOND, options=NOISE_OPTIONS)
        stream.width, stream.height, stream.pix_fmt = *NOISE, "yuv420p"
        written = 0
        for at in itertools.count():
            frame = av.VideoFrame(*NOISE, "yuv420p")
            for plane in frame.planes:
                plane.update(os.urandom(plane.buffer_size))
            frame.pts, frame.time_base = at, Fraction(1, NOISE_A_SECOND)
            packets = stream.encode(frame)
            container.mux(packets)
            written += sum(packet.size for packet in packets)
            if written >= at_least:
                break
        container.mux(stream.encode(None))


def sound(kind, codec, *, seconds=3):
    """Return a sound file with a title and a comment in it."""
    out = io.BytesIO()
    with av.open(out, "w", format=kind) as container:
        container.metadata.update(
            {"title": f"{CANARY} title", "comment": f"{CANARY} {PLACE}", "artist": f"{CANARY} artist"}
        )
        stream = container.add_stream(codec, rate=RATE, layout="mono")
        _write(container, stream, (_tone(at) for at in range(seconds * 50)))
    return out.getvalue()


def bomb():
    """Return a PNG of a few kilobytes that would be some gigabytes of pixels."""
    out = io.BytesIO()
    Image.new("1", (40_000, 40_000)).save(out, "PNG")
    return out.getvalue()


SAMPLES = {
    **{
        f"photo-{orientation}.jpg": (lambda orientation=orientation: jpeg(orientation))
        for orientation in range(1, 9)
    },
    "progressive.jpg": lambda: jpeg(6, progressive=True),
    "photo.png": lambda: png(6),
    "photo.webp": lambda: webp(6),
    "exact.webp": lambda: webp(1, lossless=True),
    "moving.gif": gif,
    "photo.heic": heic,
    "photo.avif": avif,
    "bomb.png": bomb,
    "film.mp4": lambda: film("mov", "libx264", "aac", options={"brand": "mp42"}),
    "places.mp4": lambda: film("mp4", "libx264", "aac", seconds=2),
    "keys.mp4": lambda: film(
        "mp4", "libx264", "aac", seconds=2, options={"movflags": "use_metadata_tags+faststart"}
    ),
    "positions.mov": lambda: film("mov", "libx264", "aac", seconds=3, extra=True),
    "pieces.mp4": lambda: film(
        "mp4", "libx264", "aac", seconds=3, options={"movflags": "frag_keyframe+empty_moov"}
    ),
    "drone.mp4": lambda: film(
        "mp4", "libx264", "aac", seconds=2, extra=True, options={"movflags": "frag_keyframe+empty_moov"}
    ),
    "film.webm": lambda: film("webm", "libvpx", "libopus", seconds=5),
    "live.webm": lambda: film("webm", "libvpx", "libopus", seconds=3, options={"live": "1"}),
    "sound.mp3": lambda: sound("mp3", "libmp3lame"),
    "sound.m4a": lambda: sound("ipod", "aac"),
    "sound.wav": lambda: sound("wav", "pcm_s16le"),
    "sound.flac": lambda: sound("flac", "flac"),
    "sound.ogg": lambda: sound("ogg", "libopus"),
    "voice.webm": lambda: sound("webm", "libopus"),
}


def write(folder, *names):
    """Write these samples, or all of them, into the folder."""
    for name in names or SAMPLES:
        (Path(folder) / name).write_bytes(SAMPLES[name]())


if __name__ == "__main__":
    write(*sys.argv[1:])
