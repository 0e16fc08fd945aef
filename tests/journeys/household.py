"""The demo family in real browsers: who signs in, the Home Station, what they do together."""

from playwright.sync_api import Page, expect

PASSWORD = "demo-demo-demo-demo"
FAMILY = "Verbeek"
PLACES = ("/", "/family", "/me", "/help", "/photos")


def sign_in(page: Page, name: str, password: str = PASSWORD) -> Page:
    """Sign in by the keyboard's way: fill in, Enter."""
    page.fill("#login", name)
    page.fill("#password", password)
    page.press("#password", "Enter")
    expect(page.locator("nav.tabs")).to_be_visible()
    return page


def place(page: Page, number: int) -> None:
    """Go to one of the places: 0 messages, 1 family, 2 me, 3 help, 4 photos."""
    tab = page.locator(f"nav.tabs a[href='{PLACES[number]}']")
    tab.click()
    expect(tab).to_have_attribute("aria-current", "page")


def ways(page: Page) -> None:
    """Go to the ways back, once all of Me is there: what comes later moves what stands below it."""
    place(page, 2)
    expect(page.locator("main [aria-busy=true]")).to_have_count(0)
    page.locator("a[href='/ways']").click()
    expect(page.get_by_test_id("ways")).to_be_visible()


def family_talk(page: Page) -> None:
    """Open the talk of everybody, once this device has its keys."""
    place(page, 0)
    page.locator(".list a.item", has_text=FAMILY).first.click()
    expect(page.locator("#say")).to_be_enabled()


def say(page: Page, text: str) -> None:
    page.fill("#say", text)
    page.locator(".composer button").click()
    expect(page.locator(".bubble.mine", has_text=text).last).to_be_visible()


def type_code(page: Page, station: Page) -> None:
    """The relative types the code that stands on the station, and names it."""
    code = station.get_by_test_id("pairing-code")
    expect(code).to_be_visible()
    for part in (station.get_by_role("heading", level=1), code, station.get_by_role("link")):
        expect(part).to_be_in_viewport(ratio=1)
    place(page, 1)
    page.get_by_test_id("pair").click()
    page.fill("#station-code", code.inner_text())
    page.press("#station-code", "Enter")
    expect(page.locator("#station-name")).to_be_visible()
    page.press("#station-name", "Enter")


def pair(page: Page, station: Page) -> None:
    """The relative types the station's code; the family comes on its screen."""
    type_code(page, station)
    expect(station.locator(".tile").first).to_be_visible()


def welcome(station: Page, newcomers: int) -> None:
    """Riet finds it fine that people joined; she is asked about one after the other."""
    for _ in range(newcomers):
        asked = station.locator(".ask")
        expect(asked).to_be_visible()
        name = asked.get_attribute("aria-label")
        asked.locator(".button").first.click()
        expect(station.get_by_role("region", name=name, exact=True)).to_have_count(0)
