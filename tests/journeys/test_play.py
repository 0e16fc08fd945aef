"""The first day of a family, as people live it: several browsers, one Home Station, three languages."""

import re

import pytest
from playwright.sync_api import expect

from tests.residue import find_in_memory, find_stored

pytestmark = [pytest.mark.browser, pytest.mark.both_engines]

PASSWORD = "vier gewone woorden samen"
CANARIES = {
    "family": "Familie Kanariegeel",
    "jan": "Hallo allemaal, zeepaardje zeven",
    "sofie": "Bonjour mamie, papillon huit",
    "direct": "Tussen ons: kastanje negen",
    "laptop": "Vanaf de laptop, walnoot tien",
    "after": "Nu zonder Sofie, hazelnoot elf",
}
"""What people write to each other: nowhere on the server, not even in memory."""

PHRASE = "Alles goed hier."
"""One of the Home Station's ready answers; not a canary, since every copy of the app holds it."""

PERSONAL = ["Kanarie", "jan@kanarie.example", "+31612000001", "612000001", "+32470000002", "oma.riet"]
"""What people tell the server about themselves: it must use it, and keeps it sealed."""

OUTSIDE = ("mail", "sms")
"""Folders that stand for what leaves the server."""


def sign_up(page, server, *, name, kind, phone, email=""):
    page.goto(f"/sign-up/{kind}")
    page.fill("#first_name", name)
    page.fill("#last_name", "Kanarie")
    page.fill("#phone", phone)
    page.fill("#email", email)
    page.fill("#username", name.lower())
    page.fill("#password", PASSWORD)
    page.locator("form .button").first.click()
    expect(page.locator("#code")).to_be_visible()
    page.fill("#code", server.text_code())
    page.locator("form .button").first.click()
    if email:
        expect(page.locator("form p").first).to_contain_text(re.compile("mail"))
        page.fill("#code", server.mail_code())
        page.locator("form .button").first.click()
    expect(page.locator("nav.tabs")).to_be_visible()


def open_talk(page, title):
    page.locator("nav.tabs a").first.click()
    page.locator(".list a.item", has_text=title).click()
    expect(page.locator("#say")).to_be_enabled()


def say(page, text):
    page.fill("#say", text)
    page.locator(".composer button").click()
    expect(page.locator(".bubble.mine", has_text=text)).to_be_visible()


