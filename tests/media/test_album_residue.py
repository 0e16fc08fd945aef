"""Of what is removed from albums no row, no key and no stored byte is left, whatever table or folder it might be in."""

from pathlib import Path
from uuid import UUID

import pytest
from django.apps import apps
from django.conf import settings

from contacts import services as contacts
from prifora.kernel import clock
from tests.cast import unb64
from tests.chat.sealed_files import on_disk
from tests.media.albums import ALBUMS, added, made, remarked, version_body
from tests.media.uploading import begun, incoming, send, uploaded


def traces(*marks: str | bytes, beside: tuple[str, ...] = ()) -> list[str]:
    """Return which of these ids, texts and bytes any row or file holds; `beside` names tables left out."""
    wanted = [_forms(one) for one in marks]
    found = [
        f"{model._meta.label} {name}"
        for model in apps.get_models()
        if model._meta.label not in beside
        for row in model._default_manager.values()
        for name, value in row.items()
        if any(one & _forms(value) for one in wanted if value not in (None, ""))
    ]
    for path in Path(settings.DATA_DIR).rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            found += [str(path) for one in marks if isinstance(one, bytes) and one in content]
    return found


def _forms(value) -> set[bytes]:
    """A value as bytes; an id also as a UUID is kept."""
    if isinstance(value, bytes | memoryview):
        return {bytes(value)}
    if isinstance(value, UUID):
        return {value.bytes}
    try:
        return {UUID(str(value)).bytes}
    except ValueError:
        return {str(value).encode()}


def sealed_in(shown: dict) -> list[bytes]:
    """Every sealed value the server shows of something."""
    names = ("sealed_key", "sealed_meta", "sealed", "signature", "details", "box")
    return [unb64(shown[name]) for name in names if name in shown]


def boxes_of(client, album) -> list[bytes]:
    return [one for box in client.get(album).json()["my"]["boxes"] for one in sealed_in(box)]


@pytest.fixture
def add(committed):
    """Add an item, and do what follows its commit: what was on its way is gone."""
    return lambda *what: committed(lambda: added(*what))


def test_the_search_finds_what_is_there(as_, alice, bob, family, add):
    album = made(as_(alice), family, alice, contributors=[bob])
    item, bodies = add(as_(bob), album)
    remark = remarked(as_(alice), album, item["id"])
    for mark in (item["id"], remark["id"], *sealed_in(item), *sealed_in(remark), *boxes_of(as_(bob), album)):
        assert traces(mark)
    assert traces(bodies["original"]) == [str(on_disk()[0])]


def test_an_item_leaves_only_that_it_is_gone(as_, alice, bob, family, committed, add):
    album = made(as_(alice), family, alice, contributors=[bob])
    item, bodies = add(as_(bob), album, "original", "thumb", "view")
    kept, _bodies = add(as_(alice), album)
    remark = remarked(as_(alice), album, item["id"])
    marks = [item["id"], remark["id"], *sealed_in(item), *sealed_in(remark), *bodies.values()]
    committed(lambda: as_(bob).delete(f"{album}/items/{item['id']}"))
    assert traces(*marks, beside=("media.Tombstone",)) == []
    assert traces(kept["id"])
    assert len(on_disk()) == 1


def test_an_album_leaves_nothing(as_, alice, bob, family, committed, add):
    album = made(as_(alice), family, alice, contributors=[bob])
    items = [add(as_(one), album, "original", "thumb") for one in (alice, bob)]
    gone, _bodies = add(as_(bob), album)
    committed(lambda: as_(bob).delete(f"{album}/items/{gone['id']}"))
    remark = remarked(as_(bob), album, items[0][0]["id"])
    shown = as_(alice).get(album).json()
    marks = [shown["id"], gone["id"], remark["id"], *sealed_in(shown), *sealed_in(remark)]
    marks += [*boxes_of(as_(alice), album), *boxes_of(as_(bob), album)]
    for item, bodies in items:
        marks += [item["id"], *sealed_in(item), *bodies.values()]
    committed(lambda: as_(alice).delete(album))
    assert traces(*marks) == []
    assert (on_disk(), incoming()) == ([], [])


class TestWhoIsPutOutOfTheFamily:
    @pytest.fixture
    def put_out(self, family, bob, committed):
        return lambda: committed(
            lambda: contacts.remove(family_id=family.pk, account_id=bob.pk, now=clock.now())
        )

    def test_leaves_no_key_and_nothing_they_made(self, as_, alice, bob, family, add, put_out):
        theirs = made(as_(bob), family, bob, contributors=[alice])
        in_theirs, their_bodies = add(as_(alice), theirs)
        mine = made(as_(alice), family, alice, contributors=[bob])
        kept, kept_bodies = add(as_(alice), mine)
        item, bodies = add(as_(bob), mine, "original", "thumb")
        remark = remarked(as_(bob), mine, kept["id"])
        first = boxes_of(as_(bob), mine)
        renewed = as_(alice).post(f"{mine}/versions", version_body(as_(alice), mine, [alice, bob]))
        assert renewed.status_code == 200
        half = begun(as_(bob), family.pk, 10_000)
        assert send(as_(bob), half, 0, b"PFM1" + bytes(500)).status_code == 204
        whole, whole_body = uploaded(as_(bob), family.pk)
        item = next(one for one in as_(bob).get(f"{mine}/items").json()["items"] if one["id"] == item["id"])
        marks = [theirs.rpartition("/")[2], in_theirs["id"], *sealed_in(as_(bob).get(theirs).json())]
        marks += [*sealed_in(in_theirs), *their_bodies.values(), *boxes_of(as_(alice), theirs)]
        marks += [*sealed_in(item), *sealed_in(remark), *bodies.values(), whole_body, str(half), str(whole)]
        boxes = [*first, *boxes_of(as_(bob), mine)]
        assert len(boxes) == 6
        put_out()
        assert traces(*marks, *boxes) == []
        assert traces(item["id"], remark["id"], beside=("media.Tombstone",)) == []
        assert traces(*kept_bodies.values()) == [str(on_disk()[0])]
        assert incoming() == []

    def test_is_named_in_no_album_any_more(self, as_, alice, bob, family, add, put_out):
        theirs = made(as_(bob), family, bob, contributors=[alice])
        mine = made(as_(alice), family, alice, contributors=[bob])
        kept, _bodies = add(as_(alice), mine)
        for album in (theirs, mine):
            add(as_(bob), album)
        remarked(as_(bob), mine, kept["id"])
        who = [str(bob.pk), str(bob.device_id)]
        put_out()
        assert [one for one in traces(*who) if one.startswith("media.")] == []

    def test_reaches_nothing_any_more(self, as_, alice, bob, family, add, put_out):
        mine = made(as_(alice), family, alice, contributors=[bob])
        item, _bodies = add(as_(bob), mine)
        put_out()
        paths = ("", "/items", "/remarks", f"/items/{item['id']}/parts/original")
        assert {as_(bob).get(f"{mine}{path}").status_code for path in paths} == {404}
        assert as_(bob).get(f"{ALBUMS}?family={family.pk}").status_code == 404
