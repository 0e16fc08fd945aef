"""Parts of items: their bytes, whole and in ranges, wherever they lie."""

import os
from uuid import uuid4

import pytest

from contacts import services as contacts
from media import tasks
from media.clients import CHUNK_BYTES
from media.models import Part
from prifora.kernel import clock
from tests.chat.sealed_files import container, fetched, on_disk
from tests.media.albums import (
    ALBUMS,
    added,
    calm,
    family_of,
    item_body,
    made,
    part,
)
from tests.media.s3 import BUCKET
from tests.media.uploading import incoming, uploaded
from tests.server import free_port


@pytest.fixture
def other(as_, alice, bob, family):
    """One more."""
    return made(as_(alice), family, alice, contributors=[bob])


class TestOnS3:
    def test_puts_takes_and_removes_over_http(self, on_s3, as_, alice, bob, album, committed):
        def keys():
            return {one["Key"] for one in on_s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])}

        before = keys()
        item, bodies = committed(lambda: added(as_(alice), album, "original", "thumb", size=3 * CHUNK_BYTES))
        assert len(keys() - before) == 2
        assert (on_disk(), incoming()) == ([], [])
        assert fetched(part(as_(bob), album, item)) == bodies["original"]
        some = part(as_(bob), album, item, Range="bytes=262140-262150")
        assert (some.status_code, fetched(some)) == (206, bodies["original"][262140:262151])
        committed(lambda: as_(alice).delete(f"{album}/items/{item['id']}"))
        assert keys() == before

    def test_keeps_files_of_conversations_too(self, on_s3, as_, alice, bob, family, committed, code_of):
        from tests import mls
        from tests.chat.sealed_files import put

        talk, body, file_id = mls.conversation_of(alice, bob, family), container(), uuid4()
        for _ in range(2):
            assert put(as_(alice), talk, file_id, body).status_code == 201
        assert code_of(put(as_(alice), talk, file_id, container())) == (409, "file_taken")
        assert fetched(as_(bob).get(f"{talk.path}/files/{file_id}")) == body
        assert on_disk() == []
        assert tasks.remove_strays() == 0
        committed(lambda: as_(alice).delete(f"{talk.path}/files/{file_id}"))
        assert as_(bob).get(f"{talk.path}/files/{file_id}").status_code == 404


class TestAStoreThatIsAway:
    def test_says_so_and_keeps_what_was_uploaded(self, as_, alice, album, family, settings, code_of):
        body = item_body({"original": uploaded(as_(alice), family.pk)})
        settings.STORE_URL = f"s3://nowhere?endpoint=http://127.0.0.1:{free_port()}"
        reply = calm(as_(alice)).post(f"{album}/items", body)
        assert code_of(reply) == (503, "unavailable")
        assert int(reply.headers["Retry-After"]) > 0
        settings.STORE_URL = ""
        assert as_(alice).post(f"{album}/items", body).status_code == 201

    @pytest.mark.django_db(transaction=True)
    def test_does_not_hold_up_a_removal(self, as_, alice, album, settings, code_of):
        item, _bodies = added(as_(alice), album)
        settings.STORE_URL = f"s3://nowhere?endpoint=http://127.0.0.1:{free_port()}"
        assert code_of(part(calm(as_(alice)), album, item)) == (503, "unavailable")
        assert as_(alice).delete(f"{album}/items/{item['id']}").status_code == 204
        assert as_(alice).get(album).json()["count"] == 0


