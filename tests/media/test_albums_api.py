"""Albums: shared with whom their owner says, under a key for exactly those, and gone when they are gone."""

from uuid import uuid4

import pytest

from media.models import Album, AlbumBox, ItemPart, Part, Share
from prifora.kernel.limits import Limit
from tests import cast
from tests.chat.sealed_files import on_disk
from tests.media.albums import (
    ALBUMS,
    added,
    album_body,
    boxed,
    made,
    remarked,
    sealed,
)
from tests.media.uploading import begun

GIB = 1024**3


class TestMakeAlbum:
    def test_shows_it_to_exactly_those_it_is_shared_with(self, as_, alice, bob, carol, family):
        body = album_body(family, alice, viewers=[bob], kind="slideshow", no_forward=True)
        reply = as_(alice).post(ALBUMS, body)
        assert reply.status_code == 201
        mine = reply.json()
        for name in ("id", "family_id", "kind", "no_forward", "details"):
            assert mine[name] == body[name]
        assert (mine["version"], mine["details_rev"], mine["rev"], mine["stale"]) == (1, 1, 0, False)
        assert (mine["owner_id"], mine["my"]["role"]) == (str(alice.pk), "owner")
        assert (mine["count"], mine["bytes"]) == (0, 0)
        (theirs,) = as_(bob).get(f"{ALBUMS}?family={family.pk}").json()["items"]
        assert theirs["my"]["role"] == "viewer"
        (box,) = theirs["my"]["boxes"]
        assert (box["version"], box["by"], box["device_id"]) == (1, str(alice.pk), str(alice.device_id))
        assert (box["box"], box["signature"]) == (body["shares"][1]["box"], body["shares"][1]["signature"])
        assert box["signature_key"] == cast.b64(cast.raw(alice.signer))
        assert {one["account_id"]: one["role"] for one in theirs["members"]} == {
            str(alice.pk): "owner",
            str(bob.pk): "viewer",
        }
        assert as_(carol).get(f"{ALBUMS}?family={family.pk}").json() == {"items": []}

    def test_again_is_the_same_album(self, as_, alice, family, code_of):
        body = album_body(family, alice)
        answers = [as_(alice).post(ALBUMS, body) for _ in range(2)]
        assert [one.status_code for one in answers] == [201, 201]
        assert answers[0].json() == answers[1].json()
        for change in ({"kind": "playlist"}, {"details": sealed()}, {"no_forward": True}):
            assert code_of(as_(alice).post(ALBUMS, {**body, **change})) == (409, "conflict")

    def test_does_not_share_an_id(self, as_, alice, bob, family, code_of):
        body = album_body(family, alice)
        as_(alice).post(ALBUMS, body)
        other = album_body(family, bob, id=body["id"])
        assert code_of(as_(bob).post(ALBUMS, other)) == (409, "conflict")

    def test_has_one_owner_who_is_the_maker(self, as_, alice, bob, family, code_of):
        owner, other = boxed(alice, "owner"), boxed(bob, "owner")
        for shares in (
            [],
            [other],
            [owner, other],
            [owner, boxed(alice, "viewer")],
            [boxed(alice, "viewer")],
        ):
            reply = as_(alice).post(ALBUMS, album_body(family, alice, shares=shares))
            assert code_of(reply) == (400, "shares_refused")
        assert not Album.objects.exists()

    def test_is_for_people_of_the_family(self, as_, alice, charlie, family, code_of):
        nothing = as_(charlie).post(ALBUMS, album_body(family, charlie, family_id=str(uuid4())))
        assert as_(charlie).post(ALBUMS, album_body(family, charlie)).content == nothing.content
        reply = as_(alice).post(ALBUMS, album_body(family, alice, viewers=[charlie]))
        assert code_of(reply) == (404, "absent")
        assert not Album.objects.exists()

    @pytest.mark.parametrize(
        "change",
        [
            {"kind": "folder"},
            {"no_forward": "yes"},
            {"details": ""},
            {"details": sealed(1024**2 + 1)},
            {"details": "not base64!"},
            {"id": "1"},
            {"shares": "all"},
        ],
    )
    def test_takes_only_what_fits(self, as_, alice, family, change):
        assert as_(alice).post(ALBUMS, album_body(family, alice, **change)).status_code == 400
        assert not Album.objects.exists()

    def test_needs_a_device(self, as_, alice, family, code_of):
        assert code_of(as_(alice, device=False).post(ALBUMS, album_body(family, alice))) == (
            403,
            "device_needed",
        )
        assert as_(alice, kind="station").post(ALBUMS, album_body(family, alice)).status_code == 201

    def test_has_a_limit_for_each_day(self, as_, alice, family, code_of, monkeypatch):
        for _ in range(Limit.ALBUM_MAKE.value.number):
            assert as_(alice).post(ALBUMS, album_body(family, alice)).status_code == 201
        assert code_of(as_(alice).post(ALBUMS, album_body(family, alice))) == (429, "throttled")

    def test_tells_who_it_is_shared_with(self, as_, alice, bob, carol, family, told):
        body = album_body(family, alice, viewers=[bob])
        heard = told(lambda: as_(alice).post(ALBUMS, body))
        assert heard == [
            (
                "album.changed",
                {"album_id": body["id"], "family_id": str(family.pk)},
                {alice.pk, bob.pk},
            )
        ]


