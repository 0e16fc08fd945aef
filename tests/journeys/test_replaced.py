"""A Home Station that broke: its family brings the old messages to the new one, because its user said so before."""

import pytest
from playwright.sync_api import expect

from tests.journeys.household import family_talk, pair, place, say, sign_in, type_code, welcome
from tests.journeys.looks import station_faults

pytestmark = [pytest.mark.browser, pytest.mark.long]

OLD, NEW = "Kom je zondag eten?", "De nieuwe doet het!"


def help_with(page, code, asks):
    page.get_by_role("link", name=asks).click()
    request = page.get_by_test_id("request")
    expect(request).to_be_visible()
    request.locator("input").fill(code)
    request.locator("form .button").first.click()


def read(station, text):
    station.locator(".tile", has_text="Verbeek").click()
    expect(station.locator(".said")).to_contain_text(text)


def test_the_old_messages_are_on_the_new_one(server, browse, shot):
    server.demo()
    jan = sign_in(browse("jan"), "jan")
    sofie = sign_in(browse("sofie", size="phone", locale="fr-BE"), "sofie")
    station = browse("station", size="kiosk", path="/station?mac=aa:bb:cc:dd:ee:01")
    pair(jan, station)
    welcome(station, 1)
    asked = station.get_by_role("region", name="Als dit scherm stukgaat")
    expect(asked).to_contain_text("Jan en Sofie")
    asked.get_by_role("button", name="Ja, dat mag").click()
    expect(asked).to_have_count(0)
    station.get_by_role("button", name="Als dit scherm stukgaat").click()
    expect(station.get_by_text("Nu mogen dit: Jan en Sofie.")).to_be_visible()
    shot(station, "replaced-consent-nl-kiosk")
    found = {"consent": station_faults(station)}
    family_talk(jan)
    say(jan, OLD)
    station.get_by_role("button", name="Thuis").click()
    expect(station.locator(".tile.has")).to_be_visible()
    station.context.close()

    place(jan, 1)
    jan.get_by_role("button", name="Ontkoppelen").click()
    jan.get_by_role("dialog").get_by_role("button", name="Ontkoppelen").click()
    new = browse("new station", size="kiosk", path="/station?mac=aa:bb:cc:dd:ee:02")
    type_code(jan, new)
    expect(new.get_by_test_id("waiting-code")).to_be_visible()
    shot(new, "replaced-code-nl-kiosk")
    found["code"] = station_faults(new)
    code = new.get_by_test_id("waiting-code").inner_text()
    help_with(jan, code, "Riet vraagt je hulp om terug te komen")
    expect(new.get_by_text("Geholpen: 1 van 2.")).to_be_visible()
    help_with(sofie, code, "Riet vraagt je hulp om terug te komen")
    expect(new.locator(".tile", has_text="Verbeek")).to_be_visible()
    read(new, OLD)
    shot(new, "replaced-reader-nl-kiosk")
    found["reader"] = station_faults(new)
    family_talk(jan)
    say(jan, NEW)
    expect(new.locator(".said")).to_contain_text(NEW)
    new.wait_for_timeout(700)  # a second touch within 600 ms is taken for a trembling hand
    new.get_by_role("button", name="Antwoorden").click()
    new.wait_for_timeout(700)
    new.get_by_role("button", name="Alles goed hier.").click()
    expect(jan.locator(".bubble", has_text="Alles goed hier.")).to_be_visible()
    expect(jan.locator(".warning h2")).to_have_text([])
    assert not {name: wrong for name, wrong in found.items() if wrong}
