"""Where one family ends and another begins; whom somebody favours and blocks, over HTTP."""

from uuid import uuid4

import pytest

from contacts import services
from contacts.models import Block, Favourite
from prifora.kernel import clock
from tests.cast import family_of, person
from tests.contacts.asking import FAMILIES, invite, page, people


@pytest.mark.obligation("PER-09")
@pytest.mark.obligation("PER-08", partial=True)
class TestTwoFamilies:
    """Bob is in Alice's family and in Charlie's; Alice and Charlie must not learn of each other."""

    @pytest.fixture
    def others(self, charlie, bob):
        return family_of(charlie, bob)

    def test_show_nothing_of_each_other(self, as_, alice, bob, charlie, family, others):
        invitation = invite(as_(charlie), charlie, others)
        as_(bob).put(page(others, "favourites", charlie))
        as_(bob).put(f"/api/v1/blocks/{charlie.pk}")
        answers = [
            as_(alice).get(path).content.decode()
            for path in (
                FAMILIES,
                page(family),
                page(family, "invitations"),
                page(family, "stations"),
                f"/api/v1/accounts/{bob.pk}",
            )
        ]
        for theirs in (str(others.pk), str(charlie.pk), "Charlie", invitation["id"]):
            assert not any(theirs in answer for answer in answers), theirs
        both = {one["id"] for one in as_(bob).get(FAMILIES).json()["items"]}
        assert both == {str(family.pk), str(others.pk)}

    @pytest.mark.parametrize(
        "path",
        [
            "accounts/{charlie}",
            "accounts/{charlie}/portrait",
            "families/{others}",
            "families/{others}/stations",
            "families/{others}/invitations",
        ],
    )
    def test_are_not_there_for_each_other(self, as_, alice, charlie, family, others, path):
        def ask(**ids):
            reply = as_(alice).get("/api/v1/" + path.format(**ids))
            return reply.status_code, reply.content, dict(reply.headers)

        answer = ask(charlie=charlie.pk, others=others.pk)
        assert answer == ask(charlie=uuid4(), others=uuid4())
        assert answer[0] == 404

    def test_do_not_mix_in_one_path(self, as_, alice, bob, charlie, family, others):
        assert as_(bob).put(page(family, "favourites", charlie)).status_code == 404
        assert as_(alice).put(page(family, "favourites", charlie)).status_code == 404
        assert as_(alice).delete(page(family, "people", charlie)).status_code == 404
        assert as_(alice).put(f"/api/v1/blocks/{charlie.pk}").status_code == 404
        assert not Favourite.objects.exists()
        assert not Block.objects.exists()

    def test_keep_favourites_apart(self, as_, bob, alice, charlie, family, others):
        third = person("third")
        for one in (family, others):
            services.join_directly(family_id=one.pk, account_id=third.pk, invited_by=bob.pk, now=clock.now())
        as_(bob).put(page(family, "favourites", third))
        assert people(as_(bob), family)["Third"]["favourite"]
        assert not people(as_(bob), others)["Third"]["favourite"]

    def test_removing_from_one_leaves_the_other(self, as_, alice, bob, family, others):
        assert as_(alice).delete(page(family, "people", bob)).status_code == 204
        assert [one["id"] for one in as_(bob).get(FAMILIES).json()["items"]] == [str(others.pk)]


class TestFavourites:
    @pytest.mark.obligation("PIM-16", "PRI-59", partial=True)
    def test_are_ones_own_and_harmless_twice(self, as_, alice, bob, family):
        path = page(family, "favourites", alice)
        for _ in range(2):
            assert as_(bob).put(path).status_code == 204
        assert Favourite.objects.count() == 1
        assert people(as_(bob), family)["Alice"]["favourite"]
        assert not any(one["favourite"] for one in people(as_(alice), family).values())
        for _ in range(2):
            assert as_(bob).delete(path).status_code == 204
        assert not people(as_(bob), family)["Alice"]["favourite"]


class TestBlocks:
    @pytest.mark.obligation("PIM-31", partial=True)
    def test_show_only_to_the_blocker(self, as_, alice, bob, family):
        before = as_(bob).get(FAMILIES).content, as_(bob).get(f"/api/v1/accounts/{alice.pk}").content
        for _ in range(2):
            assert as_(alice).put(f"/api/v1/blocks/{bob.pk}").status_code == 204
        assert people(as_(alice), family)["Bob"]["blocked"]
        after = as_(bob).get(FAMILIES).content, as_(bob).get(f"/api/v1/accounts/{alice.pk}").content
        assert before == after
        for _ in range(2):
            assert as_(alice).delete(f"/api/v1/blocks/{bob.pk}").status_code == 204
        assert not people(as_(alice), family)["Bob"]["blocked"]

    def test_tell_only_the_blockers_devices(self, as_, alice, bob, family, told):
        for method in ("put", "delete"):
            heard = told(lambda m=method: getattr(as_(alice), m)(f"/api/v1/blocks/{bob.pk}"))
            assert [people for _name, _ids, people in heard] == [{alice.pk}]

    @pytest.mark.obligation("PIM-31", partial=True)
    def test_do_not_answer_the_blocked_otherwise(self, as_, alice, bob, family):
        as_(alice).put(f"/api/v1/blocks/{bob.pk}")
        assert as_(bob).put(f"/api/v1/blocks/{alice.pk}").status_code == 204
        assert as_(bob).delete(f"/api/v1/blocks/{alice.pk}").status_code == 204
        assert people(as_(alice), family)["Bob"]["blocked"]

    def test_need_another_person(self, as_, alice, family):
        assert as_(alice).put(f"/api/v1/blocks/{alice.pk}").status_code == 404
