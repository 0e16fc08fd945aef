"""Invitations over HTTP: personal, once, seven days."""

import hashlib
import os
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connection

from accounts.models import Vault
from accounts.services import close_account
from contacts import services
from contacts.models import INVITATION_LASTS, Bond, Invitation
from prifora.kernel import clock
from prifora.kernel.limits import Limit
from tests import cast
from tests.cast import b64, unb64
from tests.contacts.asking import (
    ACCEPT,
    LOOK,
    accept,
    acceptance,
    invite,
    look,
    new_invitation,
    page,
    people,
    said,
)
from tests.hostile import BYTES, JUNK, refuses_every_body, refuses_every_value
from tests.race import at_once, before_it_is_stored

UNKNOWN = (404, "invitation_unknown")


def state_of(client, family) -> list[str]:
    return [one["state"] for one in client.get(page(family, "invitations")).json()["items"]]


@pytest.fixture
def invitation(as_, alice, family):
    return invite(as_(alice), alice, family)


class TestMakeInvitation:
    def test_lasts_seven_days_and_says_who_made_it(self, as_, alice, family):
        body = new_invitation(alice, family)
        reply = as_(alice).post(page(family, "invitations"), body)
        row = Invitation.objects.get()
        assert (reply.status_code, reply.json()["id"]) == (201, body["id"])
        assert reply.json()["made_by"] == str(alice.pk)
        assert row.expires_at - row.created_at == timedelta(days=7) == INVITATION_LASTS

    @pytest.mark.obligation("PER-24", partial=True)
    def test_leaves_only_a_hash_of_the_look_up_value_here(self, as_, alice, family):
        body = invite(as_(alice), alice, family)
        lookup = unb64(body["lookup"])
        assert bytes(Invitation.objects.get().lookup_hash) == hashlib.sha256(lookup).digest()
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM contacts_invitation")
            stored = [bytes(one) if isinstance(one, memoryview) else one for one in cursor.fetchone()]
        told = b"".join(one if isinstance(one, bytes) else str(one).encode() for one in stored)
        for form in (lookup, lookup.hex().encode(), body["lookup"].encode()):
            assert form not in told

    def test_is_for_user_and_admin_only(self, as_, alice, bob, family):
        assert said(as_(bob).post(page(family, "invitations"), new_invitation(alice, family))) == (
            404,
            "absent",
        )
        services.set_admin(family_id=family.pk, account_id=bob.pk, is_admin=True)
        assert as_(bob).post(page(family, "invitations"), new_invitation(bob, family)).status_code == 201

    def test_twice_leaves_one(self, as_, alice, family, invitation):
        again = as_(alice).post(page(family, "invitations"), invitation)
        assert said(again) == (409, "conflict")
        same_code = as_(alice).post(page(family, "invitations"), {**invitation, "id": str(uuid4())})
        assert said(same_code) == (409, "conflict")
        assert state_of(as_(alice), family) == ["open"]

    @pytest.mark.obligation("PRE-17", partial=True)
    def test_stops_at_twenty_open_ones_for_the_family(self, as_, alice, bob, family):
        services.set_admin(family_id=family.pk, account_id=bob.pk, is_admin=True)
        made = [invite(as_(alice), alice, family) for _ in range(services.INVITATIONS_OPEN_MAX)]
        refused = as_(bob).post(page(family, "invitations"), new_invitation(bob, family))
        assert said(refused) == (409, "too_many_invitations")
        as_(bob).delete(page(family, "invitations", made[0]["id"]))
        assert as_(bob).post(page(family, "invitations"), new_invitation(bob, family)).status_code == 201
        with time_machine.travel(clock.now() + INVITATION_LASTS, tick=False):
            assert as_(bob).post(page(family, "invitations"), new_invitation(bob, family)).status_code == 201

    @pytest.mark.obligation("PRE-17", partial=True)
    def test_stops_after_so_many_in_a_day(self, as_, alice, family):
        client = as_(alice)
        for _ in range(Limit.INVITATION_MAKE.value.number):
            client.delete(page(family, "invitations", invite(client, alice, family)["id"]))
        assert said(client.post(page(family, "invitations"), new_invitation(alice, family))) == (
            429,
            "throttled",
        )

    def test_refuses_what_no_app_of_ours_sends(self, as_, alice, family):
        client, path, good = as_(alice), page(family, "invitations"), new_invitation(alice, family)
        refuses_every_body(client, "post", path)
        for field in ("lookup", "proof", "sealed_note", "key", "signature"):
            refuses_every_value(client, "post", path, good, field, BYTES)
        refuses_every_value(client, "post", path, good, "id", [one for one in JUNK if one != 10**30])
        refuses_every_value(client, "post", path, good, "history", [*JUNK, "tomorrow", True])
        for field, size in (("lookup", 17), ("proof", 31), ("sealed_note", 27), ("sealed_note", 2049)):
            refuses_every_value(client, "post", path, good, field, [b64(b"x" * size)])
        assert not Invitation.objects.exists()


