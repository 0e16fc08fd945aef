"""Families over HTTP, as the app asks for them."""

from uuid import uuid4

import pytest

from accounts.models import Account
from accounts.services import close_account
from contacts import services
from contacts.models import Bond, Family, Favourite
from prifora.kernel import clock
from prifora.kernel.limits import Limit
from tests.cast import person
from tests.contacts.asking import FAMILIES, founding, grandmother, make, named, page, people, said
from tests.hostile import refuses_every_body, refuses_every_value

ODD_NAMES = [
    "Zoë 👵🏽",
    "يوسف",
    "\u202emirror\u202c",
    "O'Brien-d’Arc",
    "Tab\tand\x07bell",
    "<b>bold</b>",
    "名" * 80,
]


def rows():
    return Family.objects.count(), Bond.objects.count(), Account.objects.count()


class TestMakeFamily:
    @pytest.mark.obligation("PRI-123")
    def test_for_me_makes_me_user_and_admin(self, as_, alice):
        reply = make(as_(alice), alice)
        assert reply.status_code == 201
        family = reply.json()
        assert family["me"] == {"role": "user", "is_admin": True}
        assert family["user_id"] == str(alice.pk)
        assert [one["account_id"] for one in family["people"]] == [str(alice.pk)]
        assert as_(alice).get(FAMILIES).json() == {"items": [family]}

    def test_for_somebody_else_gives_them_an_account_and_their_place(self, as_, bob):
        reply = make(
            as_(bob), bob, user=grandmother(phone_via_relative=True, email_via_relative=True, language="fr")
        )
        family = reply.json()
        assert (reply.status_code, family["me"]) == (201, {"role": "contact", "is_admin": True})
        riet = people(as_(bob), family["id"])["Riet"]
        assert (riet["role"], riet["is_admin"], riet["aik"]) == ("user", False, None)
        account = Account.objects.get(pk=family["user_id"])
        assert account.is_managed
        assert not account.has_usable_password()
        told = {
            name: account.profile[name]
            for name in ("phone_via_relative", "email_via_relative", "phone", "email", "language")
        }
        assert told == {
            "phone_via_relative": True,
            "email_via_relative": True,
            "phone": "+31612345678",
            "email": "jan@devries.example",
            "language": "fr",
        }

    def test_keeps_a_relatives_number_from_being_a_way_in(self, as_, bob):
        family = make(
            as_(bob), bob, user=grandmother(phone=bob.account.phone, phone_via_relative=True)
        ).json()
        assert Account.objects.get(phone=bob.account.phone).pk == bob.pk
        assert Account.objects.get(pk=family["user_id"]).phone is None

    @pytest.mark.parametrize("written", ["06 12345678", "+31 (0)6-12345678", "0031612345678"])
    def test_takes_a_phone_number_however_it_is_written(self, as_, bob, written):
        family = make(as_(bob), bob, user=grandmother(phone=written)).json()
        assert Account.objects.get(pk=family["user_id"]).profile["phone"] == "+31612345678"

    @pytest.mark.parametrize("field", ["first_name", "last_name", "username", "phone", "email"])
    def test_names_the_field_that_is_missing_or_malformed(self, as_, bob, field):
        client, before = as_(bob), rows()
        missing = make(client, bob, user=grandmother(**{field: None}))
        assert (missing.status_code, named(missing)) == (400, {f"user.{field}": "required"})
        good = {"id": str(uuid4()), "user": grandmother(), "admission": founding()}
        refuses_every_value(client, "post", FAMILIES, good, f"user.{field}")
        assert rows() == before

    def test_names_everything_that_is_missing_at_once(self, as_, bob):
        reply = make(as_(bob), bob, user={"me": False})
        assert set(named(reply)) == {f"user.{name}" for name in grandmother()}

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("username", "Oma Riet"),
            ("username", "12345678"),
            ("username", "oma.riet\n-"),
            ("phone", "a number"),
            ("phone", "+31 6 12"),
            ("email", "jan@"),
            ("language", "de"),
            ("phone_via_relative", "maybe"),
            ("first_name", "x" * 81),
        ],
    )
    def test_refuses_what_is_no_such_thing(self, as_, bob, field, value):
        reply = make(as_(bob), bob, user=grandmother(**{field: value}))
        assert (reply.status_code, list(named(reply))) == (400, [f"user.{field}"])
        assert not Family.objects.exists()

    @pytest.mark.parametrize("taken", ["bob", "support"])
    def test_refuses_taken_and_reserved_usernames_alike_and_keeps_nothing(self, as_, bob, taken):
        before = rows()
        reply = make(as_(bob), bob, user=grandmother(username=taken))
        assert (said(reply), named(reply)) == ((409, "username_taken"), {"username": "username_taken"})
        assert rows() == before

    @pytest.mark.parametrize("name", ODD_NAMES)
    def test_takes_names_as_people_write_them(self, as_, bob, name):
        reply = make(as_(bob), bob, user=grandmother(first_name=name))
        assert reply.status_code == 201
        assert name in people(as_(bob), reply.json()["id"])

    def test_twice_by_the_same_maker_leaves_one(self, as_, bob):
        family_id = uuid4()
        first = make(as_(bob), bob, user=grandmother(), family_id=family_id)
        before = rows()
        again = make(as_(bob), bob, user=grandmother(), family_id=family_id)
        assert (again.status_code, again.json()) == (201, first.json())
        assert rows() == before

    def test_with_somebody_elses_id_is_refused(self, as_, alice, bob, charlie, family):
        before = rows()
        for other in (bob, charlie):
            assert said(make(as_(other), other, family_id=family.pk)) == (409, "conflict")
        assert rows() == before

    def test_stops_after_so_many_in_a_day(self, as_, alice):
        answers = [make(as_(alice), alice) for _ in range(Limit.FAMILY_MAKE.value.number + 1)]
        assert [one.status_code for one in answers[-2:]] == [201, 429]
        assert answers[-1].headers["Retry-After"] == str(24 * 60 * 60)

    def test_refuses_what_no_app_of_ours_sends(self, as_, alice):
        good = {"id": str(uuid4()), "user": {"me": True}, "admission": founding()}
        refuses_every_body(as_(alice), "post", FAMILIES)
        refuses_every_value(
            as_(alice), "post", FAMILIES, good, "id", [None, [], {}, "", "\x00", "x", 1.5, -1]
        )
        refuses_every_value(as_(alice), "post", FAMILIES, good, "user", [None, [], "x", 5, True])
        refuses_every_value(
            as_(alice), "post", FAMILIES, good, "user.me", [None, [], {}, 5, "perhaps", "\x00"]
        )
        assert not Family.objects.exists()

    def test_needs_the_token_against_forged_requests(self, as_, alice):
        client = as_(alice)
        client.handler.enforce_csrf_checks = True
        assert said(make(client, alice)) == (403, "csrf_failed")
        assert not Family.objects.exists()


