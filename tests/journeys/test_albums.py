"""Photos from a son's computer to a daughter's telephone and to the screen in the living room, and away again."""

import io
import re
import zipfile
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests import samples
from tests.journeys.household import pair, place, sign_in, welcome
from tests.journeys.looks import faults, station_faults
from tests.residue import files_of, find_in_memory, find_stored
from tests.server import running

pytestmark = [pytest.mark.browser, pytest.mark.long]

TITLE = "Aan zee"
CONTAINER = b"PFM1"
MARKS = (b"JFIF\0", b"\x89PNG\r\n", b"ftypisom", b"ftypmp42", b"WEBPVP8")
"""How pictures and films begin that programs know."""
SENT_MS = 120_000
"""Preparing and sending a film on a slow machine."""
LEFT_ALONE_MS = 200_000
AGAIN_MS = 700
"""A second touch within 600 ms is taken for a trembling hand."""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """One server with Jan, who reads Dutch, and Sofie, who reads French."""
    with running(tmp_path_factory.mktemp("albums")) as started:
        started.demo()
        started.call("tests.journeys.stored:speak", username="sofie", language="fr")
        yield started


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("files")
    samples.write(folder, "photo-6.jpg", "photo.png", "places.mp4")
    (folder / "brief.txt").write_text("Dit is geen foto.")
    return folder


def tiles(page):
    return page.locator(".photo-row a")


def leave_alone(station):
    """Nobody touches the Home Station for some minutes."""
    station.clock.fast_forward(LEFT_ALONE_MS)
    expect(station.locator(".photos .decoded")).to_be_visible()


def touch(station, name):
    station.wait_for_timeout(AGAIN_MS)
    station.get_by_role("button", name=name).click()


def picture_on(station):
    return station.locator(".photos .decoded").get_attribute("aria-label")


def keeps(station, number):
    """Wait until so many sealed pictures and films lie on the Home Station."""
    kept = "(number) => caches.open('sealed-parts').then((cache) => cache.keys()).then((all) => all.length === number)"
    station.wait_for_function(kept, arg=number)


def tells(content):
    return [word for word in (samples.CANARY, samples.PLACE) if word.encode() in content]


@pytest.mark.obligation("PRI-53", "PRI-55", "PRI-94")
@pytest.mark.obligation("PRI-10", "PRE-22", "PRI-08", partial=True)
def test_are_made_shared_seen_loved_shown_and_taken_away(server, browse, shot, files):
    found = {}
    jan = sign_in(browse("jan"), "jan")
    station = browse("riet", size="kiosk", path="/station?mac=aa:bb:cc:dd:ee:11")
    pair(jan, station)
    station.clock.install()
    welcome(station, 1)
    station.locator(".question .button.quiet").click()

    place(jan, 4)
    expect(jan.get_by_text("Er zijn nog geen albums.")).to_be_visible()
    shot(jan, "albums-none-nl-desktop")
    found["none"] = faults(jan)
    jan.locator("a[href='/photos/new']").first.click()
    jan.fill("#title", TITLE)
    jan.get_by_label("Wat mag Sofie?").select_option("contributor")
    jan.get_by_label("Wat mag Riet?").select_option("viewer")
    shot(jan, "albums-new-nl-desktop")
    found["new"] = faults(jan)
    jan.get_by_role("button", name="Maken", exact=True).click()
    expect(jan.locator("h1")).to_have_text(TITLE)
    expect(jan.get_by_text("Wat hier staat, blijft tot iemand het verwijdert")).to_be_visible()
    shot(jan, "albums-empty-nl-desktop")
    found["empty"] = faults(jan)
    chosen = [files / name for name in ("photo-6.jpg", "photo.png", "places.mp4", "brief.txt")]
    jan.get_by_test_id("add-files").set_input_files(chosen)
    expect(jan.get_by_test_id("adding")).to_be_visible()
    shot(jan, "albums-adding-nl-desktop")
    expect(jan.get_by_text("brief.txt: Dit is geen foto, film of geluid dat we kennen.")).to_be_visible(
        timeout=SENT_MS
    )
    expect(tiles(jan)).to_have_count(3, timeout=SENT_MS)
    expect(jan.get_by_test_id("adding")).to_have_count(0, timeout=SENT_MS)
    expect(jan.locator(".photo-row .thumb img")).to_have_count(3)
    shot(jan, "albums-grid-nl-desktop")
    found["grid"] = faults(jan)

    sofie = sign_in(browse("sofie", size="phone", locale="fr-BE"), "sofie")
    place(sofie, 4)
    cover = sofie.locator("a.album", has_text=TITLE)
    expect(cover.locator("img")).to_be_visible()
    shot(sofie, "albums-covers-fr-phone")
    found["covers"] = faults(sofie)
    cover.click()
    expect(sofie.locator(".photo-row .thumb img")).to_have_count(3)
    shot(sofie, "albums-grid-fr-phone")
    found["grid fr"] = faults(sofie)

    see_the_film(sofie, shot, found)
    love_and_comment(sofie, jan, shot, found)
    save_what_comes_back(sofie, jan, files)
    on_the_screen(server, station, shot, found)
    played(jan, shot, found)
    nothing_can_be_read(server)
    before = len(parts_at(server))
    take_one_away(server, jan, sofie, station, shot, found)
    assert len(parts_at(server)) < before
    assert not {name: wrong for name, wrong in found.items() if wrong}


