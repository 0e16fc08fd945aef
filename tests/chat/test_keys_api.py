"""Keys and archives over HTTP."""

import pytest

from chat import services
from chat.models import HistoryBox, Welcome
from prifora.kernel import clock
from prifora.kernel.ids import new_id
from prifora.kernel.limits import Limit
from tests import mls
from tests.cast import b64, unb64


class TestKeyPackages:
    def test_are_counted_as_they_come_and_go(self, as_, alice, bob, family):
        client = as_(bob)
        packages = [b64(mls.key_package(bob)) for _ in range(3)]
        body = {"packages": packages, "last_resort": b64(mls.key_package(bob))}
        reply = client.post("/api/v1/key-packages", body)
        assert (reply.status_code, reply.json()) == (201, {"count": 3})
        talk = mls.start(alice, family, bob)
        as_(alice).post(f"{talk.path}/key-packages/claim", {"account_ids": [str(bob.pk)]})
        assert client.get("/api/v1/key-packages").json() == {"count": 2}

    def test_say_why_one_is_not_fit(self, as_, bob, code_of):
        package = mls.key_package(bob, signature=bytes(64))
        reply = as_(bob).post("/api/v1/key-packages", {"packages": [b64(package)]})
        assert (code_of(reply), reply.json()["reason"]) == ((400, "package_refused"), "signature")

    def test_are_not_taken_for_somebody_else(self, as_, alice, bob, code_of):
        reply = as_(alice).post("/api/v1/key-packages", {"packages": [b64(mls.key_package(bob))]})
        assert (code_of(reply), reply.json()["reason"]) == ((400, "package_refused"), "owner")

    def test_are_bounded_in_size_and_number(self, as_, bob):
        for packages in ([b64(bytes(4097))], [b64(bytes(63))], [b64(mls.key_package(bob))] * 51):
            reply = as_(bob).post("/api/v1/key-packages", {"packages": packages})
            assert reply.status_code == 400
        assert as_(bob).get("/api/v1/key-packages").json() == {"count": 0}


class TestClaim:
    def claim(self, client, talk, *people):
        ids = [str(one.pk) for one in people]
        return client.post(f"{talk.path}/key-packages/claim", {"account_ids": ids})

    def test_names_the_device_of_each_package(self, as_, alice, bob, family):
        talk = mls.start(alice, family, bob)
        (package,) = mls.store_packages(bob, 1)
        assert self.claim(as_(alice), talk, bob).json() == {
            "items": [
                {"account_id": str(bob.pk), "device_id": str(bob.device_id), "package": b64(package)},
            ]
        }

    def test_is_the_same_nothing_for_a_stranger_and_for_nobody(self, as_, alice, charlie, talk):
        mls.store_packages(charlie, 1)
        stranger = self.claim(as_(alice), talk, charlie)
        nobody = as_(alice).post(f"{talk.path}/key-packages/claim", {"account_ids": [str(new_id())]})
        assert stranger.status_code == nobody.status_code == 404
        assert stranger.content == nobody.content

    def test_is_limited_for_each_person(self, as_, alice, bob, talk, code_of):
        client = as_(alice)
        for _ in range(Limit.KEY_PACKAGE_CLAIM.value.number):
            assert self.claim(client, talk, bob).status_code == 200
        reply = self.claim(client, talk, bob)
        assert code_of(reply) == (429, "throttled")
        assert int(reply.headers["Retry-After"]) > 0
        assert self.claim(as_(bob), talk, alice).status_code == 200

    @pytest.mark.parametrize("ids", [[], ["x"], None, [str(new_id())] * 101])
    def test_needs_a_list_of_people(self, as_, alice, talk, ids):
        reply = as_(alice).post(f"{talk.path}/key-packages/claim", {"account_ids": ids})
        assert reply.status_code == 400


