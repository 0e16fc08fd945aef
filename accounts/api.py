"""Accounts over HTTP: what sign-up asks, me and my log."""

from typing import Any

from django.core.validators import RegexValidator
from django.middleware.csrf import get_token
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import access, services
from accounts.access import Permission
from accounts.kdf import parameters_for
from accounts.profile import FIELDS, SIGN_UP
from accounts.rules import canonical_username
from prifora.kernel import clock
from prifora.kernel.access import Kind
from prifora.kernel.api import Endpoint, Public, address_of, items, parse, parse_query
from prifora.kernel.fields import Base64Field, StrictChar
from prifora.kernel.limits import Limit, enforce

EVERYBODY = (Kind.PERSON, Kind.STATION)
LANGUAGES = ("nl", "fr", "en")
TEXT_SIZES = ("1", "1.15", "1.3", "1.5")
BY_STATION = {"quiet_from", "quiet_to"}
"""What the Home Station of a person may change for them."""

TIME_OF_DAY = RegexValidator(r"^([01][0-9]|2[0-3]):[0-5][0-9]$")


class FieldsIn(serializers.Serializer):
    """Which form."""

    kind = serializers.ChoiceField(choices=["user", "contact"])


class FieldOut(serializers.Serializer):
    """One field of the form, and why we ask for it."""

    name = serializers.CharField()
    required = serializers.BooleanField()  # type: ignore[assignment]
    at_sign_up = serializers.BooleanField()
    why = serializers.CharField()


class KdfIn(serializers.Serializer):
    """A username, e-mail address or phone number."""

    login = StrictChar(max_length=254)


class KdfOut(serializers.Serializer):
    """How the client turns the password into keys (Argon2id)."""

    salt = Base64Field()
    memory_kib = serializers.IntegerField()
    passes = serializers.IntegerField()
    lanes = serializers.IntegerField()


class OtherDate(serializers.Serializer):
    """A day to remember."""

    label = StrictChar(max_length=60)  # type: ignore[assignment]
    on = serializers.DateField()


class Address(serializers.Serializer):
    """A home address; every line may be missing."""

    line1 = StrictChar(max_length=100, required=False, allow_blank=True)
    line2 = StrictChar(max_length=100, required=False, allow_blank=True)
    postcode = StrictChar(max_length=12, required=False, allow_blank=True)
    city = StrictChar(max_length=80, required=False, allow_blank=True)
    country = StrictChar(max_length=2, required=False, allow_blank=True)


class MeIn(serializers.Serializer):
    """What a person may change about themselves; null removes an optional field."""

    first_name = StrictChar(max_length=80, required=False)
    last_name = StrictChar(max_length=80, required=False)
    date_of_birth = serializers.DateField(required=False, allow_null=True)
    other_dates = OtherDate(many=True, required=False, max_length=20)  # type: ignore[call-arg]
    address = Address(required=False, allow_null=True)
    notes = StrictChar(max_length=4000, required=False, allow_null=True, allow_blank=True)
    language = serializers.ChoiceField(choices=LANGUAGES, required=False)
    time_zone = StrictChar(max_length=40, required=False)
    text_size = serializers.ChoiceField(choices=TEXT_SIZES, required=False)
    hint_dismissed = serializers.BooleanField(required=False)
    quiet_from = StrictChar(max_length=5, validators=[TIME_OF_DAY], required=False)
    quiet_to = StrictChar(max_length=5, validators=[TIME_OF_DAY], required=False)


class UsernameIn(serializers.Serializer):
    """The name to sign in with, and the authKey once more."""

    username = StrictChar(max_length=30)
    password = StrictChar(max_length=64)

    def validate_username(self, value: str) -> str:
        name = canonical_username(value)
        if name is None:
            raise serializers.ValidationError(
                _("Use 3 to 30 letters, digits, dots or dashes."), code="username_invalid"
            )
        return name


