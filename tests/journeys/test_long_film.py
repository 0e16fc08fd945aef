"""A film of 700 MB over a line that breaks off twenty times: it comes to others whole, and plays in the living room."""

import hashlib
import mmap
import os
import random
import re
import shutil
import tempfile
import zlib
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests import samples
from tests.journeys.cutting import Cutter
from tests.journeys.household import pair, place, sign_in, welcome
from tests.server import running

pytestmark = [pytest.mark.browser, pytest.mark.long]

MB = 1_000_000
FILM_BYTES, CUTS = 700 * MB, 20
CUTS_FROM = 16 * MB
"""Smaller pictures are sent before the film; they are not cut."""
HEADER_BYTES, CHUNK_BYTES, TAG_BYTES = 32, 256 * 1024, 16
MARKS = (b"ftypisom", b"VideoHandler", b"x264 - core", b"WEBPVP8 ")
"""What a film and its picture hold that programs know; long enough not to come about by chance."""
ALIKE_BYTES = 6
"""So many bytes in a row are never the same in the same place by chance."""
ZEROS = re.compile(rb"\0+")
SENT_MS, FETCHED_MS, PLAYS_MS = 900_000, 300_000, 120_000
"""On a machine that has much else to do."""


@pytest.fixture
def folder():
    """A folder that is gone afterwards: pytest keeps its own."""
    with tempfile.TemporaryDirectory(prefix="prifora-film-") as name:
        yield Path(name)


@pytest.fixture
def cutter(server):
    return server.cutter


@pytest.fixture
def server(folder):
    """Jan, Sofie and Riet on a server that browsers reach by a line that can be cut."""
    (folder / "server").mkdir()
    with running(folder / "server") as started:
        cutter = started.cutter = Cutter(started.port)
        started.stop()
        started.origin = started.env["PRIFORA_ORIGIN"] = cutter.origin
        started.demo()
        yield started
        cutter.close()


def digest(path):
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def test_a_film_of_700_mb_is_cut_twenty_times_and_comes_back_byte_for_byte(
    server, cutter, browse, folder, shot
):
    film = folder / "film.mp4"
    samples.long_film(film, at_least=FILM_BYTES)
    size = film.stat().st_size
    assert FILM_BYTES <= size < FILM_BYTES * 1.05
    seed = int.from_bytes(os.urandom(4))
    print(f"cut by seed {seed}")
    cutter.places = sorted(random.Random(seed).sample(range(CUTS_FROM, size), CUTS))

    jan = sign_in(browse("jan"), "jan")
    station = browse("riet", size="kiosk", path="/station?mac=aa:bb:cc:dd:ee:22")
    pair(jan, station)
    welcome(station, 1)
    station.locator(".question .button.quiet").click()
    make_album(jan)
    jan.locator("input[name=keep-all]").check()
    jan.get_by_test_id("add-files").set_input_files(film)
    expect(jan.locator(".photo-row a")).to_have_count(1, timeout=SENT_MS)
    assert (cutter.cut, cutter.places) == (CUTS, []), f"seed {seed}"
    assert cutter.asked >= CUTS, f"seed {seed}"

    nothing_can_be_read(server, film)
    assert digest(saved_by_sofie(sign_in(browse("sofie"), "sofie"), folder)) == digest(film)
    plays_in_the_living_room(station, shot)


def make_album(jan):
    place(jan, 4)
    jan.locator("a[href='/photos/new']").first.click()
    jan.fill("#title", "Lange film")
    for name in ("Sofie", "Riet"):
        jan.get_by_label(f"Wat mag {name}?").select_option("viewer")
    jan.get_by_role("button", name="Maken", exact=True).click()
    expect(jan.locator("h1")).to_have_text("Lange film")


def saved_by_sofie(sofie, folder):
    place(sofie, 4)
    sofie.locator("a.album").click()
    sofie.locator(".photo-row a").click()
    viewer = sofie.get_by_role("dialog")
    viewer.locator("summary").click()
    with sofie.expect_download(timeout=FETCHED_MS) as downloading:
        viewer.get_by_role("button", name="Opslaan", exact=True).click()
    saved = folder / "saved.mp4"
    shutil.move(downloading.value.path(), saved)
    return saved


def plays_in_the_living_room(station, shot):
    """It is too long to be kept there: it comes over the line as it plays, and from anywhere in it."""
    station.get_by_role("button", name="Foto’s").click()
    video = station.locator(".photos video")
    expect(video).to_be_visible(timeout=PLAYS_MS)
    goes_on = "(from) => document.querySelector('.photos video')?.currentTime > from"
    station.wait_for_function(goes_on, arg=0.5, timeout=PLAYS_MS)
    shot(station, "station-long-film-nl-kiosk")
    later = station.evaluate(
        "() => { const film = document.querySelector('.photos video'); return (film.currentTime = film.duration * 0.7) }"
    )
    station.wait_for_function(goes_on, arg=later + 0.5, timeout=PLAYS_MS)
    kept = station.evaluate(
        "() => caches.open('sealed-parts').then((cache) => cache.keys()).then((all) => all.map(({ url }) => url))"
    )
    assert all(int(url.partition("bytes=")[2]) < FILM_BYTES for url in kept)


def nothing_can_be_read(server, film):
    """What is stored begins as every sealed file does, and nothing of a film shows in it."""
    assert not list((server.folder / "incoming").iterdir())
    assert marks_in(film) == [*MARKS[:3]]
    stored = [path for path in (server.folder / "files").rglob("*") if path.is_file()]
    assert [(path.open("rb").read(4), marks_in(path)) for path in stored] == [(b"PFM1", [])] * 3
    with max(stored, key=lambda path: path.stat().st_size).open("rb") as sealed, film.open("rb") as clear:
        for at in range(0, film.stat().st_size, 8 * CHUNK_BYTES):
            clear.seek(at)
            sealed.seek(HEADER_BYTES + at // CHUNK_BYTES * (CHUNK_BYTES + TAG_BYTES))
            before, after = clear.read(CHUNK_BYTES), sealed.read(CHUNK_BYTES)
            assert longest_alike(before, after) < ALIKE_BYTES, at
            assert len(zlib.compress(after, 1)) > len(after), at


def marks_in(path):
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return [mark for mark in MARKS if content.find(mark) >= 0]


def longest_alike(one, other):
    """Return how many bytes in a row are the same in the same place."""
    size = min(len(one), len(other))
    differ = int.from_bytes(one[:size]) ^ int.from_bytes(other[:size])
    return max(map(len, ZEROS.findall(differ.to_bytes(size))), default=0)
