"""Who is put out of the family has nothing of its albums left in their browser, and neither has the Home Station of theirs."""

import re

import pytest
from playwright.sync_api import expect

from tests import samples
from tests.journeys import chromium as machine
from tests.journeys.household import pair, place, sign_in, welcome
from tests.journeys.test_albums import SENT_MS, keeps, tiles
from tests.journeys.test_profile_residue import find_in_profile
from tests.residue import files_of

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.both_engines]

OURS, HERS = "Kanarie van Jan", "Kanarie van Sofie"
CAPTION, COMMENT = "Kanarie in het bijschrift", "Kanarie in een reactie"
OF_ALBUMS = re.compile(r'"(album|item|thumb|remark|upload|part)/|prifora-media|sealed-parts')
KEPT = """async () => {
  const found = []
  const done = (asked) => new Promise((yes, no) => ((asked.onsuccess = () => yes(asked.result)), (asked.onerror = () => no(asked.error))))
  for (const { name } of await indexedDB.databases()) {
    const database = await done(indexedDB.open(name))
    for (const table of database.objectStoreNames) {
      for (const key of await done(database.transaction(table).objectStore(table).getAllKeys())) found.push(`${name} ${table} ${JSON.stringify(key)}`)
    }
    database.close()
  }
  for (const name of await caches.keys()) for (const { url } of await (await caches.open(name)).keys()) found.push(`${name} ${url}`)
  return found
}"""


def kept_of_albums(page) -> list[str]:
    """Every row, key and cached part of albums in this browser, by name."""
    return [one for one in page.evaluate(KEPT) if OF_ALBUMS.search(one)]


def comes_to_nothing(page) -> None:
    page.wait_for_function(
        f"() => ({KEPT})().then((all) => !all.some((one) => new RegExp({OF_ALBUMS.pattern!r}).test(one)))"
    )


def stored_at(server) -> set[str]:
    return {name for name, _content in files_of(server) if name.startswith(("files/", "incoming/"))}


def stored_are(server, page, look) -> None:
    """Wait until what is stored is as it should be: devices hear of an end a moment before its bytes go."""
    for _ in range(100):
        if look(stored_at(server)):
            return
        page.wait_for_timeout(100)
    raise AssertionError(stored_at(server))


def make(page, title: str, others: dict[str, str]) -> None:
    place(page, 4)
    page.locator("a[href='/photos/new']").first.click()
    page.fill("#title", title)
    for who, role in others.items():
        page.get_by_label(f"Wat mag {who}?").select_option(role)
    page.get_by_role("button", name="Maken", exact=True).click()
    expect(page.locator("h1")).to_have_text(title)


def add(page, file) -> None:
    page.get_by_test_id("add-files").set_input_files(file)
    expect(page.locator(".photo-row .thumb img")).to_have_count(1, timeout=SENT_MS)
    expect(page.get_by_test_id("adding")).to_have_count(0, timeout=SENT_MS)


def test_nothing_of_albums_stays_with_who_is_put_out(server, browse, chromium, tmp_path):
    server.demo()
    folder = tmp_path / "profile"
    samples.write(tmp_path, "photo-6.jpg", "photo.png")
    jan = sign_in(browse("jan"), "jan")
    station = browse("riet", size="kiosk", path="/station?mac=aa:bb:cc:dd:ee:11")
    pair(jan, station)
    welcome(station, 1)
    station.locator(".question .button.quiet").click()
    context = chromium.browser_type.launch_persistent_context(
        folder,
        executable_path=machine.executable(),
        args=machine.arguments(),
        base_url=server.origin,
        locale="nl-BE",
    )
    context.set_default_timeout(30_000)
    sofie = context.pages[0]
    sofie.goto("/")
    sign_in(sofie, "sofie")

    make(jan, OURS, {"Sofie": "contributor", "Riet": "viewer"})
    add(jan, tmp_path / "photo-6.jpg")
    make(sofie, HERS, {"Jan": "viewer", "Riet": "viewer"})
    add(sofie, tmp_path / "photo.png")
    place(sofie, 4)
    sofie.locator("a.album", has_text=OURS).click()
    sofie.locator(".photo-row a").first.click()
    viewer = sofie.get_by_role("dialog")
    expect(viewer.locator(".stage img")).to_be_visible()
    sofie.fill("#comment", COMMENT)
    sofie.press("#comment", "Enter")
    expect(viewer.get_by_test_id("comments")).to_contain_text(COMMENT)
    sofie.keyboard.press("Escape")
    expect(viewer).to_have_count(0)
    station.wait_for_function("() => navigator.serviceWorker.controller !== null")
    keeps(station, 2)
    assert {one.split("/")[0].split('"')[-1] for one in kept_of_albums(sofie) if '"' in one} >= {
        "album",
        "item",
        "thumb",
        "remark",
    }
    before = stored_at(server)

    place(jan, 1)
    row = jan.locator("li", has_text="Sofie")
    row.get_by_text("Meer").click()
    row.get_by_role("button", name="Uit de familie halen").click()
    dialog = jan.get_by_role("dialog")
    expect(dialog).to_contain_text(
        "De albums die Sofie maakte, en wat Sofie in andere albums zette, gaan bij iedereen weg."
    )
    dialog.get_by_role("button", name="Uit de familie halen").click()
    expect(row).to_have_count(0)
    comes_to_nothing(sofie)
    keeps(station, 1)
    albums = f"() => ({KEPT})().then((all) => all.filter((one) => one.includes('album/')).length === 1)"
    station.wait_for_function(albums)
    place(jan, 4)
    expect(jan.locator("a.album")).to_have_count(1)
    stored_are(server, jan, lambda now: now < before)
    context.close()
    assert not find_in_profile(folder, [OURS, HERS, COMMENT, "photo-6.jpg"])

    jan.locator("a.album", has_text=OURS).click()
    expect(tiles(jan)).to_have_count(1)
    jan.get_by_role("link", name="Delen en beheren").click()
    jan.get_by_role("button", name="Verwijderen", exact=True).click()
    jan.get_by_role("dialog").get_by_role("button", name="Verwijderen").click()
    comes_to_nothing(station)
    comes_to_nothing(jan)
    stored_are(server, jan, lambda now: not now)
