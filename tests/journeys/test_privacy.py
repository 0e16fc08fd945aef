"""Privacy in real browsers: yes and no, a request with its deadline, restriction; and in large letters at home."""

import pytest
from playwright.sync_api import expect

from tests.journeys.household import pair, place, sign_in
from tests.journeys.looks import faults, station_faults

WORDS = "Mijn straat heet Kanaalstraat."
NEWS = "Nieuws per e-mail"
IN_FRENCH = """
from accounts import services as accounts
from accounts.models import Account
accounts.change_profile(account=Account.objects.get(username="riet"), changes={"language": "fr"})
"""


def open_privacy(page):
    place(page, 2)
    page.get_by_test_id("privacy").click()
    expect(page.get_by_role("heading", level=1, name="Privacy")).to_be_visible()
    expect(page.locator("main [aria-busy=true]")).to_have_count(0)
    return page


def switch(page, name=NEWS):
    return page.get_by_test_id("consents").get_by_role("switch", name=name)


@pytest.mark.browser
@pytest.mark.long
@pytest.mark.obligation("PRI-75", "PER-38", "PRI-50", "PRE-49", partial=True)
def test_somebody_looks_after_their_privacy(server, browse, shot):
    server.demo()
    jan = open_privacy(sign_in(browse("jan", size="phone"), "jan"))
    switches = jan.get_by_test_id("consents").get_by_role("switch")
    expect(switches).to_have_count(3)
    for number in range(3):
        expect(switches.nth(number)).to_have_attribute("aria-checked", "false")
    shot(jan, "privacy-phone")
    switch(jan).click()
    expect(switch(jan)).to_have_attribute("aria-checked", "true")
    switch(jan).click()
    expect(switch(jan)).to_have_attribute("aria-checked", "false")
    switch(jan).click()
    expect(switch(jan)).to_have_attribute("aria-checked", "true")
    jan.get_by_role("button", name="Bezwaar tegen alle reclame").click()
    expect(switch(jan)).to_have_attribute("aria-checked", "false")

    asked = jan.get_by_test_id("requests")
    asked.get_by_role("button", name="Iets vragen of klagen").click()
    jan.select_option("#right", "rectification")
    asked.get_by_role("button", name="Versturen").click()
    expect(asked.get_by_role("alert")).to_be_visible()
    jan.fill("#text", WORDS)
    asked.get_by_role("button", name="Versturen").click()
    mine = asked.get_by_role("article")
    expect(mine).to_contain_text(WORDS)
    expect(mine).to_contain_text("Antwoord uiterlijk op")
    expect(mine).to_contain_text("nog ")
    mine.get_by_role("button", name="Iets toevoegen").click()
    mine.locator("textarea").fill("Nummer 12.")
    mine.get_by_role("button", name="Toevoegen", exact=True).click()
    expect(mine).to_contain_text("Nummer 12.")

    restriction = jan.get_by_test_id("restriction")
    restriction.get_by_role("button", name="Alleen nog bewaren").click()
    expect(restriction).to_contain_text("bewaren we je gegevens alleen nog")
    restriction.get_by_role("button", name="Hiermee stoppen").click()
    expect(restriction).to_contain_text("Dit stopt op")
    expect(jan.get_by_test_id("looks")).to_contain_text("Niemand keek in je gegevens.")
    shot(jan, "privacy-asked-phone")
    assert not faults(jan)

    mine.get_by_role("button", name="Intrekken").click()
    jan.get_by_role("dialog").get_by_role("button", name="Intrekken").click()
    expect(mine).to_contain_text("Ingetrokken")

    jan.context.set_offline(True)
    switch(jan).click()
    expect(jan.get_by_test_id("consents").get_by_role("alert").first).to_be_visible()
    shot(jan, "privacy-offline-phone")
    jan.context.set_offline(False)

    desktop = open_privacy(sign_in(browse("jan-desktop"), "jan"))
    expect(desktop.get_by_test_id("requests").get_by_role("article")).to_contain_text("Ingetrokken")
    desktop.set_viewport_size({"width": 1280, "height": 800})
    shot(desktop, "privacy-desktop")
    assert not faults(desktop)

    riet = browse("riet", size="kiosk", path="/station")
    pair(jan, riet)
    riet.locator(".corner").click()
    riet.get_by_role("button", name="Privacy").click()
    question = riet.locator(".question")
    expect(question).to_contain_text("Dit staat uit.")
    shot(riet, "privacy-station")
    question.get_by_role("button", name="Ja, dat mag").click()
    expect(question).to_contain_text("Dit staat aan.")
    question.get_by_role("button", name="Nee, zet het uit").click()
    expect(question).to_contain_text("Dit staat uit.")
    for _ in range(3):
        riet.get_by_role("button", name="Volgende").click()
    question.get_by_role("button", name="Ik heb een klacht").click()
    shot(riet, "privacy-station-ask")
    question.get_by_role("button", name="Ja, versturen").click()
    expect(riet.get_by_test_id("asked")).to_contain_text("Antwoord uiterlijk op")
    shot(riet, "privacy-station-asked")
    assert not station_faults(riet)

    server.manage("shell", "-c", IN_FRENCH)
    riet.reload()
    expect(riet.locator("html")).to_have_attribute("lang", "fr")
    expect(riet.locator(".corner")).to_be_visible()
    riet.locator(".corner").click()
    riet.get_by_role("button", name="Vie privée").click()
    found = []
    for number in range(5):
        expect(riet.locator(".question, .said")).to_be_visible()
        shot(riet, f"privacy-station-fr-{number}")
        found += station_faults(riet)
        if number < 4:
            riet.get_by_role("button", name="Suivant").click()
    assert not found
