"""Asking for help in real browsers: Jan in the app, Riet at the Home Station; Dora of support answers both."""

import pytest
from playwright.sync_api import expect

from tests.journeys.household import pair, place, sign_in, welcome
from tests.journeys.looks import faults, station_faults
from tests.journeys.staffing import appoint
from tests.journeys.test_letters import AGAIN_MS, VOICE
from tests.journeys.test_screens import SPEAK
from tests.journeys.test_staff import sign_in as sign_in_staff
from tests.residue import find_stored
from tests.server import running

pytestmark = [pytest.mark.browser, pytest.mark.long]
QUESTION = "Hoe zet ik de letters groter op het scherm van mijn moeder?\nZe ziet niet goed meer."
ANSWER = "Ga naar Ik, dan naar Taal en letters. Kies daar: heel groot."
BETTER = "Het zou fijn zijn als de foto’s groter konden."
THANKS = "Dat werkt. En kan het nog groter?"
FOR_RIET = "Dag mevrouw Verbeek. Druk op de ronde knop naast het scherm, dan gaat het licht aan."


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with running(tmp_path_factory.mktemp("tickets")) as started:
        started.demo()
        yield started


def next_question(dora):
    """Open what waits for an answer, the first of the list."""
    dora.goto("/admin/tickets/ticket/")
    dora.get_by_role("link", name="open · answer by").first.click()


def answer(dora, text):
    dora.get_by_role("link", name="Antwoorden").click()
    dora.get_by_label("Wat de persoon leest").fill(text)
    dora.get_by_role("button", name="Antwoorden").click()
    expect(dora.get_by_text(text)).to_be_visible()


@pytest.fixture
def dora(server, browse):
    """Dora of support, in the admin site."""
    secret = server.call(f"{appoint.__module__}:{appoint.__name__}", username="dora", role="support")
    page = browse("dora", path="/sign-in")
    sign_in_staff(page, "dora", secret)
    page.goto("/admin/")
    return page