class TestListAlbums:
    def test_asks_as_many_questions_for_ten_as_for_one(
        self, as_, alice, bob, family, django_assert_num_queries
    ):
        client = as_(alice)

        def count():
            from django.db import connection
            from django.test.utils import CaptureQueriesContext

            with CaptureQueriesContext(connection) as asked:
                assert client.get(f"{ALBUMS}?family={family.pk}").status_code == 200
            return len(asked)

        for _ in range(2):
            added(client, made(client, family, alice, viewers=[bob]), "original", "thumb")
        few = count()
        for _ in range(8):
            added(client, made(client, family, alice, viewers=[bob]), "original")
        assert count() == few

    def test_shows_only_those_of_the_family_that_is_asked_for(self, as_, alice, family):
        other = cast.family_of(alice)
        made(as_(alice), family, alice)
        mine = made(as_(alice), other, alice)
        (only,) = as_(alice).get(f"{ALBUMS}?family={other.pk}").json()["items"]
        assert mine.endswith(only["id"])

    def test_of_a_family_of_others_is_as_of_none(self, as_, album, charlie, family):
        theirs = as_(charlie).get(f"{ALBUMS}?family={family.pk}")
        nothing = as_(charlie).get(f"{ALBUMS}?family={uuid4()}")
        assert (theirs.status_code, theirs.content) == (404, nothing.content)
        assert as_(charlie).get(ALBUMS).status_code == 400

    def test_says_how_much_is_in_it(self, as_, alice, bob, album):
        added(as_(alice), album, "original", "view", "thumb", size=1000)
        added(as_(bob), album, "original", size=500)
        shown = as_(alice).get(album).json()
        assert (shown["count"], shown["bytes"]) == (2, 3500)


