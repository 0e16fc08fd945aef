"""What we keep and why is one touch away: before anything is told, and ever after."""

import pytest
from playwright.sync_api import expect

from tests.journeys.household import place, sign_in
from tests.journeys.looks import faults
from tests.server import running

pytestmark = [pytest.mark.browser, pytest.mark.long]

LANGUAGES = {
    "nl": ("nl-BE", "Wat we over je bewaren, en waarom", "Privacybeleid"),
    "fr": ("fr-BE", "Ce que nous gardons à votre sujet, et pourquoi", "Politique de confidentialité"),
    "en": ("en-GB", "What we keep about you, and why", "Privacy policy"),
}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """One server with the demo family; these tests only look."""
    with running(tmp_path_factory.mktemp("privacy")) as started:
        started.demo()
        yield started


def opened(page, link):
    """The page that a link opens beside the app."""
    with page.expect_popup() as popup:
        page.get_by_role("link", name=link).click()
    popup.value.wait_for_load_state()
    return popup.value


@pytest.mark.obligation("PRI-05", partial=True)
@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_read_before_anything_is_told(browse, shot, language):
    locale, link, title = LANGUAGES[language]
    form = browse("visitor", size="phone", locale=locale, path="/sign-up/contact")
    policy = opened(form, link)
    expect(policy.locator("html")).to_have_attribute("lang", language)
    expect(policy.locator("h1")).to_have_text(title)
    shot(policy, f"privacy-{language}-phone")
    assert faults(policy) == []
    policy.set_viewport_size({"width": 1440, "height": 900})
    shot(policy, f"privacy-{language}-desktop")
    assert faults(policy) == []
    policy.get_by_role("link", name="Home Station").click()
    expect(policy.locator("#made")).to_be_visible()
    shot(policy, f"privacy-station-{language}-desktop")
    assert faults(policy) == []


@pytest.mark.obligation("PRI-05", partial=True)
def test_it_is_there_under_me_in_the_language_one_reads(browse):
    jan = sign_in(browse("jan"), "jan")
    place(jan, 2)
    policy = opened(jan, LANGUAGES["nl"][1])
    expect(policy.locator("h1")).to_have_text(LANGUAGES["nl"][2])
    policy.get_by_role("link", name="Français").click()
    expect(policy.locator("h1")).to_have_text(LANGUAGES["fr"][2])
