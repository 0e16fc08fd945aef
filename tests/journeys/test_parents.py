"""A child asks a parent of the family, who approves; only then something optional can be turned on."""

import pytest
from playwright.sync_api import expect

from prifora.kernel import clock
from tests.journeys.household import place, sign_in


def privacy(page):
    """Open the privacy centre from Me."""
    place(page, 2)
    page.get_by_test_id("privacy").click()
    expect(page.get_by_role("switch").first).to_be_visible()
    return page


@pytest.mark.browser
@pytest.mark.long
def test_a_child_asks_and_a_parent_approves(server, browse, shot):
    server.demo()
    sofie = sign_in(browse("sofie", size="phone"), "sofie")
    place(sofie, 2)
    sofie.fill("#date_of_birth", f"{clock.now().year - 12}-01-01")
    sofie.get_by_role("button", name="Bewaren", exact=True).first.click()
    expect(sofie.get_by_text("Bewaard.")).to_be_visible()

    parents = privacy(sofie).get_by_test_id("parents")
    sofie.get_by_role("switch").first.click()
    expect(sofie.get_by_text("Eerst moet een ouder het goedvinden.")).to_be_visible()
    parents.locator("#parent").select_option(label="Jan Verbeek")
    parents.get_by_role("button", name="Toestemming vragen").click()
    expect(parents).to_contain_text("We vroegen het aan Jan Verbeek.")
    shot(sofie, "parents-asked-phone")

    asked = privacy(sign_in(browse("jan"), "jan")).get_by_test_id("parents")
    expect(asked).to_contain_text("vraagt je toestemming.")
    asked.get_by_role("button", name="Ik vind het goed").click()
    expect(asked).to_contain_text("Je vindt het goed")

    sofie.reload()
    expect(sofie.get_by_test_id("parents")).to_contain_text("Jan Verbeek vindt het goed")
    sofie.get_by_role("switch").first.click()
    expect(sofie.get_by_role("switch").first).to_have_attribute("aria-checked", "true")
