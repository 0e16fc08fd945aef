"""Photos and films in a real browser: made ready in its worker, sealed, and shown and played through the service worker.

The page (web/dev/media) plays the part of the screens and the engine; this test plays the server, and looks at what it
got. The content security policy is the one the app is served with.
"""

import functools
import hashlib
import http.server
import io
import threading

import pytest
from PIL import Image
from playwright.sync_api import Error

from tests import samples
from tests.journeys.media_server import Kept, Server
from tools.setup import node

pytestmark = [pytest.mark.browser, pytest.mark.long]

TAKEN = "2024-07-01T12:30:00+02:00"
THUMB_STEP_BYTES = 64 * 1024
NAMES = [name for name in samples.SAMPLES if name.startswith("photo")]
NAMES += ["progressive.jpg", "moving.gif", "film.mp4", "film.webm", "positions.mov", "sound.mp3", "bomb.png"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The page, the service worker of the app, and the samples."""
    made = tmp_path_factory.mktemp("media")
    quiet = ["--logLevel", "error"]
    node("vite/bin/vite.js", "build", "-c", "dev/media/vite.config.ts", "--outDir", made, *quiet, quiet=True)
    node(
        "vite/bin/vite.js", "build", "-c", "dev/media/vite.sw.config.ts", "--outDir", made, *quiet, quiet=True
    )
    (made / "samples").mkdir()
    samples.write(made / "samples", *NAMES)
    whole = (made / "samples" / "photo-1.jpg").read_bytes()
    (made / "samples" / "cut.jpg").write_bytes(whole[:3000])
    (made / "samples" / "page.jpg").write_bytes(b"<!doctype html><script>alert(1)</script>")
    film = (made / "samples" / "film.mp4").read_bytes()
    (made / "samples" / "cut.mp4").write_bytes(film[:200_000])
    heic = (made / "samples" / "photo.heic").read_bytes()
    pixels = heic.index(b"mdat") + 4
    (made / "samples" / "cut.heic").write_bytes(heic[:pixels] + bytes(len(heic) - pixels))
    return made


@pytest.fixture
def kept():
    return Kept()


@pytest.fixture
def page(chromium, folder, kept):
    """The page with its service worker at work, on which nothing may go wrong unseen."""
    problems = []
    handler = functools.partial(Server, kept=kept, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as web:
        web.daemon_threads = True
        threading.Thread(target=web.serve_forever, args=[0.02], daemon=True).start()
        context = chromium.new_context(base_url=f"http://127.0.0.1:{web.server_address[1]}")
        opened = context.new_page()
        opened.on("pageerror", lambda error: problems.append(str(error)))
        opened.on(
            "console", lambda said: problems.append(said.text) if "Content Security" in said.text else None
        )
        opened.goto("/")
        opened.evaluate("() => ready()")
        yield opened
        context.close()
        web.shutdown()
    assert not problems


def prepare(page, name, **how):
    return page.evaluate("([name, how]) => prepare(name, how)", [name, how])


def clear(kept, made, part):
    return kept.clear[f"/clear/{made['itemId']}/{part}"]


def path_of(made, part):
    return f"/api/v1/albums/album/items/{made['itemId']}/parts/{part}"


def show(page, made, part):
    return page.evaluate("([item, part]) => show(item, part)", [made["itemId"], part])


def take(page, made, part, asked=None):
    return page.evaluate("([item, part, asked]) => take(item, part, asked)", [made["itemId"], part, asked])


def corners(picture):
    """The colours near the four corners."""
    picture = picture.convert("RGB")
    width, height = picture.size
    x, y = width // 8, height // 8
    places = {"top left": (x, y), "top right": (width - x, y), "bottom left": (x, height - y)}
    places["bottom right"] = (width - x, height - y)
    return {name: picture.getpixel(place) for name, place in places.items()}


def is_upright(picture):
    seen = corners(picture)
    return all(
        abs(one - other) < 40
        for name, colour in samples.CORNERS.items()
        for one, other in zip(seen[name], colour, strict=True)
    )


def tells(content):
    return [word for word in (samples.CANARY, samples.PLACE) if word.encode() in content]


def flip(kept, path, at):
    changed = bytearray(kept.files[path])
    changed[at] ^= 1
    kept.files[path] = bytes(changed)


@pytest.mark.obligation("PRE-22", partial=True)
@pytest.mark.parametrize(
    "name",
    [
        name
        for name in NAMES
        if name.endswith((".jpg", ".png", ".webp", ".avif", ".heic")) and name != "bomb.png"
    ],
)
def test_a_photo_leaves_upright_and_without_where_it_was_taken(page, kept, folder, name):
    before = (folder / "samples" / name).read_bytes()
    assert tells(before)

    made = prepare(page, name, calledAs=f"../../{name}.exe")

    assert (made["kind"], made["taken"], made["width"], made["height"]) == ("photo", TAKEN, *samples.PHOTO)
    assert made["parts"] == ["original", "view", "thumb"]
    assert made["name"].endswith(name.rpartition(".")[2])
    assert "/" not in made["name"]
    assert made["steps"] == sorted(made["steps"])
    assert made["steps"][-1] == 1
    original, view, thumb = (clear(kept, made, part) for part in made["parts"])
    assert not tells(original)
    if not name.endswith(".heic"):
        exif = Image.open(io.BytesIO(original)).getexif()
        assert not exif.get_ifd(samples.GPS_IFD)
        assert set(exif) <= {0x0112}
    for part, longest in ((view, 640), (thumb, 320)):
        picture = Image.open(io.BytesIO(part))
        assert (picture.format, max(picture.size)) == ("WEBP", longest)
        assert picture.size[0] > picture.size[1]
        assert not picture.getexif()
        assert is_upright(picture), corners(picture)
    assert len(thumb) % THUMB_STEP_BYTES == 0
    assert thumb.rstrip(b"\0") != thumb
    assert show(page, made, "view") == {"width": 640, "height": 480}
    assert show(page, made, "thumb") == {"width": 320, "height": 240}


def test_a_photo_is_kept_byte_for_byte_when_that_is_asked(page, kept, folder):
    made = prepare(page, "photo-6.jpg", keepAll=True)

    assert clear(kept, made, "original") == (folder / "samples" / "photo-6.jpg").read_bytes()
    assert is_upright(Image.open(io.BytesIO(clear(kept, made, "view"))))


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("page.jpg", "not_a_picture"),
        ("cut.jpg", "damaged"),
        ("cut.mp4", "film_not_readable"),
        ("cut.heic", "heic_not_readable"),
        ("bomb.png", "too_large"),
    ],
)
def test_what_cannot_be_prepared_is_refused_with_a_reason(page, kept, name, code):
    assert page.evaluate("(name) => refusal(name)", name) == code
    assert not kept.files


def test_preparing_stops_when_nobody_wants_it_any_more(page):
    assert page.evaluate("(name) => cancelled(name)", "film.mp4") == "cancelled"
    assert prepare(page, "photo-1.jpg")["width"] == 640


def test_a_film_plays_and_jumps_from_sealed_parts(page, kept):
    made = prepare(page, "film.mp4")

    assert (made["kind"], made["mime"], made["width"], made["height"]) == ("film", "video/mp4", *samples.FILM)
    assert made["taken"] == "2024-07-01T10:30:00Z"
    assert abs(made["seconds"] - samples.FILM_SECONDS) < 0.2
    film = clear(kept, made, "original")
    assert not tells(film)
    assert is_upright(Image.open(io.BytesIO(clear(kept, made, "poster"))))
    sealed = kept.files[path_of(made, "original")]
    assert sealed[:4] == b"PFM1"
    assert film[200_000:200_100] not in sealed

    browser = page.context.new_cdp_session(page)
    browser.send("ServiceWorker.enable")
    browser.send("ServiceWorker.stopAllWorkers")
    played = page.evaluate("(item) => play(item, [25.3, 3.1, 14.7])", made["itemId"])
    assert abs(played["duration"] - samples.FILM_SECONDS) < 0.2
    assert (played["width"], played["height"]) == samples.FILM
    assert [round(seen["at"], 1) for seen in played["seen"]] == [25.3, 3.1, 14.7]
    for seen in played["seen"]:
        assert all(
            abs(one - other) < 40
            for one, other in zip(seen["corner"], samples.CORNERS["top left"], strict=True)
        )

    for asked, part in (
        (None, film),
        ("bytes=0-99", film[:100]),
        ("bytes=262100-262300", film[262_100:262_301]),
        ("bytes=1000000-", film[1_000_000:]),
        ("bytes=-77", film[-77:]),
    ):
        kept.asked.clear()
        got = take(page, made, "original", asked)
        assert (got["status"], got["length"]) == (206 if asked else 200, len(part))
        assert got["sha256"] == hashlib.sha256(part).hexdigest()
        assert len(kept.asked) == 1, "one answer for one range"
    assert take(page, made, "original", f"bytes={len(film)}-")["status"] == 416
    assert page.evaluate("() => cached()") == []


def test_a_range_asks_for_the_chunks_it_needs_and_stops_with_its_reader(page, kept):
    made = prepare(page, "film.mp4")
    size = len(kept.files[path_of(made, "original")])
    kept.asked.clear()
    take(page, made, "original", "bytes=600000-600010")
    chunk = 2**18 + 16
    assert kept.asked == [(path_of(made, "original"), f"bytes={32 + 2 * chunk}-{32 + 3 * chunk - 1}")]

    kept.slow = True
    page.evaluate("(item) => leave(item)", made["itemId"])
    patience = 200
    while not kept.broken_off and patience:
        page.wait_for_timeout(50)
        patience -= 1
    assert kept.broken_off == 1, size


def test_sound_and_films_of_other_kinds_are_played_too(page, kept):
    made = prepare(page, "film.webm")
    assert (made["kind"], made["parts"]) == ("film", ["original", "poster", "thumb"])
    assert page.evaluate("(item) => play(item, [4.2])", made["itemId"])["width"] == samples.FILM[0]
    made = prepare(page, "positions.mov")
    assert not tells(clear(kept, made, "original"))
    assert made["mime"] == "video/quicktime"
    made = prepare(page, "sound.mp3")
    assert (made["kind"], made["parts"]) == ("sound", ["original"])
    assert take(page, made, "original", "bytes=0-9")["headers"]["content-type"] == "audio/mpeg"


def test_a_changed_bit_gives_an_error_and_no_picture(page, kept):
    made = prepare(page, "photo-1.jpg")
    path = path_of(made, "view")
    for at in (40, len(kept.files[path]) - 1):
        flip(kept, path, at)
        assert show(page, made, "view") == "error"
        assert take(page, made, "view")["status"] == 502
        flip(kept, path, at)
        assert show(page, made, "view") == {"width": 640, "height": 480}

    film = prepare(page, "film.mp4")
    flip(kept, path_of(film, "original"), 32 + 3 * (2**18 + 16) + 500)
    assert take(page, film, "original")["broken"]
    assert take(page, film, "original", "bytes=0-9999")["length"] == 10_000
    assert take(page, film, "original", "bytes=800000-800001")["broken"]


def test_nothing_opened_can_become_a_page(page, kept):
    made = prepare(page, "photo-1.jpg")
    other, answers = page.context.new_page(), []
    other.on("response", lambda answer: answers.append((answer.status, answer.headers)))
    with pytest.raises(Error, match="ERR_HTTP_RESPONSE_CODE_FAILURE"):
        other.goto(f"/media/{made['itemId']}/view")
    [(status, headers)] = answers
    assert (status, headers["content-security-policy"]) == (403, "sandbox; default-src 'none'")

    for text, mime in (
        ("<script>1</script>", "text/html"),
        ("<svg/>", "image/svg+xml"),
        ("1", "text/javascript"),
    ):
        planted = page.evaluate("([text, mime]) => plant(text, mime)", [text, mime])
        assert take(page, {"itemId": planted}, "original")["status"] == 415
    headers = take(page, made, "view")["headers"]
    assert headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert (headers["cache-control"], headers["x-content-type-options"]) == ("no-store", "nosniff")
    disguised = page.evaluate("([text, mime]) => plant(text, mime)", ["window.ran = 1", "image/webp"])
    assert page.evaluate("(item) => runs(item)", disguised) is False
    assert page.evaluate("() => window.ran") is None
    for path in ("other/view", f"{made['itemId']}/secret", f"{made['itemId']}/view/more"):
        assert page.evaluate("(path) => fetch('/media/' + path).then((answer) => answer.status)", path) == 404


def test_the_key_of_a_part_opens_that_part_and_cannot_be_read(page):
    made = prepare(page, "photo-1.jpg")
    assert page.evaluate("(name) => keyOf(name)", f"{made['itemId']}/view") == "AES-GCM decrypt"
    page.evaluate("(item) => dropItems([item])", made["itemId"])
    assert show(page, made, "view") == "error"
    assert take(page, made, "view")["status"] == 404


@pytest.mark.obligation("PRI-55")
def test_a_home_station_shows_what_it_kept_without_a_network(page, kept):
    made = [prepare(page, name) for name in ("photo-1.jpg", "photo-6.jpg", "photo.heic")]
    views = [f"{one['itemId']}/view" for one in made]
    size = len(kept.files[path_of(made[0], "view")])
    ids = page.evaluate("(names) => names.map(partId)", views)

    there = page.evaluate("([names, limit]) => keep(names, limit)", [views, 2 * size + size // 2])
    assert sorted(there) == sorted(ids[:2]), "as many as the limit allows, the most needed first"
    assert {one["body"] for one in page.evaluate("() => cached()")} == {"PFM1"}

    kept.down = True
    assert show(page, made[0], "view") == {"width": 640, "height": 480}
    assert show(page, made[1], "view") == {"width": 640, "height": 480}
    assert show(page, made[2], "view") == "error"

    assert page.evaluate("([names, limit]) => keep(names, limit)", [views[1:2], 10 * size]) == ids[1:2]
    assert show(page, made[0], "view") == "error"

    kept.down = False
    film = prepare(page, "film.mp4")
    name = f"{film['itemId']}/original"
    assert len(page.evaluate("([names, limit]) => keep(names, limit)", [[name, views[1]], 10**9])) == 2
    kept.down = True
    assert page.evaluate("(item) => play(item, [22.2, 7])", film["itemId"])["duration"] > 29
    page.evaluate("() => wipeKept()")
    assert show(page, made[1], "view") == "error"
    assert take(page, film, "original", "bytes=0-9")["status"] == 502
    assert page.evaluate("() => cached()") == []
    kept.down = False
    assert show(page, made[0], "view") == {"width": 640, "height": 480}


def test_a_kept_part_that_went_bad_is_dropped_and_fetched_again(page, kept):
    made = prepare(page, "photo-1.jpg")
    view = f"{made['itemId']}/view"
    page.evaluate("([names, limit]) => keep(names, limit)", [[view], 10**9])
    page.evaluate("(name) => spoil(name)", view)

    assert show(page, made, "view") == {"width": 640, "height": 480}
    assert page.evaluate("() => listKept()") == []
