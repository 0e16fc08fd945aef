"""A face: chosen on one device, seen by the family and on the Home Station, gone when it is taken away."""

import pytest
from playwright.sync_api import expect

from tests.journeys.household import pair, place, sign_in
from tests.media.pictures import photo

pytestmark = [pytest.mark.browser, pytest.mark.long]

PICTURED = ".face img"
HAS_PIXELS = "(images) => images.length > 0 && images.every((one) => one.complete && one.naturalWidth > 0)"


def shows_a_face(page, row):
    """The picture is there and has loaded."""
    expect(row.locator(PICTURED).first).to_be_visible()
    page.wait_for_function(
        f"([selector]) => ({HAS_PIXELS})([...document.querySelectorAll(selector)])", arg=[PICTURED]
    )


@pytest.mark.obligation("PRI-21", "PRI-31")
@pytest.mark.obligation("PIM-07", "PIM-32", "PRI-08", partial=True)
def test_a_face_is_seen_by_the_family_until_it_is_taken_away(server, browse, shot):
    server.demo()
    jan, sofie = (
        sign_in(browse("jan"), "jan"),
        sign_in(browse("sofie", size="phone", locale="fr-BE"), "sofie"),
    )
    station = browse("station", size="kiosk", path="/station")
    pair(jan, station)
    expect(station.locator(".tile", has_text="Jan")).to_be_visible()
    place(sofie, 1)
    row = sofie.locator("li", has_text="Jan")
    expect(row).to_be_visible()
    expect(row.locator(PICTURED)).to_have_count(0)

    place(jan, 2)
    file = {"name": "holiday.jpg", "mimeType": "image/jpeg", "buffer": photo(orientation=6)}
    jan.get_by_test_id("portrait").set_input_files(file)
    shows_a_face(jan, jan.locator(".portrait"))
    shot(jan, "portrait-mine-nl-desktop")

    shows_a_face(sofie, row)
    shot(sofie, "portrait-family-fr-phone")
    shows_a_face(station, station.locator(".tile", has_text="Jan"))
    shot(station, "portrait-station-nl-kiosk")
    size = row.locator(PICTURED).evaluate("(image) => [image.naturalWidth, image.naturalHeight]")
    assert size == [384, 512], "upright, though the camera was held on its side"

    sofie.reload()
    place(sofie, 1)
    shows_a_face(sofie, row)

    jan.locator(".portrait").get_by_role("button", name="Verwijderen").click()
    expect(jan.locator(PICTURED)).to_have_count(0)
    expect(row).to_be_visible()
    expect(row.locator(PICTURED)).to_have_count(0)
    expect(station.locator(PICTURED)).to_have_count(0)


def test_what_is_no_picture_is_said_beside_the_picture(server, browse, shot):
    server.demo()
    jan = sign_in(browse("jan", size="phone"), "jan")
    place(jan, 2)
    file = {"name": "letter.jpg", "mimeType": "image/jpeg", "buffer": b"Dear Jan, this is a letter."}
    jan.get_by_test_id("portrait").set_input_files(file)
    expect(jan.locator(".portrait [role=alert]")).to_have_text(
        "Deze foto kunnen we niet lezen. Kies een andere."
    )
    shot(jan, "portrait-refused-nl-phone")
    expect(jan.locator(PICTURED)).to_have_count(0)
