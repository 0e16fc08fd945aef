"""Items: what was uploaded is what is kept, once, for members, until the last reference goes."""

from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from media import tasks
from media.models import Item, ItemPart, Part, Tombstone, Upload
from media.services import items as item_services
from prifora.kernel import clock
from tests import cast
from tests.chat.sealed_files import container, fetched, on_disk
from tests.media.albums import (
    ALBUMS,
    added,
    calm,
    digest,
    family_of,
    item_body,
    made,
    part,
    remarked,
    sealed,
    version_body,
)
from tests.media.uploading import begin, begun, incoming, send, uploaded
from tests.race import at_once


@pytest.fixture
def other(as_, alice, bob, family):
    """One more."""
    return made(as_(alice), family, alice, contributors=[bob])


class TestAddItem:
    def test_keeps_what_was_uploaded(self, as_, alice, bob, album, committed):
        item, bodies = committed(lambda: added(as_(bob), album, "original", "view", "thumb", "poster"))
        assert (item["rev"], item["author_id"], item["device_id"]) == (1, str(bob.pk), str(bob.device_id))
        assert item["signature_key"] == cast.b64(cast.raw(bob.signer))
        assert [one["name"] for one in item["parts"]] == ["original", "view", "thumb", "poster"]
        for name, body in bodies.items():
            reply = part(as_(alice), album, item, name)
            assert (reply.status_code, fetched(reply)) == (200, body)
        assert (incoming(), Upload.objects.count(), len(on_disk())) == ([], 0, 4)

    def test_again_is_the_same_item(self, as_, alice, album, family):
        body = item_body({"original": uploaded(as_(alice), family.pk)})
        answers = [as_(alice).post(f"{album}/items", body) for _ in range(3)]
        assert [one.status_code for one in answers] == [201] * 3
        assert answers[0].json() == answers[2].json()
        assert len(on_disk()) == Item.objects.count() == 1

    def test_keeps_the_first_when_an_id_comes_again_with_something_else(
        self, as_, alice, bob, album, family, code_of
    ):
        body = item_body({"original": uploaded(as_(alice), family.pk)})
        as_(alice).post(f"{album}/items", body)
        new = item_body({"original": uploaded(as_(alice), family.pk)}, id=body["id"])
        for client, told in (
            (as_(alice), new),
            (as_(alice), {**body, "sealed_meta": sealed()}),
            (as_(bob), body),
        ):
            assert code_of(client.post(f"{album}/items", told)) == (409, "conflict")
        assert len(on_disk()) == 1
        assert Upload.objects.count() == 1

    def test_refuses_bytes_that_are_not_what_was_sealed(self, as_, alice, album, family, code_of):
        good, bad = uploaded(as_(alice), family.pk), uploaded(as_(alice), family.pk)
        body = item_body({"original": good, "thumb": bad})
        body["parts"][1]["sha256"] = digest(b"other")
        reply = as_(alice).post(f"{album}/items", body)
        assert code_of(reply) == (400, "hash_wrong")
        assert reply.json()["name"] == "thumb"
        assert (on_disk(), Item.objects.count(), Upload.objects.count()) == ([], 0, 2)

    def test_refuses_bytes_that_changed_on_the_disk(self, as_, alice, album, family, code_of):
        body = item_body({"original": uploaded(as_(alice), family.pk)})
        at_rest = incoming()[0]
        kept = at_rest.read_bytes()
        for changed in (kept[:-1], kept + b"x", kept[:-1] + bytes([kept[-1] ^ 1]), b""):
            at_rest.write_bytes(changed)
            assert code_of(as_(alice).post(f"{album}/items", body)) == (400, "hash_wrong")
        at_rest.unlink()
        assert code_of(as_(alice).post(f"{album}/items", body)) == (400, "hash_wrong")

    def test_waits_until_everything_has_arrived(self, as_, alice, album, family, code_of):
        whole = container(100)
        upload_id = begun(as_(alice), family.pk, 100)
        send(as_(alice), upload_id, 0, whole[:99])
        body = item_body({"view": (upload_id, whole)})
        reply = as_(alice).post(f"{album}/items", body)
        assert code_of(reply) == (409, "upload_open")
        assert reply.json()["name"] == "view"
        send(as_(alice), upload_id, 99, whole[99:])
        assert as_(alice).post(f"{album}/items", body).status_code == 201

    def test_takes_uploads_of_ones_own_into_this_family_only(self, as_, alice, bob, album, family, code_of):
        elsewhere = cast.family_of(alice)
        theirs, astray = uploaded(as_(bob), family.pk), uploaded(as_(alice), elsewhere.pk)
        for upload in (theirs, astray, (uuid4(), b"")):
            reply = as_(alice).post(f"{album}/items", item_body({"original": upload}))
            assert code_of(reply) == (404, "absent")
        assert (on_disk(), Upload.objects.count()) == ([], 2)

    def test_is_made_under_the_present_version(self, as_, alice, bob, album, family, code_of):
        as_(alice).post(f"{album}/versions", version_body(as_(alice), album, [alice, bob]))
        upload = uploaded(as_(alice), family.pk)
        for version in (1, 3):
            reply = as_(alice).post(f"{album}/items", item_body({"original": upload}, version=version))
            assert code_of(reply) == (409, "stale_album")
            assert reply.json()["version"] == 2
        assert (
            as_(alice).post(f"{album}/items", item_body({"original": upload}, version=2)).status_code == 201
        )

    def test_is_not_for_viewers_and_others(self, as_, alice, bob, charlie, family):
        album = made(as_(alice), family, alice, viewers=[bob])
        for someone in (bob, charlie):
            body = item_body({"original": (uuid4(), b"")})
            theirs, nothing = (
                as_(someone).post(f"{path}/items", body) for path in (album, f"{ALBUMS}/{uuid4()}")
            )
            assert (theirs.status_code, theirs.content) == (404, nothing.content)

    @pytest.mark.parametrize(
        "change",
        [
            {"parts": []},
            {"parts": "all"},
            {"sealed_meta": sealed(16 * 1024 + 1)},
            {"sealed_key": ""},
            {"version": 0},
            {"version": "1"},
            {"id": "x"},
        ],
    )
    def test_takes_only_what_fits(self, as_, alice, album, change):
        body = {**item_body({"original": (uuid4(), b"")}), **change}
        assert as_(alice).post(f"{album}/items", body).status_code == 400

    def test_takes_each_part_and_each_upload_once(self, as_, alice, album, family):
        upload = uploaded(as_(alice), family.pk)
        body = item_body({"original": upload, "view": upload})
        assert as_(alice).post(f"{album}/items", body).status_code == 400
        body["parts"][1] = {**body["parts"][0], "upload_id": str(uuid4())}
        assert as_(alice).post(f"{album}/items", body).status_code == 400
        body["parts"] = [{**body["parts"][0], "name": "../../etc/passwd"}]
        assert as_(alice).post(f"{album}/items", body).status_code == 400

    def test_ends_when_the_album_is_full(self, as_, alice, album, monkeypatch, code_of, family):
        monkeypatch.setattr(item_services, "ITEMS_MAX", 2)
        for _ in range(2):
            added(as_(alice), album)
        body = item_body({"original": uploaded(as_(alice), family.pk)})
        assert code_of(as_(alice).post(f"{album}/items", body)) == (409, "album_full")
        assert (len(on_disk()), Upload.objects.count()) == (2, 1)

    def test_goes_on_after_a_request_that_was_undone(self, as_, alice, album, family):
        """The bytes are still there when the row that should have named them never came."""
        body, client = item_body({"original": uploaded(as_(alice), family.pk)}), calm(as_(alice))
        with pytest.MonkeyPatch.context() as broken:
            broken.setattr(Item, "save", _no_room)
            assert client.post(f"{album}/items", body).status_code == 500
        assert (on_disk(), len(incoming())) == ([], 1)
        assert as_(alice).post(f"{album}/items", body).status_code == 201

    def test_tells_members(self, as_, alice, bob, album, family, told):
        body = item_body({"original": uploaded(as_(bob), family.pk)})
        heard = told(lambda: as_(bob).post(f"{album}/items", body))
        assert [(one[0], one[2]) for one in heard] == [("album.changed", {alice.pk, bob.pk})]


