""" "My data" in the app: what is kept is said, everything is taken along after one's password, and a package comes back."""

import pytest
from playwright.sync_api import expect

from tests.journeys.household import PASSWORD, family_talk, place, say, sign_in
from tests.journeys.looks import faults
from tests.takeout import judge

SAID = "Het zeepaardje ligt onder de trap"


def open_data(page):
    place(page, 2)
    page.get_by_test_id("data").click()
    expect(page.get_by_role("heading", level=1, name="Mijn gegevens")).to_be_visible()
    expect(page.get_by_test_id("kept").locator("details").first).to_be_visible()
    return page


def take(page, password):
    card = page.get_by_test_id("take")
    card.locator("#password").fill(password)
    card.get_by_role("button", name="Meenemen").click()
    return card


@pytest.mark.browser
@pytest.mark.long
@pytest.mark.obligation("PRI-97", "PRI-105", "PRE-45", partial=True)
def test_somebody_takes_everything_along_and_brings_it_back(server, browse, shot, tmp_path):
    server.demo()
    jan = sign_in(browse("jan", size="phone"), "jan")
    family_talk(jan)
    say(jan, SAID)
    open_data(jan)
    kept = (
        jan.get_by_test_id("kept")
        .locator("[data-category='user.name'], [data-category='user.account']")
        .first
    )
    kept.locator("summary").click()
    expect(kept).to_contain_text("Waarvoor")
    expect(kept).to_contain_text("Wie kan het lezen")
    assert faults(jan) == []
    shot(jan, "data-phone")

    card = take(jan, "een heel ander wachtwoord")
    expect(card.get_by_text("Dit wachtwoord klopt niet.")).to_be_visible()
    with jan.expect_download(timeout=120_000) as saved:
        take(jan, PASSWORD)
    file = tmp_path / "jan.zip"
    saved.value.save_as(file)
    found = judge(str(file))
    assert found["errors"] == []
    assert SAID in [message["text"] for talk in found["talks"] for message in talk["messages"]]
    assert found["contacts"][0]["fn"] == ["Jan Verbeek"]
    assert found["languages"] == ["nl"]

    sofie = sign_in(browse("sofie"), "sofie")
    open_data(sofie)
    bring = sofie.get_by_test_id("bring")
    bring.locator("#package").set_input_files(__file__)
    expect(bring.get_by_role("alert")).to_contain_text("Dit is geen pakket")
    bring.locator("#package").set_input_files(file)
    bring.get_by_role("button", name="Terugzetten").click()
    expect(bring.get_by_text("Alles is teruggezet.")).to_be_visible(timeout=60_000)
    assert sofie.request.get("/api/v1/me").json()["first_name"] == "Jan"
