"""Plans in real browsers: until when it is paid, entering a code, a code by a link, and what an ended plan means."""

import pytest
from playwright.sync_api import expect

from tests.journeys.household import family_talk, pair, place, sign_in
from tests.journeys.looks import faults, station_faults
from tests.server import running

pytestmark = [pytest.mark.browser, pytest.mark.long]

WORDS = {
    "nl": {
        "locale": "nl-BE",
        "enter": "Code invullen",
        "use": "Code gebruiken",
        "trial": "Jullie kunnen alles proberen tot en met",
        "mistyped": "Er zit een tikfout in deze code.",
        "unknown": "Deze code werkt niet.",
        "done": "Gelukt. Betaald tot en met",
        "next": "Abonnement met Home Station",
        "grace": "Er kunnen nu geen nieuwe foto’s, films of bestanden bij.",
        "read_only": "Jullie kunnen alles lezen en meenemen.",
        "kept": "Er wordt niets gewist omdat er niet betaald is.",
    },
    "fr": {
        "locale": "fr-BE",
        "enter": "Saisir un code",
        "use": "Utiliser le code",
        "trial": "Vous pouvez tout essayer jusqu’au",
        "mistyped": "Il y a une faute de frappe dans ce code.",
        "unknown": "Ce code ne fonctionne pas.",
        "done": "C’est fait. Payé jusqu’au",
        "next": "Abonnement avec Home Station",
        "grace": "On ne peut plus ajouter de photos, de films ni de fichiers.",
        "read_only": "Vous pouvez tout lire et tout emporter.",
        "kept": "Rien n’est effacé parce que ce n’est pas payé.",
    },
}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """One server with the demo family, which asks for plans."""
    with running(tmp_path_factory.mktemp("plans")) as started:
        started.env["PRIFORA_PLANS"] = "1"
        started.demo()
        yield started


def buy(server, **wanted):
    return server.call("tests.journeys.paying:buy", **wanted)


def end(server, days, kind="trial"):
    return server.call("tests.journeys.paying:end", days=days, kind=kind)


def slip(code):
    return code[:-1] + ("B" if code[-1] != "B" else "C")


def speak(page, language):
    """Choose a language under Me."""
    place(page, 2)
    page.locator(f"main button[lang={language}]").click()
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator(f"main button[lang={language}]")).to_have_attribute("aria-pressed", "true")


@pytest.mark.parametrize("size", ["phone", "desktop"])
@pytest.mark.parametrize("language", WORDS)
def test_who_looks_after_the_family_enters_a_code(server, browse, shot, language, size):
    end(server, -20)
    say, name = WORDS[language], f"{language}-{size}"
    jan = sign_in(browse("jan", size=size, locale=say["locale"]), "jan")
    speak(jan, language)
    place(jan, 1)
    card = jan.get_by_test_id("plan")
    expect(card).to_contain_text(say["trial"])
    card.scroll_into_view_if_needed()
    shot(jan, f"plan-trial-{name}")
    found = {"trial": faults(jan)}

    card.get_by_role("button", name=say["enter"]).press("Enter")
    code = buy(server)
    field = card.locator("#activation")
    field.press_sequentially(slip(code).replace("-", "").lower())
    expect(field).to_have_value(slip(code))
    field.press("Enter")
    expect(card).to_contain_text(say["mistyped"])
    field.scroll_into_view_if_needed()
    shot(jan, f"plan-mistyped-{name}")
    found["mistyped"] = faults(jan)
    wrong = buy(server)
    server.call("tests.journeys.paying:take_back", code=wrong)
    field.fill(wrong)
    field.press("Enter")
    expect(card).to_contain_text(say["unknown"])

    field.fill(code)
    field.press("Enter")
    expect(jan.locator(".toast")).to_contain_text(say["done"])
    expect(card).to_contain_text(say["next"])
    expect(card.locator("#activation")).to_have_count(0)
    shot(jan, f"plan-paid-{name}")
    found["paid"] = faults(jan)
    speak(jan, "nl")
    assert not any(found.values()), found


def test_a_code_by_a_link_reaches_no_address_and_no_log(server, browse, shot):
    end(server, -20)
    code, asked = buy(server), []
    visitor = browse("jan", path="/help")
    visitor.on("request", lambda request: asked.append(request.url))
    visitor.goto(f"/plan#code={code}")
    expect(visitor.locator("#login")).to_be_visible()
    assert "#" not in visitor.url
    sign_in(visitor, "jan")
    field = visitor.locator("#activation")
    expect(field).to_have_value(code)
    shot(visitor, "plan-link-desktop")
    assert faults(visitor) == []
    field.press("Enter")
    expect(visitor.locator(".toast")).to_contain_text("Gelukt.")
    visitor.reload()
    expect(visitor.get_by_test_id("plan")).to_be_visible()
    expect(visitor.locator("#activation")).to_have_count(0)
    assert not [url for url in asked if code in url or code.replace("-", "") in url]
    assert code not in (server.folder / "server.log").read_text()
    assert code.encode() not in (server.folder / "prifora.sqlite3").read_bytes()


