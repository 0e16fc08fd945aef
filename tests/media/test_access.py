import pytest

from contacts.services import remove
from media import access, services
from media.access import Permission
from prifora.kernel import clock
from prifora.kernel.access import Actor
from prifora.kernel.errors import Absent
from tests.media.pictures import picture


def show(someone):
    made = services.make_portrait(picture())
    return services.set_portrait(account_id=someone.pk, picture=made)


class TestPortrait:
    @pytest.mark.obligation("PRI-21", "PRI-31")
    def test_is_there_for_oneself_and_for_the_family(self, family, alice, bob):
        shown = show(alice)
        for someone in (alice, bob):
            actor = Actor(someone.pk)
            assert access.portrait(actor, alice.pk) == shown
            actor.require(Permission.SEE)

    @pytest.mark.obligation("PRI-21", "PRI-31")
    def test_is_absent_for_an_outsider_and_gives_nothing_away(self, family, alice, charlie):
        show(alice)
        actor = Actor(charlie.pk)
        with pytest.raises(Absent):
            access.portrait(actor, alice.pk)
        assert not actor.granted

    def test_is_absent_from_the_moment_somebody_is_out(self, family, alice, bob):
        show(alice)
        show(bob)
        remove(family_id=family.pk, account_id=bob.pk, now=clock.now())
        for one, other in ((alice, bob), (bob, alice)):
            with pytest.raises(Absent):
                access.portrait(Actor(one.pk), other.pk)


class TestPortraitVersions:
    def test_names_the_pictures_there_are_in_one_query(self, alice, bob, charlie, django_assert_num_queries):
        shown = {one.pk: show(one).version for one in (alice, charlie)}
        with django_assert_num_queries(1):
            assert access.portrait_versions([alice.pk, bob.pk, charlie.pk]) == shown
