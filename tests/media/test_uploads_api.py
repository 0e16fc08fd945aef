"""Uploads: they go on where they are, nothing counts twice, and nothing of what is refused stays."""

import os
import random
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine

from contacts import services as contacts
from media.models import Upload
from media.services.uploads import OPEN_MAX, PIECE_MAX_BYTES, UPLOAD_MAX_BYTES, writing
from prifora.kernel import clock
from tests import cast
from tests.chat.sealed_files import container, on_disk
from tests.media.uploading import (
    TUS,
    UPLOADS,
    b64,
    begin,
    begun,
    checksum,
    creation,
    end,
    incoming,
    look,
    send,
    uploaded,
)
from tests.race import at_once

GIB = 1024**3


class TestBeginUpload:
    def test_says_where_it_is_and_until_when(self, alices, family):
        upload_id = uuid4()
        with time_machine.travel("2026-11-25 12:00:00Z", tick=False):
            reply = begin(alices, family.pk, 100, upload_id)
        assert reply.status_code == 201
        assert reply.headers["Location"] == f"{UPLOADS}/{upload_id}"
        assert reply.headers["Upload-Offset"] == "0"
        assert reply.headers["Upload-Expires"] == "Thu, 26 Nov 2026 12:00:00 GMT"
        assert reply.headers["Tus-Resumable"] == "1.0.0"
        assert reply.json() == {"id": str(upload_id), "offset": 0, "length": 100}

    def test_again_says_how_far_it_is(self, alices, family):
        upload_id, body = begun(alices, family.pk, 100), container(100)
        send(alices, upload_id, 0, body[:40])
        reply = begin(alices, family.pk, 100, upload_id)
        assert (reply.status_code, reply.headers["Upload-Offset"]) == (201, "40")
        assert Upload.objects.count() == 1

    @pytest.mark.parametrize("version", [None, "", "0.2.2", "1.0", "1.0.0, 2.0.0"])
    def test_speaks_one_version_of_tus(self, alices, family, version, code_of):
        headers = creation(family.pk, 9, uuid4())
        headers.pop("Tus-Resumable")
        reply = alices.post(
            UPLOADS, headers=headers | ({} if version is None else {"Tus-Resumable": version})
        )
        assert code_of(reply) == (412, "wrong_tus_version")
        assert reply.headers["Tus-Version"] == "1.0.0"

    @pytest.mark.parametrize(
        "length", ["", "0", "-1", "+5", "1.5", "1e3", "0x10", "05", "٣", "9" * 40, "many"]
    )
    def test_takes_only_a_length_in_plain_digits(self, alices, family, length, code_of):
        reply = begin(alices, family.pk, 1, **{"Upload-Length": length})
        assert code_of(reply) == (400, "header_refused")
        assert reply.json()["errors"][0]["attr"] == "Upload-Length"

    def test_takes_five_gibibytes_and_not_more(self, alices, family, code_of):
        assert begin(alices, family.pk, UPLOAD_MAX_BYTES).status_code == 201
        assert code_of(begin(alices, family.pk, UPLOAD_MAX_BYTES + 1)) == (413, "too_large")

    @pytest.mark.parametrize(
        "told",
        [
            "",
            "id",
            "id ,family ",
            "id {id}",
            "id {id},family",
            "id {id},family {family},filename {id}",
            "id {id},id {id},family {family}",
            "id {id},id {family}",
            "ID {id},family {family}",
            "id  {id},family {family}",
            "id {id} {id},family {family}",
            "id {id},family not*base64",
            "id Li4vLi4vZXRjL3Bhc3N3ZA==,family {family}",
            "id /////w==,family {family}",
            "id {hex},family {family}",
            "id {id},family {family},",
        ],
    )
    def test_takes_two_ids_and_nothing_else(self, alices, family, told, code_of):
        upload_id = uuid4()
        words = {"id": b64(str(upload_id)), "family": b64(str(family.pk)), "hex": b64(upload_id.hex)}
        reply = begin(alices, family.pk, 9, **{"Upload-Metadata": told.format(**words)})
        assert code_of(reply) == (400, "header_refused")
        assert not Upload.objects.exists()

    def test_is_refused_for_a_family_of_others_as_for_none(self, as_, alice, bob, charlie, family):
        contacts.remove(family_id=family.pk, account_id=bob.pk, now=clock.now())
        nothing = begin(as_(charlie), uuid4(), 9)
        for someone in (bob, charlie):
            reply = begin(as_(someone), family.pk, 9)
            assert (reply.status_code, reply.content) == (404, nothing.content)

    def test_needs_a_device(self, as_, alice, family, anyone, code_of):
        assert code_of(begin(as_(alice, device=False), family.pk, 9)) == (403, "device_needed")
        assert code_of(begin(anyone, family.pk, 9)) == (401, "not_authenticated")
        assert begin(as_(alice, kind="station"), family.pk, 9).status_code == 201

    def test_does_not_share_an_id(self, as_, alices, alice, bob, family, code_of):
        upload_id = begun(alices, family.pk, 9)
        other = cast.family_of(alice)
        for client, place, length in ((as_(bob), family, 9), (alices, other, 9), (alices, family, 10)):
            assert code_of(begin(client, place.pk, length, upload_id)) == (409, "conflict")

    def test_reserves_what_is_left(self, alices, family, settings, code_of):
        settings.STORE_QUOTA_GB = 1
        first = begun(alices, family.pk, GIB - 10)
        reply = begin(alices, family.pk, 11)
        assert code_of(reply) == (413, "quota_full")
        assert (reply.json()["used"], reply.json()["quota"]) == (GIB - 10, GIB)
        assert begin(alices, family.pk, 10).status_code == 201
        end(alices, first)
        assert begin(alices, family.pk, GIB - 10).status_code == 201

    def test_counts_each_family_alone(self, alices, alice, family, settings):
        settings.STORE_QUOTA_GB = 1
        begun(alices, family.pk, GIB)
        assert begin(alices, cast.family_of(alice).pk, GIB).status_code == 201

    def test_lets_a_person_have_so_many_on_their_way(self, as_, alices, alice, bob, family, code_of):
        now = clock.now()
        rows = [
            Upload(account_id=alice.pk, family=family, length=1, touched_at=now) for _ in range(OPEN_MAX - 1)
        ]
        Upload.objects.bulk_create(rows)
        begun(alices, family.pk, 1)
        for _ in range(3):
            reply = begin(alices, family.pk, 1)
            assert code_of(reply) == (429, "too_many_uploads")
            assert int(reply.headers["Retry-After"]) > 0
        assert begin(as_(bob), family.pk, 1).status_code == 201


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_twenty_who_want_the_last_room_get_what_there_is(self, alice, family, settings):
        settings.STORE_QUOTA_GB = 1
        length = GIB // 5
        clients = [cast.client_of(alice) for _ in range(20)]
        acts = [lambda one=client: begin(one, family.pk, length).status_code for client in clients]
        assert sorted(at_once(*acts)) == [201] * 5 + [413] * 15
        assert sum(Upload.objects.values_list("length", flat=True)) == 5 * length

    @pytest.mark.long
    def test_a_thousand_tiny_ones_end_at_the_limit(self, alice, family):
        clients = [cast.client_of(alice) for _ in range(4)]

        def many(client):
            return [begin(client, family.pk, 1).status_code for _ in range(250)]

        told = at_once(*[lambda one=client: many(one) for client in clients])
        answers = [one for some in told for one in some]
        assert (answers.count(201), answers.count(429)) == (OPEN_MAX, 1000 - OPEN_MAX)
        assert Upload.objects.count() == OPEN_MAX
        assert incoming() == []


