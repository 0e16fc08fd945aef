"""The Message Center in real browsers: the badge, one letter in large print, what was read, read aloud on the Home Station."""

import pytest
from playwright.sync_api import expect

from tests.journeys.household import place, sign_in, type_code, welcome
from tests.journeys.looks import faults, station_faults
from tests.server import running

pytestmark = [pytest.mark.browser, pytest.mark.long]

OLDER = 55
"""With the two others more than a page."""

AGAIN_MS = 700
"""A second touch sooner than this is that of a trembling hand."""

VOICE = """
window.said = []
const voice = { lang: 'nl-NL', name: 'Test', default: true, localService: true, voiceURI: 'test' }
const speech = Object.assign(new EventTarget(), {
  getVoices: () => [voice],
  speak: (one) => window.said.push([one.lang, one.text]),
  cancel: () => undefined,
})
Object.defineProperty(window, 'speechSynthesis', { value: speech })
"""
"""A browser that has a Dutch voice; this one has none."""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with running(tmp_path_factory.mktemp("letters")) as started:
        started.demo()
        yield started


def write(server, username, older):
    server.call("tests.journeys.posting:write", username=username, older=older)


@pytest.mark.obligation("PRI-120", partial=True)
@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_letters_are_found_read_and_remembered(server, browse, shot, size):
    username = {"phone": "sofie", "desktop": "jan"}[size]
    page = sign_in(browse(username, size=size), username)
    expect(page.get_by_test_id("letters")).to_have_count(0)
    page.goto("/letters")
    expect(page.get_by_text("Er is nog niets.")).to_be_visible()
    shot(page, f"letters-none-{size}")

    write(server, username, OLDER)
    page.goto("/")
    badge = page.get_by_test_id("letters")
    expect(badge).to_contain_text("57 nieuwe")
    shot(page, f"letters-badge-{size}")
    found = {"badge": faults(page)}

    badge.click()
    expect(page.get_by_role("heading", level=1, name="Berichtencentrum")).to_be_visible()
    expect(page.get_by_role("heading", level=2)).to_have_text(
        ["Privacy en voorwaarden", "Je account en PRIFORA gebruiken"]
    )
    expect(page.locator(".list li")).to_have_count(50)
    found["list"] = faults(page)
    shot(page, f"letters-list-{size}")
    page.get_by_role("button", name="Oudere tonen").click()
    expect(page.locator(".list li")).to_have_count(57)
    expect(page.get_by_role("button", name="Oudere tonen")).to_have_count(0)

    page.locator("a.item", has_text="Ons privacybeleid verandert op 15 februari 2027").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Ons privacybeleid verandert op 15 februari 2027"
    )
    more = page.get_by_role("link", name="Lees er meer over")
    expect(more).to_have_attribute("href", "/privacy/nl/2#different")
    found["letter"] = faults(page)
    shot(page, f"letters-one-{size}")
    page.get_by_role("link", name="Alle brieven").click()
    expect(page.locator("li", has_text="Ons privacybeleid").locator(".badge")).to_have_count(0)
    page.goto("/")
    expect(badge).to_contain_text("56 nieuwe")

    other = sign_in(browse(f"{username} elsewhere"), username)
    other.goto("/letters")
    other.get_by_role("button", name="Alles gelezen").click()
    expect(other.locator(".list .badge")).to_have_count(0)
    expect(badge.locator(".badge")).to_have_count(0)

    page.context.set_offline(True)
    page.evaluate("dispatchEvent(new Event('offline'))")
    badge.click()
    expect(page.locator(".list li")).to_have_count(50)
    shot(page, f"letters-offline-{size}")
    page.get_by_role("button", name="Oudere tonen").click()
    expect(page.get_by_role("alert").last).to_be_visible()
    page.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    assert not any(found.values()), found


@pytest.mark.obligation("PRI-120", "PRI-05", partial=True)
def test_the_home_station_shows_them_large_and_reads_aloud_when_asked(server, browse, shot):
    jan = sign_in(browse("jan"), "jan")
    station = browse("riet", size="kiosk", path="/station?mac=aa:bb:cc:dd:ee:22")
    policy = station.locator("a[href='/privacy/nl']")
    expect(policy).to_be_visible()
    found = {"pairing": station_faults(station)}
    type_code(jan, station)
    expect(station.locator(".tile").first).to_be_visible()
    welcome(station, 1)
    station.locator(".question .button.quiet").click()
    expect(station.get_by_test_id("letters")).to_have_count(0)

    write(server, "riet", 1)
    station.reload()
    button = station.get_by_test_id("letters")
    expect(button).to_contain_text("3 nieuwe brieven")
    found["home"] = station_faults(station)
    shot(station, "letters-home-kiosk")
    button.click()
    expect(station.locator(".said")).to_contain_text("Ons privacybeleid verandert op 15 februari 2027")
    expect(station.get_by_role("button", name="Lees voor")).to_have_count(0)
    found["letter"] = station_faults(station)
    shot(station, "letters-kiosk-no-voice")
    station.get_by_role("button", name="Thuis").click()
    expect(button).to_contain_text("2 nieuwe brieven")

    station.add_init_script(VOICE)
    station.reload()
    expect(button).to_be_visible()
    assert station.evaluate("window.said") == [], "nothing is read aloud by itself"
    button.click()
    station.get_by_role("button", name="Lees voor").click()
    expect(station.get_by_role("button", name="Stoppen")).to_be_visible()
    [(language, text)] = station.evaluate("window.said")
    assert language == "nl-NL"
    assert text.startswith("Ons privacybeleid verandert op 15 februari 2027. ")
    found["aloud"] = station_faults(station)
    shot(station, "letters-kiosk")
    station.wait_for_timeout(AGAIN_MS)
    station.get_by_role("button", name="Vorige").click()
    expect(station.locator(".said")).to_contain_text("Iemand kwam terug met je herstelblad")
    expect(station.get_by_role("button", name="Lees voor")).to_be_visible()
    assert len(station.evaluate("window.said")) == 1
    station.wait_for_timeout(AGAIN_MS)
    station.get_by_role("button", name="Vorige").click()
    expect(station.get_by_role("button", name="Vorige")).to_be_disabled()
    station.get_by_role("button", name="Thuis").click()
    expect(button.locator(".fresh")).to_have_count(0)
    assert not any(found.values()), found


@pytest.mark.obligation("PRI-05", partial=True)
def test_where_people_are_let_in_the_policy_is_a_touch_away(server, browse):
    jan = sign_in(browse("jan"), "jan")
    place(jan, 1)
    policy = jan.locator("main a[href='/privacy/nl']")
    expect(policy).to_have_count(1)
    jan.get_by_test_id("pair").click()
    expect(policy).to_have_count(2)
    new = browse("new", path="/join")
    expect(new.locator("a[href='/privacy/nl']")).to_be_visible()
