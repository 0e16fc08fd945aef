"""Somebody asks for a person about their data: the person is told, sees who asks and by what, and can say no."""

import pytest
from playwright.sync_api import expect

from tests.journeys.household import place, sign_in
from tests.journeys.looks import faults
from tests.server import running

TEXT = "Graag alles wat over mijn broer bewaard wordt."
DUTCH = {
    "told": "Iemand vroeg ons iets voor jou",
    "asks": "Greet Vermeer vraagt dit voor jou, als curator, bewindvoerder, mentor of voogd.",
    "unseen": "Tot dan doen we niets.",
    "may": "Iemand mag ons iets voor jou vragen",
    "seen": "een beslissing van een rechter",
    "no": "Dit mag niet",
    "revoked": "zei je dat dit niet mag.",
    "withdraw": "Intrekken",
    "privacy": "Privacy",
}
FRENCH = {
    "told": "Quelqu’un nous a demandé quelque chose pour vous",
    "asks": "Greet Vermeer demande ceci pour vous, en tant que tuteur, curateur ou administrateur.",
    "unseen": "Jusque-là, nous ne faisons rien.",
    "may": "Quelqu’un peut nous demander quelque chose pour vous",
    "seen": "une décision d’un juge",
    "no": "Ce n’est pas permis",
    "revoked": "vous avez dit que ce n’est pas permis.",
    "withdraw": "Retirer",
    "privacy": "Vie privée",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with running(tmp_path_factory.mktemp("mandate")) as started:
        started.demo()
        yield started


def tell(server, name, **said):
    server.call(f"tests.privacy.stage:{name}", **said)


def letter(page, title):
    """Find a letter by its title in the Message Center."""
    page.goto("/letters")
    return page.get_by_role("heading", name=title).or_(page.get_by_role("link", name=title)).first


def mine(page, words):
    """Open what this person, or somebody for them, asked about their data."""
    page.goto("/")
    place(page, 2)
    page.get_by_test_id("privacy").click()
    expect(page.get_by_role("heading", level=1, name=words["privacy"])).to_be_visible()
    return page.get_by_test_id("requests").get_by_role("article")


@pytest.mark.browser
@pytest.mark.long
@pytest.mark.obligation("PRI-85", partial=True)
@pytest.mark.parametrize(
    ("name", "language", "size", "words"), [("jan", "nl", "phone", DUTCH), ("sofie", "fr", "desktop", FRENCH)]
)
def test_the_person_sees_who_asks_for_them_and_can_say_no(server, browse, shot, name, language, size, words):
    server.call("tests.journeys.stored:speak", username=name, language=language)
    page = sign_in(browse(name, size=size), name)
    expect(page.locator("html")).to_have_attribute("lang", language)

    tell(server, "ask_for_another", username=name, language=language, text=TEXT)
    expect(letter(page, words["told"])).to_be_visible()
    request = mine(page, words)
    expect(request).to_contain_text(words["asks"])
    expect(request).to_contain_text(words["unseen"])
    expect(request).to_contain_text(TEXT)
    expect(request.get_by_role("button", name=words["withdraw"])).to_have_count(0)
    shot(page, f"mandate-unseen-{language}")
    assert not faults(page)

    tell(server, "see_proof", username=name)
    expect(letter(page, words["may"])).to_be_visible()
    request = mine(page, words)
    expect(request.get_by_test_id("mandate")).to_contain_text(words["seen"])
    shot(page, f"mandate-seen-{language}")

    request.get_by_role("button", name=words["no"]).click()
    sure = page.get_by_role("dialog")
    expect(sure).to_be_visible()
    shot(page, f"mandate-sure-{language}")
    assert not faults(page)
    sure.get_by_role("button", name=words["no"]).click()
    expect(request.get_by_test_id("mandate")).to_contain_text(words["revoked"])
    expect(request.get_by_role("button", name=words["no"])).to_have_count(0)
    shot(page, f"mandate-revoked-{language}")
    assert not faults(page)
    mine(page, words)
    expect(request.get_by_test_id("mandate")).to_contain_text(words["revoked"])