class TestFamily:
    def test_shows_names_places_and_public_keys_and_nothing_more_personal(self, as_, bob, alice, family):
        seen = as_(bob).get(page(family))
        assert people(as_(bob), family)["Alice"].keys() == {
            "account_id",
            "first_name",
            "last_name",
            "role",
            "is_admin",
            "joined_at",
            "aik",
            "aek",
            "aek_version",
            "aek_signature",
            "device_list",
            "admission",
            "favourite",
            "blocked",
            "seen",
            "portrait",
            "vouch",
        }
        for private in (alice.account.phone, "username", "phone", "email"):
            assert private not in seen.content.decode()

    def test_is_asked_for_with_as_many_queries_for_ten_people_as_for_two(
        self, as_, alice, family, django_assert_num_queries, django_assert_max_num_queries
    ):
        client = as_(alice)
        with django_assert_max_num_queries(20) as counted:
            client.get(FAMILIES)
        for_two = len(counted)
        for number in range(8):
            other = person(f"extra{number}")
            services.join_directly(
                family_id=family.pk, account_id=other.pk, invited_by=alice.pk, now=clock.now()
            )
        with django_assert_num_queries(for_two):
            assert len(client.get(FAMILIES).json()["items"][0]["people"]) == 10

    def test_leaves_closed_accounts_out(self, as_, alice, bob, family):
        close_account(account=bob.account)
        assert set(people(as_(alice), family)) == {"Alice"}


class TestAdmin:
    @pytest.mark.obligation("PRI-123")
    @pytest.mark.obligation("PRI-110", "PIM-29", partial=True)
    def test_is_given_and_taken_by_user_or_admin(self, as_, alice, bob, family):
        path = page(family, "people", bob)
        assert as_(alice).patch(path, {"is_admin": True}).status_code == 204
        assert as_(bob).get(page(family)).json()["me"] == {"role": "contact", "is_admin": True}
        assert as_(bob).patch(path, {"is_admin": False}).status_code == 204
        assert as_(bob).patch(path, {"is_admin": True}).status_code == 404

    @pytest.mark.obligation("PRI-110", partial=True)
    def test_cannot_be_taken_from_the_last(self, as_, alice, bob, family):
        path = page(family, "people", alice)
        assert said(as_(alice).patch(path, {"is_admin": False})) == (409, "last_admin")
        as_(alice).patch(page(family, "people", bob), {"is_admin": True})
        assert as_(alice).patch(path, {"is_admin": False}).status_code == 204
        assert as_(alice).patch(path, {"is_admin": True}).status_code == 204

    def test_is_a_yes_or_a_no(self, as_, alice, bob, family):
        path = page(family, "people", bob)
        refuses_every_body(as_(alice), "patch", path)
        refuses_every_value(
            as_(alice), "patch", path, {"is_admin": True}, "is_admin", [None, [], {}, 5, "x", ""]
        )
        assert not people(as_(alice), family)["Bob"]["is_admin"]

    def test_is_not_there_for_who_left(self, as_, alice, bob, family):
        as_(bob).delete(page(family, "people", bob))
        assert as_(alice).patch(page(family, "people", bob), {"is_admin": True}).status_code == 404


