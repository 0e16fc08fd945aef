"""Signing in, whichever way, keeps an account that waits to be erased; a Home Station that comes back does not."""

from datetime import date, timedelta

import pytest

from accounts.events import AccountUsed, SignedIn
from accounts.services import announce_sign_in
from prifora.kernel import clock
from prifora.kernel.events import publish
from privacy.models import Closure, Idle

pytestmark = pytest.mark.django_db


def waiting(someone):
    return Closure.objects.create(account_ref=someone.pk, due_at=clock.now() + timedelta(days=31))


class TestKeepAccount:
    def test_keeps_who_signs_in(self, alice, bob):
        waiting(alice)
        waiting(bob)
        announce_sign_in(account_id=alice.pk)
        assert list(Closure.objects.values_list("account_ref", flat=True)) == [bob.pk]

    def test_lets_in_who_comes_too_late(self, alice):
        waiting(alice)
        Closure.objects.update(done="write down")
        announce_sign_in(account_id=alice.pk)
        assert Closure.objects.exists()

    def test_does_nothing_for_everybody_else(self, alice):
        publish(SignedIn(account_id=alice.pk))
        assert not Closure.objects.exists()


class TestEndIdling:
    def test_ends_what_began_by_itself(self, alice):
        day = date(2026, 3, 1)
        Idle.objects.create(account=alice.account, used_on=day, warned_on=day, closes_on=day, closing=True)
        waiting(alice)
        publish(AccountUsed(account_id=alice.pk))
        assert not Idle.objects.exists()
        assert not Closure.objects.exists()

    def test_does_nothing_for_everybody_else(self, alice):
        waiting(alice)
        publish(AccountUsed(account_id=alice.pk))
        assert Closure.objects.exists()