def see_the_film(sofie, shot, found):
    """The film plays from sealed parts, and jumps."""
    sofie.locator(".photo-row a[aria-label^='Film']").click()
    viewer = sofie.get_by_role("dialog")
    expect(viewer.locator("video")).to_be_visible()
    sofie.wait_for_function("() => document.querySelector('dialog video').readyState >= 2")
    assert sofie.evaluate("() => document.querySelector('dialog video').videoWidth") == samples.FILM[0]
    sofie.evaluate("() => (document.querySelector('dialog video').currentTime = 1.2)")
    sofie.wait_for_function("() => !document.querySelector('dialog video').seeking")
    shot(sofie, "albums-film-fr-phone")
    found["film"] = faults(sofie)
    sofie.keyboard.press("Escape")
    sofie.wait_for_function("() => location.pathname.split('/').length === 3")
    expect(viewer).to_have_count(0)


def love_and_comment(sofie, jan, shot, found):
    sofie.locator(".photo-row a[aria-label^='Photo']").first.click()
    viewer = sofie.get_by_role("dialog")
    expect(viewer.locator(".stage img")).to_be_visible()
    viewer.get_by_role("button", name="Donner un cœur").click()
    expect(viewer.get_by_role("button", name="Retirer mon cœur")).to_be_visible()
    sofie.fill("#comment", "Quelle belle journée !")
    sofie.press("#comment", "Enter")
    expect(viewer.get_by_test_id("comments")).to_contain_text("Quelle belle journée !")
    viewer.locator("summary").click()
    viewer.get_by_role("button", name="Retirez-moi de cette photo").click()
    shot(sofie, "albums-take-off-fr-phone")
    sofie.locator("dialog:not(.whole-screen)").get_by_role("button", name="Retirez-moi").click()
    expect(viewer.get_by_test_id("comments")).to_contain_text("Sofie")
    shot(sofie, "albums-viewer-fr-phone")
    found["viewer fr"] = faults(sofie)
    before = sofie.evaluate("() => location.pathname")
    sofie.keyboard.press("Escape")

    note = jan.locator(".note", has_text="Sofie vraagt om van een foto af te gaan.")
    expect(note).to_be_visible()
    note.get_by_role("link").click()
    viewer = jan.get_by_role("dialog")
    expect(viewer.get_by_test_id("hearts")).to_contain_text("Sofie")
    expect(viewer.get_by_test_id("comments")).to_contain_text("Quelle belle journée !")
    assert jan.evaluate("() => location.pathname") == before
    viewer.locator("summary").click()
    viewer.get_by_role("button", name="Bijschrift en namen").click()
    jan.fill("#caption", "De zee bij Texel")
    jan.fill("#people", "Sofie, Riet")
    jan.press("#people", "Enter")
    expect(viewer.locator(".about")).to_contain_text("De zee bij Texel")
    expect(viewer.locator(".stage img")).to_be_visible()
    shot(jan, "albums-viewer-nl-desktop")
    found["viewer"] = faults(jan)
    jan.keyboard.press("ArrowRight")
    jan.wait_for_function("(before) => location.pathname !== before", arg=before)
    jan.keyboard.press("ArrowLeft")
    jan.wait_for_function("(before) => location.pathname === before", arg=before)
    jan.keyboard.press("Escape")


