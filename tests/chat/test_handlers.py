"""What chat does when something happens elsewhere."""

import pytest
from django.db import transaction

from accounts import services as accounts
from accounts.models import Account, Device
from chat import access
from chat.models import Entry
from contacts import services as contacts
from contacts.models import Bond
from prifora.kernel import clock, events
from tests import cast, mls


@pytest.fixture
def told(monkeypatch):
    """What devices were told, as (name, people)."""
    seen = []
    monkeypatch.setattr(events, "_carriers", [lambda name, body, people: seen.append((name, set(people)))])
    return seen


@pytest.fixture
def everyone(alice, bob, family):
    """The conversation of the whole family."""
    talk = mls.start(alice, family, everyone=True)
    talk.add(alice, bob)
    return talk


def join(someone, family, by):
    contacts.join_directly(family_id=family.pk, account_id=someone.pk, invited_by=by.pk, now=clock.now())


class TestWhoJoinsAFamily:
    def test_belongs_to_its_conversation_of_everyone_and_to_no_other(
        self, everyone, talk, alice, charlie, family
    ):
        join(charlie, family, alice)
        assert access.conversations_of(charlie.pk) == [everyone.id]
        everyone.add(alice, charlie)
        assert everyone.send(charlie) == 3

    def test_belongs_to_no_conversation_of_another_family(self, everyone, charlie, dora):
        other = cast.family_of(dora)
        join(charlie, other, dora)
        assert access.conversations_of(charlie.pk) == []


class TestWhoLeavesAFamily:
    def test_leaves_its_conversations_in_the_same_transaction(self, everyone, alice, bob, family):
        with pytest.raises(RuntimeError), transaction.atomic():
            contacts.leave(family_id=family.pk, account_id=bob.pk, now=clock.now())
            assert access.conversations_of(bob.pk) == []
            raise RuntimeError
        assert access.conversations_of(bob.pk) == [everyone.id]
        assert not Entry.objects.filter(kind="proposal").exists()
        assert Bond.objects.get(family=family, account=bob.account).ended_at is None

    def test_stays_out_after_coming_back_until_somebody_gives_them_keys(self, everyone, alice, bob, family):
        contacts.remove(family_id=family.pk, account_id=bob.pk, now=clock.now())
        everyone.post(alice, everyone.clean(alice))
        join(bob, family, alice)
        assert access.conversations_of(bob.pk) == [everyone.id]
        assert bob.pk not in {one.pk for one in everyone.group.people.values()}

    @pytest.mark.django_db(transaction=True)
    def test_hears_that_they_left_and_the_others_that_something_changed(
        self, everyone, alice, bob, family, told
    ):
        contacts.remove(family_id=family.pk, account_id=bob.pk, now=clock.now())
        assert ("conversation.left", {bob.pk}) in told
        assert ("conversation.changed", {alice.pk}) in told
        assert not any(bob.pk in people for name, people in told if name == "conversation.changed")


@pytest.mark.django_db(transaction=True)
class TestANewDevice:
    def test_is_told_to_everyone_who_talks_with_its_account(self, talk, alice, bob, charlie, told):
        mls.further_device(bob)
        assert ("conversation.changed", {alice.pk, bob.pk}) in told
        assert not any(charlie.pk in people for _name, people in told)


class TestARevokedDevice:
    def test_loses_its_keys_by_a_removal(self, talk, alice, bob):
        accounts.revoke_device(device=Device.objects.get(pk=bob.device_id), now=clock.now())
        assert len(talk.asked()) == 1
        assert bob.pk in access.people_in(talk.id)


class TestAClosedAccount:
    @pytest.mark.obligation("PIM-34", partial=True)
    def test_belongs_nowhere_and_loses_its_keys(self, talk, direct, bob):
        accounts.close_account(account=Account.objects.get(pk=bob.pk))
        assert access.conversations_of(bob.pk) == []
        assert (len(talk.asked()), len(direct.asked())) == (1, 1)