@pytest.mark.obligation("PRI-65", "PRI-80", "PRE-28", partial=True)
def test_jan_and_riet_ask_and_read_the_answer(server, browse, shot, dora):
    found = {}
    jan = sign_in(browse("jan", size="phone"), "jan")
    place(jan, 3)
    asked = jan.get_by_test_id("asked")
    expect(asked).to_contain_text("Je hebt ons nog niets gevraagd.")
    jan.get_by_test_id("ask").get_by_role("button").click()
    expect(jan.locator("#text-error")).to_be_visible()
    jan.context.set_offline(True)
    jan.fill("#text", QUESTION)
    jan.get_by_test_id("ask").get_by_role("button").click()
    expect(jan.get_by_test_id("ask").get_by_role("alert")).to_be_visible()
    shot(jan, "tickets-offline-phone")
    jan.context.set_offline(False)
    jan.get_by_test_id("ask").get_by_role("button").click()
    expect(asked.locator("li")).to_have_count(1)
    expect(asked.locator(".badge")).to_have_text("wacht op ons")
    better = jan.get_by_test_id("better")
    better.get_by_role("textbox").fill(BETTER)
    better.get_by_role("button").click()
    expect(jan.get_by_text("Dank je. We lezen het.")).to_be_visible()
    expect(better.get_by_role("textbox")).to_have_value("")
    expect(asked.locator("li")).to_have_count(1)
    found["help"] = faults(jan)
    shot(jan, "tickets-help-phone")

    station = browse("riet", size="kiosk", path="/station?mac=aa:bb:cc:dd:ee:33")
    station.add_init_script(VOICE)
    pair(jan, station)
    welcome(station, 1)
    station.locator(".question .button.quiet").click()
    found["home"] = station_faults(station)
    shot(station, "tickets-home-kiosk")
    help_button = station.get_by_test_id("help")
    help_button.click()
    expect(station.locator(".question")).to_contain_text("Wilt u dat wij u helpen?")
    found["ask"] = station_faults(station)
    shot(station, "tickets-ask-kiosk")
    station.get_by_role("button", name="Ja, vraag om hulp").click()
    expect(station.get_by_test_id("help")).to_contain_text("We weten dat u hulp wilt.")
    found["open"] = station_faults(station)
    shot(station, "tickets-open-kiosk")
    station.get_by_role("button", name="Thuis").click()
    expect(help_button).to_contain_text("We weten dat u hulp wilt")
    found["waits"] = station_faults(station)

    dora.reload()
    expect(dora.get_by_text("Vragen die op antwoord wachten: 2.")).to_be_visible()
    dora.get_by_role("link", name="Wat kan beter").click()
    expect(dora.get_by_text(BETTER)).to_be_visible()
    dora.goto("/admin/tickets/ticket/")
    expect(dora.get_by_role("link", name="open · answer by")).to_have_count(2)
    expect(dora.get_by_text("Hoe zet ik")).to_have_count(0)
    shot(dora, "tickets-desk")
    for _ in range(2):
        next_question(dora)
        is_jan_s = dora.get_by_text("Hoe zet ik de letters").count() == 1
        answer(dora, ANSWER if is_jan_s else FOR_RIET)
        shot(dora, f"tickets-desk-{'app' if is_jan_s else 'station'}")

    expect(help_button).to_contain_text("Er is een antwoord")
    found["answered-home"] = station_faults(station)
    shot(station, "tickets-home-answered-kiosk")
    station.reload()
    help_button.click()
    expect(station.locator(".said")).to_have_text(FOR_RIET)
    station.get_by_role("button", name="Lees voor").click()
    expect(station.get_by_role("button", name="Stoppen")).to_be_visible()
    assert [text for _language, text in station.evaluate("window.said")] == [FOR_RIET]
    found["answered"] = station_faults(station)
    shot(station, "tickets-answered-kiosk")
    station.wait_for_timeout(AGAIN_MS)
    station.get_by_role("button", name="Dank u, het is klaar").click()
    expect(help_button).to_have_text("Hulp")
    server.manage("shell", "-c", SPEAK.format(language="fr"))
    station.reload()
    help_button.click()
    expect(station.locator(".question")).to_contain_text("Voulez-vous que nous vous aidions")
    found["ask", "fr"] = station_faults(station)
    shot(station, "tickets-ask-fr-kiosk")
    station.get_by_role("button", name="Oui, demander de l’aide").click()
    expect(station.locator(".said")).to_contain_text("Nous savons que vous voulez de l’aide.")
    found["open", "fr"] = station_faults(station)
    shot(station, "tickets-open-fr-kiosk")

    jan.goto("/letters")
    jan.locator("a.item", has_text="We hebben je vraag beantwoord").click()
    expect(jan.locator("article")).not_to_contain_text("letters")
    more = jan.get_by_role("link", name="Lees er meer over")
    jan.goto(more.get_attribute("href"))
    expect(jan.locator(".told")).to_have_text([QUESTION, ANSWER])
    found["thread"] = faults(jan)
    shot(jan, "tickets-thread-phone")
    jan.fill("#text", THANKS)
    jan.get_by_role("button", name="Versturen").click()
    expect(jan.locator(".told").last).to_have_text(THANKS)
    expect(jan.locator(".badge")).to_have_text("wacht op ons")
    jan.get_by_role("button", name="Het is klaar").click()
    expect(jan.locator(".badge")).to_have_text("klaar")
    found["closed"] = faults(jan)
    shot(jan, "tickets-closed-phone")
    jan.goto("/my-privacy")
    expect(jan.get_by_text("je vraag aan de klantenservice").first).to_be_visible()
    expect(jan.get_by_text("Je vroeg ons om hulp.").first).to_be_visible()
    jan.goto("/me")
    jan.get_by_role("button", name="Français", exact=True).click()
    place(jan, 3)
    expect(jan.get_by_test_id("asked").locator(".badge")).to_have_text("terminé")
    found["help", "fr"] = faults(jan)
    shot(jan, "tickets-help-fr-phone")
    jan.get_by_test_id("asked").get_by_role("link").click()
    expect(jan.locator(".told").last).to_have_text(THANKS)
    found["thread", "fr"] = faults(jan)
    shot(jan, "tickets-closed-fr-phone")
    jan.goto("/me")
    jan.context.set_offline(True)
    expect(jan.locator(".banner")).to_be_visible()
    expect(jan.get_by_test_id("tell")).to_have_count(0)
    shot(jan, "me-offline-fr-phone")
    assert not find_stored(server, [QUESTION, ANSWER, THANKS, FOR_RIET, BETTER])
    assert not any(found.values()), found