class TestLook:
    def test_shows_what_only_the_code_can_open(self, anyone, alice, family, invitation):
        reply = look(anyone, invitation)
        vault = Vault.objects.get(account_id=alice.pk)
        assert reply.status_code == 200
        assert reply.json() == {
            "family_id": str(family.pk),
            "founder": None,
            "inviter": {
                "account_id": str(alice.pk),
                "aik": b64(bytes(vault.aik)),
                "aek": b64(bytes(vault.aek)),
            },
            "proof": invitation["proof"],
            "sealed_note": invitation["sealed_note"],
            "expires_at": reply.json()["expires_at"],
        }
        assert "Alice" not in reply.content.decode()

    def test_does_not_use_it_up(self, anyone, as_, charlie, family, invitation):
        assert [look(anyone, invitation).status_code for _ in range(2)] == [200, 200]
        assert accept(as_(charlie), invitation, charlie, family).status_code == 201

    def test_stops_after_ten_in_a_quarter_of_an_hour(self, anyone, invitation):
        wrong = {"lookup": b64(os.urandom(16))}
        for _ in range(10):
            assert said(look(anyone, wrong)) == UNKNOWN
        refused = look(anyone, invitation)
        assert said(refused) == (429, "throttled")
        assert refused.headers["Retry-After"] == str(15 * 60)

    def test_counts_addresses_apart(self, anyone, invitation):
        for _ in range(11):
            look(anyone, invitation)
        other = anyone.post(LOOK, {"lookup": invitation["lookup"]}, REMOTE_ADDR="192.0.2.7")
        assert other.status_code == 200

    def test_refuses_what_no_app_of_ours_sends(self, db, anyone):
        good = {"lookup": b64(b"l" * 16)}
        refuses_every_body(anyone, "post", LOOK)
        refuses_every_value(anyone, "post", LOOK, good, "lookup", BYTES)


def never_made(_alice, _bob, family, _invitation):
    return {"lookup": b64(os.urandom(16))}


def used(_alice, _bob, family, invitation):
    third = cast.person("third")
    assert accept(cast.client_of(third), invitation, third, family).status_code == 201


def withdrawn(alice, _bob, family, invitation):
    path = page(family, "invitations", invitation["id"])
    assert cast.client_of(alice).delete(path).status_code == 204


def of_somebody_no_admin_any_more(alice, bob, family, invitation):
    services.set_admin(family_id=family.pk, account_id=bob.pk, is_admin=False)


def of_somebody_who_left(_alice, bob, family, _invitation):
    services.leave(family_id=family.pk, account_id=bob.pk, now=clock.now())


def of_somebody_removed(_alice, bob, family, _invitation):
    services.remove(family_id=family.pk, account_id=bob.pk, now=clock.now())


def of_a_closed_account(_alice, bob, _family, _invitation):
    close_account(account=bob.account)


