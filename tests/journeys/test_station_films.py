"""Films in the living room: they play by themselves when their turn comes, and one touch gives them sound."""

import re

import pytest
from playwright.sync_api import expect

from tests import samples
from tests.journeys.household import pair, place, sign_in, welcome
from tests.journeys.looks import station_faults
from tests.server import running

pytestmark = [pytest.mark.browser, pytest.mark.long]

SENT_MS = 120_000
"""Preparing and sending a film on a slow machine."""
PLAYS_MS = 90_000
LEFT_ALONE_MS = 200_000
AGAIN_MS = 700
"""A second touch within 600 ms is taken for a trembling hand."""
FORGET_THE_FILM = """async () => {
  const cache = await caches.open('sealed-parts')
  const sizes = (await cache.keys()).map((one) => [one, Number(new URL(one.url).searchParams.get('bytes'))])
  await cache.delete(sizes.toSorted(([, one], [, other]) => other - one)[0][0])
}"""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with running(tmp_path_factory.mktemp("station-films")) as started:
        started.demo()
        yield started


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("files")
    samples.write(folder, "photo-6.jpg", "film.webm")
    return [folder / "photo-6.jpg", folder / "film.webm"]


def video(station):
    return station.locator(".photos video")


def picture(station, kind):
    return station.locator(f".photos .decoded[aria-label^='{kind}']")


def button(station, name):
    return station.get_by_role("button", name=name, exact=True)


def to_the_photos(station):
    """The way to the photos; outside quiet hours it says too what is new among them, and nothing else."""
    news = "Jan voegde 2 foto’s en films toe aan Film"
    return station.get_by_role("button", name=re.compile(rf"^\s*Foto’s(\s+{news})?\s*$"))


def touch(station, name):
    station.wait_for_timeout(AGAIN_MS)
    button(station, name).click()


def goes_on(station, after=0.2):
    """Wait until the film is so many seconds further."""
    station.wait_for_function(
        "(from) => document.querySelector('.photos video')?.currentTime > from", arg=after, timeout=PLAYS_MS
    )


def state(station):
    return video(station).evaluate("(film) => ({ muted: film.muted, paused: film.paused })")


def go_to(station, kind):
    """Have the controls on the screen and nothing go on by itself, at the photo or at the film."""
    if not station.locator(".photos .buttons").count():
        station.mouse.click(640, 300)
    if button(station, "Pauze").count():
        touch(station, "Pauze")
    expect(button(station, "Verder")).to_be_visible()
    if not picture(station, kind).count():
        touch(station, "Volgende")
    expect(picture(station, kind)).to_be_visible()


def test_a_film_plays_when_its_turn_comes_and_has_sound_after_a_touch(server, browse, shot, files):
    found = {}
    jan = sign_in(browse("jan"), "jan")
    station = browse("riet", size="kiosk", path="/station?mac=aa:bb:cc:dd:ee:33")
    pair(jan, station)
    station.clock.install()
    welcome(station, 1)
    station.locator(".question .button.quiet").click()
    share(jan, files)
    station.wait_for_function("() => navigator.serviceWorker.controller !== null")
    station.wait_for_function(
        "() => caches.open('sealed-parts').then((cache) => cache.keys()).then((all) => all.length === 3)"
    )

    station.clock.fast_forward(LEFT_ALONE_MS)
    expect(picture(station, "Foto").or_(video(station)).first).to_be_visible()
    expect(video(station)).to_be_visible(timeout=PLAYS_MS)
    goes_on(station)
    assert state(station) == {"muted": True, "paused": False}
    expect(station.locator(".photos .buttons")).to_have_count(0)
    shot(station, "station-film-alone-nl-kiosk")
    found["alone"] = station_faults(station)

    expect(picture(station, "Foto")).to_be_visible(timeout=PLAYS_MS)
    expect(video(station)).to_have_count(0)
    expect(video(station)).to_be_visible(timeout=PLAYS_MS)
    button(station, "Geluid aan").click()
    assert state(station) == {"muted": False, "paused": False}
    expect(button(station, "Geluid uit")).to_be_visible()

    go_to(station, "Film")
    assert state(station)["paused"]
    touch(station, "Opnieuw")
    goes_on(station)
    shot(station, "station-film-touched-nl-kiosk")
    found["touched"] = station_faults(station)
    assert not {name: wrong for name, wrong in found.items() if wrong}

    without_a_network(server, station)


def without_a_network(server, station):
    """A kept film plays; of one that is not kept the picture is shown, and it goes on."""
    leave_the_network(server, station)
    go_to(station, "Foto")
    go_to(station, "Film")
    touch(station, "Verder")
    goes_on(station)

    station.context.set_offline(False)
    server.start()
    station.reload()  # a browser holds for a while what it just played
    expect(to_the_photos(station)).to_be_visible()
    leave_the_network(server, station)
    station.evaluate(FORGET_THE_FILM)
    to_the_photos(station).click()
    go_to(station, "Film")
    expect(video(station)).to_have_count(0)
    touch(station, "Verder")
    expect(picture(station, "Foto")).to_be_visible(timeout=PLAYS_MS)


def leave_the_network(server, station):
    server.kill()
    station.context.set_offline(True)


def share(jan, files):
    """An album that Riet may see."""
    place(jan, 4)
    jan.locator("a[href='/photos/new']").first.click()
    jan.fill("#title", "Film")
    jan.get_by_label("Wat mag Riet?").select_option("viewer")
    jan.get_by_role("button", name="Maken", exact=True).click()
    expect(jan.locator("h1")).to_have_text("Film")
    jan.get_by_test_id("add-files").set_input_files(files)
    expect(jan.locator(".photo-row a")).to_have_count(2, timeout=SENT_MS)
