"""Everybody reads their own notices, page by page, and nobody else's."""

from datetime import timedelta

import pytest

from notices import access
from notices.access import PAGE, Permission
from notices.models import Notice
from prifora.kernel import clock
from prifora.kernel.access import Actor
from prifora.kernel.errors import Absent
from tests.notices.telling import declared, told  # noqa: F401

pytestmark = pytest.mark.django_db


def ids(notices):
    return [one.pk for one in notices]


class TestMyNotices:
    def test_are_the_actors_own_newest_first(self, alice, bob):
        now = clock.now()
        for n in range(3):
            told(alice, once=f"a{n}", now=now + timedelta(minutes=n))
        told(bob)
        actor = Actor(id=alice.pk)
        found, more = access.my_notices(actor, before=None)
        assert [one.once for one in found] == ["a2", "a1", "a0"]
        assert not more
        assert actor.granted == {Permission.READ}

    def test_come_a_page_at_a_time_each_once(self, alice):
        now = clock.now()
        for n in range(PAGE + 7):
            told(alice, once=str(n), now=now)  # all at the same moment: the order must still be one
        first, more = access.my_notices(Actor(id=alice.pk), before=None)
        rest, end = access.my_notices(Actor(id=alice.pk), before=first[-1].pk)
        assert (len(first), more, len(rest), end) == (PAGE, True, 7, False)
        assert set(ids(first)) | set(ids(rest)) == set(Notice.objects.values_list("pk", flat=True))

    def test_know_no_page_after_somebody_elses(self, alice, bob):
        told(bob)
        actor = Actor(id=alice.pk)
        with pytest.raises(Absent):
            access.my_notices(actor, before=Notice.objects.get().pk)


class TestCountUnread:
    def test_counts_the_actors_own(self, alice, bob):
        told(alice, bob)
        told(alice, once="twice")
        Notice.objects.filter(account_id=alice.pk, once="once").update(read_at=clock.now())
        assert access.count_unread(Actor(id=alice.pk)) == 1


class TestMayMark:
    def test_is_for_oneself(self, alice):
        actor = Actor(id=alice.pk)
        assert access.may_mark(actor) == alice.pk
        assert actor.granted == {Permission.MARK}
