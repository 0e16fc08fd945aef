"""What we keep and why is one touch away: before anything is told, and ever after."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.household import family_talk, place, say, sign_in
from tests.journeys.looks import faults
from tests.server import running

pytestmark = [pytest.mark.browser, pytest.mark.long]

COOKIE = {
    "nl": "Bewaart hij geen cookies, dan kun je niet inloggen.",
    "fr": "S’il n’en garde pas, vous ne pouvez pas vous connecter.",
    "en": "If it does not keep cookies, you cannot sign in.",
}
LANGUAGES = {
    "nl": ("nl-BE", "Wat we over je bewaren, en waarom", "Privacybeleid"),
    "fr": ("fr-BE", "Ce que nous gardons à votre sujet, et pourquoi", "Politique de confidentialité"),
    "en": ("en-GB", "What we keep about you, and why", "Privacy policy"),
}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """One server with the demo family; these tests only look."""
    with running(tmp_path_factory.mktemp("privacy")) as started:
        started.env["PRIVACY_EMAIL"] = "officer@home.example"
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


@pytest.mark.obligation("PER-01", partial=True)
@pytest.mark.obligation("PRI-05", partial=True)
def test_it_is_there_under_me_in_the_language_one_reads(browse):
    jan = sign_in(browse("jan"), "jan")
    place(jan, 2)
    policy = opened(jan, LANGUAGES["nl"][1])
    expect(policy.locator("h1")).to_have_text(LANGUAGES["nl"][2])
    policy.get_by_role("link", name="Français").click()
    expect(policy.locator("h1")).to_have_text(LANGUAGES["fr"][2])


@pytest.mark.obligation("PER-31")
@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_read_without_a_cookie_and_signing_in_says_why_one_is_needed(browse, language):
    visitor = browse("visitor", size="phone", locale=LANGUAGES[language][0], path="/")
    expect(visitor.get_by_text(COOKIE[language])).to_be_visible()
    for path in (f"/privacy/{language}", f"/privacy/{language}/legal", f"/shop/{language}", "/shop"):
        visitor.context.clear_cookies()
        reply = visitor.request.get(path)
        assert reply.status == 200
        assert "set-cookie" not in reply.headers
    visitor.goto(f"/privacy/{language}/legal")
    expect(visitor.locator("#operator")).to_be_visible()
    assert faults(visitor) == []


@pytest.mark.obligation("PER-50")
def test_a_question_is_asked_without_an_account_after_a_little_sum(server, browse, shot):
    visitor = browse("visitor", size="phone", path="/privacy/nl")
    visitor.get_by_role("link", name="Vraag ons iets over privacy").click()
    visitor.get_by_label("Je naam").fill("Riet Bakker")
    visitor.get_by_label("Mobiel nummer").fill("0612345678")
    visitor.get_by_label("Wat wil je vragen?").fill("Bewaren jullie mijn nummer?")
    visitor.get_by_label("hoeveel is").fill("99")
    visitor.get_by_role("button", name="Versturen").click()
    expect(visitor.get_by_role("alert")).to_be_visible()
    expect(visitor.get_by_text("Dat klopt niet. Probeer de nieuwe som.")).to_be_visible()
    expect(visitor.get_by_label("Je naam")).to_have_value("Riet Bakker")
    shot(visitor, "privacy-question-nl-phone")
    assert faults(visitor) == []
    first, second = re.search(r"(\d) plus (\d)", visitor.locator("main").inner_text()).groups()
    visitor.get_by_label("hoeveel is").fill(str(int(first) + int(second)))
    visitor.set_viewport_size({"width": 1440, "height": 900})
    assert faults(visitor) == []
    visitor.get_by_role("button", name="Versturen").click()
    expect(visitor.get_by_role("status")).to_contain_text("Je vraag is verstuurd.")
    sent = [file.read_text() for file in (server.folder / "mail").iterdir()]
    assert any("To: officer@home.example" in one and "Bewaren jullie mijn nummer?" in one for one in sent)


@pytest.mark.obligation("PRI-19")
def test_telling_more_is_asked_once_and_never_needed(browse):
    hint = "Je kunt meer over jezelf vertellen. Het hoeft niet."
    jan = sign_in(browse("jan"), "jan")
    family_talk(jan)
    say(jan, "Ik vertel niets over mezelf.")
    place(jan, 2)
    expect(jan.get_by_text(hint)).to_be_visible()
    jan.get_by_role("button", name="Niet meer tonen").click()
    expect(jan.get_by_text(hint)).to_have_count(0)
    jan.reload()
    expect(jan.locator("#first_name")).to_be_visible()
    expect(jan.get_by_text(hint)).to_have_count(0)
    elsewhere = sign_in(browse("elsewhere"), "jan")
    place(elsewhere, 2)
    expect(elsewhere.locator("#first_name")).to_be_visible()
    expect(elsewhere.get_by_text(hint)).to_have_count(0)
