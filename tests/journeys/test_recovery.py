"""Coming back after losing everything: with relatives, who hear a code by telephone, or with a sheet of paper."""

import pytest
from playwright.sync_api import expect

from tests.journeys.household import PASSWORD, family_talk, place, say, sign_in, ways
from tests.journeys.looks import faults
from tests.server import running

pytestmark = [pytest.mark.browser, pytest.mark.long]

OLD = "La recette de grand-mère est dans le tiroir bleu"
NEW_PASSWORD = "zes gele fietsen in een rij"
THIRD_PASSWORD = "negen groene boten op het meer"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """One server with a family of four: Sofie, who loses everything, and three who can help her."""
    with running(tmp_path_factory.mktemp("recovery")) as started:
        started.demo("Karel", "Anne")
        started.call("tests.journeys.stored:speak", username="sofie", language="fr")
        yield started


@pytest.fixture
def people(browse):
    """Sofie at her telephone, Jan and Karel at their computers."""
    sofie = sign_in(browse("sofie", size="phone", locale="fr-BE"), "sofie")
    jan = sign_in(browse("jan"), "jan")
    karel = sign_in(browse("karel", size="phone"), "karel")
    return sofie, jan, karel


def choose_relatives(sofie, shot):
    """Sofie chooses three people, and a day to say no in."""
    ways(sofie)
    boxes = sofie.locator("input[name=relatives]")
    expect(boxes).to_have_count(3)
    for number in range(3):
        boxes.nth(number).check()
    sofie.locator("input[name=wait][value='24']").check()
    shot(sofie, "recovery-choose-fr-phone")
    wrong = faults(sofie)
    sofie.get_by_role("button", name="Choisir ces personnes").click()
    expect(sofie.get_by_text("Ces personnes peuvent maintenant vous aider.")).to_be_visible()
    shot(sofie, "recovery-ways-fr-phone")
    return wrong


def ask(page):
    """Somebody says to be Sofie, on a browser that knows nothing; returns the code to read out."""
    page.get_by_role("link", name="Mot de passe oublié ou tout perdu ?").click()
    page.get_by_role("button", name="Mes proches m’aident").click()
    page.fill("#login", "sofie")
    page.get_by_role("button", name="Demander à mes proches").click()
    code = page.get_by_test_id("waiting-code")
    expect(code).to_be_visible()
    return code.inner_text()


def help_with(page, code):
    """A relative who heard the code types it."""
    page.get_by_role("link", name="Sofie vraagt je hulp om terug te komen").click()
    request = page.get_by_test_id("request")
    expect(request).to_be_visible()
    request.locator("input").fill(code)
    request.get_by_role("button", name="Helpen").click()


def choose_password(page, password):
    expect(page.get_by_role("heading", name="Choisissez un nouveau mot de passe")).to_be_visible()
    page.fill("#password", password)
    page.press("#password", "Enter")
    expect(page.locator("nav.tabs")).to_be_visible()