def _no_room(*_args, **_kwargs):
    raise RuntimeError


class TestCopyItem:
    @staticmethod
    def copy(client, album, item, **changes):
        body = {
            "id": str(uuid4()),
            "version": 1,
            "from_item": item["id"],
            "sealed_key": sealed(),
            "sealed_meta": sealed(200),
            **changes,
        }
        return client.post(f"{album}/items/copy", body), body

    @pytest.mark.obligation("PIM-13")
    def test_stores_the_bytes_once(self, as_, alice, bob, album, other, family):
        item, bodies = added(as_(alice), album, "original", "thumb", size=1000)
        reply, body = self.copy(as_(bob), other, item)
        assert reply.status_code == 201
        assert reply.json()["author_id"] == str(bob.pk)
        assert reply.json()["sealed_key"] == body["sealed_key"]
        assert reply.json()["parts"] == item["parts"]
        assert fetched(part(as_(alice), other, body)) == bodies["original"]
        assert as_(alice).get(f"/api/v1/families/{family.pk}/storage").json()["used"] == 2000
        assert len(on_disk()) == 2

    @pytest.mark.obligation("PIM-13")
    def test_keeps_them_until_the_last_reference_goes(self, as_, alice, album, other, committed):
        item, bodies = added(as_(alice), album)
        _reply, copy = self.copy(as_(alice), other, item)
        committed(lambda: as_(alice).delete(f"{album}/items/{item['id']}"))
        assert fetched(part(as_(alice), other, copy)) == bodies["original"]
        committed(lambda: as_(alice).delete(other))
        assert (on_disk(), Part.objects.count()) == ([], 0)

    def test_again_is_the_same_item(self, as_, alice, album, other, code_of):
        item, _bodies = added(as_(alice), album)
        _reply, body = self.copy(as_(alice), other, item)
        assert as_(alice).post(f"{other}/items/copy", body).status_code == 201
        assert Item.objects.count() == 2
        different, _more = added(as_(alice), album)
        reply = as_(alice).post(f"{other}/items/copy", {**body, "from_item": different["id"]})
        assert code_of(reply) == (409, "conflict")

    @pytest.mark.obligation("PIM-26", partial=True)
    def test_of_what_must_not_be_passed_on_is_for_its_author(self, as_, alice, bob, family, other, code_of):
        closed = made(as_(alice), family, alice, contributors=[bob], no_forward=True)
        hers, _bodies = added(as_(alice), closed)
        his, _bodies = added(as_(bob), closed)
        assert code_of(self.copy(as_(bob), other, hers)[0]) == (409, "no_forward")
        assert code_of(self.copy(as_(alice), other, his)[0]) == (409, "no_forward")
        assert self.copy(as_(bob), other, his)[0].status_code == 201

    def test_needs_a_share_of_both(self, as_, alice, bob, album, family, code_of):
        secret = made(as_(alice), family, alice)
        item, _bodies = added(as_(alice), secret)
        assert code_of(self.copy(as_(bob), album, item)[0]) == (404, "absent")
        mine, _bodies = added(as_(bob), album)
        assert code_of(self.copy(as_(bob), secret, mine)[0]) == (404, "absent")

    def test_stays_in_the_family(self, as_, alice, album, code_of):
        elsewhere = cast.family_of(alice)
        item, _bodies = added(as_(alice), album)
        reply, _body = self.copy(as_(alice), made(as_(alice), elsewhere, alice), item)
        assert code_of(reply) == (404, "absent")


