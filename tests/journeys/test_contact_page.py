"""Somebody without an account writes to us, sees what is kept, and erases it: in a browser, on two sizes."""

import re
import time

import pytest
from playwright.sync_api import expect

from tests.journeys.looks import faults
from tests.server import running

pytestmark = [pytest.mark.browser, pytest.mark.long]

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 800}
WORDS = {
    "nl": (
        "nl-BE",
        "Schrijf ons",
        "E-mailadres",
        "Je bericht",
        "Versturen",
        "Alles wissen",
        "Ja, alles wissen",
    ),
    "fr": (
        "fr-BE",
        "Écrivez-nous",
        "Adresse e-mail",
        "Votre message",
        "Envoyer",
        "Tout effacer",
        "Oui, tout effacer",
    ),
    "en": (
        "en-GB",
        "Write to us",
        "E-mail address",
        "Your message",
        "Send",
        "Erase everything",
        "Yes, erase everything",
    ),
}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with running(tmp_path_factory.mktemp("contact")) as started:
        yield started


def looked_at(page, shot, name):
    """Find nothing wrong on either size, and keep a picture of each."""
    for size, what in ((PHONE, "phone"), (DESK, "desktop")):
        page.set_viewport_size(size)
        shot(page, f"{name}-{what}")
        assert faults(page) == []


def link_mailed_to(server, address):
    """The path in the mail that the server's own tasks send."""
    ends = time.monotonic() + 180
    while time.monotonic() < ends:
        for file in (server.folder / "mail").glob("*"):
            text = file.read_text()
            if f"To: {address}" in text:
                whole = re.sub(r"=\n", "", text)
                return re.search(r"/contact/kept/[\w-]+", whole)[0]
        time.sleep(1)
    raise AssertionError("no mail came")


@pytest.mark.obligation("PRI-125")
@pytest.mark.parametrize("language", WORDS)
def test_a_stranger_writes_sees_what_is_kept_and_erases_it(server, browse, shot, language):
    locale, title, email, text, send, erase, sure = WORDS[language]
    page = browse("stranger", size="phone", locale=locale, path="/contact")
    expect(page.locator("h1")).to_have_text(title)
    expect(page.locator("html")).to_have_attribute("lang", language)
    looked_at(page, shot, f"contact-{language}")
    page.get_by_role("button", name=send).click()
    expect(page.get_by_role("alert")).to_be_visible()
    looked_at(page, shot, f"contact-wrong-{language}")
    address = f"riet-{language}@mail.example"
    page.get_by_label(email).fill(address)
    page.get_by_label(text).fill("Wat kost het?")
    page.get_by_role("button", name=send).click()
    expect(page.get_by_role("status")).to_be_visible()
    page.goto(link_mailed_to(server, address))
    expect(page.get_by_text("Wat kost het?")).to_be_visible()
    looked_at(page, shot, f"contact-kept-{language}")
    page.get_by_role("button", name=erase, exact=True).click()
    page.get_by_role("button", name=sure).click()
    expect(page.get_by_role("status")).to_be_visible()
    looked_at(page, shot, f"contact-erased-{language}")