class TestAnInvitationThatDoesNotWork:
    @pytest.mark.parametrize(
        "spoil",
        [
            never_made,
            used,
            withdrawn,
            of_somebody_no_admin_any_more,
            of_somebody_who_left,
            of_somebody_removed,
            of_a_closed_account,
        ],
    )
    def test_looks_the_same_whatever_is_wrong_with_it(self, as_, anyone, alice, bob, charlie, family, spoil):
        services.set_admin(family_id=family.pk, account_id=bob.pk, is_admin=True)
        invitation = invite(as_(bob), bob, family)
        invitation = spoil(alice, bob, family, invitation) or invitation
        never = {"lookup": b64(os.urandom(16))}
        for ask in (lambda one: look(anyone, one), lambda one: accept(as_(charlie), one, charlie, family)):
            answers = [
                (one.status_code, one.content, dict(one.headers)) for one in map(ask, (invitation, never))
            ]
            assert answers[0] == answers[1]
            assert said(ask(invitation)) == UNKNOWN
        assert not Bond.objects.filter(account_id=charlie.pk).exists()

    def test_may_be_one_of_seven_days_ago(self, as_, anyone, alice, charlie, family, invitation):
        made = Invitation.objects.get().created_at
        with time_machine.travel(made + INVITATION_LASTS - timedelta(seconds=1), tick=False):
            assert look(anyone, invitation).status_code == 200
        with time_machine.travel(made + INVITATION_LASTS, tick=False):
            assert said(look(anyone, invitation)) == UNKNOWN
            assert said(accept(as_(charlie), invitation, charlie, family)) == UNKNOWN
            assert state_of(as_(alice), family) == ["expired"]


class TestAccept:
    @pytest.mark.obligation("PRI-11", partial=True)
    def test_lets_me_in_once_and_vouches_for_my_keys(self, as_, alice, charlie, family, invitation):
        reply = accept(as_(charlie), invitation, charlie, family, proof=b"c" * 32)
        assert (reply.status_code, reply.json()["id"]) == (201, str(family.pk))
        assert reply.json()["me"] == {"role": "contact", "is_admin": False}
        seen = people(as_(alice), family)["Charlie"]
        assert seen["vouch"] == {"by": str(alice.pk), "proof": b64(b"c" * 32)}
        assert not seen["seen"]
        assert state_of(as_(alice), family) == ["used"]
        assert said(accept(as_(charlie), invitation, charlie, family)) == UNKNOWN

    def test_says_that_i_am_in_already_and_leaves_it_for_somebody_else(
        self, as_, alice, bob, charlie, family, invitation
    ):
        assert said(accept(as_(bob), invitation, bob, family)) == (409, "already_joined")
        assert said(accept(as_(alice), invitation, alice, family)) == (409, "already_joined")
        assert accept(as_(charlie), invitation, charlie, family).status_code == 201

    def test_lets_who_left_come_back(self, as_, alice, bob, family, invitation):
        as_(bob).delete(page(family, "people", bob))
        assert accept(as_(bob), invitation, bob, family).status_code == 201
        assert Bond.objects.filter(account_id=bob.pk, ended_at=None).count() == 1
        assert Bond.objects.filter(account_id=bob.pk).count() == 2

    def test_needs_keys_first(self, as_, charlie, family, invitation):
        Vault.objects.filter(account_id=charlie.pk).delete()
        assert said(accept(as_(charlie), invitation, charlie, family)) == (403, "device_needed")
        assert not Bond.objects.filter(account_id=charlie.pk).exists()

    def test_finds_no_room_in_a_full_family(self, as_, charlie, family, invitation, monkeypatch):
        monkeypatch.setattr(services.families, "PEOPLE_MAX", 2)
        assert said(accept(as_(charlie), invitation, charlie, family)) == (409, "family_full")
        monkeypatch.setattr(services.families, "PEOPLE_MAX", 3)
        assert accept(as_(charlie), invitation, charlie, family).status_code == 201

    def test_stops_after_ten_tries(self, as_, charlie, family, invitation):
        for _ in range(10):
            accept(as_(charlie), {"lookup": b64(os.urandom(16))}, charlie, family)
        assert said(accept(as_(charlie), invitation, charlie, family)) == (429, "throttled")

    def test_refuses_what_no_app_of_ours_sends(self, as_, charlie, family, invitation):
        good = acceptance(invitation, charlie, family)
        refuses_every_body(as_(charlie), "post", ACCEPT)
        for field in good:
            refuses_every_value(as_(charlie), "post", ACCEPT, good, field, BYTES)
        assert Bond.objects.filter(family=family).count() == 2


