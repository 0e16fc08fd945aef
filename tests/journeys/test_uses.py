"""What the app tells of its use, in a real browser: nothing until somebody agrees, little then, nothing after."""

import pytest
from playwright.sync_api import expect

from tests import samples
from tests.journeys.household import place, sign_in
from tests.journeys.looks import faults

COUNTED = "De app laten tellen wat je gebruikt"
SENT_MS = 120_000


def tell(page, told):
    """Note what the app tells from now on."""
    page.on("request", lambda one: told.append(one.method) if "/me/uses" in one.url else None)


def switch(page):
    return page.get_by_test_id("consents").get_by_role("switch", name=COUNTED)


def bring_into_view(page):
    """Have all of it on the screen, and nothing over it."""
    expect(page.locator(".toast")).to_have_count(0)
    switch(page).evaluate("(one) => one.closest('li').scrollIntoView({ block: 'center' })")


def open_privacy(page):
    place(page, 2)
    page.get_by_test_id("privacy").click()
    expect(switch(page)).to_be_visible()
    expect(page.locator("main [aria-busy=true]")).to_have_count(0)


def make_album(page, file):
    place(page, 4)
    page.locator("a[href='/photos/new']").first.click()
    page.fill("#title", "Tuin")
    page.get_by_role("button", name="Maken", exact=True).click()
    page.get_by_test_id("add-files").set_input_files([file])
    expect(page.locator(".photo-row .thumb img")).to_have_count(1, timeout=SENT_MS)


def play(page):
    """Look at the slideshow for a moment."""
    place(page, 4)
    page.locator("a.album", has_text="Tuin").click()
    page.get_by_role("link", name="Afspelen").click()
    show = page.get_by_role("dialog")
    expect(show.locator(".decoded").first).to_be_visible()
    show.get_by_role("button", name="Stoppen").click()
    expect(show).to_have_count(0)


@pytest.mark.browser
@pytest.mark.long
@pytest.mark.obligation("PRI-50", partial=True)
def test_the_app_tells_what_is_used_only_to_who_agrees_and_only_as_long(server, browse, shot, tmp_path):
    server.demo()
    samples.write(tmp_path, "photo.png")
    told, found = [], {}
    sofie = sign_in(browse("sofie", size="phone"), "sofie")
    tell(sofie, told)
    make_album(sofie, tmp_path / "photo.png")
    play(sofie)
    open_privacy(sofie)
    expect(switch(sofie)).to_have_attribute("aria-checked", "false")
    bring_into_view(sofie)
    shot(sofie, "uses-off-nl-phone")
    found["off"] = faults(sofie)
    play(sofie)
    assert (told, server.call("tests.figures.stored:marks")) == ([], [])

    open_privacy(sofie)
    switch(sofie).click()
    expect(switch(sofie)).to_have_attribute("aria-checked", "true")
    bring_into_view(sofie)
    shot(sofie, "uses-on-nl-phone")
    found["on"] = faults(sofie)
    with sofie.expect_response("**/api/v1/me/uses") as answer:
        play(sofie)
    assert answer.value.status == 204
    play(sofie)
    assert told == ["POST"], "once a day"
    assert server.call("tests.figures.stored:marks") == ["slideshow"]

    open_privacy(sofie)
    switch(sofie).click()
    expect(switch(sofie)).to_have_attribute("aria-checked", "false")
    assert server.call("tests.figures.stored:marks") == [], "what was told today is taken back"
    bring_into_view(sofie)
    shot(sofie, "uses-withdrawn-nl-phone")
    found["withdrawn"] = faults(sofie)
    play(sofie)
    assert len(told) == 1
    assert server.call("tests.figures.stored:marks") == []
    assert not any(found.values()), found
