"""A second device of one's own: let in by the code it shows, without a password, and shut out again."""

import pytest
from playwright.sync_api import expect

from tests.journeys import qr
from tests.journeys.household import family_talk, place, say, sign_in
from tests.journeys.looks import faults

pytestmark = [pytest.mark.browser, pytest.mark.long]

OLD, FROM_PHONE, FROM_JAN, AFTER = (
    "Wie neemt de taart mee?",
    "Ik zit in de trein",
    "Fijn, tot zo",
    "De oude telefoon is weg",
)


def let_in(jan, link, shot):
    """The first device opens the link in the code, and says that the new device is Jan's."""
    jan.goto(link)
    expect(jan.get_by_role("button", name="Ja, dit is van mij")).to_be_visible()
    shot(jan, "device-approve-nl-desktop")
    wrong = faults(jan)
    jan.get_by_role("button", name="Ja, dit is van mij").click()
    expect(jan.get_by_text("Het apparaat is toegevoegd.")).to_be_visible()
    return wrong


def test_is_let_in_by_its_code_and_shut_out_again(server, browse, shot):
    server.demo()
    jan = sign_in(browse("jan"), "jan")
    sofie = sign_in(browse("sofie", size="phone", locale="fr-BE"), "sofie")
    family_talk(jan)
    say(jan, OLD)
    family_talk(sofie)

    phone = browse("phone of jan", size="phone", locale="fr-BE")
    phone.get_by_role("link", name="J’ai déjà un appareil").click()
    found = {}
    shot(phone, "device-here-fr-phone")
    phone.get_by_role("button", name="Afficher un code").click()
    expect(phone.get_by_test_id("waiting-code")).to_be_visible()
    shot(phone, "device-code-fr-phone")
    found["code"] = faults(phone)
    link = qr.read(phone.get_by_role("img", name="Code pour votre autre appareil"))
    code = phone.get_by_test_id("waiting-code").inner_text()
    assert link == f"{server.origin}/link#{code}"

    found["approve"] = let_in(jan, link, shot)
    expect(phone.locator("nav.tabs")).to_be_visible()
    family_talk(phone)
    expect(phone.locator(".bubble", has_text=OLD)).to_be_visible()
    say(phone, FROM_PHONE)
    family_talk(jan)
    expect(jan.locator(".bubble.mine", has_text=FROM_PHONE)).to_be_visible()
    expect(sofie.locator(".bubble", has_text=FROM_PHONE)).to_be_visible()
    say(jan, FROM_JAN)
    expect(phone.locator(".bubble.mine", has_text=FROM_JAN)).to_be_visible()
    shot(phone, "device-talks-nl-phone")

    place(jan, 2)
    places = jan.get_by_test_id("places")
    places.get_by_role("button", name="Verwijderen").first.click()
    shot(jan, "device-revoke-nl-desktop")
    found["revoke"] = faults(jan)
    jan.get_by_role("dialog").get_by_role("button", name="Verwijderen").click()
    expect(places.get_by_role("button", name="Verwijderen")).to_have_count(0)
    expect(phone.locator("#login")).to_be_visible()
    expect(phone.get_by_text("Dit apparaat is uitgelogd vanaf een andere plek.")).to_be_visible()
    shot(phone, "device-shut-out-nl-phone")
    found["out"] = faults(phone)

    family_talk(jan)
    say(jan, AFTER)
    expect(sofie.locator(".bubble", has_text=AFTER)).to_be_visible()
    say(sofie, "Bien reçu")
    expect(jan.locator(".bubble", has_text="Bien reçu")).to_be_visible()
    assert phone.get_by_text(AFTER).count() == 0
    assert not {name: wrong for name, wrong in found.items() if wrong}


def test_is_not_let_in_by_somebody_who_does_not_know_it(server, browse, shot):
    server.demo()
    jan = sign_in(browse("jan", size="phone"), "jan")
    other = browse("other", path="/device")
    other.get_by_role("button", name="Toon een code").click()
    code = other.get_by_test_id("waiting-code").inner_text()
    place(jan, 2)
    jan.get_by_role("link", name="Een apparaat toevoegen").click()
    jan.fill("#link-code", "BCDF-GHJK")
    jan.get_by_role("button", name="Zoeken").click()
    expect(jan.locator("#link-code-error")).to_be_visible()
    shot(jan, "device-wrong-code-nl-phone")
    found = faults(jan)
    jan.fill("#link-code", code.lower())
    jan.get_by_role("button", name="Zoeken").click()
    shot(jan, "device-approve-nl-phone")
    jan.get_by_role("button", name="Nee, dit ken ik niet").click()
    expect(jan.get_by_text("Er is niets toegevoegd.")).to_be_visible()
    expect(jan.get_by_test_id("places").get_by_role("button", name="Verwijderen")).to_have_count(0)
    expect(other.get_by_test_id("waiting-code")).to_have_text(code)
    assert not found