class TestChangeAlbum:
    def test_puts_the_next_revision_in_place(self, as_, alice, bob, album, told):
        body = {"version": 1, "details_rev": 2, "details": sealed()}
        heard = told(lambda: as_(bob).put(f"{album}/details", body))
        shown = as_(alice).get(album).json()
        assert (shown["details"], shown["details_rev"], shown["rev"]) == (body["details"], 2, 0)
        assert heard[0][2] == {alice.pk, bob.pk}

    def test_again_is_no_change(self, as_, alice, album):
        body = {"version": 1, "details_rev": 2, "details": sealed()}
        for _ in range(2):
            reply = as_(alice).put(f"{album}/details", body)
            assert (reply.status_code, reply.json()["details_rev"]) == (200, 2)

    @pytest.mark.parametrize(("version", "rev"), [(1, 1), (1, 3), (2, 2), (1, 4)])
    def test_follows_on_the_present_only(self, as_, alice, album, version, rev, code_of):
        body = {"version": version, "details_rev": rev, "details": sealed()}
        reply = as_(alice).put(f"{album}/details", body)
        assert code_of(reply) == (409, "stale_album")
        assert (reply.json()["details_rev"], reply.json()["version"]) == (1, 1)

    def test_of_passing_on_is_for_the_owner(self, as_, alice, bob, album, code_of):
        body = {"version": 1, "details_rev": 2, "details": sealed(), "no_forward": True}
        assert code_of(as_(bob).put(f"{album}/details", body)) == (404, "absent")
        assert as_(bob).get(album).json()["details_rev"] == 1
        for _ in range(2):
            assert as_(alice).put(f"{album}/details", body).json()["no_forward"] is True
        same = {"version": 1, "details_rev": 3, "details": sealed()}
        assert as_(bob).put(f"{album}/details", same).json()["no_forward"] is True
        again = {**same, "details_rev": 4, "no_forward": True}
        assert as_(bob).put(f"{album}/details", again).status_code == 200
        assert (
            as_(alice).put(f"{album}/details", {**again, "details_rev": 4, "no_forward": False}).status_code
            == 409
        )
        assert as_(alice).get(album).json()["no_forward"] is True

    def test_of_passing_on_holds_at_once(self, as_, alice, bob, album, family, code_of):
        item, _bodies = added(as_(alice), album)
        other = made(as_(bob), family, bob)
        copy = {"id": str(uuid4()), "version": 1, "from_item": item["id"]}
        copy |= {"sealed_key": sealed(), "sealed_meta": sealed(200)}
        for rev, wanted, status in ((2, True, 409), (3, False, 201)):
            body = {"version": 1, "details_rev": rev, "details": sealed(), "no_forward": wanted}
            assert as_(alice).put(f"{album}/details", body).status_code == 200
            assert as_(bob).post(f"{other}/items/copy", copy).status_code == status

    @pytest.mark.obligation("PRI-54", partial=True)
    def test_is_not_for_viewers_and_others(self, as_, alice, bob, charlie, family):
        album, body = made(as_(alice), family, alice, viewers=[bob]), {"version": 1, "details_rev": 2}
        for someone in (bob, charlie):
            theirs = as_(someone).put(f"{album}/details", {**body, "details": sealed()})
            nothing = as_(someone).put(f"{ALBUMS}/{uuid4()}/details", {**body, "details": sealed()})
            assert (theirs.status_code, theirs.content) == (404, nothing.content)


class TestEndAlbum:
    def test_takes_everything_along(self, as_, alice, bob, album, committed, told):
        item, _bodies = added(as_(bob), album, "original", "thumb")
        remarked(as_(bob), album, item["id"])
        heard = told(lambda: as_(alice).delete(album))
        assert heard[0][0] == "album.changed"
        assert heard[0][2] == {alice.pk, bob.pk}
        assert on_disk() == []
        for table in (Album, Share, AlbumBox, Part, ItemPart):
            assert not table.objects.exists()
        for someone in (alice, bob):
            assert as_(someone).get(album).status_code == 404

    def test_is_for_the_owner(self, as_, bob, charlie, album):
        for someone in (bob, charlie):
            assert as_(someone).delete(album).status_code == 404
        assert Album.objects.exists()


class TestGetStorage:
    def test_counts_parts_uploads_and_files_of_conversations(self, as_, alice, bob, album, family):
        from tests import mls
        from tests.chat.sealed_files import container, put

        talk = mls.conversation_of(alice, bob, family)
        added(as_(alice), album, "original", "thumb", size=1000)
        begun(as_(bob), family.pk, 300)
        assert put(as_(bob), talk, uuid4(), container(70)).status_code == 201
        shown = as_(bob).get(f"/api/v1/families/{family.pk}/storage")
        assert shown.json() == {"used": 2370, "quota": 50 * GIB, "files": 3}

    def test_leaves_no_room_for_files_of_conversations_either(
        self, as_, alice, bob, family, settings, code_of
    ):
        from tests import mls
        from tests.chat.sealed_files import container, put

        settings.STORE_QUOTA_GB = 1
        talk = mls.conversation_of(alice, bob, family)
        begun(as_(bob), family.pk, GIB - 99)
        assert code_of(put(as_(bob), talk, uuid4(), container(100))) == (413, "quota_full")
        assert on_disk() == []
        assert put(as_(bob), talk, uuid4(), container(99)).status_code == 201

    def test_is_for_members(self, as_, charlie, family):
        theirs = as_(charlie).get(f"/api/v1/families/{family.pk}/storage")
        nothing = as_(charlie).get(f"/api/v1/families/{uuid4()}/storage")
        assert (theirs.status_code, theirs.content) == (404, nothing.content)