class TestWelcomes:
    def test_are_for_one_device_and_gone_once_used(self, as_, alice, bob, talk):
        tablet = mls.further_device(bob)
        assert as_(alice).get("/api/v1/welcomes").json() == {"items": []}
        assert as_(tablet).get("/api/v1/welcomes").json() == {"items": []}
        (shown,) = as_(bob).get("/api/v1/welcomes").json()["items"]
        for other in (alice, tablet):
            assert as_(other).delete(f"/api/v1/welcomes/{shown['id']}").status_code == 404
        assert as_(bob).delete(f"/api/v1/welcomes/{shown['id']}").status_code == 204
        assert as_(bob).delete(f"/api/v1/welcomes/{shown['id']}").status_code == 404
        assert not Welcome.objects.exists()

    def test_of_others_look_like_none(self, as_, charlie, bob, talk):
        row = Welcome.objects.get(device_id=bob.device_id)
        theirs = as_(charlie).delete(f"/api/v1/welcomes/{row.pk}")
        nothing = as_(charlie).delete(f"/api/v1/welcomes/{new_id()}")
        assert theirs.status_code == nothing.status_code == 404
        assert theirs.content == nothing.content


class TestArchive:
    def test_holds_everything_from_the_first_message_on_newest_first(self, as_, alice, bob, talk):
        for someone in (alice, bob, alice):
            talk.send(someone, archived=True)
        shown = as_(bob).get(f"{talk.path}/archive").json()["items"]
        assert [one["seq"] for one in shown] == [4, 3, 2]
        assert [one["account_id"] for one in shown] == [str(one.pk) for one in (alice, bob, alice)]
        assert {one["epoch"] for one in shown} == {1}
        boxes = as_(bob).get(f"{talk.path}/history-boxes").json()["items"]
        assert [one["epoch"] for one in boxes] == [1]

    def test_is_read_back_page_by_page(self, as_, alice, talk):
        for _ in range(5):
            talk.send(alice, archived=True)
        client, before, seen = as_(alice), 100, []
        while page := client.get(f"{talk.path}/archive?limit=2&before={before}").json()["items"]:
            seen += [one["seq"] for one in page]
            before = seen[-1]
        assert seen == [6, 5, 4, 3, 2]

    def test_is_there_for_a_further_device(self, as_, alice, bob, talk):
        message = talk.pending(alice, archived=True)
        services.send_message(message=message, now=clock.now())
        tablet = mls.further_device(bob)
        (shown,) = as_(tablet).get(f"{talk.path}/archive").json()["items"]
        assert (shown["id"], unb64(shown["record"]), unb64(shown["signature"]), shown["device_id"]) == (
            str(message.archive.id),
            message.archive.record,
            message.archive.signature,
            str(alice.device_id),
        )

    @pytest.mark.parametrize("query", ["limit=0", "limit=201", "before=-1", "before=x"])
    def test_refuses_a_place_that_cannot_be(self, as_, alice, talk, query):
        assert as_(alice).get(f"{talk.path}/archive?{query}").status_code == 400


class TestHistoryBoxes:
    def test_are_shown_to_their_account_only(self, as_, alice, bob, talk):
        talk.post(bob, talk.group.commit(bob))
        for someone in (alice, bob):
            mine = HistoryBox.objects.filter(account=someone.account).order_by("epoch")
            shown = as_(someone).get(f"{talk.path}/history-boxes").json()["items"]
            assert [unb64(one["box"]) for one in shown] == [bytes(row.box) for row in mine]
            assert [one["epoch"] for one in shown] == [0, 1, 2][-len(mine) :]
            assert [one["device_id"] for one in shown][-2:] == [str(alice.device_id), str(bob.device_id)]

    def test_begin_where_somebody_came_in(self, as_, alice, carol, roomy):
        roomy.post(alice, roomy.group.commit(alice))
        roomy.add(alice, carol)
        shown = as_(carol).get(f"{roomy.path}/history-boxes").json()["items"]
        assert [one["epoch"] for one in shown] == [3]


class TestRemovalKey:
    def test_is_what_every_group_must_name(self, as_, alice):
        shown = unb64(as_(alice).get("/api/v1/mls/sender").json()["external_sender"])
        assert (len(shown), shown[0]) == (1 + 32 + 2 + 1 + len(b"prifora removal"), 32)
        assert shown.endswith(b"prifora removal")
        group = mls.Group.begin(alice, new_id())
        assert shown in group.info()
