"""Coming back with the help of relatives, over HTTP."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import login_name, profiles_of
from prifora.kernel import clock
from prifora.kernel.access import Kind
from prifora.kernel.api import Endpoint, Public, address_of, items, parse
from prifora.kernel.limits import Limit, enforce
from prifora.kernel.shapes import PollIn
from recovery import access, services
from recovery.access import Permission
from recovery.shapes import (
    ApprovalIn,
    HeldOut,
    RecoveryBegunOut,
    RecoveryIn,
    RecoveryOut,
    RecoveryPollOut,
    RelativesEndIn,
    RelativesIn,
    RelativesOut,
)

EVERYBODY = (Kind.PERSON, Kind.STATION)


SharesHeldOut = inline_serializer("SharesHeld", {"items": HeldOut(many=True)})
RecoveriesOut = inline_serializer("Recoveries", {"items": RecoveryOut(many=True)})


class MyRelatives(Endpoint):
    """GET and PUT /recovery/relatives."""

    permission = {"get": Permission.READ, "put": Permission.CHOOSE}
    kinds = EVERYBODY

    @extend_schema(responses=RelativesOut, operation_id="getRelatives")
    def get(self, _request: Request) -> Response:
        """Show whom I chose to help me come back."""
        return Response(RelativesOut(_relatives_shape(access.my_relatives(self.actor))).data)

    @extend_schema(request=RelativesIn, responses=RelativesOut, operation_id="chooseRelatives")
    def put(self, request: Request) -> Response:
        """Choose who may help me to come back, in place of whom I chose before."""
        access.may_choose(self.actor)
        body = parse(RelativesIn, request)
        enforce(Limit.RELATIVES_CHOOSE, str(self.actor.id))
        chosen = services.choose_relatives(
            account_id=self.actor.id, by_station=self.actor.kind is Kind.STATION, now=clock.now(), **body
        )
        return Response(RelativesOut(_relatives_shape(chosen)).data)


class EndRelatives(Endpoint):
    """POST /recovery/relatives/end."""

    permission = Permission.CHOOSE
    kinds = EVERYBODY

    @extend_schema(request=RelativesEndIn, responses={204: None}, operation_id="endRelatives")
    def post(self, request: Request) -> Response:
        """Have nobody help me to come back any more."""
        access.may_choose(self.actor)
        body = parse(RelativesEndIn, request)
        enforce(Limit.RELATIVES_CHOOSE, str(self.actor.id))
        services.end_relatives(account_id=self.actor.id, vault=body["vault"], now=clock.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class Held(Endpoint):
    """GET /recovery/held."""

    permission = Permission.HOLD
    kinds = EVERYBODY

    @extend_schema(responses=SharesHeldOut, operation_id="listHeldShares")
    def get(self, _request: Request) -> Response:
        """List the shares that others gave me to keep."""
        shares = access.held_by(self.actor)
        names = _first_names(one.relatives.account_id for one in shares)
        rows = [
            {
                "account_id": one.relatives.account_id,
                "first_name": names[one.relatives.account_id],
                "set_id": one.relatives_id,
                "box": bytes(one.box),
                "signature": bytes(one.signature),
            }
            for one in shares
        ]
        return items(HeldOut, rows)


class Requests(Endpoint):
    """GET and POST /recovery/requests."""

    permission = {"get": Permission.HEAR, "post": Public("who lost every device cannot sign in")}
    kinds = EVERYBODY

    @extend_schema(responses=RecoveriesOut, operation_id="listRecoveries")
    def get(self, _request: Request) -> Response:
        """List who asks to come back as me, or as somebody whose share I keep."""
        now = clock.now()
        recoveries = access.heard_by(self.actor, now)
        names = _first_names(one.account_id for one in recoveries)
        standing = services.standings(recoveries, now)
        rows = [
            {
                "id": one.pk,
                "account_id": one.account_id,
                "first_name": names[one.account_id],
                "mine": one.account_id == self.actor.id,
                "name": services.name_of(one),
                "requested_at": one.created_at,
                "box_key": bytes(one.box_key),
                "auth_key": bytes(one.auth_key),
                "proof": bytes(one.proof),
                "approved_by_me": any(mine.holder_id == self.actor.id for mine in one.approvals.all()),
                **standing[one.pk],
            }
            for one in recoveries
        ]
        return items(RecoveryOut, rows)

    @extend_schema(request=RecoveryIn, responses={201: RecoveryBegunOut}, operation_id="beginRecovery")
    def post(self, request: Request) -> Response:
        """Ask to come back. The answer is the same for every name, known or not."""
        body = parse(RecoveryIn, request)
        enforce(Limit.RECOVERY_START, address_of(request))
        recovery_id, by_station = body.pop("id"), self._is_lost_station(request)
        account_id = self.actor.id if by_station else _account_by(body.get("login"))
        body.pop("login", None)
        expires_at = services.begin_recovery(
            recovery_id=recovery_id, account_id=account_id, by_station=by_station, now=clock.now(), **body
        )
        shape = {"id": recovery_id, "expires_at": expires_at}
        return Response(RecoveryBegunOut(shape).data, status=status.HTTP_201_CREATED)

    def _is_lost_station(self, request: Request) -> bool:
        """Return whether a paired Home Station asks that has no keys yet: it asks for its user only."""
        signed_in = request.user.is_authenticated
        return signed_in and self.actor.kind is Kind.STATION and self.actor.device_id is None


class Poll(Endpoint):
    """POST /recovery/requests/<id>/poll."""

    permission = Public("the asking device proves itself with its key")

    @extend_schema(request=PollIn, responses=RecoveryPollOut, operation_id="pollRecovery")
    def post(self, request: Request, request_id: UUID) -> Response:
        """Ask whether relatives answered; when enough did and the waiting time is over, come back."""
        body = parse(PollIn, request)
        enforce(Limit.RECOVERY_POLL, str(request_id))
        answer = services.poll(
            request=request._request,
            recovery=access.asked(request_id),
            at=body["at"],
            message=f"prifora recovery poll|{request_id}|{body['at']}".encode(),
            signature=body["signature"],
            now=clock.now(),
        )
        return Response(RecoveryPollOut(answer).data)


class Approve(Endpoint):
    """POST /recovery/requests/<id>/approve."""

    permission = Permission.APPROVE
    kinds = EVERYBODY

    @extend_schema(request=ApprovalIn, responses={204: None}, operation_id="approveRecovery")
    def post(self, request: Request, request_id: UUID) -> Response:
        """Give my share to who asks, after hearing their code."""
        self.actor.device()
        body = parse(ApprovalIn, request)
        recovery = access.as_relative(self.actor, request_id, clock.now())
        services.approve(recovery=recovery, holder_id=self.actor.id, **body)
        return Response(status=status.HTTP_204_NO_CONTENT)


class Veto(Endpoint):
    """POST /recovery/requests/<id>/veto."""

    permission = Permission.VETO
    kinds = EVERYBODY

    @extend_schema(request=None, responses={204: None}, operation_id="vetoRecovery")
    def post(self, _request: Request, request_id: UUID) -> Response:
        """Stop who asks: it is not the person."""
        recovery = access.as_concerned(self.actor, request_id, clock.now())
        services.veto(recovery=recovery, by=self.actor.id, now=clock.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


def _account_by(login: str | None) -> UUID | None:
    if not login:
        required = serializers.Field.default_error_messages["required"]
        raise serializers.ValidationError({"login": [required]}, code="required")
    enforce(Limit.RECOVERY_LOGIN, login_name(login))
    return access.account_by(login)


def _relatives_shape(relatives: Any) -> dict[str, Any]:
    counting = access.counting(relatives.account_id)
    names = _first_names(counting)
    return {
        "set_id": relatives.pk,
        "threshold": relatives.threshold,
        "wait_hours": relatives.wait_hours,
        "made_at": relatives.created_at,
        "relatives": [{"account_id": one, "first_name": names[one]} for one in sorted(counting, key=str)],
    }


def _first_names(account_ids: Any) -> dict[UUID, str]:
    return {one: row.profile.get("first_name", "") for one, row in profiles_of(account_ids).items()}
