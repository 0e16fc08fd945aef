"""Correcting by what one signs in and is reached, in a real browser: password first, then the code that came."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.household import PASSWORD, place, sign_in
from tests.server import running

pytestmark = [pytest.mark.browser, pytest.mark.long]
PEOPLE = ["Anna", "Ben", "Carla"]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """One server for all: each test has a person of its own."""
    with running(tmp_path_factory.mktemp("reach")) as started:
        started.people(PEOPLE)
        yield started


@pytest.fixture
def reach(browse):
    """Opens a person's screen about themselves at this section; returns the page and the section."""

    def open_reach(name, locale="nl-BE"):
        page = sign_in(browse(name, locale=locale), name)
        place(page, 2)
        expect(page.get_by_test_id("reach")).to_be_visible()
        return page, page.get_by_test_id("reach")

    return open_reach


def begin(section, what, value, password=PASSWORD):
    """Open one of the three, fill it in and send it."""
    section.locator(".row", has_text=what).get_by_role("button").click()
    section.locator("form input").first.fill(value)
    section.locator("#password").fill(password)
    section.locator("form button").first.click()


@pytest.mark.obligation("PRI-100", "PRE-46", partial=True)
class TestReach:
    def test_a_number_counts_when_its_code_was_typed_in(self, server, reach, shot):
        page, section = reach("anna")
        begin(section, "Mobiel nummer", "06 12398765")
        expect(section.locator("#code")).to_be_visible()
        shot(page, "reach-code-nl-desktop")
        section.locator("#code").fill("WRONG123")
        section.get_by_role("button", name="Controleren").click()
        expect(section.locator("#code-error")).to_have_text("Deze code klopt niet.")
        section.locator("#code").fill(server.text_code())
        section.get_by_role("button", name="Controleren").click()
        expect(page.get_by_text("Je nummer is veranderd.")).to_be_visible()
        expect(section).to_contain_text("+31612398765")

    def test_an_address_counts_when_its_code_was_typed_in(self, server, reach):
        page, section = reach("ben")
        begin(section, "E-mailadres", "ben@nieuw.example")
        expect(section.locator("#code")).to_be_visible()
        section.locator("#code").fill(server.mail_code())
        section.get_by_role("button", name="Controleren").click()
        expect(page.get_by_text("Je e-mailadres is veranderd.")).to_be_visible()
        expect(section).to_contain_text("ben@nieuw.example")

    def test_a_name_counts_at_once_and_one_signs_in_by_it(self, browse, reach, shot):
        page, section = reach("carla")
        begin(section, "Gebruikersnaam", "ben")
        expect(section.locator("#username-error")).to_have_text(re.compile("Kies een andere"))
        section.locator("#username").fill("Carla.Nieuw")
        section.locator("#password").fill("dit is het verkeerde wachtwoord")
        section.get_by_role("button", name="Bewaren").click()
        expect(section.locator("#password-error")).to_have_text("Dit wachtwoord klopt niet.")
        section.locator("#password").fill(PASSWORD)
        section.get_by_role("button", name="Bewaren").click()
        expect(page.get_by_text("Je gebruikersnaam is veranderd.")).to_be_visible()
        expect(section).to_contain_text("carla.nieuw")
        shot(page, "reach-nl-desktop")
        page.reload()
        place(page, 2)
        expect(page.get_by_test_id("reach")).to_contain_text("carla.nieuw")
        sign_in(browse("again"), "carla.nieuw")
