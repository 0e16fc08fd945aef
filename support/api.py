"""What a person sees of staff, over HTTP."""

from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from prifora.kernel import clock
from prifora.kernel.access import Kind
from prifora.kernel.api import Endpoint, items, parse_query
from prifora.kernel.fields import Base64Field
from support import access, services
from support.access import Permission

N_MAX = 2**62


class LookOut(serializers.Serializer):
    """One look by staff at my data."""

    at = serializers.DateTimeField(source="created_at")
    role = serializers.CharField()
    table = serializers.CharField()
    reason = serializers.CharField()


LooksOut = inline_serializer("Looks", {"items": LookOut(many=True)})


class DisclosureOut(serializers.Serializer):
    """One request by an authority about me. `authority` and `article` are what the request named."""

    asked_at = serializers.DateTimeField()
    authority = serializers.CharField()
    article = serializers.CharField()
    state = serializers.CharField()
    ended_at = serializers.DateTimeField(allow_null=True)
    tables = serializers.ListField(child=serializers.CharField())


DisclosuresOut = inline_serializer("Disclosures", {"items": DisclosureOut(many=True)})


class SinceQuery(serializers.Serializer):
    """The number of the last line I know; 0 for none."""

    after = serializers.IntegerField(min_value=0, max_value=N_MAX, default=0)


class SinceOut(serializers.Serializer):
    """Digests of the lines that follow, in order, and the number and hash of the last of them.

    `hash` = SHA-256("prifora/1 looks" + hash before + entry), beginning with 32 zero bytes; where there are
    no `entries`, it is that of the newest line.
    """

    n = serializers.IntegerField()
    hash = Base64Field(exactly=32)
    entries = serializers.ListField(child=Base64Field(exactly=32))


class Looks(Endpoint):
    """GET /me/looks."""

    permission = Permission.READ_LOOKS

    @extend_schema(responses=LooksOut, operation_id="listLooks")
    def get(self, _request: Request) -> Response:
        """List every look by staff at my data: when, in which role, at what, why."""
        return items(LookOut, access.looks_at_me(self.actor)[:500])


class Disclosures(Endpoint):
    """GET /me/disclosures."""

    permission = Permission.READ_DISCLOSURES

    @extend_schema(responses=DisclosuresOut, operation_id="listDisclosures")
    def get(self, _request: Request) -> Response:
        """List what authorities asked about me, and what came of it."""
        cases = access.cases_about_me(self.actor, clock.now())
        return items(DisclosureOut, [services.told_of(case) for case in cases])


class LedgerSince(Endpoint):
    """GET /ledger/since."""

    permission = Permission.READ_LEDGER
    kinds = (Kind.PERSON, Kind.STATION)

    @extend_schema(parameters=[SinceQuery], responses=SinceOut, operation_id="ledgerSince")
    def get(self, request: Request) -> Response:
        """Follow the ledger of looks by digests alone, so that lines that were changed are noticed."""
        after = parse_query(SinceQuery, request)["after"]
        access.may_check_ledger(self.actor)
        found = services.since(after)
        return Response(SinceOut({"n": found.head.n, "hash": found.head.hash, "entries": found.entries}).data)
