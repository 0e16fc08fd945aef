"""Every kind of message between two browsers, what the server sees of it, and how people know who is who."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys import qr
from tests.journeys.household import family_talk, place, say, sign_in
from tests.journeys.looks import faults
from tests.media.pictures import photo
from tests.server import running

pytestmark = [pytest.mark.browser, pytest.mark.long]

HERE = {"latitude": 52.37, "longitude": 4.895, "accuracy": 12}
LETTER = b"Lieve Sofie, hier is de brief van de notaris.\n" * 400


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """One server with Jan, who reads Dutch, Sofie, who reads French, and Karel."""
    with running(tmp_path_factory.mktemp("kinds")) as started:
        started.demo("Karel", "Anne")
        started.call("tests.journeys.stored:speak", username="sofie", language="fr")
        yield started


@pytest.fixture
def two(browse):
    """Jan at his computer and Sofie at her telephone, both in the talk of everybody."""
    jan = sign_in(browse("jan"), "jan")
    sofie = sign_in(browse("sofie", size="phone", locale="fr-BE"), "sofie")
    for page in (jan, sofie):
        family_talk(page)
    return jan, sofie


def bubble(page, text):
    return page.locator(".bubble", has_text=text).last


def menu(page, text, choice):
    """Open the menu beside a message and choose something."""
    said = page.locator(".said-by", has=page.locator(".words", has_text=text))
    said.last.locator(".more").click()
    page.get_by_role("dialog").get_by_role("button", name=choice, exact=True).click()


def add(page):
    page.locator(".add").click()
    return page.get_by_role("dialog")


class TestWords:
    @pytest.mark.obligation("PRI-58")
    def test_are_answered_corrected_taken_back_and_given_a_heart(self, server, two, shot):
        jan, sofie = two
        say(jan, "Zullen we zondag naar zee?")
        expect(bubble(sofie, "naar zee")).to_be_visible()
        sofie.locator(".said-by", has_text="naar zee").last.locator(".more").click()
        shot(sofie, "kinds-menu-fr-phone")
        found = {"menu": faults(sofie)}
        sofie.get_by_role("dialog").get_by_role("button", name="Répondre").click()
        expect(sofie.locator(".answering")).to_contain_text("Vous répondez à Jan")
        say(sofie, "Oui, avec maman !")
        answer = bubble(jan, "avec maman")
        expect(answer.locator(".quote")).to_contain_text("Zullen we zondag naar zee?")
        menu(jan, "avec maman", "Hart")
        expect(bubble(sofie, "avec maman").locator(".reactions")).to_contain_text("Jan")
        menu(jan, "Zullen we zondag", "Verbeteren")
        expect(jan.locator("#say")).to_have_value("Zullen we zondag naar zee?")
        shot(jan, "kinds-correcting-nl-desktop")
        jan.fill("#say", "Zullen we zaterdag naar zee?")
        jan.press("#say", "Enter")
        corrected = sofie.locator(".bubble", has_text="zaterdag").first
        expect(corrected.locator("footer")).to_contain_text("corrigé")
        expect(bubble(sofie, "avec maman").locator(".quote")).to_contain_text("zaterdag")
        shot(sofie, "kinds-words-fr-phone")
        found["words"] = faults(sofie)

        say(jan, "Dit had ik niet moeten zeggen")
        expect(bubble(sofie, "Dit had ik niet")).to_be_visible()
        menu(jan, "Dit had ik niet", "Bij iedereen weghalen")
        shot(jan, "kinds-take-back-nl-desktop")
        found["sure"] = faults(jan)
        jan.get_by_role("dialog").get_by_role("button", name="Bij iedereen weghalen").click()
        expect(bubble(sofie, "Ce message n’est plus là.")).to_be_visible()
        expect(sofie.get_by_text("Dit had ik niet moeten zeggen")).to_have_count(0)
        expect(jan.get_by_text("Dit had ik niet moeten zeggen")).to_have_count(0)

        add(sofie).get_by_role("button", name="Faire disparaître").click()
        shot(sofie, "kinds-fading-choice-fr-phone")
        sofie.get_by_role("dialog").get_by_role("button", name="Après 1 heure").click()
        expect(sofie.get_by_text("Votre message disparaît après 1 heure.")).to_be_visible()
        say(sofie, "Le code du portail est 4711")
        expect(bubble(jan, "Le code du portail").locator("footer")).to_contain_text("verdwijnt")
        shot(jan, "kinds-words-nl-desktop")
        found["fading"] = faults(jan)
        assert not {name: wrong for name, wrong in found.items() if wrong}

    @pytest.mark.obligation("PRI-58")
    @pytest.mark.obligation("PIM-15", partial=True)
    def test_are_bytes_to_the_server(self, server, two, shot):
        jan, sofie = two
        said = "De sleutel ligt onder de blauwe pot"
        say(jan, said)
        expect(bubble(sofie, said)).to_be_visible()
        expect(bubble(jan, said).locator("footer")).to_contain_text(re.compile("bezorgd|gezien"))
        menu(jan, said, "Wat ziet de server?")
        dialog = jan.get_by_role("dialog")
        expect(dialog.get_by_test_id("server-view")).to_be_visible()
        shot(jan, "kinds-server-nl-desktop")
        found = {"jan": faults(jan)}
        shown = dialog.inner_text() + " ".join(one.input_value() for one in dialog.locator(".hex").all())
        seq = int(re.search(r"regel (\d+)", shown).group(1))
        kept = server.call("tests.journeys.stored:entry", seq=seq)
        assert dialog.locator(".hex").nth(0).input_value() == kept["body"]
        assert dialog.locator(".hex").nth(1).input_value() == kept["ident"]
        assert [one.input_value() for one in dialog.locator(".hex").all()[2:]] == kept["archive"]
        for text in (said, "blauwe", said.encode().hex(), "Jan Verbeek"):
            assert text not in shown
        jan.keyboard.press("Escape")
        menu(sofie, said, "Que voit le serveur ?")
        expect(sofie.get_by_test_id("server-view")).to_be_visible()
        shot(sofie, "kinds-server-fr-phone")
        found["sofie"] = faults(sofie)
        assert not {name: wrong for name, wrong in found.items() if wrong}


class TestThings:
    @pytest.mark.obligation("PRI-58")
    @pytest.mark.obligation("PIM-09", partial=True)
    def test_are_sent_and_opened(self, server, two, shot):
        jan, sofie = two
        found = {}
        sheet = add(jan)
        shot(jan, "kinds-add-nl-desktop")
        found["add"] = faults(jan)
        picture = {"name": "strand.jpg", "mimeType": "image/jpeg", "buffer": photo(orientation=6)}
        sheet.get_by_test_id("photo").set_input_files(picture)
        jan.fill("#caption", "Aan het strand")
        shot(jan, "kinds-photo-ready-nl-desktop")
        jan.get_by_role("dialog").get_by_role("button", name="Sturen").click()
        seen = bubble(sofie, "Aan het strand").get_by_role("button", name="Agrandir la photo")
        expect(seen).to_be_visible()
        seen.click()
        expect(sofie.get_by_role("dialog").get_by_role("img", name="Photo de Jan")).to_be_visible()
        shot(sofie, "kinds-photo-large-fr-phone")
        found["photo"] = faults(sofie)
        sofie.keyboard.press("Escape")

        sheet = add(jan)
        letter = {"name": "brief van de notaris.txt", "mimeType": "text/plain", "buffer": LETTER}
        sheet.get_by_test_id("file").set_input_files(letter)
        jan.get_by_role("dialog").get_by_role("button", name="Sturen").click()
        save = sofie.get_by_role("button", name="Enregistrer: brief van de notaris.txt")
        expect(save).to_be_visible()
        with sofie.expect_download() as downloading:
            save.click()
        assert Path(downloading.value.path()).read_bytes() == LETTER
        assert downloading.value.suggested_filename == "brief van de notaris.txt"

        sofie.context.grant_permissions(["microphone", "geolocation"])
        add(sofie).get_by_role("button", name="Message vocal").click()
        sofie.get_by_role("button", name="Enregistrer la voix").click()
        expect(sofie.get_by_role("timer")).to_contain_text("0:01")
        shot(sofie, "kinds-recording-fr-phone")
        sofie.get_by_role("button", name="Terminé").click()
        found["recorded"] = faults(sofie)
        sofie.get_by_role("dialog").get_by_role("button", name="Envoyer").click()
        voice = bubble(jan, "Gesproken bericht van 0:0")
        voice.get_by_role("button", name="Luisteren").click()
        expect(voice.locator("audio")).to_be_visible()
        jan.wait_for_function("() => document.querySelector('.bubble audio').readyState >= 2")

        sofie.context.set_geolocation(HERE)
        add(sofie).get_by_role("button", name="Où je suis").click()
        sofie.get_by_role("button", name="Chercher où je suis").click()
        expect(sofie.locator("#label")).to_be_visible()
        sofie.fill("#label", "Chez le boulanger")
        shot(sofie, "kinds-place-fr-phone")
        found["place"] = faults(sofie)
        sofie.get_by_role("button", name="Envoyer ma position").click()
        link = bubble(jan, "Chez le boulanger").get_by_role("link", name="Openen in mijn kaarten")
        expect(link).to_have_attribute("href", "geo:52.37,4.895")
        shot(jan, "kinds-things-nl-desktop")
        shot(sofie, "kinds-things-fr-phone")
        found["things"] = [*faults(jan), *faults(sofie)]
        assert not {name: wrong for name, wrong in found.items() if wrong}


class TestFamily:
    def test_many_at_once_and_how_long_and_who_is_who(self, server, two, browse, shot):
        jan, sofie = two
        karel = sign_in(browse("karel", size="phone"), "karel")
        place(jan, 0)
        jan.locator("a[href='/new']").first.click()
        jan.get_by_role("link", name="Aan meer mensen apart").click()
        for name in ("Sofie", "Karel"):
            jan.locator("label", has_text=name).locator("input[name=several]").check()
        jan.fill("#words", "Wil je helpen met verhuizen?")
        shot(jan, "kinds-several-nl-desktop")
        found = {"several": faults(jan)}
        jan.get_by_role("button", name="Aan ieder apart sturen").click()
        expect(jan.get_by_text("Verstuurd aan 2 mensen.")).to_be_visible()
        for page, lead in ((sofie, 0), (karel, 0)):
            place(page, lead)
            direct = page.locator(".list a.item", has_text="Wil je helpen")
            expect(direct).to_be_visible()
            expect(direct).to_contain_text("Jan")

        numbers = []
        for page, other, title in ((jan, "Sofie", "Veiligheidsnummer met Sofie"), (sofie, "Jan", None)):
            place(page, 1)
            row = page.locator("li", has_text=other).first
            row.locator("summary").click()
            row.locator("a[href^='/family/']").click()
            number = page.get_by_test_id("safety-number")
            expect(number.locator("li")).to_have_count(8)
            name = title or f"Numéro de sécurité avec {other}"
            numbers.append((number.inner_text(), qr.read(page.get_by_role("img", name=name))))
        assert numbers[0] == numbers[1]
        assert numbers[0][1].startswith("prifora-safety-1:")
        shot(sofie, "kinds-safety-fr-phone")
        found["safety"] = faults(sofie)
        jan.get_by_role("button", name="Het is hetzelfde").click()
        expect(jan.get_by_test_id("trust")).to_contain_text("Heel zeker")
        shot(jan, "kinds-compared-nl-desktop")

        place(jan, 1)
        jan.get_by_label("90 dagen").check()
        jan.get_by_role("button", name="Veranderen", exact=True).click()
        expect(jan.get_by_text("Albums blijven. Wat daarin staat")).to_be_visible()
        shot(jan, "kinds-retention-nl-desktop")
        found["retention"] = faults(jan)
        jan.get_by_role("dialog").get_by_role("button", name="Veranderen").click()
        expect(jan.get_by_text("Nu: 90 dagen.")).to_be_visible()
        place(sofie, 1)
        expect(sofie.get_by_text("Maintenant : 90 jours.")).to_be_visible()

        server.call("tests.journeys.stored:add_ghost")
        jan.reload()
        sofie.reload()
        expect(jan.get_by_role("region", name="Waarschuwing")).to_contain_text("Gerard")
        expect(sofie.get_by_role("region", name="Avertissement")).to_contain_text("Gerard")
        sofie.locator(".warning summary").click()
        shot(sofie, "kinds-ghost-fr-phone")
        shot(jan, "kinds-ghost-nl-desktop")
        found["ghost"] = [*faults(jan), *faults(sofie)]
        family_talk(jan)
        say(jan, "Wie is Gerard?")
        family_talk(sofie)
        expect(bubble(sofie, "Wie is Gerard?")).to_be_visible()
        sofie.get_by_role("button", name="J’ai lu").click()
        expect(sofie.locator(".warning h2")).to_have_text([])
        assert not {name: wrong for name, wrong in found.items() if wrong}
