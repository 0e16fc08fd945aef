"""Everything a person can set about themselves, in real browsers."""

import base64
import hashlib
import hmac
import struct
import time

import pytest
from playwright.sync_api import expect

from tests.journeys.household import PASSWORD, place, sign_in
from tests.server import running

pytestmark = [pytest.mark.browser, pytest.mark.long]

NEW_PASSWORD = "zes gele fietsen in een rij"
PEOPLE = ["Anna", "Ben", "Carla", "Dirk", "Els", "Frank", "Gea", "Hugo"]
"""Everybody has a family of their own; the password is that of the demo family."""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """One server for all: each test has a person of its own. Passkeys want a name, so it is called localhost."""
    with running(tmp_path_factory.mktemp("settings")) as started:
        started.people(PEOPLE)
        started.stop()
        started.origin = started.env["PRIFORA_ORIGIN"] = f"http://localhost:{started.port}"
        started.start()
        yield started


@pytest.fixture
def me(browse):
    """Opens a person's screen about themselves: `me("anna")`."""

    def open_me(name):
        page = sign_in(browse(name), name)
        place(page, 2)
        expect(page.locator("#first_name")).to_be_visible()
        return page

    return open_me


def code_of(secret: str) -> str:
    """What an app with codes shows now (RFC 6238: 30 seconds, six digits)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, struct.pack(">Q", int(time.time()) // 30), hashlib.sha1)
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def wrong_code(secret: str) -> str:
    return f"{(int(code_of(secret)) + 500_000) % 1_000_000:06}"


def sign_out(page):
    page.get_by_role("button", name="Uitloggen op dit apparaat").click()
    page.get_by_role("dialog").get_by_role("button", name="Uitloggen op dit apparaat").click()
    expect(page.locator("#login")).to_be_visible()


def saved(page):
    page.get_by_role("button", name="Bewaren", exact=True).first.click()


class TestAboutMe:
    @pytest.mark.obligation("PRI-63", "PRI-100", "PRE-46", partial=True)
    def test_is_kept_and_can_be_emptied_again(self, me, shot):
        anna = me("anna")
        anna.fill("#first_name", "Johanna")
        anna.fill("#date_of_birth", "1961-02-28")
        anna.fill("#line1", "Dorpsstraat 1")
        anna.fill("#country", "nl")
        anna.fill("#notes", "Alleen voor mij")
        anna.get_by_role("button", name="Datum toevoegen").click()
        anna.fill("#label-0", "Trouwdag")
        saved(anna)
        expect(anna.locator("#on-0-error")).to_have_text("Dit moet ingevuld zijn.")
        expect(anna.locator("#on-0")).to_be_focused()
        anna.fill("#on-0", "1988-06-04")
        saved(anna)
        expect(anna.get_by_text("Bewaard.")).to_be_visible()
        shot(anna, "settings-about-nl-desktop")

        anna.reload()
        for field, value in {
            "#first_name": "Johanna",
            "#date_of_birth": "1961-02-28",
            "#line1": "Dorpsstraat 1",
            "#country": "NL",
            "#notes": "Alleen voor mij",
            "#label-0": "Trouwdag",
            "#on-0": "1988-06-04",
        }.items():
            expect(anna.locator(field)).to_have_value(value)
        for field in ("#date_of_birth", "#line1", "#country", "#notes"):
            anna.fill(field, "")
        anna.get_by_role("button", name="Verwijderen: Trouwdag").click()
        saved(anna)
        expect(anna.get_by_text("Bewaard.")).to_be_visible()
        anna.reload()
        expect(anna.locator("#first_name")).to_have_value("Johanna")
        for field in ("#date_of_birth", "#line1", "#country", "#notes"):
            expect(anna.locator(field)).to_have_value("")
        expect(anna.locator("#label-0")).to_have_count(0)

    @pytest.mark.obligation("PRI-36", partial=True)
    def test_says_beside_the_field_what_must_be_there(self, me, shot):
        ben = me("ben")
        ben.fill("#last_name", " ")
        saved(ben)
        expect(ben.locator("#last_name-error")).to_have_text("Dit moet ingevuld zijn.")
        expect(ben.locator("#last_name")).to_be_focused()
        shot(ben, "settings-field-error-nl-desktop")
        place(ben, 1)
        expect(ben.get_by_text("Ben Verbeek")).to_be_visible()


class TestLanguageAndLetters:
    @pytest.mark.obligation("PRI-64", partial=True)
    def test_follow_the_person_to_another_device(self, me, browse, shot):
        carla = me("carla")
        heading = carla.locator("h1")
        for name, title, why in (
            ("Français", "Moi", "Pourquoi cette question"),
            ("English", "Me", "Why do we ask"),
            ("Nederlands", "Ik", "Waarom vragen we"),
            ("Français", "Moi", "Pourquoi cette question"),
        ):
            carla.get_by_role("button", name=name, exact=True).click()
            expect(heading).to_have_text(title)
            expect(carla.get_by_text(why).first).to_be_visible()
            shot(carla, f"settings-{title.lower()}-desktop")
        carla.get_by_role("button", name="Très grand").click()
        carla.wait_for_function("() => getComputedStyle(document.documentElement).fontSize === '24px'")

        phone = sign_in(browse("carla-phone", size="phone", locale="nl-BE"), "carla")
        expect(phone.locator("h1")).to_have_text("Messages")
        expect(phone.locator("nav.tabs a[href='/me']")).to_have_text("Moi")
        expect(phone.locator("html")).to_have_attribute("lang", "fr")
        phone.wait_for_function("() => getComputedStyle(document.documentElement).fontSize === '24px'")
        shot(phone, "settings-very-large-fr-phone")


class TestPassword:
    @pytest.mark.obligation("PRI-63", partial=True)
    def test_changes_and_the_old_one_opens_nothing_any_more(self, me, browse, shot):
        dirk = me("dirk")
        form = dirk.get_by_test_id("factors")
        form.get_by_text("Wachtwoord veranderen").first.click()
        dirk.fill("#current", "dit is het verkeerde wachtwoord")
        dirk.fill("#next", "te kort")
        button = form.get_by_role("button", name="Wachtwoord veranderen")
        button.click()
        expect(dirk.locator("#next-error")).to_contain_text("minstens 15")
        dirk.fill("#next", NEW_PASSWORD)
        button.click()
        expect(dirk.locator("#current-error")).to_have_text("Dit wachtwoord klopt niet.")
        shot(dirk, "settings-password-nl-desktop")
        dirk.fill("#current", PASSWORD)
        button.click()
        expect(dirk.get_by_text("Je wachtwoord is veranderd.")).to_be_visible()

        other = browse("other", size="phone")
        other.fill("#login", "dirk")
        other.fill("#password", PASSWORD)
        other.press("#password", "Enter")
        expect(other.locator("#password-error")).to_have_text("Naam of wachtwoord klopt niet.")
        shot(other, "settings-wrong-password-nl-phone")
        sign_in(other, "dirk", NEW_PASSWORD)
        expect(other.locator(".list a.item", has_text="Verbeek")).to_be_visible()


class TestAppWithCodes:
    def test_is_asked_for_at_the_next_sign_in(self, me, browse, shot):
        els = me("els")
        factors = els.get_by_test_id("factors")
        factors.get_by_role("button", name="Aanzetten").first.click()
        secret = els.get_by_test_id("totp-secret").inner_text()
        els.fill("#totp", wrong_code(secret))
        els.press("#totp", "Enter")
        expect(els.locator("#totp-error")).to_have_text("Deze code klopt niet.")
        shot(els, "settings-totp-nl-desktop")
        els.fill("#totp", code_of(secret))
        els.press("#totp", "Enter")
        els.fill("#confirm", "dit is het verkeerde wachtwoord")
        els.press("#confirm", "Enter")
        expect(els.locator("#confirm-error")).to_have_text("Dit wachtwoord klopt niet.")
        shot(els, "settings-confirm-nl-desktop")
        els.fill("#confirm", PASSWORD)
        els.press("#confirm", "Enter")
        codes = els.get_by_test_id("recovery").locator("li")
        expect(codes.first).to_be_visible()
        assert codes.count() >= 8
        expect(factors.get_by_text("staat aan")).to_be_visible()
        recovery = codes.first.inner_text()

        other = browse("other", size="phone")
        for current in (lambda: code_of(secret), lambda: recovery):
            other.fill("#login", "els")
            other.fill("#password", PASSWORD)
            other.press("#password", "Enter")
            expect(other.locator("h1")).to_have_text("Nog één code")
            other.fill("#code", "123")
            other.press("#code", "Enter")
            expect(other.locator("#code-error")).to_have_text("Deze code klopt niet.")
            shot(other, "settings-second-factor-nl-phone")
            other.fill("#code", current())
            other.press("#code", "Enter")
            expect(other.locator("nav.tabs")).to_be_visible()
            place(other, 2)
            sign_out(other)

        factors.get_by_role("button", name="Uitzetten").click()
        expect(factors.get_by_text("staat uit")).to_be_visible()
        sign_in(other, "els")


class TestPasskey:
    def test_signs_in_and_the_password_opens_the_messages(self, me, shot):
        frank = me("frank")
        devtools = frank.context.new_cdp_session(frank)
        devtools.send("WebAuthn.enable")
        authenticator = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        devtools.send("WebAuthn.addVirtualAuthenticator", {"options": authenticator})
        factors = frank.get_by_test_id("factors")
        factors.get_by_role("button", name="Passkey toevoegen").click()
        frank.fill("#confirm", PASSWORD)
        frank.press("#confirm", "Enter")
        key = factors.locator("li", has_text="Chrome")
        expect(key).to_be_visible()
        shot(frank, "settings-passkey-nl-desktop")

        sign_out(frank)
        frank.get_by_role("button", name="Inloggen met passkey").click()
        expect(frank.get_by_role("heading", name="Berichten openen")).to_be_visible()
        frank.fill("#password", "dit is het verkeerde wachtwoord")
        frank.press("#password", "Enter")
        expect(frank.locator("#password-error")).to_have_text("Dit wachtwoord klopt niet.")
        shot(frank, "settings-unlock-nl-desktop")
        frank.fill("#password", PASSWORD)
        frank.press("#password", "Enter")
        expect(frank.locator("nav.tabs")).to_be_visible()

        place(frank, 2)
        key.get_by_role("button", name="Verwijderen").click()
        frank.fill("#confirm", PASSWORD)
        frank.press("#confirm", "Enter")
        expect(key).to_have_count(0)
        sign_out(frank)
        frank.get_by_role("button", name="Inloggen met passkey").click()
        expect(frank.locator(".error")).to_be_visible()
        expect(frank.locator("#login")).to_be_visible()


class TestPlaces:
    @pytest.mark.obligation("PRI-63", partial=True)
    def test_a_lost_device_is_shut_out_at_once(self, me, browse, shot):
        gea = me("gea")
        lost = sign_in(browse("lost", size="phone"), "gea")
        gea.reload()
        places = gea.get_by_test_id("places")
        mine = places.locator("> ul > li, ul.list").first.locator("li")
        expect(mine).to_have_count(2)
        expect(mine.filter(has_text="dit apparaat")).to_have_count(1)
        shot(gea, "settings-devices-nl-desktop")
        mine.get_by_role("button", name="Verwijderen").click()
        gea.get_by_role("dialog").get_by_role("button", name="Verwijderen").click()
        expect(mine).to_have_count(1)
        expect(lost.locator("#login")).to_be_visible()
        lost.reload()
        expect(lost.locator("#login")).to_be_visible()
        expect(gea.locator("nav.tabs")).to_be_visible()

    def test_a_session_elsewhere_can_be_ended(self, me, browse, shot):
        hugo = me("hugo")
        there = sign_in(browse("there", size="phone"), "hugo")
        hugo.reload()
        places = hugo.get_by_test_id("places")
        places.get_by_text("Waar ik ingelogd ben").click()
        sessions = places.locator("details", has_text="Waar ik ingelogd ben").locator("li")
        expect(sessions).to_have_count(2)
        shot(hugo, "settings-sessions-nl-desktop")
        sessions.get_by_role("button", name="Uitloggen").click()
        hugo.get_by_role("dialog").get_by_role("button", name="Uitloggen").click()
        expect(sessions).to_have_count(1)
        expect(there.locator("#login")).to_be_visible()
        places.get_by_text("Wat er gebeurde").click()
        log = places.locator("details", has_text="Wat er gebeurde").locator("li")
        expect(log.filter(has_text="Ingelogd").first).to_be_visible()
        expect(log.filter(has_text="Nieuw apparaat").first).to_be_visible()
