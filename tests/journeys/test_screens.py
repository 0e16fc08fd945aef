"""Every screen: for everybody to see, to read, to touch and to reach with a keyboard, in every language and size."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.household import PASSWORD, family_talk, pair, place, say, sign_in, welcome
from tests.journeys.looks import faults, station_faults, too_wide
from tests.server import running

pytestmark = pytest.mark.browser

LANGUAGES = {"nl": "Nederlands", "fr": "Français", "en": "English"}
OUTSIDE = {
    "welcome": "/",
    "sign-up-user": "/sign-up/user",
    "sign-up-contact": "/sign-up/contact",
    "join": "/join",
}
INSIDE = {
    "messages": "/",
    "new": "/new",
    "photos": "/photos",
    "new-album": "/photos/new",
    "family": "/family",
    "make": "/make",
    "join": "/join",
    "help": "/help",
    "me": "/me",
    "my-privacy": "/my-privacy",
}
LONG = "Een heel lang bericht met een woord dat nergens past: " + "Donaudampfschifffahrt" * 4
SPEAK = """
from accounts import services as accounts
from accounts.models import Account
accounts.change_profile(account=Account.objects.get(username="riet"), changes={{"language": "{language}"}})
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """One server with the demo family for all these tests; they only look, or use somebody of their own."""
    with running(tmp_path_factory.mktemp("screens")) as started:
        started.demo()
        yield started


def show(page, path):
    """Go to a screen inside the app, without loading the page again."""
    page.evaluate(
        "(path) => { history.pushState(null, '', path); dispatchEvent(new PopStateEvent('popstate')) }", path
    )
    expect(page.locator("h1").first).to_be_visible()
    expect(page.locator("[aria-busy=true]")).to_have_count(0)


def speak(page, language):
    """Choose a language where the screen offers it."""
    page.get_by_role("button", name=LANGUAGES[language], exact=True).click()
    expect(page.locator("html")).to_have_attribute("lang", language)


def inside(page, path):
    """What can be opened on a screen is opened too."""
    show(page, path)
    page.evaluate("() => document.querySelectorAll('main details').forEach((one) => (one.open = true))")


SIZES = pytest.mark.parametrize("size", ["phone", pytest.param("desktop", marks=pytest.mark.long)])


@SIZES
class TestOutside:
    @pytest.mark.obligation("PRI-04", partial=True)
    def test_is_without_barriers(self, server, browse, shot, size):
        page = browse("visitor", size=size)
        found = {}
        for language in LANGUAGES:
            for name, path in OUTSIDE.items():
                page.goto(path)
                speak(page, language)
                if page.locator("form").count():
                    page.locator("form .button").first.click()
                    expect(page.locator(".error").first).to_be_visible()
                shot(page, f"screen-{name}-{language}-{size}")
                if language != "en":
                    found[name, language] = faults(page)
        assert not {name: wrong for name, wrong in found.items() if wrong}


@SIZES
class TestInside:
    @pytest.mark.obligation("PRI-04", partial=True)
    def test_is_without_barriers(self, server, browse, shot, size):
        page = sign_in(browse("jan", size=size), "jan")
        family_talk(page)
        say(page, LONG)
        talk = page.evaluate("() => location.pathname")
        found = {}
        for language in ("fr", "en", "nl"):
            show(page, "/me")
            speak(page, language)
            for name, path in INSIDE.items():
                inside(page, path)
                shot(page, f"screen-{name}-{language}-{size}")
                if language != "en":
                    found[name, language] = faults(page)
            show(page, talk)
            expect(page.locator(".bubble").first).to_be_visible()
            shot(page, f"screen-talk-{language}-{size}")
            page.locator(".talk header button").click()
            found["talk", language] = faults(page)
            shot(page, f"screen-group-{language}-{size}")
        show(page, "/family")
        page.get_by_role("button", name="Familie verlaten").click()
        expect(page.get_by_role("dialog")).to_be_visible()
        shot(page, f"screen-sure-nl-{size}")
        found["sure"] = faults(page)
        page.get_by_role("dialog").get_by_role("button", name="Annuleren").click()
        page.fill("#invitee", "Karel")
        page.press("#invitee", "Enter")
        expect(page.get_by_test_id("code")).to_be_visible()
        page.get_by_test_id("pair").click()
        page.fill("#station-code", "BCDF-GHJK")
        page.press("#station-code", "Enter")
        expect(page.locator("#station-code-error")).to_be_visible()
        shot(page, f"screen-invited-nl-{size}")
        found["invited"] = faults(page)
        assert not {name: wrong for name, wrong in found.items() if wrong}


