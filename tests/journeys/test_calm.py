"""What others add to albums is said in one line, and not in the quiet hours somebody chose; then afterwards."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from prifora.kernel import clock
from tests import samples
from tests.journeys.household import pair, place, sign_in, welcome
from tests.journeys.looks import faults, station_faults
from tests.server import running

pytestmark = [pytest.mark.browser, pytest.mark.long]

SENT_MS = 120_000
HOME = ZoneInfo("Europe/Amsterdam")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with running(tmp_path_factory.mktemp("calm")) as started:
        started.demo()
        started.call("tests.journeys.stored:speak", username="sofie", language="fr")
        yield started


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("files")
    samples.write(folder, "photo-6.jpg", "photo.png")
    return [folder / "photo-6.jpg", folder / "photo.png"]


def clock_at(hours: int) -> str:
    """The time of the day so many hours from now, where the family lives."""
    return (clock.now() + timedelta(hours=hours)).astimezone(HOME).strftime("%H:%M")


def be_quiet(page, begin: str, end: str) -> None:
    place(page, 2)
    page.fill("#quiet-from", begin)
    page.fill("#quiet-to", end)
    page.locator("form", has=page.locator("#quiet-from")).get_by_role("button").click()
    expect(page.locator(".toast")).to_have_text("Enregistré.")


@pytest.mark.obligation("PRE-37", partial=True)
def test_new_photos_are_said_once_and_not_in_quiet_hours(server, browse, shot, files):
    found = {}
    jan = sign_in(browse("jan"), "jan")
    station = browse("riet", size="kiosk", path="/station?mac=aa:bb:cc:dd:ee:11")
    pair(jan, station)
    welcome(station, 1)
    station.locator(".question .button.quiet").click()
    noon = clock.now().astimezone(HOME).replace(hour=12, minute=0)
    station.clock.install(time=noon)
    sofie = sign_in(browse("sofie", size="phone", locale="fr-BE"), "sofie")
    sofie.clock.install()
    be_quiet(sofie, clock_at(-1), clock_at(1))
    shot(sofie, "calm-hours-fr-phone")
    found["hours"] = faults(sofie)

    place(jan, 4)
    jan.locator("a[href='/photos/new']").first.click()
    jan.fill("#title", "Texel")
    jan.get_by_label("Wat mag Sofie?").select_option("viewer")
    jan.get_by_label("Wat mag Riet?").select_option("viewer")
    jan.get_by_role("button", name="Maken", exact=True).click()
    place(sofie, 4)
    expect(sofie.locator("a.album", has_text="Texel")).to_be_visible()
    expect(station.get_by_role("button", name="Foto’s")).to_be_visible()
    jan.get_by_test_id("add-files").set_input_files(files)
    album = sofie.locator("a.album", has_text="Texel")
    expect(album).to_contain_text("2 photos et films", timeout=SENT_MS)
    expect(album.locator("img")).to_be_visible()
    expect(sofie.get_by_test_id("fresh")).to_have_count(0)
    expect(jan.get_by_test_id("fresh")).to_have_count(0)

    expect(station.get_by_test_id("fresh")).to_contain_text("Jan voegde 2 foto’s toe aan Texel")
    shot(station, "calm-station-nl-kiosk")
    found["station"] = station_faults(station)
    station.get_by_role("button", name="Foto’s").click()
    expect(station.locator(".photos .decoded")).to_be_visible()
    expect(station.locator(".photos .told-by")).to_have_text(re.compile(r"^Jan, .*\d{4}$"))
    station.wait_for_timeout(700)
    station.get_by_role("button", name="Thuis").click()
    expect(station.locator(".tiles")).to_be_visible()
    expect(station.get_by_test_id("fresh")).to_have_count(0)
    station.get_by_role("button", name="Als dit scherm stukgaat").click()
    hours = station.get_by_role("region", name="Stille uren")
    expect(hours).to_contain_text("Dit scherm is stil van 22:00 tot 07:00.")
    hours.get_by_role("button", name="Eerder stil").click()
    expect(hours).to_contain_text("Dit scherm is stil van 21:30 tot 07:00.")
    shot(station, "calm-hours-nl-kiosk")
    found["station hours"] = station_faults(station)

    sofie.clock.fast_forward("02:00:00")
    line = sofie.get_by_test_id("fresh")
    expect(line).to_have_count(1)
    expect(line).to_contain_text("Pendant les heures calmes : Jan a ajouté 2 photos à Texel")
    shot(sofie, "calm-afterwards-fr-phone")
    found["afterwards"] = faults(sofie)
    line.get_by_role("button", name="J’ai vu").click()
    expect(line).to_have_count(0)

    be_quiet(sofie, "07:00", "07:00")
    jan.get_by_test_id("add-files").set_input_files(files[:1])
    expect(line).to_contain_text("Jan a ajouté 1 photo à Texel", timeout=SENT_MS)
    expect(line).not_to_contain_text("Pendant")
    shot(sofie, "calm-news-fr-phone")
    found["news"] = faults(sofie)
    line.get_by_role("link").click()
    expect(sofie.locator("h1")).to_have_text("Texel")
    expect(line).to_have_count(0)
    sofie.reload()
    expect(sofie.locator(".photo-row a")).to_have_count(3)
    expect(line).to_have_count(0)
    assert not {name: wrong for name, wrong in found.items() if wrong}
