from uuid import uuid4

import pytest

from media.models import Portrait
from media.rules import SENT_MAX_BYTES
from prifora.kernel.limits import Limit
from tests.media.pictures import CAMERA, moving, opened, photo, picture

MINE = "/api/v1/me/portrait"


def put(client, sent, kind="image/jpeg"):
    return client.put(MINE, data=sent, content_type=kind)


def page(someone):
    return f"/api/v1/accounts/{someone.pk}/portrait"


@pytest.fixture
def shown(as_, alice, family):
    """Alice shows a picture of herself."""
    reply = put(as_(alice), photo())
    assert reply.status_code == 200
    return reply.json()["version"]


class TestPutPortrait:
    @pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
    def test_takes_the_picture_formats_of_every_device(self, as_, alice, form):
        assert put(as_(alice), picture(form=form), f"image/{form.lower()}").status_code == 200

    def test_believes_the_bytes_and_not_their_label(self, as_, alice):
        assert put(as_(alice), picture(form="PNG"), "image/jpeg").status_code == 200
        assert put(as_(alice), b"<svg/>", "image/png").json()["errors"][0]["code"] == "portrait_unreadable"

    def test_says_what_is_wrong_and_keeps_the_old_one(self, as_, alice, bob, shown):
        reply = put(as_(alice), moving("WEBP"), "image/webp")
        assert (reply.status_code, reply.json()["errors"][0]["code"]) == (400, "portrait_moving")
        assert as_(bob).get(page(alice)).headers["ETag"] == f'"{shown}"'

    def test_refuses_more_than_five_megabytes(self, as_, alice):
        reply = put(as_(alice), picture() + b"\0" * SENT_MAX_BYTES)
        assert (reply.status_code, reply.json()["errors"][0]["code"]) == (413, "too_large")

    def test_refuses_what_does_not_say_it_is_a_picture(self, as_, alice):
        assert as_(alice).put(MINE, {"picture": "x"}, format="json").status_code == 415

    def test_refuses_nothing_at_all(self, as_, alice):
        assert put(as_(alice), b"").json()["errors"][0]["code"] == "portrait_unreadable"

    def test_is_not_for_the_signed_out_nor_for_a_station(self, as_, alice, anyone):
        assert put(anyone, picture()).status_code == 401
        assert as_(alice, kind="station").put(MINE, picture(), content_type="image/jpeg").status_code == 404
        assert not Portrait.objects.exists()

    def test_stops_after_so_many_in_an_hour(self, as_, alice):
        client = as_(alice)
        answers = [put(client, b"x").status_code for _ in range(Limit.PORTRAIT_CHANGE.value.number + 1)]
        assert answers[-2:] == [400, 429]


class TestGetPortrait:
    def test_shows_a_clean_picture_to_the_family_and_its_station(self, as_, alice, bob, shown):
        for client in (as_(bob), as_(alice), as_(alice, kind="station")):
            reply = client.get(page(alice))
            assert (reply.status_code, reply.headers["Content-Type"]) == (200, "image/webp")
            assert opened(reply.content).size == (512, 384)
            assert CAMERA.encode() not in reply.content

    def test_can_only_be_a_picture_to_a_browser(self, as_, bob, alice, shown):
        headers = as_(bob).get(page(alice), HTTP_ACCEPT="image/webp").headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "private, no-cache"
        assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert headers["Content-Disposition"].startswith("inline")

    def test_is_sent_once_for_each_version(self, as_, alice, bob, shown):
        reply = as_(bob).get(page(alice), HTTP_IF_NONE_MATCH=f'"{shown}"')
        assert (reply.status_code, reply.content) == (304, b"")
        put(as_(alice), picture())
        assert as_(bob).get(page(alice), HTTP_IF_NONE_MATCH=f'"{shown}"').status_code == 200

    def test_is_not_even_known_to_an_outsider(self, as_, alice, bob, charlie, shown):
        client = as_(charlie)
        nothing = client.get(f"/api/v1/accounts/{uuid4()}/portrait")
        for there in (alice, bob):
            reply = client.get(page(there), HTTP_IF_NONE_MATCH=f'"{shown}"')
            assert (reply.status_code, reply.content) == (404, nothing.content)
            assert reply.headers.items() == nothing.headers.items()
        assert b"absent" in nothing.content

    def test_is_not_for_the_signed_out(self, anyone, alice, shown):
        assert anyone.get(page(alice)).status_code == 401

    def test_gives_no_bytes_that_belong_to_somebody_else(self, as_, alice, bob, shown):
        put(as_(bob), picture())
        swapped = Portrait.objects.get(account_id=bob.pk).sealed
        Portrait.objects.filter(account_id=alice.pk).update(sealed=swapped)
        client = as_(bob)
        client.raise_request_exception = False
        reply = client.get(page(alice))
        assert reply.status_code == 500
        assert b"WEBP" not in reply.content


class TestDeletePortrait:
    def test_takes_it_away_from_everybody(self, as_, alice, bob, shown):
        assert as_(alice).delete(MINE).status_code == 204
        assert as_(bob).get(page(alice)).status_code == 404
        assert as_(alice).delete(MINE).status_code == 204

    def test_is_not_for_a_station(self, as_, alice, shown):
        assert as_(alice, kind="station").delete(MINE).status_code == 404
        assert Portrait.objects.count() == 1


class TestVersion:
    def test_stands_wherever_people_are_listed(self, as_, alice, bob, shown):
        client = as_(bob)
        (family,) = client.get("/api/v1/families").json()["items"]
        assert {one["first_name"]: one["portrait"] for one in family["people"]} == {
            "Alice": shown,
            "Bob": None,
        }
        assert client.get(f"/api/v1/accounts/{alice.pk}").json()["portrait"] == shown
        assert client.get("/api/v1/me").json()["portrait"] is None
        assert as_(alice).get("/api/v1/me").json()["portrait"] == shown
