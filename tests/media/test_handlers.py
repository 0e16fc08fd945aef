"""Who leaves a family, or closes an account, takes along what they put into albums; nothing of it stays."""

import pytest

from accounts import services as accounts
from contacts import services as contacts
from media.models import Album, AlbumBox, Item, Part, Remark, Share, Upload
from prifora.kernel import clock
from tests import cast
from tests.chat.sealed_files import on_disk
from tests.media.albums import added, made, remarked
from tests.media.uploading import incoming, uploaded


def leave(family, someone):
    contacts.remove(family_id=family.pk, account_id=someone.pk, now=clock.now())


def close(_family, someone):
    accounts.close_account(account=someone.account)


@pytest.mark.parametrize("go", [leave, close])
class TestWhoGoes:
    @pytest.mark.obligation("PIM-34", "PRI-88", partial=True)
    def test_takes_their_own_albums_along(self, as_, alice, bob, family, committed, go):
        album = made(as_(bob), family, bob, contributors=[alice])
        item, _bodies = added(as_(alice), album, "original", "thumb")
        remarked(as_(alice), album, item["id"])
        committed(lambda: go(family, bob))
        assert as_(alice).get(album).status_code == 404
        assert on_disk() == []
        for table in (Album, Share, AlbumBox, Item, Part, Remark):
            assert not table.objects.exists()

    def test_takes_along_what_they_added_elsewhere(self, as_, alice, bob, family, committed, go, told):
        album = made(as_(alice), family, alice, contributors=[bob])
        his, _bodies = added(as_(bob), album)
        hers, _bodies = added(as_(alice), album)
        remarked(as_(bob), album, hers["id"])
        heard = told(lambda: go(family, bob))
        shown = as_(alice).get(album).json()
        assert (shown["stale"], shown["count"]) == (True, 1)
        assert [one["account_id"] for one in shown["members"]] == [str(alice.pk)]
        lines = as_(alice).get(f"{album}/items").json()["items"]
        assert [(one["id"], "removed" in one) for one in lines] == [(hers["id"], False), (his["id"], True)]
        assert [one["removed"] for one in as_(alice).get(f"{album}/remarks").json()["items"]] == [True]
        assert len(on_disk()) == Part.objects.count() == 1
        assert not AlbumBox.objects.filter(account_id=bob.pk).exists()
        assert any(name == "album.changed" and alice.pk in people for name, _body, people in heard)

    def test_leaves_what_others_copied(self, as_, alice, bob, family, committed, go):
        from tests.media.test_items_api import TestCopyItem

        album = made(as_(alice), family, alice, contributors=[bob])
        item, _bodies = added(as_(bob), album)
        copied, body = TestCopyItem.copy(as_(alice), album, item)
        assert copied.status_code == 201
        committed(lambda: go(family, bob))
        assert as_(alice).get(f"{album}/items/{body['id']}/parts/original").status_code == 200

    @pytest.mark.obligation("PIM-34", partial=True)
    def test_ends_what_is_on_its_way(self, as_, bob, family, committed, go):
        uploaded(as_(bob), family.pk)
        committed(lambda: go(family, bob))
        assert (incoming(), Upload.objects.count()) == ([], 0)

    def test_makes_stale_what_they_could_only_see(self, as_, alice, bob, family, committed, go):
        album = made(as_(alice), family, alice, viewers=[bob])
        committed(lambda: go(family, bob))
        assert as_(alice).get(album).json()["stale"] is True


class TestWhoLeavesOneFamily:
    def test_keeps_what_is_theirs_in_another(self, as_, alice, bob, family, committed):
        other = cast.family_of(bob)
        kept = made(as_(bob), other, bob)
        added(as_(bob), kept)
        uploaded(as_(bob), other.pk)
        committed(lambda: leave(family, bob))
        assert as_(bob).get(kept).json()["count"] == 1
        assert Upload.objects.count() == 1


class TestWhoStays:
    def test_is_not_asked_for_a_new_key_when_nothing_was_shared(self, as_, alice, bob, family, committed):
        album = made(as_(alice), family, alice)
        committed(lambda: leave(family, bob))
        assert as_(alice).get(album).json()["stale"] is False


class TestWhoseKeyChanges:
    """A device of theirs was ended: what is added from then on must be under keys it never had."""

    def test_is_waited_for_in_every_album_shared_with_them(self, as_, alice, bob, family, told):
        albums = [made(as_(alice), family, alice, viewers=[bob]), made(as_(bob), family, bob)]
        other = made(as_(alice), family, alice)
        change = cast.vault_change(bob, new_key=True)
        heard = told(lambda: as_(bob).post("/api/v1/vault/change", change))
        assert [as_(bob).get(one).json()["stale"] for one in albums] == [True, True]
        assert as_(alice).get(other).json()["stale"] is False
        news = {body["album_id"]: people for name, body, people in heard if name == "album.changed"}
        assert news == {
            albums[0].rpartition("/")[2]: {alice.pk, bob.pk},
            albums[1].rpartition("/")[2]: {bob.pk},
        }
        assert "account.key" not in [name for name, _body, _people in heard]

    def test_is_not_waited_for_when_it_stays(self, as_, alice, bob, family):
        album = made(as_(alice), family, alice, viewers=[bob])
        assert as_(bob).post("/api/v1/vault/change", cast.vault_change(bob)).status_code == 200
        assert as_(alice).get(album).json()["stale"] is False
