"""Opening somebody's rows: two people, one hour at most, and the person learns of it at once."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from notices.models import Notice
from prifora.kernel import clock
from prifora.kernel.ids import new_id
from prifora.kernel.policy import Role
from support import access, services
from support.models import Grant, StaffLook
from support.rules import MINUTES_MAX
from tests.support import desk

SECOND = timedelta(seconds=1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def asker():
    return desk.colleague(Role.SUPPORT, "asker")


def asked(asker, alice, **changes):
    told = {
        "staff_id": asker,
        "role": Role.SUPPORT,
        "subject_id": alice.pk,
        "tables": ["accounts.Account"],
        "reason": desk.REASON,
        "minutes": 60,
        "now": clock.now(),
    }
    return services.ask_grant(**{**told, **changes})


class TestAskGrant:
    @pytest.mark.parametrize("reason", ["", "too short", "         x         ", "y" * 201])
    def test_refuses_a_reason_that_says_nothing_or_too_much(self, asker, alice, reason):
        with pytest.raises(services.ReasonNeeded):
            asked(asker, alice, reason=reason)
        assert not Grant.objects.exists()

    @pytest.mark.parametrize("minutes", [0, -1, MINUTES_MAX + 1])
    def test_refuses_more_than_an_hour(self, asker, alice, minutes):
        with pytest.raises(services.TooLong):
            asked(asker, alice, minutes=minutes)

    @pytest.mark.parametrize("tables", [[], ["accounts.Vault"], ["accounts.Account", "chat.Entry"]])
    def test_refuses_no_table_and_tables_the_role_may_never_see(self, asker, alice, tables):
        with pytest.raises(services.TablesNeeded):
            asked(asker, alice, tables=tables)

    def test_opens_nothing_and_tells_nobody_yet(self, asker, alice):
        asked(asker, alice)
        assert not opens(asker, alice)
        assert not Notice.objects.exists()


def opens(staff_id, alice, table="accounts.Account", now=None):
    found = access.open_grant(staff_id=staff_id, subject_id=alice.pk, table=table, now=now or clock.now())
    return found is not None


class TestApproveGrant:
    @pytest.mark.obligation("PRI-83", partial=True)
    def test_opens_the_asked_tables_for_the_asker_alone(self, asker, alice, bob):
        grant = asked(asker, alice)
        services.approve_grant(grant_id=grant.pk, staff_id=desk.colleague(), now=clock.now())
        assert opens(asker, alice)
        assert not opens(asker, alice, "accounts.Device")
        assert not opens(asker, bob)
        assert not opens(desk.colleague(), alice)

    @pytest.mark.obligation("PRI-83", partial=True)
    @pytest.mark.obligation("PRI-79", partial=True)
    def test_ends_after_the_minutes_that_were_asked(self, asker, alice):
        now = clock.now()
        grant = asked(asker, alice, minutes=MINUTES_MAX, now=now)
        services.approve_grant(grant_id=grant.pk, staff_id=desk.colleague(), now=now)
        assert opens(asker, alice, now=now + timedelta(minutes=60) - SECOND)
        assert not opens(asker, alice, now=now + timedelta(minutes=60))
        assert not opens(asker, alice, now=now - SECOND)

    def test_is_refused_to_who_asked_even_with_the_right_role(self, alice):
        both = desk.colleague(Role.PRIVACY, "both")
        grant = asked(both, alice, role=Role.PRIVACY)
        with pytest.raises(services.SecondPersonNeeded):
            services.approve_grant(grant_id=grant.pk, staff_id=both, now=clock.now())
        grant.refresh_from_db()
        assert grant.approved_at is None

    @pytest.mark.parametrize("role", [Role.SUPPORT, Role.FINANCE])
    def test_is_refused_to_other_roles_and_to_people(self, asker, alice, bob, role):
        grant = asked(asker, alice)
        for staff_id in (desk.colleague(role, "other"), bob.pk):
            with pytest.raises(services.SecondPersonNeeded):
                services.approve_grant(grant_id=grant.pk, staff_id=staff_id, now=clock.now())

    def test_happens_once(self, asker, alice):
        grant = asked(asker, alice)
        services.approve_grant(grant_id=grant.pk, staff_id=desk.colleague(), now=clock.now())
        with pytest.raises(services.NotWaiting):
            services.approve_grant(grant_id=grant.pk, staff_id=desk.colleague(), now=clock.now())

    def test_is_held_by_the_database_too(self, asker, alice):
        grant = asked(asker, alice)
        with pytest.raises(IntegrityError), transaction.atomic():
            Grant.objects.filter(pk=grant.pk).update(approved_by=asker, approved_at=clock.now())
        with pytest.raises(IntegrityError), transaction.atomic():
            Grant.objects.filter(pk=grant.pk).update(minutes=MINUTES_MAX + 1)

    @pytest.mark.obligation("PRI-83", partial=True)
    @pytest.mark.obligation("PRI-79", partial=True)
    def test_tells_the_person_at_once_in_which_role_and_for_how_long(self, as_, asker, alice):
        grant = asked(asker, alice, minutes=20)
        services.approve_grant(grant_id=grant.pk, staff_id=desk.colleague(), now=clock.now())
        (letter,) = as_(alice).get("/api/v1/notices").json()["items"]
        assert letter["kind"] == "staff_access"
        assert "20" in letter["text"]
        assert "klantenservice" in letter["text"].lower()

    def test_opens_nothing_more_once_the_asker_has_another_role(self, asker, alice):
        grant = asked(asker, alice)
        services.approve_grant(grant_id=grant.pk, staff_id=desk.colleague(), now=clock.now())
        services.give_role(account_id=asker, role=Role.SYSTEM)
        assert not opens(asker, alice)


class TestEndGrant:
    def test_closes_at_once_by_who_asked_or_who_may_say_yes(self, asker, alice):
        for ender in (asker, desk.colleague()):
            grant = asked(asker, alice)
            services.approve_grant(grant_id=grant.pk, staff_id=desk.colleague(), now=clock.now())
            services.end_grant(grant_id=grant.pk, staff_id=ender, now=clock.now())
            assert not opens(asker, alice)

    def test_says_no_so_that_it_cannot_be_opened_later(self, asker, alice):
        grant = asked(asker, alice)
        services.end_grant(grant_id=grant.pk, staff_id=desk.colleague(), now=clock.now())
        with pytest.raises(services.NotWaiting):
            services.approve_grant(grant_id=grant.pk, staff_id=desk.colleague(), now=clock.now())

    def test_is_refused_to_everybody_else(self, asker, alice, bob):
        grant = asked(asker, alice)
        for staff_id in (desk.colleague(Role.SUPPORT, "other"), bob.pk):
            with pytest.raises(services.SecondPersonNeeded):
                services.end_grant(grant_id=grant.pk, staff_id=staff_id, now=clock.now())

    def test_knows_nothing_of_others(self):
        from prifora.kernel.errors import Absent

        with pytest.raises(Absent):
            services.end_grant(grant_id=new_id(), staff_id=new_id(), now=clock.now())


class TestNoteLook:
    def test_refuses_what_is_not_open(self, asker, alice):
        grant = asked(asker, alice)
        with pytest.raises(services.SecondPersonNeeded):
            services.note_look(grant=grant, table="accounts.Account", now=clock.now())
        services.approve_grant(grant_id=grant.pk, staff_id=desk.colleague(), now=clock.now())
        with pytest.raises(services.SecondPersonNeeded):
            services.note_look(grant=grant, table="accounts.Device", now=clock.now())
        assert not StaffLook.objects.exists()

    def test_outlives_the_member_of_staff_but_not_the_person(self, asker, alice):
        grant = asked(asker, alice)
        services.approve_grant(grant_id=grant.pk, staff_id=desk.colleague(), now=clock.now())
        look = services.note_look(grant=grant, table="accounts.Account", now=clock.now())
        from accounts.models import Account

        Account.objects.filter(pk=asker).delete()
        look.refresh_from_db()
        assert look.staff_id is None
        assert look.subject_id == alice.pk
        alice.account.delete()
        assert not StaffLook.objects.exists()


class TestRows:
    """What a colleague's yes does in the admin site."""

    def test_stay_closed_without_a_yes_and_after_a_no(self, alice):
        browser = desk.staff(Role.SUPPORT)
        path = desk.path_of(type(alice.account), alice.account)
        desk.ask(browser, alice.account)
        assert b"field-kind" not in browser.get(path).content
        grant = Grant.objects.get()
        services.end_grant(grant_id=grant.pk, staff_id=desk.colleague(), now=clock.now())
        assert b'name="reason"' in browser.get(path).content

    def test_close_again_when_the_time_is_over_or_somebody_ends_it(self, alice):
        browser = desk.staff(Role.SUPPORT)
        path = desk.path_of(type(alice.account), alice.account)
        begun = clock.now()
        with time_machine.travel(begun, tick=False):
            desk.ask(browser, alice.account, minutes=10)
            desk.say_yes()
            assert b"field-kind" in browser.get(path).content
        with time_machine.travel(begun + timedelta(minutes=10), tick=False):
            assert b"field-kind" not in browser.get(path).content
        assert b"field-kind" in browser.get(path).content
        grant = Grant.objects.get()
        browser.post(reverse("desk"), {"grant": grant.pk, "act": "end"})
        assert b"field-kind" not in browser.get(path).content

    def test_open_for_no_colleague_and_no_other_person(self, alice, bob):
        browser = desk.staff(Role.SUPPORT)
        desk.look(browser, alice.account)
        assert b"field-kind" not in browser.get(desk.path_of(type(bob.account), bob.account)).content
        other = desk.staff(Role.SUPPORT, "someone-else")
        answer = other.get(desk.path_of(type(alice.account), alice.account))
        assert b"field-kind" not in answer.content
        assert b'name="reason"' in answer.content
