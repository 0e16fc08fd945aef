"""Families over HTTP."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import phone_number, portraits_of, profiles_of
from contacts import access, services
from contacts.access import Permission
from contacts.rules import RETENTION_DAYS
from contacts.shapes import FamilyOut, FounderIn, family_shape, person_shape
from prifora.kernel import clock
from prifora.kernel.access import Actor, Kind
from prifora.kernel.api import Endpoint, items, parse
from prifora.kernel.fields import StrictChar
from prifora.kernel.limits import Limit, enforce

EVERYBODY = (Kind.PERSON, Kind.STATION)


class UserIn(serializers.Serializer):
    """The person a family is for: `me`, or everything we must know to give them an account."""

    me = serializers.BooleanField(required=False, default=False)
    first_name = StrictChar(max_length=80, required=False)
    last_name = StrictChar(max_length=80, required=False)
    username = serializers.RegexField(r"^(?=[^a-z]*[a-z])[a-z0-9][a-z0-9._-]{2,29}$", required=False)
    phone = StrictChar(max_length=34, required=False)
    phone_via_relative = serializers.BooleanField(required=False, default=False)
    email = serializers.EmailField(max_length=254, required=False)
    email_via_relative = serializers.BooleanField(required=False, default=False)
    language = serializers.ChoiceField(choices=["nl", "fr", "en"], required=False)

    MUST = ("first_name", "last_name", "username", "phone", "email")

    def validate_phone(self, text: str) -> str:
        number = phone_number(text)
        if number is None:
            raise serializers.ValidationError(_("This is not a phone number."), code="invalid")
        return number

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs["me"]:
            missing = {
                name: [self.fields[name].error_messages["required"]]
                for name in self.MUST
                if name not in attrs
            }
            if missing:
                raise serializers.ValidationError(missing, code="required")
        return attrs


class FamilyIn(serializers.Serializer):
    """A new family."""

    id = serializers.UUIDField()
    user = UserIn()
    admission = FounderIn()


class AdminIn(serializers.Serializer):
    """Whether somebody looks after the family."""

    is_admin = serializers.BooleanField()


class RetentionIn(serializers.Serializer):
    """For how many days a family keeps what is said; null is as long as it exists."""

    retention_days = serializers.IntegerField(allow_null=True)

    def validate_retention_days(self, days: int | None) -> int | None:
        if days is not None and days not in RETENTION_DAYS:
            raise serializers.ValidationError(_("This cannot be chosen."), code="invalid_choice")
        return days


FamiliesOut = inline_serializer("Families", {"items": FamilyOut(many=True)})


class Families(Endpoint):
    """GET and POST /families."""

    permission = {"get": Permission.READ, "post": Permission.MAKE}
    kinds = EVERYBODY

    @extend_schema(responses=FamiliesOut, operation_id="listFamilies")
    def get(self, _request: Request) -> Response:
        """List my families and the people in them."""
        return items(FamilyOut, families_shape(self.actor, access.families(self.actor)))

    @extend_schema(request=FamilyIn, responses={201: FamilyOut}, operation_id="makeFamily")
    def post(self, request: Request) -> Response:
        """Make a family, for myself or for somebody I set up a Home Station for."""
        self.actor.only(Kind.PERSON)
        body = parse(FamilyIn, request)
        access.allow(self.actor, Permission.MAKE)
        enforce(Limit.FAMILY_MAKE, str(self.actor.id))
        user = dict(body["user"])
        services.make_family(
            family_id=body["id"],
            maker_id=self.actor.id,
            user=None if user.pop("me") else user,
            founder={name: body["admission"][name] for name in ("aik", "signature")},
            now=clock.now(),
        )
        return Response(one_family(self.actor, body["id"]), status=status.HTTP_201_CREATED)


class FamilyPage(Endpoint):
    """GET and PATCH /families/<id>."""

    permission = {"get": Permission.READ, "patch": Permission.LEAD}
    kinds = EVERYBODY

    @extend_schema(responses=FamilyOut, operation_id="getFamily")
    def get(self, _request: Request, family_id: UUID) -> Response:
        """Show one of my families."""
        return Response(one_family(self.actor, family_id))

    @extend_schema(request=RetentionIn, responses=FamilyOut, operation_id="setRetention")
    def patch(self, request: Request, family_id: UUID) -> Response:
        """Choose for how long the family keeps what is said in it."""
        self.actor.only(Kind.PERSON)
        body = parse(RetentionIn, request)
        access.lead(self.actor, family_id, Permission.LEAD)
        services.set_retention(family_id=family_id, days=body["retention_days"])
        return Response(one_family(self.actor, family_id))


class Person(Endpoint):
    """PATCH and DELETE /families/<id>/people/<account>."""

    permission = {"patch": Permission.LEAD, "delete": Permission.REMOVE}

    @extend_schema(request=AdminIn, responses={204: None}, operation_id="setAdmin")
    def patch(self, request: Request, family_id: UUID, account_id: UUID) -> Response:
        """Say whether somebody looks after the family."""
        body = parse(AdminIn, request)
        access.lead(self.actor, family_id, Permission.LEAD)
        services.set_admin(family_id=family_id, account_id=account_id, is_admin=body["is_admin"])
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(responses={204: None}, operation_id="removePerson")
    def delete(self, _request: Request, family_id: UUID, account_id: UUID) -> Response:
        """Remove somebody from the family, or leave it."""
        if account_id == self.actor.id:
            access.my_bond(self.actor, family_id, Permission.REMOVE)
            services.leave(family_id=family_id, account_id=account_id, now=clock.now())
        else:
            access.lead(self.actor, family_id, Permission.REMOVE)
            services.remove(family_id=family_id, account_id=account_id, now=clock.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class Welcome(Endpoint):
    """POST /families/<id>/people/<account>/seen."""

    permission = Permission.WELCOME
    kinds = EVERYBODY

    @extend_schema(request=None, responses={204: None}, operation_id="welcomePerson")
    def post(self, _request: Request, family_id: UUID, account_id: UUID) -> Response:
        """Say that I, the Home Station user, saw who joined."""
        access.as_user(self.actor, family_id, Permission.WELCOME)
        services.welcome(family_id=family_id, account_id=account_id, now=clock.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class Refuse(Endpoint):
    """POST /families/<id>/people/<account>/refuse."""

    permission = Permission.WELCOME
    kinds = EVERYBODY

    @extend_schema(request=None, responses={204: None}, operation_id="refusePerson")
    def post(self, _request: Request, family_id: UUID, account_id: UUID) -> Response:
        """Say that I, the Home Station user, do not want this person here."""
        access.as_user(self.actor, family_id, Permission.WELCOME)
        services.refuse(family_id=family_id, account_id=account_id, now=clock.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class FavouritePage(Endpoint):
    """PUT and DELETE /families/<id>/favourites/<account>."""

    permission = Permission.CHOOSE
    kinds = EVERYBODY

    @extend_schema(request=None, responses={204: None}, operation_id="addFavourite")
    def put(self, _request: Request, family_id: UUID, account_id: UUID) -> Response:
        """Keep somebody within reach."""
        return self._set(family_id, account_id, wanted=True)

    @extend_schema(responses={204: None}, operation_id="dropFavourite")
    def delete(self, _request: Request, family_id: UUID, account_id: UUID) -> Response:
        """Keep somebody within reach no longer."""
        return self._set(family_id, account_id, wanted=False)

    def _set(self, family_id: UUID, account_id: UUID, *, wanted: bool) -> Response:
        bond = access.my_bond(self.actor, family_id, Permission.CHOOSE)
        services.set_favourite(bond=bond, account_id=account_id, wanted=wanted)
        return Response(status=status.HTTP_204_NO_CONTENT)


class BlockPage(Endpoint):
    """PUT and DELETE /blocks/<account>."""

    permission = Permission.BLOCK

    @extend_schema(request=None, responses={204: None}, operation_id="block")
    def put(self, _request: Request, account_id: UUID) -> Response:
        """Want nothing from somebody any more."""
        return self._set(account_id, wanted=True)

    @extend_schema(responses={204: None}, operation_id="unblock")
    def delete(self, _request: Request, account_id: UUID) -> Response:
        """Want to hear from somebody again."""
        return self._set(account_id, wanted=False)

    def _set(self, account_id: UUID, *, wanted: bool) -> Response:
        access.allow(self.actor, Permission.BLOCK)
        services.set_block(blocker_id=self.actor.id, blocked_id=account_id, wanted=wanted)
        return Response(status=status.HTTP_204_NO_CONTENT)


def one_family(actor: Actor, family_id: UUID) -> dict[str, Any]:
    """Return one family as the actor sees it."""
    return FamilyOut(families_shape(actor, [access.my_bond(actor, family_id, Permission.READ)])[0]).data


def families_shape(actor: Actor, bonds: list[Any]) -> list[dict[str, Any]]:
    """Return families with their people as the actor sees them; the number of queries does not grow."""
    people = access.people_of([bond.family_id for bond in bonds])
    lineage = access.lineage_of(people)
    accounts = profiles_of(one.account_id for group in people.values() for one in group)
    portraits = portraits_of(accounts)
    favourites, blocked = access.favourites_of(actor), access.blocked_by(actor.id)
    return [
        {
            **family_shape(bond, people[bond.family_id], lineage[bond.family_id]),
            "people": [
                {
                    **person_shape(one, accounts[one.account_id]),
                    "favourite": (bond.family_id, one.account_id) in favourites,
                    "blocked": one.account_id in blocked,
                    "portrait": portraits.get(one.account_id),
                }
                for one in people[bond.family_id]
            ],
        }
        for bond in bonds
    ]
