import pytest

from accounts.services import close_account
from prifora.kernel.access import Actor
from prifora.kernel.errors import Absent
from prifora.kernel.ids import new_id
from privacy import access, services
from privacy.access import Permission


@pytest.mark.django_db
class TestMyself:
    def test_is_the_actor_and_nobody_else(self, alice):
        actor = Actor(id=alice.pk)
        assert access.myself(actor, Permission.CLOSE) == alice.account
        assert actor.granted == {Permission.CLOSE}

    def test_is_absent_when_closed_or_gone(self, alice):
        close_account(account=alice.account)
        for account_id in (alice.pk, new_id()):
            actor = Actor(id=account_id)
            with pytest.raises(Absent):
                access.myself(actor, Permission.CLOSE)
            assert not actor.granted


@pytest.mark.django_db
class TestClosureOf:
    def test_finds_what_was_asked(self, alice, bob, rf):
        from prifora.kernel import clock

        closure = services.close_at_once(account_id=alice.pk, withdraw=True, now=clock.now())
        assert access.closure_of(alice.pk) == closure
        assert access.closure_of(bob.pk) is None


@pytest.mark.django_db
class TestAnnouncements:
    def test_are_found_by_the_number_of_their_version(self):
        from prifora.kernel import clock

        services.begin_with(number=3, now=clock.now())
        assert access.announcements()[3].told == 0
