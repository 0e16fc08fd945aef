"""The Message Center over HTTP: on every device of a person, the Home Station too."""

import pytest

from notices.access import PAGE
from notices.models import Notice
from prifora.kernel.ids import new_id
from tests.notices.telling import MAILED, SAID, declared, told  # noqa: F401

pytestmark = pytest.mark.django_db
LIST, READ = "/api/v1/notices", "/api/v1/notices/read"


def read_ones():
    return set(Notice.objects.exclude(read_at=None).values_list("once", flat=True))


class TestNotices:
    @pytest.mark.obligation("PRI-120", partial=True)
    @pytest.mark.parametrize("kind", ["person", "station"])
    def test_are_read_by_person_and_home_station(self, as_, alice, kind):
        told(alice, letter=MAILED)
        answer = as_(alice, kind=kind).get(LIST).json()
        assert (answer["unread"], answer["more"]) == (1, False)
        only = answer["items"][0]
        assert (only["kind"], only["topic"], only["read_at"], only["path"]) == (
            "test.mailed",
            "privacy",
            None,
            "",
        )
        assert set(only) == {"id", "kind", "topic", "title", "text", "path", "at", "read_at"}

    @pytest.mark.parametrize(
        ("language", "title", "path"),
        [("nl", "From 1 maart 2027", "/privacy/nl/2"), ("fr", "From 1 mars 2027", "/privacy/fr/2")],
    )
    def test_are_in_the_language_that_is_asked_for(self, as_, alice, language, title, path):
        told(alice, letter=SAID)
        only = as_(alice).get(LIST, headers={"Accept-Language": language}).json()["items"][0]
        assert (only["title"], only["path"]) == (title, path)

    def test_come_page_by_page(self, as_, alice):
        for n in range(PAGE + 1):
            told(alice, once=str(n))
        client = as_(alice)
        first = client.get(LIST).json()
        assert (len(first["items"]), first["more"], first["unread"]) == (PAGE, True, PAGE + 1)
        rest = client.get(LIST, {"before": first["items"][-1]["id"]}).json()
        assert (len(rest["items"]), rest["more"]) == (1, False)

    def test_of_somebody_else_are_not_there(self, as_, alice, bob):
        told(bob)
        assert as_(alice).get(LIST).json()["items"] == []
        theirs = as_(alice).get(LIST, {"before": str(Notice.objects.get().pk)})
        none = as_(alice).get(LIST, {"before": str(new_id())})
        assert theirs.status_code == none.status_code == 404
        assert theirs.content == none.content

    def test_ask_the_signed_out_to_sign_in(self, anyone):
        assert anyone.get(LIST).status_code == 401
        assert anyone.post(READ, {}).status_code == 401

    def test_refuse_what_is_no_number(self, as_, alice):
        assert as_(alice).get(LIST, {"before": "yesterday"}).status_code == 400


class TestNoticesRead:
    @pytest.mark.obligation("PRI-119", "PRI-120", partial=True)
    def test_notes_what_was_read_and_when(self, as_, alice):
        told(alice)
        told(alice, once="twice")
        client = as_(alice)
        wanted = str(Notice.objects.get(once="once").pk)
        assert client.post(READ, {"ids": [wanted]}, format="json").status_code == 204
        assert read_ones() == {"once"}
        shown = {one["id"]: one["read_at"] for one in client.get(LIST).json()["items"]}
        assert shown[wanted]

    def test_notes_everything_without_ids(self, as_, alice, bob):
        told(alice, bob)
        told(alice, once="twice")
        as_(alice, kind="station").post(READ, {}, format="json")
        assert Notice.objects.filter(account_id=alice.pk, read_at=None).count() == 0
        assert Notice.objects.filter(account_id=bob.pk, read_at=None).count() == 1

    def test_does_nothing_to_somebody_elses(self, as_, alice, bob):
        told(bob)
        theirs = str(Notice.objects.get().pk)
        assert as_(alice).post(READ, {"ids": [theirs]}, format="json").status_code == 204
        assert read_ones() == set()

    @pytest.mark.parametrize("ids", [[], ["x"], "all", [str(new_id())] * 501])
    def test_refuses_what_names_no_notices(self, as_, alice, ids):
        assert as_(alice).post(READ, {"ids": ids}, format="json").status_code == 400
