"""Remarks: for every member, numbered with everything else, and gone when they are taken back."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from media.models import Remark
from media.services import remarks as remark_services
from prifora.kernel.limits import Limit
from tests import cast
from tests.media.albums import ALBUMS, added, made, remark_body, remarked, sealed, version_body


@pytest.fixture
def album(as_, alice, bob, family):
    """An album of Alice that Bob may see."""
    return made(as_(alice), family, alice, viewers=[bob])


@pytest.fixture
def item(as_, alice, album):
    return added(as_(alice), album)[0]["id"]


class TestMakeRemark:
    def test_is_for_every_member(self, as_, alice, bob, album, item, told):
        body = remark_body()
        heard = told(lambda: as_(bob).post(f"{album}/items/{item}/remarks", body))
        (shown,) = as_(alice).get(f"{album}/remarks").json()["items"]
        assert (shown["id"], shown["rev"], shown["item_id"]) == (body["id"], 2, item)
        assert (shown["author_id"], shown["device_id"]) == (str(bob.pk), str(bob.device_id))
        assert (shown["sealed"], shown["signature"]) == (body["sealed"], body["signature"])
        assert shown["signature_key"] == cast.b64(cast.raw(bob.signer))
        assert [(one[0], one[2]) for one in heard] == [("album.changed", {alice.pk, bob.pk})]

    def test_again_is_the_same_remark(self, as_, alice, bob, album, item, code_of):
        body = remark_body()
        path = f"{album}/items/{item}/remarks"
        assert [as_(bob).post(path, body).status_code for _ in range(2)] == [201, 201]
        assert Remark.objects.count() == 1
        assert code_of(as_(bob).post(path, {**body, "sealed": sealed()})) == (409, "conflict")
        assert code_of(as_(alice).post(path, body)) == (409, "conflict")

    def test_is_made_under_the_present_version(self, as_, alice, bob, album, item, code_of):
        as_(alice).post(f"{album}/versions", version_body(as_(alice), album, [alice, bob]))
        assert code_of(as_(bob).post(f"{album}/items/{item}/remarks", remark_body())) == (409, "stale_album")
        remarked(as_(bob), album, item, version=2)

    @pytest.mark.long
    def test_has_a_limit_for_each_item_and_for_each_person(
        self, as_, alice, bob, album, item, monkeypatch, code_of
    ):
        monkeypatch.setattr(remark_services, "REMARKS_MAX", 2)
        path = f"{album}/items/{item}/remarks"
        for _ in range(2):
            remarked(as_(bob), album, item)
        assert code_of(as_(alice).post(path, remark_body())) == (409, "remarks_full")
        for _ in range(Limit.REMARK_MAKE.value.number):
            reply = as_(bob).post(path, remark_body())
        assert code_of(reply) == (429, "throttled")

    def test_is_as_of_nothing_for_others_and_for_items_elsewhere(
        self, as_, alice, charlie, family, album, item
    ):
        nothing = as_(charlie).post(f"{ALBUMS}/{uuid4()}/items/{uuid4()}/remarks", remark_body())
        elsewhere = made(as_(alice), family, alice)
        for client, path in ((as_(charlie), album), (as_(alice), elsewhere)):
            reply = client.post(f"{path}/items/{item}/remarks", remark_body())
            assert (reply.status_code, reply.content) == (404, nothing.content)

    @pytest.mark.parametrize(
        "change", [{"sealed": sealed(8 * 1024 + 1)}, {"sealed": ""}, {"signature": sealed(63)}]
    )
    def test_takes_only_what_fits(self, as_, bob, album, item, change):
        assert as_(bob).post(f"{album}/items/{item}/remarks", remark_body(**change)).status_code == 400


class TestListRemarks:
    def test_goes_on_where_it_was(self, as_, alice, bob, album, item):
        ids = [remarked(as_(bob), album, item)["id"] for _ in range(3)]
        first = as_(alice).get(f"{album}/remarks?limit=2").json()
        assert [one["id"] for one in first["items"]] == ids[:2]
        as_(bob).delete(f"{album}/remarks/{ids[0]}")
        rest = as_(alice).get(f"{album}/remarks?after={first['rev']}").json()
        assert [(one["id"], "removed" in one) for one in rest["items"]] == [(ids[2], False), (ids[0], True)]
        assert as_(alice).get(f"{album}/items?after=1").json()["items"] == []

    def test_asks_as_many_questions_for_twenty_as_for_two(self, as_, bob, album, item):
        def count():
            with CaptureQueriesContext(connection) as asked:
                assert as_(bob).get(f"{album}/remarks").status_code == 200
            return len(asked)

        for _ in range(2):
            remarked(as_(bob), album, item)
        few = count()
        for _ in range(18):
            remarked(as_(bob), album, item)
        assert count() == few


class TestRemoveRemark:
    def test_is_for_who_made_it_and_the_owner(self, as_, alice, bob, charlie, album, item):
        his, hers = remarked(as_(bob), album, item)["id"], remarked(as_(alice), album, item)["id"]
        for someone in (bob, charlie):
            assert as_(someone).delete(f"{album}/remarks/{hers}").status_code == 404
        assert as_(alice).delete(f"{album}/remarks/{his}").status_code == 204
        assert as_(alice).delete(f"{album}/remarks/{his}").status_code == 404
        assert as_(alice).delete(f"{album}/remarks/{hers}").status_code == 204
        assert not Remark.objects.exists()