def test_a_change_of_plan_begins_at_once_where_one_wishes(server, browse, shot):
    end(server, -20)
    jan = sign_in(browse("jan"), "jan")
    jan.goto("/plan")
    jan.get_by_test_id("enter-code").click()
    expect(jan.locator("#activation")).to_be_visible()
    expect(jan.locator("input[name=at-once]")).to_have_count(0)  # nobody wants to lose the trial

    end(server, -20, kind="family")
    jan.reload()
    card = jan.get_by_test_id("plan")
    expect(card).to_contain_text("Abonnement zonder Home Station")
    card.get_by_test_id("enter-code").click()
    jan.fill("#activation", buy(server))
    jan.locator("input[name=at-once]").check()
    shot(jan, "plan-change-desktop")
    assert faults(jan) == []
    card.get_by_role("button", name="Code gebruiken").click()
    expect(jan.locator(".toast")).to_contain_text("Gelukt.")
    expect(card.locator("p.small", has_text="Abonnement zonder Home Station")).to_be_visible()


@pytest.mark.parametrize("language", WORDS)
def test_in_the_grace_one_writes_and_adds_nothing(server, browse, shot, language):
    end(server, 3)
    say = WORDS[language]
    jan = sign_in(browse("jan", size="phone", locale=say["locale"]), "jan")
    speak(jan, language)
    place(jan, 1)
    card = jan.get_by_test_id("plan")
    expect(card).to_contain_text(say["grace"])
    expect(card).to_contain_text(say["kept"])
    card.scroll_into_view_if_needed()
    shot(jan, f"plan-grace-{language}-phone")
    assert faults(jan) == []
    family_talk(jan)
    jan.fill("#say", "We schrijven nog.")
    jan.locator(".composer button").click()
    expect(jan.locator(".bubble.mine", has_text="We schrijven nog.").last).not_to_contain_text("wacht")
    speak(jan, "nl")


@pytest.mark.parametrize("size", ["phone", "desktop"])
@pytest.mark.parametrize("language", WORDS)
def test_read_only_says_what_works_and_what_to_do(server, browse, shot, language, size):
    end(server, 31)
    say, name = WORDS[language], f"{language}-{size}"
    jan = sign_in(browse("jan", size=size, locale=say["locale"]), "jan")
    speak(jan, language)
    place(jan, 1)
    card = jan.get_by_test_id("plan")
    expect(card).to_contain_text(say["read_only"])
    expect(card).to_contain_text(say["kept"])
    card.scroll_into_view_if_needed()
    shot(jan, f"plan-read-only-{name}")
    found = {"family": faults(jan)}

    place(jan, 0)
    jan.locator(".list a.item").first.click()
    expect(jan.get_by_test_id("read-only")).to_be_visible()
    expect(jan.locator("#say")).to_have_count(0)
    expect(jan.locator(".bubble").first).to_be_visible()
    shot(jan, f"plan-read-only-talk-{name}")
    found["talk"] = faults(jan)
    assert not any(found.values()), found

    jan.get_by_test_id("read-only").get_by_role("link").click()
    jan.get_by_test_id("enter-code").click()
    jan.fill("#activation", buy(server))
    jan.press("#activation", "Enter")
    expect(jan.locator(".toast")).to_contain_text(say["done"])
    place(jan, 0)
    jan.locator(".list a.item").first.click()
    expect(jan.locator("#say")).to_be_enabled()
    speak_back(jan)


def speak_back(page):
    page.goto("/me")
    speak(page, "nl")


def test_a_contact_is_told_whom_to_ask(server, browse, shot):
    end(server, 31)
    sofie = sign_in(browse("sofie", size="phone"), "sofie")
    place(sofie, 1)
    card = sofie.get_by_test_id("plan")
    expect(card).to_contain_text("Vraag Jan om een nieuwe code in te vullen.")
    expect(card.get_by_test_id("enter-code")).to_have_count(0)
    card.scroll_into_view_if_needed()
    shot(sofie, "plan-read-only-contact-phone")
    assert faults(sofie) == []


def test_the_home_station_says_it_calmly(server, browse, shot):
    end(server, -20)
    jan = sign_in(browse("jan"), "jan")
    station = browse("station", size="kiosk", path="/station")
    pair(jan, station)
    expect(station.get_by_test_id("read-only")).to_have_count(0)
    end(server, 31)
    station.reload()
    expect(station.get_by_test_id("read-only")).to_be_visible()
    expect(station.locator(".tile").first).to_be_visible()
    shot(station, "plan-read-only-kiosk")
    assert station_faults(station) == []
    station.locator(".tile").first.click()
    expect(station.get_by_role("button", name="Antwoorden")).to_be_disabled()
    shot(station, "plan-read-only-kiosk-reader")
    assert station_faults(station) == []
