"""Somebody pays at the stand-in's pages, in Dutch and in French, by touch and by keyboard alone."""

from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import SIZES
from tests.journeys.looks import faults
from tests.payments.provider import Provider, a_card, an_account
from tests.server import running

pytestmark = [pytest.mark.browser, pytest.mark.long]
WORDS = {
    "nl": ("nl-BE", "Hoe wil je betalen?", "Betaal", "Annuleer", "Een ogenblik"),
    "fr": ("fr-BE", "Comment voulez-vous payer ?", "Payer", "Annuler", "Un instant"),
}


@pytest.fixture(scope="module")
def provider():
    one = Provider()
    yield one
    one.stop()


@pytest.fixture(scope="module")
def server(tmp_path_factory, provider):
    """One server that pays through the stand-in."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("MOLLIE_URL", provider.url)
        environment.setenv("MOLLIE_KEY", "test_key")
        with running(tmp_path_factory.mktemp("paying")) as started:
            yield started


@pytest.fixture
def buyer(chromium, server):
    """buyer("nl", mandate=True) opens the page of a new payment; returns it and the payment's reference."""
    contexts = []

    def go(language, *, size="phone", **how):
        width, height = SIZES[size]
        context = chromium.new_context(
            locale=WORDS[language][0], viewport={"width": width, "height": height}, reduced_motion="reduce"
        )
        context.set_default_timeout(30_000)
        contexts.append(context)
        reference, page = str(uuid4()), context.new_page()
        wanted = [{"reference": reference, "description": "PRIFORA 17", "language": language, **how}]
        (address,) = server.call("tests.payments.stage:begin", wanted=wanted)
        page.goto(address)
        return page, reference

    yield go
    for context in contexts:
        context.close()


def state(server, reference):
    return server.call("tests.payments.stage:standing", reference=reference)["state"]


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_it_is_paid_in_the_language_one_reads(server, buyer, shot, language, size):
    _locale, choose, pay, _cancel, _wait = WORDS[language]
    page, reference = buyer(language, size=size, mandate=True, holder="Jan Jansen")
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.get_by_role("heading", name=choose)).to_be_visible()
    assert faults(page) == []
    shot(page, f"pay-choose-{language}-{size}")
    page.get_by_role("link", name="iDEAL").click()
    page.locator("select").select_option("Rabobank")
    page.locator("input[name=iban]").fill(an_account())
    assert faults(page) == []
    shot(page, f"pay-ideal-{language}-{size}")
    page.get_by_role("button", name=pay, exact=True).click()
    page.wait_for_url(f"{server.origin}/**")
    assert state(server, reference) == "paid"


def test_it_is_paid_with_the_keyboard_alone(server, buyer):
    page, reference = buyer("nl", size="desktop", method="creditcard")
    number = page.locator("input[name=card]")
    for _ in range(10):
        if number.evaluate("one => one === document.activeElement"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Control+A")
    page.keyboard.type(a_card())
    page.keyboard.press("Enter")
    page.wait_for_url(f"{server.origin}/**")
    assert state(server, reference) == "paid"


def test_a_wrong_number_is_said_and_leads_nowhere(buyer, shot):
    page, _reference = buyer("fr", method="creditcard")
    page.locator("input[name=card]").fill("4111 1111 1111 1112")
    page.get_by_role("button", name="Payer", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert faults(page) == []
    shot(page, "pay-wrong-fr-phone")


def test_it_can_be_left(server, buyer):
    page, reference = buyer("nl", method="bancontact")
    page.get_by_role("button", name=WORDS["nl"][3]).click()
    page.wait_for_url(f"{server.origin}/**")
    assert state(server, reference) == "cancelled"


@pytest.mark.parametrize("language", WORDS)
def test_it_waits_for_a_provider_that_is_away_and_goes_on_by_itself(provider, buyer, shot, language):
    provider.mood(api={"errors": 1})
    page, _reference = buyer(language)
    expect(page.locator("h1")).to_have_text(WORDS[language][4])
    assert faults(page) == []
    shot(page, f"pay-wait-{language}-phone")
    page.wait_for_url(f"{provider.url}/**")


def test_the_desk_plays_the_bank(server, provider, buyer, shot):
    page, reference = buyer("nl", size="desktop", method="ideal")
    page.get_by_role("button", name="Betaal", exact=True).click()
    page.wait_for_url(f"{server.origin}/**")
    page.goto(provider.url)
    shot(page, "pay-desk-desktop")
    page.get_by_role("row", name="PRIFORA 17").first.get_by_role("button", name="take back").click()
    expect(page.get_by_text("12.34 taken back")).to_be_visible()
    server.call("tests.payments.stage:wait", reference=reference, charged_back=1234)
