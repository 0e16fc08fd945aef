"""Who gets through the door of a family, and that everybody else finds no door at all."""

from uuid import uuid4

import pytest

from accounts.services import close_account
from contacts import access, services
from contacts.access import Permission
from contacts.urls import urlpatterns
from prifora.kernel import clock
from prifora.kernel.access import Actor
from prifora.kernel.errors import Absent
from tests.cast import b64, family_of, person
from tests.contacts.asking import (
    ACCEPT,
    FAMILIES,
    LOOK,
    founding,
    grandmother,
    invite,
    new_invitation,
    page,
    said,
)

INSIDE = [
    ("get", "{f}", None),
    ("patch", "{f}", {"retention_days": 30}),
    ("patch", "{f}/people/{a}", {"is_admin": True}),
    ("delete", "{f}/people/{a}", None),
    ("post", "{f}/people/{a}/seen", None),
    ("post", "{f}/people/{a}/refuse", None),
    ("put", "{f}/favourites/{a}", None),
    ("delete", "{f}/favourites/{a}", None),
    ("get", "{f}/invitations", None),
    ("post", "{f}/invitations", new_invitation()),
    ("delete", "{f}/invitations/{i}", None),
]
"""Every call below one family."""

BESIDE = [
    ("get", FAMILIES, None),
    ("post", FAMILIES, {"id": str(uuid4()), "user": grandmother(), "admission": founding()}),
    (
        "post",
        ACCEPT,
        {one: b64(b"x" * size) for one, size in {"lookup": 16, "proof": 32, "signature": 64}.items()},
    ),
    ("put", "/api/v1/blocks/{a}", None),
    ("delete", "/api/v1/blocks/{a}", None),
]
"""Every other call that needs somebody; looking at an invitation does not."""

FOR_STATIONS = {("get", "{f}"), ("post", "{f}/people/{a}/seen"), ("post", "{f}/people/{a}/refuse")} | {
    ("put", "{f}/favourites/{a}"),
    ("delete", "{f}/favourites/{a}"),
    ("get", FAMILIES),
}


def ask(client, call, *, family, account, invitation):
    method, path, body = call
    full = path if path.startswith("/") else f"{FAMILIES}/{path}"
    full = full.format(f=family, a=account, i=invitation)
    return getattr(client, method)(full, body) if body else getattr(client, method)(full)


def whole(reply):
    return reply.status_code, reply.content, dict(reply.headers)


@pytest.fixture
def invitation(as_, alice, family):
    return invite(as_(alice), alice, family)["id"]


class TestTheOutsider:
    @pytest.mark.parametrize("call", INSIDE, ids=lambda call: f"{call[0]} {call[1]}")
    def test_gets_the_same_answer_as_for_nothing(self, as_, charlie, bob, family, invitation, call):
        there = {"family": family.pk, "account": bob.pk, "invitation": invitation}
        nowhere = {"family": uuid4(), "account": uuid4(), "invitation": uuid4()}
        own = family_of(charlie)
        client = as_(charlie)
        answer = whole(ask(client, call, **there))
        assert answer[0] == 404
        assert answer == whole(ask(client, call, **nowhere))
        mixed = whole(ask(client, call, family=own.pk, account=bob.pk, invitation=invitation))
        if "{a}" in call[1] or "{i}" in call[1]:
            assert answer == mixed

    def test_cannot_block_and_so_not_find_out_who_exists(self, as_, charlie, alice, family):
        for method in ("put", "delete"):
            replies = [getattr(as_(charlie), method)(f"/api/v1/blocks/{one}") for one in (alice.pk, uuid4())]
            assert whole(replies[0]) == whole(replies[1])
            assert replies[0].status_code == 404

    def test_changes_nothing_by_trying(self, as_, charlie, alice, bob, family, invitation):
        before = as_(alice).get(page(family)).content, as_(alice).get(page(family, "invitations")).content
        for call in INSIDE:
            ask(as_(charlie), call, family=family.pk, account=bob.pk, invitation=invitation)
        assert before == (
            as_(alice).get(page(family)).content,
            as_(alice).get(page(family, "invitations")).content,
        )


