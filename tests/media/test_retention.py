"""How long messages stay says nothing about albums: they are kept until somebody deletes them (decision 0024)."""

from datetime import timedelta

import pytest

from chat import services as chat
from contacts.models import Family
from media import services as media
from media.models import Album, AlbumBox, Item, ItemPart, Part, Remark, Share
from prifora.kernel import clock
from privacy import services as privacy
from tests.media.albums import added, made, part, remarked

YEARS = timedelta(days=3 * 365)


@pytest.mark.parametrize("days", [30, 90, 365])
def test_an_album_outlives_the_messages_of_its_family(as_, alice, bob, family, committed, days):
    Family.objects.filter(pk=family.pk).update(retention_days=days)
    album = made(as_(alice), family, alice, contributors=[bob])
    item, bodies = added(as_(bob), album, "original", "thumb")
    remark = remarked(as_(alice), album, item["id"])
    long_ago = clock.now() - YEARS
    for table in (Album, AlbumBox, Item, ItemPart, Part, Remark, Share):
        table.objects.update(created_at=long_ago)
    for sweep in (
        chat.apply_retention,
        privacy.delete_ended_rows,
        media.remove_strays,
        media.sweep_uploads,
        media.forget_tombstones,
    ):
        committed(lambda sweep=sweep: sweep(now=clock.now()))
    assert as_(bob).get(album).json()["count"] == 1
    assert [one["id"] for one in as_(alice).get(f"{album}/remarks").json()["items"]] == [remark["id"]]
    for name, body in bodies.items():
        assert b"".join(part(as_(alice), album, item, name)) == body