def test_the_first_day(server, browse, shot):
    jan = browse("jan")
    shot(jan, "01-welcome-nl-desktop")
    sign_up(jan, server, name="Jan", kind="user", phone="+31612000001", email="jan@kanarie.example")
    shot(jan, "02-no-family-nl-desktop")

    jan.get_by_role("link", name="Een familie maken").click()
    jan.fill("#family", CANARIES["family"])
    jan.fill("#first_name", "Riet")
    jan.fill("#last_name", "Kanarie")
    jan.fill("#username", "oma.riet")
    jan.check("[name=my_phone]")
    jan.check("[name=my_email]")
    shot(jan, "03-make-family-nl-desktop")
    jan.get_by_role("button", name="Familie maken").click()
    expect(jan.get_by_role("heading", name=CANARIES["family"])).to_be_visible()

    station = browse("station", size="kiosk", path="/station?mac=aa:bb:cc:dd:ee:01")
    code = station.get_by_test_id("pairing-code")
    expect(code).to_have_text(re.compile("[B-Z]{4}-[B-Z]{4}"))
    shot(station, "04-station-code-nl-kiosk")
    jan.get_by_role("button", name="Home Station koppelen").click()
    jan.fill("#station-code", "BCDF-GHJK")
    jan.get_by_role("button", name="Zoeken").click()
    expect(jan.locator("#station-code-error")).to_contain_text("Deze code werkt niet")
    jan.fill("#station-code", code.inner_text().lower())
    jan.get_by_role("button", name="Zoeken").click()
    jan.get_by_role("button", name="Koppelen", exact=True).click()
    expect(jan.get_by_text("Woonkamer")).to_be_visible()
    expect(station.locator(".tile", has_text=CANARIES["family"])).to_be_visible()
    shot(station, "05-station-home-nl-kiosk")

    jan.fill("#invitee", "Sofie")
    jan.get_by_role("button", name="Uitnodiging maken").click()
    invitation = jan.get_by_test_id("code").inner_text()
    shot(jan, "06-family-nl-desktop")

    sofie = browse("sofie", size="phone", locale="fr-BE", path=f"/join#{invitation}")
    expect(sofie.get_by_text("Jan vous invite")).to_be_visible()
    shot(sofie, "07-join-fr-phone")
    sofie.get_by_role("link", name="Créer un compte et participer").click()
    shot(sofie, "08-sign-up-fr-phone")
    sign_up(sofie, server, name="Sofie", kind="contact", phone="+32470000002")
    sofie.goto("/join")
    sofie.get_by_role("button", name="Participer").click()
    open_talk(sofie, CANARIES["family"])

    expect(station.get_by_text("Sofie Kanarie hoort nu bij uw familie")).to_be_visible()
    shot(station, "09-station-newcomer-nl-kiosk")
    station.get_by_role("button", name="Ja, fijn").click()

    open_talk(jan, CANARIES["family"])
    say(jan, CANARIES["jan"])
    expect(sofie.get_by_text(CANARIES["jan"])).to_be_visible()
    say(sofie, CANARIES["sofie"])
    station.locator(".tile", has_text=CANARIES["family"]).click()
    expect(station.locator(".said")).to_contain_text(CANARIES["sofie"])
    shot(station, "10-station-reading-nl-kiosk")
    station.get_by_role("button", name="Antwoorden").click()
    station.wait_for_timeout(800)  # a second touch within 600 ms is taken for a trembling hand
    station.get_by_role("button", name=PHRASE).click()
    expect(jan.get_by_text(PHRASE)).to_be_visible()
    expect(sofie.get_by_text(PHRASE)).to_be_visible()
    expect(jan.locator(".bubble.mine footer").first).to_contain_text("gezien")
    shot(jan, "11-talk-nl-desktop")
    shot(sofie, "12-talk-fr-phone")

    laptop = browse("laptop", locale="en-GB")
    laptop.fill("#login", "jan")
    laptop.fill("#password", PASSWORD)
    laptop.get_by_role("button", name="Sign in", exact=True).click()
    open_talk(laptop, CANARIES["family"])
    say(laptop, CANARIES["laptop"])
    for page in (jan, sofie):
        expect(page.get_by_text(CANARIES["laptop"])).to_be_visible()

    sofie.get_by_label("Retour").click()
    sofie.get_by_role("link", name="Nouvelle conversation").click()
    sofie.locator("li", has_text="Jan").get_by_role("button").click()
    say(sofie, CANARIES["direct"])
    jan.locator("nav.tabs a").first.click()
    expect(jan.get_by_text(CANARIES["direct"])).to_be_visible()
    shot(jan, "13-messages-nl-desktop")

    outsider = browse("outsider")
    sign_up(outsider, server, name="Karel", kind="user", phone="+31612000009", email="karel@elders.example")
    nothing_is_there(outsider, jan)

    jan.locator("nav.tabs a[href='/family']").click()
    row = jan.locator("li", has_text="Sofie Kanarie")
    row.get_by_text("Meer").click()
    row.get_by_role("button", name="Uit de familie halen").click()
    jan.get_by_role("dialog").get_by_role("button", name="Uit de familie halen").click()
    expect(row).to_have_count(0)
    sofie.locator("nav.tabs a").first.click()
    expect(sofie.get_by_text("Vous ne faites encore partie d’aucune famille.")).to_be_visible()
    shot(sofie, "14-removed-fr-phone")
    open_talk(jan, CANARIES["family"])
    say(jan, CANARIES["after"])
    expect(laptop.get_by_text(CANARIES["after"])).to_be_visible()
    assert sofie.get_by_text(CANARIES["after"]).count() == 0

    written = [*CANARIES.values(), PASSWORD]
    assert not find_stored(server, written)
    assert not find_stored(server, PERSONAL, leave_out=OUTSIDE)
    assert not find_in_memory(server, written)


def nothing_is_there(outsider, member):
    """Everything of the family answers the outsider exactly as something that does not exist."""
    mine = member.evaluate(
        """async () => {
          const get = async (path) => (await (await fetch('/api/v1' + path)).json()).items
          const [family] = await get('/families'), [talk] = await get('/conversations')
          return {family: family.id, talk: talk.id, person: family.people[0].account_id}
        }"""
    )
    missing = "00000000-0000-4000-8000-000000000000"
    for path in (
        "/families/{family}",
        "/families/{family}/stations",
        "/families/{family}/invitations",
        "/accounts/{person}",
    ):
        answers = [
            outsider.evaluate(
                "async (path) => { const a = await fetch('/api/v1' + path); return [a.status, await a.text()] }",
                given,
            )
            for given in (path.format(**mine), path.format(family=missing, talk=missing, person=missing))
        ]
        assert answers[0] == answers[1]
        assert answers[0][0] == 404