@pytest.mark.django_db(transaction=True)
class TestAcceptAtTheSameTime:
    def test_lets_only_one_of_two_people_in(self, as_, alice, family):
        invitation = invite(as_(alice), alice, family)
        people = [cast.person(name) for name in ("first", "second", "third", "fourth")]
        pairs = [(as_(one), one) for one in people]
        answers = at_once(
            *(lambda pair=one: accept(pair[0], invitation, pair[1], family).status_code for one in pairs)
        )
        assert sorted(answers) == [201, 404, 404, 404]
        assert Bond.objects.filter(family=family).count() == 3

    def test_lets_one_person_in_once(self, as_, alice, charlie, family):
        invitation = invite(as_(alice), alice, family)
        other = invite(as_(alice), alice, family)
        clients = [as_(charlie), as_(charlie)]
        answers = at_once(
            lambda: accept(clients[0], invitation, charlie, family).status_code,
            lambda: accept(clients[1], other, charlie, family).status_code,
        )
        assert sorted(answers) == [201, 409]
        assert Bond.objects.filter(account_id=charlie.pk).count() == 1

    def test_and_withdrawing_never_do_both(self, as_, alice, charlie, family):
        invitation = invite(as_(alice), alice, family)
        path = page(family, "invitations", invitation["id"])
        joiner, leader = as_(charlie), as_(alice)
        joined, _gone = at_once(
            lambda: accept(joiner, invitation, charlie, family).status_code,
            lambda: leader.delete(path).status_code,
        )
        row = Invitation.objects.get()
        assert (
            (joined == 201)
            == bool(row.used_at)
            == (charlie.pk in {one.account_id for one in Bond.objects.all()})
        )


@pytest.mark.django_db(transaction=True)
class TestInviteAtTheSameTime:
    def test_never_leaves_more_open_than_may_be(self, as_, alice, bob, family):
        services.set_admin(family_id=family.pk, account_id=bob.pk, is_admin=True)
        for _ in range(services.INVITATIONS_OPEN_MAX - 1):
            invite(as_(alice), alice, family)
        leaders, path = [as_(alice), as_(bob)], page(family, "invitations")
        answer = before_it_is_stored(
            lambda: invite(leaders[0], alice, family),
            lambda: said(leaders[1].post(path, new_invitation(bob, family))),
        )
        assert answer == (409, "too_many_invitations")
        assert state_of(as_(alice), family) == ["open"] * services.INVITATIONS_OPEN_MAX


class TestWithdraw:
    def test_may_happen_twice(self, as_, alice, family, invitation):
        path = page(family, "invitations", invitation["id"])
        assert [as_(alice).delete(path).status_code for _ in range(2)] == [204, 204]
        assert state_of(as_(alice), family) == ["withdrawn"]

    def test_does_not_reach_into_another_family(self, as_, charlie, alice, family, invitation):
        own = cast.family_of(charlie)
        assert said(as_(charlie).delete(page(own, "invitations", invitation["id"]))) == (404, "absent")
        assert state_of(as_(alice), family) == ["open"]

    def test_does_not_undo_a_joining(self, as_, alice, charlie, family, invitation):
        accept(as_(charlie), invitation, charlie, family)
        as_(alice).delete(page(family, "invitations", invitation["id"]))
        assert state_of(as_(alice), family) == ["used"]
        assert as_(charlie).get(page(family)).status_code == 200