class TestListItems:
    def test_goes_on_where_it_was(self, as_, alice, bob, album):
        ids = [added(as_(alice), album)[0]["id"] for _ in range(5)]
        seen, after = [], 0
        while page := (reply := as_(bob).get(f"{album}/items?after={after}&limit=2").json())["items"]:
            seen += [one["id"] for one in page]
            after = reply["rev"]
        assert seen == ids
        as_(alice).delete(f"{album}/items/{ids[1]}")
        as_(alice).put(f"{album}/items/{ids[3]}/meta", {"sealed_meta": sealed()})
        later = as_(bob).get(f"{album}/items?after={after}").json()
        assert [(one["id"], one.get("removed", False)) for one in later["items"]] == [
            (ids[1], True),
            (ids[3], False),
        ]
        assert later["rev"] == later["items"][-1]["rev"] == 7
        again = as_(bob).get(f"{album}/items?after={later['rev']}").json()
        assert again == {"items": [], "rev": 7, "forgotten_rev": 0}

    def test_mixes_what_is_there_and_what_is_gone_in_one_order(self, as_, alice, album):
        items = [added(as_(alice), album)[0] for _ in range(6)]
        for one in items[::2]:
            as_(alice).delete(f"{album}/items/{one['id']}")
        after, seen = 0, []
        for _ in range(20):
            reply = as_(alice).get(f"{album}/items?after={after}&limit=1").json()
            seen += [one["rev"] for one in reply["items"]]
            after = reply["rev"]
        assert seen == [2, 4, 6, 7, 8, 9]

    def test_asks_as_many_questions_for_twenty_as_for_two(self, as_, alice, album):
        def count():
            with CaptureQueriesContext(connection) as asked:
                assert as_(alice).get(f"{album}/items").status_code == 200
            return len(asked)

        for _ in range(2):
            added(as_(alice), album, "original", "thumb")
        few = count()
        for _ in range(18):
            added(as_(alice), album, "original", "thumb")
        assert count() == few

    @pytest.mark.parametrize(
        "query", ["after=-1", "after=x", "limit=0", "limit=501", "limit=1.5", f"after={2**60}"]
    )
    def test_takes_only_numbers_that_can_be(self, as_, alice, album, query):
        assert as_(alice).get(f"{album}/items?{query}").status_code == 400

    def test_is_for_members(self, as_, charlie, album):
        theirs, nothing = (as_(charlie).get(f"{path}/items") for path in (album, f"{ALBUMS}/{uuid4()}"))
        assert (theirs.status_code, theirs.content) == (404, nothing.content)

    def test_says_how_far_those_who_were_away_missed_removals(self, as_, alice, album, settings):
        gone, _bodies = added(as_(alice), album)
        as_(alice).delete(f"{album}/items/{gone['id']}")
        Tombstone.objects.update(created_at=clock.now() - timedelta(days=59))
        assert tasks.forget_tombstones() == 0
        Tombstone.objects.update(created_at=clock.now() - timedelta(days=61))
        assert tasks.forget_tombstones() == 1
        assert as_(alice).get(f"{album}/items").json() == {"items": [], "rev": 2, "forgotten_rev": 2}


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_a_reader_misses_nothing_while_others_write(self, as_, alice, bob, album):
        clients = [cast.client_of(someone) for someone in (alice, bob, alice, bob)]
        family_id, reader = family_of(as_(alice), album), cast.client_of(bob)

        def write(client):
            for _ in range(6):
                body = item_body({"original": uploaded(client, family_id, container(64))})
                assert client.post(f"{album}/items", body).status_code == 201

        def read():
            seen, after, quiet = [], 0, 0
            while quiet < 400 and len(seen) < 24:
                page = reader.get(f"{album}/items?after={after}&limit=3").json()
                seen += [one["rev"] for one in page["items"]]
                after, quiet = page["rev"], 0 if page["items"] else quiet + 1
            return seen

        *_written, seen = at_once(*[lambda one=client: write(one) for client in clients], read)
        assert seen == list(range(1, 25))

    def test_two_last_references_leave_nothing_together(self, as_, alice, album, other):
        for _ in range(3):
            item, _bodies = added(as_(alice), album)
            _reply, copy = TestCopyItem.copy(as_(alice), other, item)
            paths = [f"{album}/items/{item['id']}", f"{other}/items/{copy['id']}"]
            clients = [cast.client_of(alice) for _ in paths]
            ends = [partial(client.delete, path) for client, path in zip(clients, paths, strict=True)]
            assert [one.status_code for one in at_once(*ends)] == [204, 204]
            assert (on_disk(), Part.objects.count()) == ([], 0)

    def test_the_same_item_twice_is_one(self, as_, alice, album):
        family_id = family_of(as_(alice), album)
        body = item_body({"original": uploaded(as_(alice), family_id)})
        clients = [cast.client_of(alice) for _ in range(2)]
        answers = at_once(*[lambda one=client: one.post(f"{album}/items", body) for client in clients])
        assert {one.status_code for one in answers} <= {201, 404}
        assert 201 in {one.status_code for one in answers}
        assert as_(alice).post(f"{album}/items", body).status_code == 201
        assert (len(on_disk()), Item.objects.count()) == (1, 1)