class TestEveryCall:
    def test_is_tried_here(self):
        listed = {path.split("?")[0] for _method, path, _body in (*INSIDE, *BESIDE)} | {FAMILIES, LOOK}
        names = {"family_id": "f", "account_id": "a", "invitation_id": "i"}
        for entry in urlpatterns:
            path = "/api/v1/" + str(entry.pattern)
            for long, short in names.items():
                path = path.replace(f"<uuid:{long}>", f"{{{short}}}")
            assert path.removeprefix(FAMILIES + "/") in listed, path

    def test_turns_the_signed_out_away(self, anyone, family, bob, invitation):
        for call in (*INSIDE, *BESIDE):
            reply = ask(anyone, call, family=family.pk, account=bob.pk, invitation=invitation)
            assert reply.status_code == 401, call
            assert reply.json()["errors"][0]["code"] == "not_authenticated"

    def test_that_is_for_persons_is_not_there_for_a_station(self, as_, alice, bob, family, invitation):
        station = as_(alice, kind="station")
        for call in (*INSIDE, *BESIDE):
            if call[:2] not in FOR_STATIONS:
                reply = ask(station, call, family=family.pk, account=bob.pk, invitation=invitation)
                assert said(reply) == (404, "absent"), call

    def test_that_is_for_stations_too_answers_them(self, as_, alice, bob, family, invitation):
        station = as_(alice, kind="station")
        for call in sorted((*INSIDE, *BESIDE), key=lambda call: call[1].endswith("refuse")):
            if call[:2] in FOR_STATIONS:
                reply = ask(station, call, family=family.pk, account=bob.pk, invitation=invitation)
                assert reply.status_code in (200, 204), call

    def test_takes_only_the_methods_it_has(self, as_, alice, family):
        assert as_(alice).delete(page(family)).status_code == 405
        assert as_(alice).put(FAMILIES, {}).status_code == 405


class TestAContact:
    def test_finds_no_door_where_only_user_and_admin_may(self, as_, alice, bob, family, invitation):
        third = person("third")
        services.join_directly(family_id=family.pk, account_id=third.pk, invited_by=alice.pk, now=clock.now())
        for call in INSIDE:
            if call[:2] == ("get", "{f}") or "favourites" in call[1]:
                continue
            reply = ask(as_(bob), call, family=family.pk, account=third.pk, invitation=invitation)
            assert reply.status_code == 404, call
            assert reply.json()["errors"][0]["code"] == "absent"


class TestMyBond:
    def test_grants_who_is_in_the_family_now(self, alice, bob, family):
        for someone in (alice, bob):
            actor = Actor(someone.pk)
            assert access.my_bond(actor, family.pk, Permission.READ).account_id == someone.pk
            actor.require(Permission.READ)

    def test_ends_with_the_bond(self, bob, family):
        services.leave(family_id=family.pk, account_id=bob.pk, now=clock.now())
        actor = Actor(bob.pk)
        with pytest.raises(Absent):
            access.my_bond(actor, family.pk, Permission.READ)
        assert not actor.granted

    def test_ends_with_the_account(self, bob, family):
        close_account(account=bob.account)
        with pytest.raises(Absent):
            access.my_bond(Actor(bob.pk), family.pk, Permission.READ)


class TestLead:
    def test_grants_the_user_and_admins_and_nobody_else(self, alice, bob, charlie, family):
        access.lead(Actor(alice.pk), family.pk, Permission.LEAD)
        for other in (bob, charlie):
            actor = Actor(other.pk)
            with pytest.raises(Absent):
                access.lead(actor, family.pk, Permission.LEAD)
            assert not actor.granted
        services.set_admin(family_id=family.pk, account_id=bob.pk, is_admin=True)
        access.lead(Actor(bob.pk), family.pk, Permission.LEAD)

    def test_does_not_grant_an_admin_what_only_the_user_may(self, bob, family):
        services.set_admin(family_id=family.pk, account_id=bob.pk, is_admin=True)
        with pytest.raises(Absent):
            access.as_user(Actor(bob.pk), family.pk, Permission.WELCOME)


class TestBondedWith:
    def test_is_everyone_of_ones_families_and_nobody_behind_them(self, alice, bob, charlie, family):
        family_of(charlie, bob)
        assert access.bonded_with(bob.pk) == {alice.pk, charlie.pk}
        assert access.bonded_with(alice.pk) == {bob.pk}
        assert access.share_a_family(alice.pk, bob.pk)
        assert not access.share_a_family(alice.pk, charlie.pk)

    def test_leaves_closed_accounts_out(self, alice, bob, family):
        close_account(account=bob.account)
        assert access.bonded_with(alice.pk) == set()
        assert access.people_in_family(family.pk) == [alice.pk]


class TestBlockedPairs:
    def test_counts_a_block_of_either_side(self, alice, bob, charlie, family):
        services.set_block(blocker_id=bob.pk, blocked_id=alice.pk, wanted=True)
        assert access.is_blocked_pair(alice.pk, bob.pk)
        assert access.is_blocked_pair(bob.pk, alice.pk)
        assert access.blocked_pairs([alice.pk, bob.pk, charlie.pk]) == {frozenset((alice.pk, bob.pk))}
        assert access.blocked_by(alice.pk) == set()