def save_what_comes_back(sofie, jan, files):
    """Neither a photo nor a film tells where it was made."""
    assert tells((files / "photo-6.jpg").read_bytes())
    sofie.locator(".photo-row a[aria-label*='De zee bij Texel']").click()
    viewer = sofie.get_by_role("dialog")
    viewer.locator("summary").click()
    with sofie.expect_download() as downloading:
        viewer.get_by_role("button", name="Enregistrer", exact=True).click()
    content = Path(downloading.value.path()).read_bytes()
    assert not tells(content)
    assert not Image.open(io.BytesIO(content)).getexif().get_ifd(samples.GPS_IFD)
    sofie.keyboard.press("Escape")

    jan.get_by_role("link", name="Delen en beheren").click()
    with jan.expect_download() as downloading:
        jan.get_by_role("button", name="Alles opslaan").click()
    with zipfile.ZipFile(downloading.value.path()) as saved:
        assert saved.testzip() is None
        names = [name for name in saved.namelist() if not name.startswith("captions")]
        assert sorted(name.rpartition(".")[2] for name in names) == ["jpg", "mp4", "png"]
        assert not [name for name in names if tells(saved.read(name))]
        assert "De zee bij Texel" in saved.read("captions.txt").decode()


def on_the_screen(server, station, shot, found):
    """The Home Station shows them by itself, also without a network."""
    station.wait_for_function("() => navigator.serviceWorker.controller !== null")
    expect(station.get_by_role("button", name="Foto’s")).to_be_visible()
    shot(station, "station-home-photos-nl-kiosk")
    found["station home"] = station_faults(station)
    keeps(station, 4)
    leave_alone(station)
    shot(station, "station-photos-alone-nl-kiosk")
    found["alone"] = station_faults(station)
    expect(station.locator(".photos .buttons")).to_have_count(0)
    station.mouse.click(640, 300)
    expect(station.get_by_role("button", name="Verder")).to_be_visible()
    shot(station, "station-photos-touched-nl-kiosk")
    found["touched"] = station_faults(station)
    touch(station, "Mooi!")
    expect(station.get_by_role("button", name="U vindt dit mooi")).to_be_visible()

    server.kill()
    station.context.set_offline(True)
    seen = set()
    for _ in range(3):
        before = picture_on(station)
        seen.add(before)
        touch(station, "Volgende")
        expect(station.locator(".photos .decoded")).not_to_have_attribute("aria-label", before)
    assert len(seen) == 3
    station.reload()
    station.get_by_role("button", name="Foto’s").click()
    expect(station.locator(".photos .decoded")).to_be_visible()
    shot(station, "station-photos-restarted-nl-kiosk")
    station.context.set_offline(False)
    server.start()


def played(jan, shot, found):
    shot(jan, "albums-manage-nl-desktop")
    found["manage"] = faults(jan)
    jan.locator("a[href^='/photos/']", has=jan.locator("svg")).first.click()
    jan.get_by_role("link", name="Afspelen").click()
    show = jan.get_by_role("dialog")
    expect(show.locator(".decoded, video").first).to_be_visible()
    show.get_by_role("button", name="Pauze").click()
    shot(jan, "albums-show-nl-desktop")
    found["show"] = faults(jan)
    show.get_by_role("button", name="Stoppen").click()


def nothing_can_be_read(server):
    """No text of an album is anywhere the server keeps something, and no file is one that any program knows."""
    told = [TITLE, "De zee bij Texel", "Quelle belle journée", "photo-6.jpg", "places.mp4", samples.CANARY]
    assert not find_stored(server, told)
    assert not find_in_memory(server, told)
    kept = parts_at(server)
    assert len(kept) >= 7
    assert {content[: len(CONTAINER)] for content in kept} == {CONTAINER}
    assert not [mark for mark in MARKS for content in kept if mark in content]


def parts_at(server):
    return [content for name, content in files_of(server) if name.startswith("files/")]


def take_one_away(server, jan, sofie, station, shot, found):
    jan.locator(".photo-row a[aria-label*='De zee bij Texel']").click()
    viewer = jan.get_by_role("dialog")
    viewer.locator("summary").click()
    viewer.get_by_role("button", name="Verwijderen", exact=True).click()
    expect(viewer.get_by_role("button", name="Terugzetten")).to_be_visible()
    shot(jan, "albums-undo-nl-desktop")
    viewer.get_by_role("button", name="Terugzetten").click()
    jan.keyboard.press("Escape")
    expect(tiles(jan)).to_have_count(3)
    keeps(station, 4)
    jan.locator(".photo-row a[aria-label*='De zee bij Texel']").click()
    viewer.locator("summary").click()
    viewer.get_by_role("button", name="Verwijderen", exact=True).click()
    jan.keyboard.press("Escape")
    expect(tiles(jan)).to_have_count(2)
    expect(tiles(sofie)).to_have_count(2)
    keeps(station, 3)
    for _ in range(4):
        before = picture_on(station)
        assert "Texel" not in before
        touch(station, "Volgende")
        expect(station.locator(".photos .decoded")).not_to_have_attribute("aria-label", before)
    touch(station, "Thuis")
    expect(station.locator(".tiles")).to_be_visible()
    server.call("tests.journeys.stored:speak", username="riet", language="fr")
    station.reload()
    station.get_by_role("button", name="Photos").click()
    expect(station.locator(".photos .decoded")).to_be_visible()
    shot(station, "station-photos-fr-kiosk")
    found["station fr"] = station_faults(station)
    station.clock.set_fixed_time("2026-11-25T23:05:00")
    expect(station.locator("html")).to_have_class(re.compile("night"))
    shot(station, "station-photos-night-fr-kiosk")
    found["night"] = station_faults(station)