class TestSmallAndLarge:
    def test_nothing_lies_beside_a_narrow_screen_nor_with_very_large_letters(self, server, browse, shot):
        page = sign_in(browse("sofie", size="phone"), "sofie")
        expect(page.locator(".list a.item").first).to_be_visible()
        talk = page.locator(".list a.item").first.get_attribute("href")
        found = {}
        for name, width, language, letters in (
            ("narrow", 320, "nl", "Gewoon"),
            ("narrow", 320, "fr", "Normal"),
            ("large", 390, "nl", "Heel groot"),
            ("large", 390, "fr", "Très grand"),
        ):
            page.set_viewport_size({"width": width, "height": 844})
            show(page, "/me")
            speak(page, language)
            page.get_by_role("button", name=letters, exact=True).click()
            for screen, path in {**INSIDE, "talk": talk}.items():
                inside(page, path)
                found[name, language, screen] = too_wide(page)
                shot(page, f"screen-{screen}-{language}-{name}")
        assert not {name: wrong for name, wrong in found.items() if wrong}


class TestKeyboard:
    @pytest.mark.obligation("PRI-04", partial=True)
    def test_is_enough_to_sign_in_and_to_say_something(self, server, browse, shot):
        page = browse("jan")
        expect(page.locator("#login")).to_be_visible()
        tab_to(page, "#login")
        page.keyboard.type("jan")
        tab_to(page, "#password")
        page.keyboard.type(PASSWORD)
        tab_to(page, "form .button")
        page.keyboard.press("Enter")
        expect(page.locator(".list a.item").first).to_be_visible()
        tab_to(page, ".list a.item")
        shot(page, "keyboard-focus-nl-desktop")
        page.keyboard.press("Enter")
        expect(page.locator("#say")).to_be_enabled()
        tab_to(page, "#say")
        page.keyboard.type("Zonder muis")
        page.keyboard.press("Enter")
        expect(page.locator(".bubble.mine", has_text="Zonder muis")).to_be_visible()
        tab_to(page, "nav.tabs a[href='/family']")
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_be_focused()