class TestGetPart:
    @pytest.fixture
    def kept(self, as_, alice, album):
        item, bodies = added(as_(alice), album, size=CHUNK_BYTES + 100)
        return item, bodies["original"]

    @pytest.mark.parametrize(
        ("asked", "start", "end"),
        [
            ("bytes=0-0", 0, 1),
            ("bytes=0-", 0, None),
            ("bytes=5-9", 5, 10),
            ("bytes=262143-262145", CHUNK_BYTES - 1, CHUNK_BYTES + 2),
            ("bytes=100-999999999", 100, None),
            ("bytes=-1", -1, None),
            ("bytes=-999999999", 0, None),
        ],
    )
    def test_gives_the_range_that_is_asked_for(self, as_, bob, album, kept, asked, start, end):
        item, body = kept
        reply = part(as_(bob), album, item, Range=asked)
        wanted = body[start:end]
        first = start if start >= 0 else len(body) + start
        assert (reply.status_code, fetched(reply)) == (206, wanted)
        assert reply.headers["Content-Range"] == f"bytes {first}-{first + len(wanted) - 1}/{len(body)}"
        assert reply.headers["Content-Length"] == str(len(wanted))

    @pytest.mark.parametrize(
        "asked",
        [
            "",
            "bytes",
            "bytes=",
            "bytes=-",
            "bytes=5-4",
            "bytes=1-2,4-5",
            "items=0-1",
            "bytes=a-b",
            "bytes=0x1-",
        ],
    )
    def test_gives_everything_when_no_range_is_asked_for(self, as_, bob, album, kept, asked):
        item, body = kept
        reply = part(as_(bob), album, item, Range=asked)
        assert (reply.status_code, fetched(reply)) == (200, body)
        assert "Content-Range" not in reply.headers

    @pytest.mark.parametrize("asked", ["bytes=262244-", "bytes=999999999-", "bytes=-0"])
    def test_refuses_a_range_of_nothing(self, as_, bob, album, kept, asked, code_of):
        item, body = kept
        reply = part(as_(bob), album, item, Range=asked)
        assert code_of(reply) == (416, "range_refused")
        assert reply.headers["Content-Range"] == f"bytes */{len(body)}"

    def test_says_when_it_is_known(self, as_, bob, album, kept):
        item, body = kept
        tag = part(as_(bob), album, item).headers["ETag"]
        for told in (tag, f'"other", {tag}', "*", f"W/{tag}"):
            reply = part(as_(bob), album, item, **{"If-None-Match": told})
            assert (reply.status_code, reply.content) == (304, b"")
        assert part(as_(bob), album, item, **{"If-None-Match": '"other"'}).status_code == 200
        assert part(as_(bob), album, item, **{"If-Range": tag, "Range": "bytes=0-1"}).status_code == 206
        assert fetched(part(as_(bob), album, item, **{"If-Range": '"other"', "Range": "bytes=0-1"})) == body

    def test_is_tagged_by_the_id_it_was_sealed_under(self, as_, bob, album):
        upload_id, whole = uploaded(as_(bob), family_of(as_(bob), album))
        body = item_body({"poster": (upload_id, whole)})
        as_(bob).post(f"{album}/items", body)
        assert part(as_(bob), album, body, "poster").headers["ETag"] == f'"{upload_id}"'

    def test_is_nothing_a_browser_would_show_run_or_keep(self, as_, bob, album, kept):
        headers = part(as_(bob), album, kept[0], Accept="image/*").headers
        assert headers["Content-Type"] == "application/octet-stream"
        assert headers["Cache-Control"] == "private, no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Content-Disposition"] == "attachment"
        assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert headers["Accept-Ranges"] == "bytes"

    def test_is_as_of_nothing_for_everybody_else(self, as_, alice, bob, charlie, family, album, other, kept):
        item, _body = kept
        nothing = as_(charlie).get(f"{ALBUMS}/{uuid4()}/items/{uuid4()}/parts/original")
        secret = made(as_(alice), family, alice)
        contacts.remove(family_id=family.pk, account_id=bob.pk, now=clock.now())
        for someone, path, name in (
            (charlie, album, "original"),
            (bob, album, "original"),
            (alice, other, "original"),
            (alice, secret, "original"),
            (alice, album, "thumb"),
        ):
            reply = part(as_(someone), path, item, name)
            assert (reply.status_code, reply.content) == (404, nothing.content)
            assert reply.headers.items() == nothing.headers.items()

    def test_says_nothing_of_ids_people_or_albums_on_the_disk(self, as_, alice, album, kept, family):
        (path,) = on_disk()
        for told in (kept[0]["id"], album[-36:], str(alice.pk), str(family.pk)):
            assert told.replace("-", "") not in str(path)

    def test_is_answered_head_like_get(self, as_, bob, album, kept):
        item, body = kept
        reply = as_(bob).head(f"{album}/items/{item['id']}/parts/original")
        assert (reply.status_code, b"".join(reply)) == (200, b"")
        assert reply.headers["Content-Length"] == str(len(body))


class TestStrays:
    def test_are_what_no_row_names_and_old(self, as_, alice, album):
        item, _bodies = added(as_(alice), album)
        gone, _bodies = added(as_(alice), album)
        Part.objects.filter(references__item_id=gone["id"]).delete()
        assert tasks.remove_strays() == 0
        for path in on_disk():
            os.utime(path, (0, 0))
        assert tasks.remove_strays() == 1
        assert fetched(part(as_(alice), album, item))
