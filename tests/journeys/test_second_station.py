"""A Home Station without the keys says so in words, and can be taken away again."""

import pytest
from playwright.sync_api import expect

from tests.journeys.household import pair, sign_in, type_code

pytestmark = [pytest.mark.browser, pytest.mark.long]

LOOKS_AGAIN_MS = 60_000
"""It looks every half minute whether it was taken away."""


def take_away(page, shot=None):
    page.get_by_role("button", name="Ontkoppelen").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("komen daarna niet terug")
    if shot:
        shot(page, "station-take-away-nl-desktop")
    dialog.get_by_role("button", name="Ontkoppelen").click()


def test_after_the_first_one_forgot_its_keys(server, browse, shot):
    server.demo()
    jan = sign_in(browse("jan"), "jan")
    station = browse("station", size="kiosk", path="/station")
    pair(jan, station)
    take_away(jan, shot)
    expect(station.get_by_test_id("pairing-code")).to_be_visible()

    type_code(jan, station)
    expect(station.locator("h1")).to_have_text("Deze Home Station kan de berichten niet openen")
    shot(station, "station-locked-nl-kiosk")

    take_away(jan)
    expect(station.get_by_test_id("pairing-code")).to_be_visible(timeout=LOOKS_AGAIN_MS)
