"""Closing one's account in the app: what it means is shown first, it can be undone, and then nobody is there."""

import pytest
from playwright.sync_api import expect

from tests.journeys.household import PASSWORD, family_talk, place, sign_in

ANSWER = "Dag allemaal! Zullen we zondag bij mama eten?"


def open_closing(page):
    place(page, 2)
    page.get_by_test_id("closing").click()
    expect(page.get_by_role("heading", level=1, name="Account sluiten")).to_be_visible()
    expect(page.get_by_test_id("goes")).to_be_visible()
    return page


def close(page, password=PASSWORD):
    page.fill("#password", password)
    page.get_by_role("button", name="Account sluiten").click()
    page.get_by_role("dialog").get_by_role("button", name="Account sluiten").click()


@pytest.mark.obligation("PRI-102", "PIM-35", "PRI-101", partial=True)
@pytest.mark.browser
@pytest.mark.long
def test_somebody_closes_their_account(server, browse, shot):
    server.demo()
    sofie = sign_in(browse("sofie", size="phone"), "sofie")
    open_closing(sofie)
    expect(sofie.get_by_test_id("goes")).to_contain_text("De 2 anderen zien je niet meer.")
    expect(sofie.get_by_test_id("stays")).to_contain_text("GDPR art. 6(1)(f)")
    shot(sofie, "closing-phone")

    close(sofie, "een heel ander wachtwoord")
    expect(sofie.get_by_text("Dit wachtwoord klopt niet.")).to_be_visible()
    close(sofie)
    asked = sofie.get_by_test_id("asked")
    expect(asked).to_contain_text("Je account wordt gewist op")
    expect(asked).to_be_in_viewport()
    shot(sofie, "closing-asked-phone")
    with sofie.expect_download() as saved:
        asked.get_by_role("button", name="Bewijs bewaren").click()
    assert saved.value.suggested_filename.startswith("prifora")

    asked.get_by_role("button", name="Toch houden").click()
    expect(asked).to_have_count(0)
    close(sofie)
    asked.get_by_role("button", name="Uitloggen").click()
    expect(sofie.locator("#login")).to_be_visible()
    open_closing(sign_in(sofie, "sofie"))
    expect(asked).to_have_count(0)

    jan = sign_in(browse("jan"), "jan")
    family_talk(jan)
    expect(jan.locator(".bubble", has_text=ANSWER)).to_be_visible()
    server.erase("sofie")
    expect(sofie.locator("#login")).to_be_visible()
    jan.reload()  # the command is a process of its own, so without Redis its hints reach nobody
    place(jan, 1)
    expect(jan.get_by_text("Riet Verbeek")).to_be_visible()
    expect(jan.get_by_text("Sofie Verbeek")).to_have_count(0)
    family_talk(jan)
    expect(jan.locator(".bubble", has_text=ANSWER)).to_be_visible()
    expect(jan.locator(".warning")).to_have_count(0)
    open_closing(jan)
    shot(jan, "closing-desktop")
