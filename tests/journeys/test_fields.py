"""A text of its own in every field a person can fill in: the server keeps none of them readable."""

import pytest
from playwright.sync_api import expect

from tests.journeys.household import place, say, sign_in, type_code
from tests.residue import find_in_memory, find_stored

pytestmark = pytest.mark.browser

MINE = {
    "first_name": "Zebravink",
    "last_name": "Roodborsttapuit",
    "label-0": "Trouwdag appelvink",
    "line1": "Goudplevierstraat 17",
    "postcode": "9876 QX",
    "city": "Blauwborstdorp",
    "notes": "Niet vergeten: draaihals voeren",
}
"""Told to the server, which keeps it sealed under the person's key."""

SEALED = {
    "invitee": "Tante Ortolaan",
    "title": "Groep Waterspreeuw",
    "say": "Dag allemaal, hier is de klapekster",
}
"""Never told to the server."""

STATION = "Serre met de Roerdomp"
DAYS = {"date_of_birth": "1957-03-09", "on-0": "1981-11-23"}
OUTSIDE = ("mail", "sms")


def about_me(page):
    place(page, 2)
    page.get_by_role("button", name="Datum toevoegen").click()
    for name, text in {**MINE, **DAYS}.items():
        page.fill(f"#{name}", text)
    page.get_by_role("button", name="Bewaren", exact=True).first.click()
    expect(page.get_by_text("Bewaard.")).to_be_visible()


def pair_slowly(page, station):
    """Pair, and keep the last answer of the pairing back; gives what lets it through."""
    held = []

    def hold(route):
        if route.request.method == "POST":
            held.append((route, route.fetch()))
        else:
            route.fallback()

    page.route("**/api/v1/families/*/stations", hold)
    type_code(page, station)
    expect(page.get_by_role("button", name="Andere naam")).to_be_visible()
    return lambda: [route.fulfill(response=answer) for route, answer in held]


def family(page, station):
    """Pair a Home Station, and name it while its pairing has not ended; invite somebody."""
    finish = pair_slowly(page, station)
    page.get_by_role("button", name="Andere naam").click()
    page.fill("#station-rename", STATION)
    page.press("#station-rename", "Enter")
    expect(page.get_by_text(STATION)).to_be_visible()
    assert finish()
    expect(station.locator(".tile").first).to_be_visible()
    page.fill("#invitee", SEALED["invitee"])
    page.press("#invitee", "Enter")
    expect(page.get_by_test_id("code")).to_be_visible()


def group(page):
    place(page, 0)
    page.get_by_role("link", name="Nieuw gesprek").click()
    page.fill("#title", SEALED["title"])
    page.locator("label", has_text="Riet").locator("input").check()
    page.get_by_role("button", name="Beginnen").click()
    expect(page.locator("#say")).to_be_enabled()
    say(page, SEALED["say"])


@pytest.mark.obligation("PRE-06", "PRI-29", partial=True)
def test_no_field_can_be_read_where_the_server_keeps_it(server, browse):
    server.demo()
    jan = sign_in(browse("jan"), "jan")
    about_me(jan)
    family(jan, browse("station", size="kiosk", path="/station"))
    group(jan)
    told = [*MINE.values(), STATION, *DAYS.values()]
    assert not find_stored(server, told, leave_out=OUTSIDE)
    assert not find_stored(server, list(SEALED.values()))
    assert not find_in_memory(server, list(SEALED.values()))
