"""What I agree to and what not, over HTTP; a Home Station asks its user the same."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from prifora.kernel import clock
from prifora.kernel.access import Kind
from prifora.kernel.api import Endpoint, items, parse
from prifora.kernel.errors import Absent
from prifora.kernel.limits import Limit, enforce
from privacy import access, services
from privacy.access import Permission
from privacy.purposes import Choice
from privacy.shapes import ConsentOut, ConsentsOut

EVERYBODY = (Kind.PERSON, Kind.STATION)


class ConsentIn(serializers.Serializer):
    """Yes or no. A yes names the words that were read by their hash (hex)."""

    given = serializers.BooleanField()
    text_hash = serializers.RegexField(r"^[0-9a-f]{64}$", max_length=64, required=False)

    def validate(self, attrs: dict[str, object]) -> dict[str, object]:
        if attrs["given"] and "text_hash" not in attrs:
            raise serializers.ValidationError(
                {"text_hash": [self.fields["text_hash"].error_messages["required"]]}, code="required"
            )
        return attrs


class Consents(Endpoint):
    """GET /me/consents."""

    permission = Permission.SEE_CONSENTS
    kinds = EVERYBODY

    @extend_schema(responses=ConsentsOut, operation_id="listConsents")
    def get(self, _request: Request) -> Response:
        """See every optional purpose, and what I said about it. All of them are off until I say yes."""
        account = access.myself(self.actor, Permission.SEE_CONSENTS)
        return items(ConsentOut, services.consents_of(account=account, now=clock.now()))


class Consent(Endpoint):
    """PUT /me/consents/<purpose>."""

    permission = Permission.CONSENT
    kinds = EVERYBODY

    @extend_schema(request=ConsentIn, responses=ConsentsOut, operation_id="setConsent")
    def put(self, request: Request, purpose: str) -> Response:
        """Say yes to an optional purpose, or no again; a no counts at once."""
        if purpose not in list(Choice):
            raise Absent
        body = parse(ConsentIn, request)
        account = access.myself(self.actor, Permission.CONSENT)
        enforce(Limit.CONSENT_CHANGE, str(account.pk))
        choice, how, now = Choice(purpose), how_of(self.actor.kind), clock.now()
        if body["given"]:
            text_hash = bytes.fromhex(body["text_hash"])
            services.give_consent(account=account, choice=choice, text_hash=text_hash, how=how, now=now)
        else:
            services.withdraw_consent(account_id=account.pk, choice=choice, how=how, now=now)
        return items(ConsentOut, services.consents_of(account=account, now=now))


class Objection(Endpoint):
    """POST /me/objection."""

    permission = Permission.OBJECT
    kinds = EVERYBODY

    @extend_schema(request=None, responses=ConsentsOut, operation_id="objectToMarketing")
    def post(self, _request: Request) -> Response:
        """Object to marketing: all of it stays off, whatever I agreed to, until I say yes anew."""
        account = access.myself(self.actor, Permission.OBJECT)
        enforce(Limit.CONSENT_CHANGE, str(account.pk))
        now = clock.now()
        services.object_to_marketing(account_id=account.pk, how=how_of(self.actor.kind), now=now)
        return items(ConsentOut, services.consents_of(account=account, now=now))


def how_of(kind: Kind) -> str:
    """Return by which way somebody said something, as the records have it."""
    return "station" if kind is Kind.STATION else "app"
