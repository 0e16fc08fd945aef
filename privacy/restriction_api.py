"""Having my data only stored, over HTTP (GDPR art. 18)."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from prifora.kernel import clock
from prifora.kernel.access import Kind
from prifora.kernel.api import Endpoint, parse
from prifora.kernel.limits import Limit, enforce
from privacy import access, services
from privacy.access import Permission
from privacy.rights import Cause
from privacy.shapes import RestrictionOut


class RestrictionIn(serializers.Serializer):
    """Why: something is wrong, unlawful, needed for a claim, or an objection is not answered yet."""

    cause = serializers.ChoiceField(choices=[one.value for one in Cause])


class Restriction(Endpoint):
    """GET, PUT and DELETE /me/restriction."""

    permission = {
        "get": Permission.SEE_RESTRICTION,
        "put": Permission.RESTRICT,
        "delete": Permission.RESTRICT,
    }
    kinds = (Kind.PERSON, Kind.STATION)

    @extend_schema(responses=RestrictionOut, operation_id="getRestriction")
    def get(self, _request: Request) -> Response:
        """See whether my data are only stored."""
        account = access.myself(self.actor, Permission.SEE_RESTRICTION)
        return Response(_shown(account.pk))

    @extend_schema(request=RestrictionIn, responses=RestrictionOut, operation_id="restrict")
    def put(self, request: Request) -> Response:
        """Have my data only stored from now on, besides what I do myself and what a law asks."""
        body = parse(RestrictionIn, request)
        account = access.myself(self.actor, Permission.RESTRICT)
        enforce(Limit.RESTRICTION_CHANGE, str(account.pk))
        services.restrict(account_id=account.pk, cause=Cause(body["cause"]), now=clock.now())
        return Response(_shown(account.pk))

    @extend_schema(responses={200: RestrictionOut}, operation_id="endRestriction")
    def delete(self, _request: Request) -> Response:
        """Let my data be used again: I am told first, and it ends a day later."""
        account = access.myself(self.actor, Permission.RESTRICT)
        enforce(Limit.RESTRICTION_CHANGE, str(account.pk))
        services.announce_end(account_id=account.pk, now=clock.now())
        return Response(_shown(account.pk))


def _shown(account_id: UUID) -> dict[str, Any]:
    found = services.restriction_of(account_id)
    return RestrictionOut(
        {
            "restricted": found is not None,
            "cause": found and found.cause,
            "since": found and found.created_at,
            "ends_at": found and found.ends_at,
        }
    ).data
