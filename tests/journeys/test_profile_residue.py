"""After signing out, nothing of what was said is left in the folder where the browser keeps its profile."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests import residue
from tests.journeys import chromium as machine
from tests.journeys import leveldb
from tests.journeys.household import PASSWORD, family_talk, place, say, sign_in

READ, WRITTEN = "Zullen we zondag bij mama eten?", "Ik breng de appeltaart met kaneel mee"
CONTENT = [READ, WRITTEN, PASSWORD, "Verbeek", "Sofie Verbeek", "+31600000002"]
PLANTED, PLANTED_DEEPER = "een geplante zin in localStorage", "een geplante zin in een databank"
PLANT = """async ([plain, deeper]) => {
  localStorage.setItem('planted', plain)
  const asked = indexedDB.open('planted', 1)
  asked.onupgradeneeded = () => asked.result.createObjectStore('rows')
  const database = await new Promise((done) => (asked.onsuccess = () => done(asked.result)))
  const change = database.transaction('rows', 'readwrite')
  change.objectStore('rows').put(`${deeper}, ${'en nog veel meer woorden, '.repeat(4000)}`, 'one')
  await new Promise((done) => (change.oncomplete = done))
}"""


def find_in_profile(folder: Path, texts: list[str]) -> list[str]:
    """Return which of the texts are anywhere in the profile, in any usual form."""
    wanted = {text: {text.encode(), text.encode("utf-16-le"), *residue.forms(text)} for text in texts}
    return [
        f"{text!r} in {file.relative_to(folder)}"
        for file in folder.rglob("*")
        if file.is_file() and not file.is_symlink()
        for packed in leveldb.unpacked(file.name, file.read_bytes())
        for part in residue.unpacked(packed)
        for text, ways in wanted.items()
        if any(way in part for way in ways)
    ]


@pytest.mark.obligation("PIM-08")
@pytest.mark.browser
@pytest.mark.long
def test_nothing_that_was_said_is_left_in_the_profile(server, chromium, tmp_path):
    server.demo()
    folder = tmp_path / "profile"

    def opened():
        context = chromium.browser_type.launch_persistent_context(
            folder,
            executable_path=machine.executable(),
            args=machine.arguments(),
            base_url=server.origin,
            locale="nl-BE",
        )
        context.set_default_timeout(30_000)
        page = context.pages[0]
        page.goto("/")
        return context, page

    context, jan = opened()
    sign_in(jan, "jan")
    family_talk(jan)
    expect(jan.locator(".bubble", has_text=READ)).to_be_visible()
    say(jan, WRITTEN)
    expect(jan.locator(".bubble", has_text=WRITTEN).locator("footer")).not_to_contain_text("wacht")
    jan.evaluate(PLANT, [PLANTED, PLANTED_DEEPER])
    context.close()
    found = find_in_profile(folder, [PLANTED, PLANTED_DEEPER, *CONTENT])
    assert any(PLANTED in one for one in found), "the search sees what lies in localStorage"
    assert any(PLANTED_DEEPER in one for one in found), "the search sees what lies in a database"
    assert not [one for one in found if "planted" not in one and "geplante" not in one]

    context, jan = opened()
    expect(jan.locator("nav.tabs")).to_be_visible()
    family_talk(jan)
    expect(jan.locator(".bubble", has_text=WRITTEN)).to_be_visible()
    place(jan, 2)
    jan.get_by_role("button", name="Uitloggen op dit apparaat").click()
    jan.get_by_role("dialog").get_by_role("button", name="Uitloggen op dit apparaat").click()
    expect(jan.locator("#login")).to_be_visible()
    context.close()
    assert not find_in_profile(folder, CONTENT)


class TestUnsnappy:
    def test_undoes_literals_and_copies(self):
        packed = bytes([11, 4 << 2]) + b"hallo" + bytes([(6 - 4) << 2 | 1, 5])
        assert leveldb.unsnappy(packed) == b"hallohalloh"

    def test_of_something_else_is_not_an_error(self):
        assert leveldb.unsnappy(bytes([200, 1, 2, 255])) == b""
