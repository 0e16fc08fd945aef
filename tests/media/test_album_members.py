"""Who has an album, and the keys they have of it."""

from uuid import uuid4

from media.models import Album, AlbumBox, Share
from tests import cast
from tests.media.albums import added, boxed, sealed, version_body


def share(**changes) -> dict:
    return {"role": "viewer", "version": 1, "box": sealed(80), "signature": sealed(64), **changes}


class TestShareAlbum:
    def test_lets_somebody_of_the_family_in(self, as_, alice, bob, carol, album, told):
        body = share()
        heard = told(lambda: as_(alice).put(f"{album}/members/{carol.pk}", body))
        shown = as_(carol).get(album).json()
        assert shown["my"]["role"] == "viewer"
        assert [(one["version"], one["box"]) for one in shown["my"]["boxes"]] == [(1, body["box"])]
        assert heard[0][2] == {alice.pk, bob.pk, carol.pk}

    def test_changes_what_somebody_may_do(self, as_, alice, bob, album):
        assert as_(alice).put(f"{album}/members/{bob.pk}", share()).status_code == 204
        assert as_(bob).get(album).json()["my"]["role"] == "viewer"
        assert AlbumBox.objects.filter(account_id=bob.pk).count() == 1

    def test_is_for_people_of_the_family(self, as_, alice, charlie, album):
        theirs = as_(alice).put(f"{album}/members/{charlie.pk}", share())
        nobody = as_(alice).put(f"{album}/members/{uuid4()}", share())
        assert (theirs.status_code, theirs.content) == (404, nobody.content)
        assert not Share.objects.filter(account_id=charlie.pk).exists()

    def test_is_for_the_owner(self, as_, bob, carol, album):
        for someone in (bob, carol):
            assert as_(someone).put(f"{album}/members/{carol.pk}", share()).status_code == 404

    def test_has_one_owner(self, as_, alice, bob, album, code_of):
        assert as_(alice).put(f"{album}/members/{bob.pk}", share(role="owner")).status_code == 400
        assert code_of(as_(alice).put(f"{album}/members/{alice.pk}", share())) == (409, "owner_stays")

    def test_gives_the_present_key_first_and_earlier_ones_after_it(
        self, as_, alice, bob, carol, album, code_of
    ):
        as_(alice).post(f"{album}/versions", version_body(as_(alice), album, [alice, bob]))
        path = f"{album}/members/{carol.pk}"
        for version in (1, 3):
            assert code_of(as_(alice).put(path, share(version=version))) == (409, "stale_album")
        assert as_(alice).put(path, share(version=2)).status_code == 204
        assert as_(alice).put(path, share(version=1)).status_code == 204
        assert [one["version"] for one in as_(carol).get(album).json()["my"]["boxes"]] == [1, 2]


class TestUnshareAlbum:
    def test_shuts_somebody_out_at_once_and_asks_for_a_new_version(self, as_, alice, bob, album, told):
        added(as_(alice), album)
        heard = told(lambda: as_(alice).delete(f"{album}/members/{bob.pk}"))
        assert as_(bob).get(album).status_code == as_(bob).get(f"{album}/items").status_code == 404
        assert as_(alice).get(album).json()["stale"] is True
        assert not AlbumBox.objects.filter(account_id=bob.pk).exists()
        assert heard[0][2] == {alice.pk, bob.pk}

    def test_lets_a_member_leave(self, as_, alice, bob, carol, album):
        assert as_(bob).delete(f"{album}/members/{alice.pk}").status_code == 404
        assert as_(carol).delete(f"{album}/members/{carol.pk}").status_code == 404
        assert as_(bob).delete(f"{album}/members/{bob.pk}").status_code == 204
        assert as_(bob).delete(f"{album}/members/{bob.pk}").status_code == 404

    def test_keeps_the_owner(self, as_, alice, album, code_of):
        assert code_of(as_(alice).delete(f"{album}/members/{alice.pk}")) == (409, "owner_stays")

    def test_of_nobody_is_absent(self, as_, alice, carol, album, code_of):
        for account_id in (carol.pk, uuid4()):
            assert code_of(as_(alice).delete(f"{album}/members/{account_id}")) == (404, "absent")
        assert as_(alice).get(album).json()["stale"] is False