class TestCaptionItem:
    def test_is_for_author_and_owner(self, as_, alice, bob, album, family):
        item, _bodies = added(as_(bob), album)
        for someone in (bob, alice):
            meta = sealed(300)
            reply = as_(someone).put(f"{album}/items/{item['id']}/meta", {"sealed_meta": meta})
            assert (reply.status_code, reply.json()["sealed_meta"]) == (200, meta)
            assert reply.json()["author_id"] == str(bob.pk)
            assert reply.json()["device_id"] == str(someone.device_id)
        hers, _bodies = added(as_(alice), album)
        assert as_(bob).put(f"{album}/items/{hers['id']}/meta", {"sealed_meta": sealed()}).status_code == 404


class TestRemoveItem:
    def test_takes_bytes_rows_and_what_was_said(self, as_, alice, bob, album, committed):
        item, _bodies = added(as_(bob), album, "original", "thumb")
        remark = remarked(as_(alice), album, item["id"])
        assert committed(lambda: as_(bob).delete(f"{album}/items/{item['id']}")).status_code == 204
        assert on_disk() == []
        assert not ItemPart.objects.exists()
        assert part(as_(bob), album, item).status_code == 404
        gone = as_(alice).get(f"{album}/remarks").json()["items"]
        assert [(one["id"], one["removed"]) for one in gone] == [(remark["id"], True)]
        assert as_(bob).delete(f"{album}/items/{item['id']}").status_code == 404

    def test_is_for_author_and_owner(self, as_, alice, bob, charlie, album):
        hers, _bodies = added(as_(alice), album)
        for someone in (bob, charlie):
            assert as_(someone).delete(f"{album}/items/{hers['id']}").status_code == 404
        his, _bodies = added(as_(bob), album)
        assert as_(alice).delete(f"{album}/items/{his['id']}").status_code == 204


def test_begin_is_refused_for_what_is_over_the_family_quota_by_copies_counted_once(
    as_, alice, album, other, settings
):
    settings.STORE_QUOTA_GB = 1
    item, _bodies = added(as_(alice), album, size=1000)
    for _ in range(3):
        assert TestCopyItem.copy(as_(alice), other, item)[0].status_code == 201
    family_id = family_of(as_(alice), album)
    assert begin(as_(alice), family_id, 1024**3 - 1000).status_code == 201