def tab_to(page, selector, most=60):
    """Press Tab until the focus is there, and see that the focus shows."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement?.matches(selector)", selector):
            outline = page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none", selector
            return
    raise AssertionError(f"the keyboard does not reach {selector}")


class TestConnection:
    def test_is_missed_only_when_it_is_really_gone(self, server, browse, shot):
        server.join(["Karel"])
        jan, karel = sign_in(browse("jan"), "jan"), browse("karel", size="phone")
        karel.evaluate(
            """() => {
              globalThis.banners = 0
              const look = () => (globalThis.banners += document.querySelectorAll('.banner').length)
              new MutationObserver(look).observe(document.body, { childList: true, subtree: true })
            }"""
        )
        sign_in(karel, "karel")
        expect(karel.locator(".list a.item", has_text="Verbeek")).to_be_visible()
        place(karel, 1)
        expect(karel.locator("li", has_text="Karel")).to_be_visible()
        place(jan, 1)
        row = jan.locator("li", has_text="Karel")
        row.get_by_text("Meer").click()
        row.get_by_role("button", name="Uit de familie halen").click()
        jan.get_by_role("dialog").get_by_role("button", name="Uit de familie halen").click()
        expect(karel.get_by_text("Je hoort nog bij geen familie.")).to_be_visible()
        assert karel.evaluate("() => globalThis.banners") == 0

    @pytest.mark.obligation("PRI-58")
    def test_is_said_to_be_gone_and_what_was_written_leaves_afterwards(self, server, browse, shot):
        page = sign_in(browse("jan", size="phone"), "jan")
        family_talk(page)
        page.context.set_offline(True)
        expect(page.locator(".banner")).to_contain_text("Geen verbinding")
        say(page, "Geschreven in de tunnel")
        expect(page.locator(".banner")).to_contain_text("Eén bericht wacht")
        shot(page, "screen-offline-nl-phone")
        found = faults(page)
        page.context.set_offline(False)
        expect(page.locator(".banner")).to_have_count(0)
        said = page.locator(".bubble.mine", has_text="tunnel")
        expect(said.locator("footer")).not_to_contain_text("wacht")
        assert not found

    def test_what_this_device_kept_is_there_without_it(self, server, browse, shot):
        page = sign_in(browse("jan", size="phone"), "jan")
        family_talk(page)
        say(page, "Blijft leesbaar zonder verbinding")
        expect(page.locator(".bubble.mine", has_text="Blijft leesbaar")).not_to_contain_text("wacht")
        page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
        page.wait_for_function("() => navigator.serviceWorker.controller !== null")
        page.context.set_offline(True)
        page.reload()
        expect(page.locator(".banner")).to_contain_text("Geen verbinding")
        expect(page.locator(".bubble", has_text="Blijft leesbaar")).to_be_visible()
        expect(page.locator("#say")).to_be_enabled()
        place(page, 0)
        expect(page.locator(".list a.item", has_text="Verbeek")).to_contain_text("Blijft leesbaar")
        place(page, 1)
        expect(page.locator("li", has_text="Sofie").first).to_be_visible()
        shot(page, "screen-offline-start-nl-phone")


@pytest.mark.long
class TestStation:
    @pytest.mark.obligation("PRI-04", partial=True)
    def test_is_one_calm_screen_with_few_people_and_with_many(self, server, browse, shot):
        station = browse("station", size="kiosk", path="/station?mac=aa:bb:cc:dd:ee:01")
        expect(station.get_by_test_id("pairing-code")).to_be_visible()
        shot(station, "station-code-nl-kiosk")
        found = {"code": station_faults(station)}
        jan = sign_in(browse("jan"), "jan")
        pair(jan, station)
        expect(station.locator(".ask")).to_be_visible()
        shot(station, "station-newcomer-nl-kiosk")
        found["newcomer"] = station_faults(station)
        welcome(station, 1)
        expect(station.locator(".question")).to_be_visible()
        shot(station, "station-relatives-nl-kiosk")
        found["relatives"] = station_faults(station)
        station.locator(".question .button").first.click()
        expect(station.locator(".question")).to_have_count(0)
        expect(station.locator(".tile", has_text="Verbeek")).to_be_visible()
        family_talk(jan)
        say(jan, f"{LONG} {LONG}")
        say(jan, "Tot zondag!")
        expect(station.locator(".tile.has")).to_be_visible()
        found["few"] = station_faults(station)
        shot(station, "station-few-nl-kiosk")
        station.locator(".tile.has").click()
        expect(station.locator(".said")).to_contain_text("Tot zondag!")
        found["reader"] = station_faults(station)
        shot(station, "station-reader-nl-kiosk")
        station.get_by_role("button", name="Vorige").click()
        expect(station.locator(".said")).to_contain_text("Donau")
        found["long"] = station_faults(station)
        shot(station, "station-long-nl-kiosk")
        station.wait_for_timeout(700)  # a second touch within 600 ms is taken for a trembling hand
        station.get_by_role("button", name="Antwoorden").click()
        found["answer"] = station_faults(station)
        shot(station, "station-answer-nl-kiosk")

        names = ["Anne-Marie", "Bartholomeus", "Cornelia", "Wilhelmina", "Emma", "Floris", "Guus"]
        for language, more in (("fr", names[:2]), ("nl", names[2:4]), ("fr", names[4:])):
            server.manage("shell", "-c", SPEAK.format(language=language))
            server.join(more)
            station.reload()
            expect(station.locator("html")).to_have_attribute("lang", language)
            welcome(station, len(more))
            expect(station.locator(".tile", has_text=more[0])).to_be_visible()
            tiles = station.locator(".tile").count()
            shot(station, f"station-{tiles}-{language}-kiosk")
            found[tiles, language] = station_faults(station)
        assert tiles == 8
        station.locator(".tile.has, .tile").first.click()
        expect(station.locator(".said")).to_be_visible()
        found["reader", "fr"] = station_faults(station)
        shot(station, "station-reader-fr-kiosk")
        station.get_by_role("button", name="Répondre").click()
        found["answer", "fr"] = station_faults(station)
        shot(station, "station-answer-fr-kiosk")
        station.clock.set_fixed_time("2026-11-25T23:05:00")
        station.get_by_role("button", name="Accueil").click()
        expect(station.locator("html")).to_have_class(re.compile("night"))
        found["night"] = station_faults(station)
        shot(station, "station-night-fr-kiosk")
        assert not {name: wrong for name, wrong in found.items() if wrong}