class TestRelatives:
    def test_two_together_bring_somebody_back_one_alone_does_not(self, server, people, browse, shot):
        sofie, jan, karel = people
        family_talk(sofie)
        say(sofie, OLD)
        family_talk(jan)
        expect(jan.locator(".bubble", has_text=OLD)).to_be_visible()
        found = {"choose": choose_relatives(sofie, shot)}
        sofie.context.close()

        again = browse("sofie again", size="phone", locale="fr-BE")
        code = ask(again)
        shot(again, "recovery-code-fr-phone")
        found["code"] = faults(again)
        help_with(jan, "BCDF-GHJK-LMNP")
        expect(jan.get_by_test_id("request").get_by_role("alert")).to_be_visible()
        shot(jan, "recovery-wrong-code-nl-desktop")
        found["wrong"] = faults(jan)
        jan.get_by_test_id("request").locator("input").fill(code)
        jan.get_by_role("button", name="Helpen").click()
        expect(jan.get_by_text("Jij hebt al geholpen.")).to_be_visible()
        expect(again.get_by_text("Aide reçue : 1 sur 2")).to_be_visible()
        server.call("tests.journeys.stored:end_the_wait")
        again.reload()
        expect(again.get_by_text("Aide reçue : 1 sur 2")).to_be_visible()
        again.wait_for_timeout(6000)  # it asks every 2.5 seconds
        expect(again.get_by_test_id("waiting-code")).to_have_text(code)

        help_with(karel, code.lower())
        choose_password(again, NEW_PASSWORD)
        family_talk(again)
        expect(again.locator(".bubble", has_text=OLD)).to_be_visible()
        expect(again.locator(".warning h2")).to_have_text([])
        shot(again, "recovery-back-fr-phone")
        say(again, "Je suis là")
        expect(jan.locator(".banner")).to_have_count(0)
        family_talk(jan)
        expect(jan.locator(".bubble", has_text="Je suis là")).to_be_visible()
        expect(jan.locator(".warning h2")).to_have_text([])
        assert not {name: wrong for name, wrong in found.items() if wrong}

    def test_the_person_stops_somebody_else_who_asks(self, server, browse, shot):
        sofie = sign_in(browse("sofie", size="phone", locale="fr-BE"), "sofie", NEW_PASSWORD)
        jan = sign_in(browse("jan"), "jan")
        thief = browse("thief", locale="fr-BE")
        code = ask(thief)
        shot(thief, "recovery-code-fr-desktop")
        help_with(jan, code)
        expect(jan.get_by_text("Jij hebt al geholpen.")).to_be_visible()
        stop = sofie.get_by_role("button", name="Ce n’est pas moi : arrêter")
        expect(stop).to_be_visible()
        shot(sofie, "recovery-somebody-fr-phone")
        found = {"somebody": faults(sofie)}
        stop.click()
        sofie.get_by_role("dialog").get_by_role("button", name="Ce n’est pas moi : arrêter").click()
        expect(sofie.get_by_role("button", name="Ce n’est pas moi : arrêter")).to_have_count(0)
        expect(thief.get_by_role("alert").filter(has_text="Quelqu’un a dit non")).to_be_visible()
        shot(thief, "recovery-stopped-fr-desktop")
        found["stopped"] = faults(thief)
        server.call("tests.journeys.stored:end_the_wait")
        expect(jan.get_by_test_id("request")).to_have_count(0)
        thief.get_by_role("button", name="Recommencer").click()
        expect(thief.get_by_test_id("back")).to_be_visible()
        assert not {name: wrong for name, wrong in found.items() if wrong}


class TestSheet:
    def test_is_shown_once_and_brings_back_from_a_new_browser(self, server, browse, shot):
        sign_in(browse("jan"), "jan")
        anne = sign_in(browse("anne"), "anne")
        family_talk(anne)
        ways(anne)
        anne.get_by_role("button", name="Herstelblad maken").click()
        letters = anne.get_by_test_id("sheet-letters").locator("li")
        expect(letters).to_have_count(7)
        written = " ".join(letters.all_inner_texts())
        shot(anne, "sheet-made-nl-desktop")
        found = {"made": faults(anne)}
        anne.get_by_role("button", name="Klaar").click()
        expect(anne.get_by_text("Zet eerst het vinkje.")).to_be_visible()
        anne.get_by_label("Ik heb het afgedrukt of overgeschreven").check()
        anne.get_by_role("button", name="Klaar").click()
        expect(anne.get_by_role("button", name="Blad laten vervallen")).to_be_visible()
        assert written[:4] not in anne.locator("body").inner_text()
        anne.context.close()

        again = browse("anne again", size="phone")
        again.get_by_role("link", name="Wachtwoord vergeten of alles kwijt?").click()
        shot(again, "sheet-back-nl-phone")
        again.get_by_role("button", name="Ik heb mijn herstelblad").click()
        again.fill("#login", "anne")
        again.fill("#letters", f"{'0' * 4} {written[5:]}")
        again.press("#letters", "Enter")
        expect(again.get_by_text("Deze letters kloppen niet.")).to_be_visible()
        shot(again, "sheet-wrong-nl-phone")
        found["wrong"] = faults(again)
        again.fill("#letters", written.lower().replace(" ", ""))
        again.press("#letters", "Enter")
        expect(again.get_by_role("heading", name="Kies een nieuw wachtwoord")).to_be_visible()
        shot(again, "sheet-password-nl-phone")
        found["password"] = faults(again)
        again.fill("#password", THIRD_PASSWORD)
        again.press("#password", "Enter")
        expect(again.locator("nav.tabs")).to_be_visible()
        family_talk(again)
        expect(again.locator(".bubble", has_text="Zullen we zondag")).to_be_visible()
        expect(again.locator(".warning h2")).to_have_text([])
        place(again, 2)
        laptop = browse("laptop")
        laptop.fill("#login", "anne")
        laptop.fill("#password", PASSWORD)
        laptop.press("#password", "Enter")
        expect(laptop.locator("#password-error")).to_be_visible()
        sign_in(laptop, "anne", THIRD_PASSWORD)
        assert not {name: wrong for name, wrong in found.items() if wrong}
