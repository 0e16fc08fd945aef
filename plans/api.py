"""Plans over HTTP: how a family's stands, and entering a code."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from plans import access, services
from plans.access import Permission, State
from plans.refusals import CodeUnknown
from plans.rules import Phase
from prifora.kernel import clock
from prifora.kernel.access import Kind
from prifora.kernel.api import Endpoint, address_of, parse
from prifora.kernel.fields import StrictChar
from prifora.kernel.limits import Limit, enforce, refuse_if_spent

EVERYBODY = (Kind.PERSON, Kind.STATION)
TYPED_MAX = 60


class CodeIn(serializers.Serializer):
    """A code as somebody typed it, and whether it begins today instead of after what is paid."""

    code = StrictChar(max_length=TYPED_MAX)
    at_once = serializers.BooleanField(required=False, default=False)


class PieceOut(serializers.Serializer):
    """One term of a plan that is not over yet; it begins the day after `begins_on`."""

    kind = serializers.CharField()
    station = serializers.BooleanField()
    begins_on = serializers.DateField()
    ends_on = serializers.DateField()


class PlanOut(serializers.Serializer):
    """How a family's plan stands. No days: this server uses no plans, or the family's begins shortly."""

    phase = serializers.ChoiceField(choices=[one.value for one in Phase])
    kind = serializers.CharField()
    station = serializers.BooleanField()
    paid_until = serializers.DateField(allow_null=True)
    grace_until = serializers.DateField(allow_null=True)
    pieces = PieceOut(many=True)


class PlanPage(Endpoint):
    """GET /families/<id>/plan."""

    permission = Permission.READ
    kinds = EVERYBODY

    @extend_schema(responses=PlanOut, operation_id="getPlan")
    def get(self, _request: Request, family_id: UUID) -> Response:
        """Show until when a family of mine has paid, and what it may do now."""
        found = access.seen_plan(self.actor, family_id)
        return Response(PlanOut(plan_shape(services.state_of(found, now=clock.now()))).data)


class Codes(Endpoint):
    """POST /families/<id>/plan/codes."""

    permission = Permission.REDEEM

    @extend_schema(request=CodeIn, responses=PlanOut, operation_id="redeemCode")
    def post(self, request: Request, family_id: UUID) -> Response:
        """Make the plan of a family I look after longer by a code; wrong ones are counted and limited."""
        body = parse(CodeIn, request)
        found = access.paying(self.actor, family_id)
        guesser, address = str(self.actor.id), address_of(request)
        refuse_if_spent(Limit.ACTIVATION_WRONG_CODE, guesser)
        refuse_if_spent(Limit.ACTIVATION_WRONG_HERE, address)
        try:
            state = services.redeem(
                family_id=found, code=body["code"], at_once=body["at_once"], now=clock.now()
            )
        except CodeUnknown:
            enforce(Limit.ACTIVATION_WRONG_CODE, guesser)
            enforce(Limit.ACTIVATION_WRONG_HERE, address)
            raise
        return Response(PlanOut(plan_shape(state)).data)


def plan_shape(state: State) -> dict[str, Any]:
    """Return how a plan stands, for the family."""
    return {
        "phase": state.phase.value,
        "kind": state.kind,
        "station": state.station,
        "paid_until": state.paid_until,
        "grace_until": state.grace_until,
        "pieces": [
            {
                "kind": one.kind,
                "station": one.station,
                "begins_on": one.span.begins_on,
                "ends_on": one.span.ends_on,
            }
            for one in state.pieces
        ],
    }