class TestLeaving:
    @pytest.mark.obligation("PRI-11", partial=True)
    def test_ends_everything_of_the_family_at_once(self, as_, alice, bob, family):
        as_(bob).put(page(family, "favourites", alice))
        as_(alice).put(page(family, "favourites", bob))
        assert as_(bob).delete(page(family, "people", bob)).status_code == 204
        assert as_(bob).get(FAMILIES).json() == {"items": []}
        assert as_(bob).get(page(family)).status_code == 404
        assert as_(bob).get(f"/api/v1/accounts/{alice.pk}").status_code == 404
        assert as_(alice).get(f"/api/v1/accounts/{bob.pk}").status_code == 404
        assert set(people(as_(alice), family)) == {"Alice"}
        assert not Favourite.objects.exists()
        assert Bond.objects.get(account_id=bob.pk).state == "left"

    def test_is_refused_to_the_last_admin_while_others_are_there(self, as_, bob, family):
        made = make(as_(bob), bob, user=grandmother()).json()
        assert said(as_(bob).delete(page(made["id"], "people", bob))) == (409, "last_admin")
        assert as_(bob).get(page(made["id"])).status_code == 200

    def test_is_refused_to_the_user_whose_family_it_is(self, as_, alice, family):
        assert said(as_(alice).delete(page(family, "people", alice))) == (409, "the_user_stays")


class TestRemoving:
    @pytest.mark.obligation("PIM-33", "PIM-29", "PRI-59", "PRI-11", partial=True)
    def test_is_for_user_and_admin_and_keeps_the_account(self, as_, alice, bob, charlie, family):
        services.join_directly(
            family_id=family.pk, account_id=charlie.pk, invited_by=alice.pk, now=clock.now()
        )
        assert as_(bob).delete(page(family, "people", charlie)).status_code == 404
        assert as_(alice).delete(page(family, "people", charlie)).status_code == 204
        assert Bond.objects.get(account_id=charlie.pk).state == "removed"
        assert as_(charlie).get(FAMILIES).json() == {"items": []}
        assert as_(charlie).get("/api/v1/me").status_code == 200
        assert as_(alice).delete(page(family, "people", charlie)).status_code == 404

    @pytest.mark.obligation("PRI-123")
    def test_cannot_take_the_user_out_of_their_own_family(self, as_, alice, bob, family):
        as_(alice).patch(page(family, "people", bob), {"is_admin": True})
        assert said(as_(bob).delete(page(family, "people", alice))) == (409, "the_user_stays")


class TestWelcome:
    @pytest.mark.obligation("PRI-123")
    @pytest.mark.obligation("PIM-02", partial=True)
    def test_is_the_users_and_works_from_the_station(self, as_, alice, bob, family):
        assert not people(as_(alice), family)["Bob"]["seen"]
        path = page(family, "people", bob, "seen")
        assert as_(bob).post(path).status_code == 404
        for _ in range(2):
            assert as_(alice, kind="station").post(path).status_code == 204
        assert people(as_(alice), family)["Bob"]["seen"]

    @pytest.mark.obligation("PRI-123")
    def test_is_not_an_admins_to_give_or_refuse(self, as_, alice, bob, charlie, family):
        as_(alice).patch(page(family, "people", bob), {"is_admin": True})
        services.join_directly(
            family_id=family.pk, account_id=charlie.pk, invited_by=alice.pk, now=clock.now()
        )
        for what in ("seen", "refuse"):
            assert said(as_(bob).post(page(family, "people", charlie, what))) == (404, "absent")
        assert not people(as_(alice), family)["Charlie"]["seen"]

    def test_may_be_a_refusal(self, as_, alice, bob, family):
        assert as_(alice, kind="station").post(page(family, "people", bob, "refuse")).status_code == 204
        assert Bond.objects.get(account_id=bob.pk).state == "refused"
        assert as_(bob).get(page(family)).status_code == 404
        assert as_(alice).post(page(family, "people", bob, "refuse")).status_code == 404

    def test_cannot_refuse_oneself_or_the_last_admin(self, as_, alice, bob, family):
        assert said(as_(alice).post(page(family, "people", alice, "refuse"))) == (409, "the_user_stays")
        as_(alice).patch(page(family, "people", bob), {"is_admin": True})
        as_(alice).patch(page(family, "people", alice), {"is_admin": False})
        assert said(as_(alice).post(page(family, "people", bob, "refuse"))) == (409, "last_admin")