class MeOut(serializers.Serializer):
    """A person, to themselves."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    username = serializers.CharField()
    first_name = serializers.CharField()
    last_name = serializers.CharField()
    phone = serializers.CharField(allow_null=True)
    phone_via_relative = serializers.BooleanField()
    email = serializers.CharField(allow_null=True)
    email_via_relative = serializers.BooleanField()
    date_of_birth = serializers.DateField(allow_null=True)
    other_dates = OtherDate(many=True)
    address = Address(allow_null=True)
    notes = serializers.CharField(allow_null=True)
    language = serializers.CharField()
    time_zone = serializers.CharField()
    text_size = serializers.CharField()
    hint_dismissed = serializers.BooleanField()
    quiet_from = serializers.CharField()
    quiet_to = serializers.CharField()
    has_vault = serializers.BooleanField()
    has_password = serializers.BooleanField()
    portrait = serializers.UUIDField(allow_null=True)


class LogOut(serializers.Serializer):
    """One line of the security log."""

    at = serializers.DateTimeField(source="created_at")
    what = serializers.CharField()
    who = serializers.CharField()


FieldsOut = inline_serializer("Fields", {"items": FieldOut(many=True)})
LogLinesOut = inline_serializer("LogLines", {"items": LogOut(many=True)})


class CsrfOut(serializers.Serializer):
    """What every writing request must carry in X-CSRFToken."""

    token = serializers.CharField()


class Csrf(Endpoint):
    """GET /csrf."""

    permission = Public("a worker cannot read the cookie, so the app asks for the token")

    @extend_schema(responses=CsrfOut, operation_id="getCsrf")
    def get(self, request: Request) -> Response:
        """Fetch the token that protects against forged requests."""
        return Response(CsrfOut({"token": get_token(request._request)}).data)


class Fields(Endpoint):
    """GET /fields."""

    permission = Public("people read why we ask before they sign up")

    @extend_schema(
        parameters=[OpenApiParameter("kind", str, enum=["user", "contact"], required=True)],
        responses=FieldsOut,
        operation_id="listFields",
    )
    def get(self, request: Request) -> Response:
        """List every field a person can fill in, whether it is needed, and why we ask."""
        kind = parse_query(FieldsIn, request)["kind"]
        rows = [
            {
                "name": field.name,
                "required": field.required_for(kind),
                "at_sign_up": field.name in SIGN_UP,
                "why": field.why,
            }
            for field in FIELDS
        ]
        return items(FieldOut, rows)


class Kdf(Endpoint):
    """GET /kdf."""

    permission = Public("needed before signing in; answers alike for known and unknown names")

    @extend_schema(
        parameters=[OpenApiParameter("login", str, required=True)], responses=KdfOut, operation_id="getKdf"
    )
    def get(self, request: Request) -> Response:
        """Tell how to turn this person's password into keys."""
        enforce(Limit.KDF_LOOK, address_of(request))
        return Response(KdfOut(parameters_for(parse_query(KdfIn, request)["login"])).data)


class Me(Endpoint):
    """GET and PATCH /me."""

    permission = {"get": Permission.READ_ME, "patch": Permission.CHANGE_ME}
    kinds = EVERYBODY

    @extend_schema(responses=MeOut, operation_id="getMe")
    def get(self, _request: Request) -> Response:
        """Show everything I told about myself."""
        return Response(MeOut(me_shape(access.me(self.actor, Permission.READ_ME))).data)

    @extend_schema(request=MeIn, responses=MeOut, operation_id="changeMe")
    def patch(self, request: Request) -> Response:
        """Change or remove what I told about myself; through my Home Station only when it is quiet."""
        body = parse(MeIn, request)
        if not set(body) <= BY_STATION:
            self.actor.only(Kind.PERSON)
        account = access.me(self.actor, Permission.CHANGE_ME)
        changed = services.change_profile(account=account, changes=jsonable(body))
        return Response(MeOut(me_shape(changed)).data)


class Username(Endpoint):
    """PUT /me/username."""

    permission = Permission.CHANGE_ME

    @extend_schema(request=UsernameIn, responses=MeOut, operation_id="changeUsername")
    def put(self, request: Request) -> Response:
        """Sign in by another name from now on. Number and address change at the sign-in API, by codes."""
        body = parse(UsernameIn, request)
        account = access.me(self.actor, Permission.CHANGE_ME)
        enforce(Limit.USERNAME_CHANGE, str(account.pk))
        changed = services.change_username(account=account, now=clock.now(), **body)
        return Response(MeOut(me_shape(changed)).data)


class Log(Endpoint):
    """GET /me/log."""

    permission = Permission.READ_LOG

    @extend_schema(responses=LogLinesOut, operation_id="listLog")
    def get(self, _request: Request) -> Response:
        """List what happened to my account in the last 90 days."""
        return items(LogOut, access.my_log(self.actor)[:200])


def me_shape(account: Any) -> dict[str, Any]:
    """Return an account as its owner sees it; what was never given is null."""
    told = account.profile
    return {
        "id": account.pk,
        "kind": account.kind,
        "username": account.username,
        "first_name": told.get("first_name", ""),
        "last_name": told.get("last_name", ""),
        "phone": told.get("phone"),
        "phone_via_relative": told.get("phone_via_relative", False),
        "email": access.email_of(account),
        "email_via_relative": told.get("email_via_relative", False),
        "date_of_birth": told.get("date_of_birth"),
        "other_dates": told.get("other_dates", []),
        "address": told.get("address"),
        "notes": told.get("notes"),
        "language": told.get("language", "nl"),
        "time_zone": told.get("time_zone", "Europe/Amsterdam"),
        "text_size": told.get("text_size", "1"),
        "hint_dismissed": told.get("hint_dismissed", False),
        "quiet_from": told.get("quiet_from", "22:00"),
        "quiet_to": told.get("quiet_to", "07:00"),
        "has_vault": access.has_vault(account.pk),
        "has_password": account.has_usable_password(),
        "portrait": access.portraits_of([account.pk]).get(account.pk),
    }


def jsonable(body: dict[str, Any]) -> dict[str, Any]:
    """Return a parsed body with days as text, ready to be sealed as JSON."""

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: plain(one) for key, one in value.items()}
        if isinstance(value, list):
            return [plain(one) for one in value]
        return value.isoformat() if hasattr(value, "isoformat") else value

    return {key: plain(value) for key, value in body.items()}