class TestRenewAlbum:
    def test_wraps_everything_anew_for_who_stays(self, as_, alice, bob, carol, album):
        as_(alice).put(f"{album}/members/{carol.pk}", share())
        for _ in range(3):
            added(as_(bob), album)
        as_(alice).delete(f"{album}/members/{carol.pk}")
        before = as_(alice).get(f"{album}/items").json()
        body = version_body(as_(alice), album, [alice, bob])
        shown = as_(alice).post(f"{album}/versions", body).json()
        assert (shown["version"], shown["details_rev"], shown["stale"]) == (2, 2, False)
        assert shown["details"] == body["details"]
        after = as_(bob).get(f"{album}/items?after={before['rev']}").json()
        keys = {one["item_id"]: one["sealed_key"] for one in body["keys"]}
        assert {one["id"]: one["sealed_key"] for one in after["items"]} == keys
        assert {one["version"] for one in after["items"]} == {2}
        assert [one["id"] for one in after["items"]] == [one["id"] for one in before["items"]]
        assert [one["version"] for one in as_(bob).get(album).json()["my"]["boxes"]] == [1, 2]

    def test_names_exactly_all_members_and_all_items(self, as_, alice, bob, carol, album, code_of):
        items = [added(as_(alice), album)[0] for _ in range(2)]
        whole = version_body(as_(alice), album, [alice, bob])
        stranger = {"item_id": str(uuid4()), "sealed_key": sealed()}
        wrong = [
            {"boxes": whole["boxes"][:1]},
            {"boxes": [*whole["boxes"], boxed(carol)]},
            {"boxes": [*whole["boxes"], boxed(bob)]},
            {"boxes": [whole["boxes"][0], boxed(carol)]},
            {"boxes": []},
            {"keys": whole["keys"][:1]},
            {"keys": [*whole["keys"], stranger]},
            {"keys": [whole["keys"][0], stranger]},
            {"keys": []},
            {"version": 1},
            {"version": 3},
            {"details_rev": 1},
            {"details_rev": 3},
        ]
        for change in wrong:
            reply = as_(alice).post(f"{album}/versions", {**whole, **change})
            assert code_of(reply) == (409, "stale_album"), change
        shown = as_(alice).get(album).json()
        assert (shown["version"], shown["rev"], len(shown["my"]["boxes"])) == (1, len(items), 1)
        assert as_(alice).post(f"{album}/versions", whole).status_code == 200

    def test_again_is_no_change(self, as_, alice, bob, album):
        added(as_(alice), album)
        body = version_body(as_(alice), album, [alice, bob])
        answers = [as_(alice).post(f"{album}/versions", body).json() for _ in range(2)]
        assert answers[0] == answers[1]

    def test_is_for_contributors_where_it_is_due(self, as_, alice, bob, carol, album, code_of):
        as_(alice).put(f"{album}/members/{carol.pk}", share())
        body = version_body(as_(bob), album, [alice, bob, carol])
        assert code_of(as_(bob).post(f"{album}/versions", body)) == (404, "absent")
        reply = as_(carol).post("/api/v1/vault/change", cast.vault_change(carol, new_key=True))
        assert reply.status_code == 200
        assert as_(alice).get(album).json()["stale"] is True
        assert code_of(as_(carol).post(f"{album}/versions", body)) == (404, "absent")
        shown = as_(bob).post(f"{album}/versions", body).json()
        assert (shown["version"], shown["stale"], shown["my"]["boxes"][-1]["by"]) == (2, False, str(bob.pk))
        again = version_body(as_(bob), album, [alice, bob, carol])
        assert code_of(as_(bob).post(f"{album}/versions", again)) == (404, "absent")

    def test_is_for_contributors_where_the_owner_is_gone(self, as_, alice, bob, album):
        body = version_body(as_(bob), album, [alice, bob])
        Share.objects.filter(account_id=alice.pk).delete()
        Album.objects.update(owner=None)
        body["boxes"] = [boxed(bob)]
        assert as_(bob).post(f"{album}/versions", body).status_code == 200

    def test_refuses_what_was_made_for_the_version_before(self, as_, alice, bob, album, code_of):
        as_(alice).post(f"{album}/versions", version_body(as_(alice), album, [alice, bob]))
        reply = as_(bob).put(f"{album}/details", {"version": 1, "details_rev": 3, "details": sealed()})
        assert code_of(reply) == (409, "stale_album")