@pytest.mark.obligation("PRI-55")
@pytest.mark.obligation("PRI-54", "PIM-26", partial=True)
def test_a_slideshow_has_an_order_and_what_stays_in_an_album_is_not_passed_on(server, browse, shot, files):
    found = {}
    jan = sign_in(browse("jan"), "jan")
    sofie = sign_in(browse("sofie", size="phone", locale="fr-BE"), "sofie")
    make(jan, "Feest", "slideshow", role="viewer", keep_here=True)
    jan.get_by_test_id("add-files").set_input_files([files / "photo-6.jpg", files / "photo.png"])
    expect(tiles(jan)).to_have_count(2, timeout=SENT_MS)
    before = [tile.get_attribute("href") for tile in tiles(jan).all()]
    jan.get_by_role("link", name="Delen en beheren").click()
    order = jan.get_by_test_id("order")
    order.get_by_role("button", name="Omlaag").first.click()
    expect(order.locator("li").first.get_by_role("button", name="Omlaag")).to_be_enabled()
    jan.select_option("#seconds", "12")
    expect(jan.locator("#seconds")).to_have_value("12")
    shot(jan, "albums-order-nl-desktop")
    found["order"] = faults(jan)
    jan.get_by_role("link", name="Terug").click()
    expect(tiles(jan).first).to_have_attribute("href", before[1])

    place(sofie, 4)
    sofie.locator("a.album", has_text="Feest").click()
    expect(tiles(sofie).first).to_have_attribute("href", before[1])
    expect(sofie.get_by_test_id("add-files")).to_have_count(0)
    tiles(sofie).first.click()
    viewer = sofie.get_by_role("dialog")
    viewer.locator("summary").click()
    expect(viewer.get_by_role("button", name="Enregistrer", exact=True)).to_be_visible()
    expect(viewer.get_by_role("button", name="Vers un autre album")).to_have_count(0)
    sofie.keyboard.press("Escape")
    passed_on_as_the_owner_says(jan, sofie, shot, found)
    sofie.get_by_role("link", name="Partager et gérer").click()
    shot(sofie, "albums-manage-fr-phone")
    found["manage fr"] = faults(sofie)
    sofie.get_by_role("button", name="Ne plus participer").click()
    sofie.get_by_role("dialog").get_by_role("button", name="Ne plus participer").click()
    expect(sofie.locator("a.album", has_text="Feest")).to_have_count(0)
    shot(sofie, "albums-after-leaving-fr-phone")
    jan.get_by_role("link", name="Delen en beheren").click()
    jan.get_by_role("button", name="Verwijderen", exact=True).click()
    jan.get_by_role("dialog").get_by_role("button", name="Verwijderen").click()
    expect(jan.locator("h1")).to_have_text("Foto’s")
    expect(jan.locator("a.album", has_text="Feest")).to_have_count(0)
    assert not {name: wrong for name, wrong in found.items() if wrong}


def passed_on_as_the_owner_says(jan, sofie, shot, found):
    """What Jan says later holds for Sofie, and so does what he says after that."""
    jan.get_by_role("link", name="Delen en beheren").click()
    for allowed in (True, False):
        jan.locator("input[name=no-forward]").set_checked(not allowed)
        expect(jan.locator(".toast")).to_have_text("Bewaard.")
        tiles(sofie).first.click()
        viewer = sofie.get_by_role("dialog")
        viewer.locator("summary").click()
        expect(viewer.get_by_role("button", name="Vers un autre album")).to_have_count(int(allowed))
        sofie.keyboard.press("Escape")
    shot(jan, "albums-passing-on-nl-desktop")
    found["passing on"] = faults(jan)
    jan.get_by_role("link", name="Terug").click()


def make(page, title, kind, *, role, keep_here):
    """Make something that is shared with Sofie."""
    place(page, 4)
    page.locator("a[href='/photos/new']").first.click()
    page.fill("#title", title)
    page.locator(f"input[name=kind][value={kind}]").check()
    page.get_by_label("Wat mag Sofie?").select_option(role)
    page.locator("input[name=no-forward]").set_checked(keep_here)
    page.get_by_role("button", name="Maken", exact=True).click()
    expect(page.locator("h1")).to_have_text(title)