class TestAboutTus:
    def test_says_what_it_can(self, alices):
        reply = alices.options(UPLOADS)
        assert reply.status_code == 204
        assert reply.headers["Tus-Version"] == "1.0.0"
        assert reply.headers["Tus-Extension"] == "creation,termination,checksum,expiration"
        assert reply.headers["Tus-Max-Size"] == str(UPLOAD_MAX_BYTES)
        assert reply.headers["Tus-Checksum-Algorithm"] == "sha256"


class TestGetUpload:
    def test_says_how_far_it_is(self, alices, family):
        upload_id = begun(alices, family.pk, 100)
        send(alices, upload_id, 0, container(60))
        reply = look(alices, upload_id)
        assert (reply.status_code, reply.content) == (200, b"")
        assert (reply.headers["Upload-Offset"], reply.headers["Upload-Length"]) == ("60", "100")
        assert reply.headers["Cache-Control"] == "no-store"

    def test_of_somebody_else_is_as_of_nothing(self, as_, alices, bob, charlie, family):
        upload_id = begun(alices, family.pk, 100)
        for someone in (bob, charlie):
            client = as_(someone)
            for ask in (look, end, lambda one, name: send(one, name, 0, container(100))):
                theirs, nothing = ask(client, upload_id), ask(client, uuid4())
                assert (theirs.status_code, theirs.content) == (404, nothing.content)
        assert look(alices, upload_id).headers["Upload-Offset"] == "0"

    def test_that_has_expired_is_absent(self, alices, family, code_of):
        upload_id = begun(alices, family.pk, 100)
        with time_machine.travel(clock.now() + timedelta(hours=24, seconds=1)):
            assert look(alices, upload_id).status_code == 404
            assert code_of(send(alices, upload_id, 0, container(100))) == (404, "absent")


class TestContinueUpload:
    def test_arrives_whole_however_it_is_cut(self, alices, family):
        body, at = container(300_000), 0
        upload_id = begun(alices, family.pk, len(body))
        chance = random.Random(7)
        while at < len(body):
            size = chance.choice([0, 1, 2, 5, 1000, 65_537])
            piece = body[at : at + size]
            told = {"Upload-Checksum": checksum(piece)} if chance.random() < 0.5 else {}
            reply = send(alices, upload_id, at, piece, **told)
            at += len(piece)
            assert (reply.status_code, reply.headers["Upload-Offset"]) == (204, str(at))
        assert incoming()[0].read_bytes() == body

    @pytest.mark.parametrize("offset", [0, 39, 41, 100, 10**18])
    def test_goes_on_only_where_it_is(self, alices, family, offset, code_of):
        upload_id, body = begun(alices, family.pk, 100), container(100)
        send(alices, upload_id, 0, body[:40])
        reply = send(alices, upload_id, offset, body[40:50])
        assert code_of(reply) == (409, "wrong_offset")
        assert reply.json()["offset"] == 40
        assert send(alices, upload_id, 40, body[40:]).status_code == 204
        assert incoming()[0].read_bytes() == body

    @pytest.mark.parametrize("offset", ["", "-1", "1e1", "x", "00"])
    def test_takes_only_an_offset_in_plain_digits(self, alices, family, offset, code_of):
        upload_id = begun(alices, family.pk, 100)
        reply = send(alices, upload_id, 0, container(50), **{"Upload-Offset": offset})
        assert code_of(reply) == (400, "header_refused")

    def test_keeps_nothing_of_a_piece_that_is_not_what_its_checksum_says(self, alices, family, code_of):
        upload_id, body = begun(alices, family.pk, 100), container(100)
        send(alices, upload_id, 0, body[:40])
        reply = send(alices, upload_id, 40, body[40:], **{"Upload-Checksum": checksum(b"other")})
        assert code_of(reply) == (460, "checksum_wrong")
        assert incoming()[0].read_bytes() == body[:40]
        assert look(alices, upload_id).headers["Upload-Offset"] == "40"

    @pytest.mark.parametrize(
        "told", ["", "sha256", "sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=", "sha256 AAAA", "md5 x"]
    )
    def test_takes_no_other_checksum(self, alices, family, told, code_of):
        upload_id = begun(alices, family.pk, 100)
        reply = send(alices, upload_id, 0, container(100), **{"Upload-Checksum": told})
        assert code_of(reply) == (400, "header_refused")

    def test_takes_nothing_beyond_the_length(self, alices, family, code_of):
        upload_id, body = begun(alices, family.pk, 100), container(101)
        assert code_of(send(alices, upload_id, 0, body)) == (413, "too_large")
        assert incoming()[0].read_bytes() == b""
        send(alices, upload_id, 0, body[:100])
        assert code_of(send(alices, upload_id, 100, b"x")) == (413, "too_large")
        assert incoming()[0].read_bytes() == body[:100]

    def test_takes_pieces_of_a_limited_size(self, alices, family, code_of):
        upload_id, body = begun(alices, family.pk, 2 * PIECE_MAX_BYTES), container(PIECE_MAX_BYTES + 1)
        assert code_of(send(alices, upload_id, 0, body)) == (413, "too_large")
        assert send(alices, upload_id, 0, body[:-1]).status_code == 204

    @pytest.mark.parametrize("kind", ["application/octet-stream", "application/json", ""])
    def test_takes_one_kind_of_body(self, alices, family, kind):
        upload_id = begun(alices, family.pk, 100)
        assert send(alices, upload_id, 0, container(100), kind=kind).status_code == 415

    @pytest.mark.obligation("PIM-14", "PRI-53")
    @pytest.mark.parametrize(
        "pieces", [[b"X"], [b"PFM2"], [b"P", b"F", b"X"], [b"PFM", b"0"], [b"{}"], [b"PF", b"M2xx"]]
    )
    def test_refuses_what_is_not_sealed_at_the_first_byte_that_shows_it(
        self, alices, family, pieces, code_of
    ):
        upload_id, at = begun(alices, family.pk, 100), 0
        for piece in pieces[:-1]:
            assert send(alices, upload_id, at, piece).status_code == 204
            at += len(piece)
        assert code_of(send(alices, upload_id, at, pieces[-1])) == (422, "not_sealed")
        assert incoming()[0].stat().st_size == at

    def test_takes_one_piece_at_a_time(self, alices, family, code_of):
        upload_id = begun(alices, family.pk, 100)
        with writing(upload_id):
            assert code_of(send(alices, upload_id, 0, container(100))) == (423, "busy")
        assert send(alices, upload_id, 0, container(100)).status_code == 204

    def test_cuts_off_what_is_on_the_disk_and_does_not_count(self, alices, family):
        upload_id, body = begun(alices, family.pk, 100), container(100)
        send(alices, upload_id, 0, body[:40])
        incoming()[0].write_bytes(body[:40] + os.urandom(60))
        send(alices, upload_id, 40, body[40:50])
        assert incoming()[0].read_bytes() == body[:50]

    def test_goes_back_to_what_is_left_after_a_loss_on_the_disk(self, alices, family, code_of):
        upload_id, body = begun(alices, family.pk, 100), container(100)
        send(alices, upload_id, 0, body[:40])
        incoming()[0].write_bytes(body[:30])
        assert code_of(send(alices, upload_id, 40, body[40:])) == (409, "wrong_offset")
        assert look(alices, upload_id).headers["Upload-Offset"] == "30"
        assert send(alices, upload_id, 30, body[30:]).status_code == 204
        assert incoming()[0].read_bytes() == body

    def test_is_kept_a_day_after_the_last_piece(self, alices, family):
        began, body = clock.now(), container(100)
        with time_machine.travel(began, tick=False):
            upload_id = begun(alices, family.pk, 100)
        for hours in (23, 46):
            with time_machine.travel(began + timedelta(hours=hours), tick=False):
                assert (
                    send(alices, upload_id, hours // 23 - 1, body[hours // 23 - 1 :][:1]).status_code == 204
                )


class TestEndUpload:
    def test_takes_row_and_bytes(self, alices, family, committed):
        upload_id, _body = uploaded(alices, family.pk)
        assert committed(lambda: end(alices, upload_id)).status_code == 204
        assert (incoming(), Upload.objects.count()) == ([], 0)
        assert end(alices, upload_id).status_code == 404


def test_nothing_that_is_refused_reaches_the_store(alices, family):
    upload_id = begun(alices, family.pk, 100)
    send(alices, upload_id, 0, b"X" * 100)
    assert on_disk() == []
    assert TUS["Tus-Resumable"] == look(alices, upload_id).headers["Tus-Resumable"]
